// A value as a change carries it: nothing, yes or no, a whole number, a text, a list, or named parts. There are no
// floating-point numbers: a decimal (a blood sugar, a latitude) is a text of digits, so that what was typed, what is
// hashed and what is shown are one thing on every machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lianxin {

class Value {
 public:
  using List = std::vector<Value>;
  using Object = std::map<std::string, Value, std::less<>>;

  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : data_(b) {}
  Value(int n) : data_(std::int64_t{n}) {}
  Value(std::int64_t n) : data_(n) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Object object) : data_(std::move(object)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const List* list() const { return std::get_if<List>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  List* list() { return std::get_if<List>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  // The part of that name, or nullptr where there is none or this is no object. Lives as long as this does.
  const Value* find(std::string_view name) const;

  // Typed parts of an object, with what stands in for one that is absent or of another type.
  std::string_view text_at(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t integer_at(std::string_view name, std::int64_t otherwise = 0) const;
  bool boolean_at(std::string_view name, bool otherwise = false) const;
  const List& list_at(std::string_view name) const;      // empty where absent
  const Object& object_at(std::string_view name) const;  // empty where absent

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::string, List, Object> data_;
};

}  // namespace lianxin
