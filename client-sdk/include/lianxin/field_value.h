// One value as an app hands it in or shows it: nothing, yes or no, a whole number, a text; anything composed of parts
// (a list, a place with its coordinates) as JSON text. There are no floating-point numbers: a decimal is its digits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace lianxin {

class FieldValue {
 public:
  FieldValue() = default;  // nothing: a register so set is empty
  FieldValue(std::nullptr_t) {}
  FieldValue(bool yes) : data_(yes) {}
  FieldValue(int number) : data_(std::int64_t{number}) {}
  FieldValue(std::int64_t number) : data_(number) {}
  FieldValue(std::string text) : data_(std::move(text)) {}
  FieldValue(std::string_view text) : data_(std::string(text)) {}
  FieldValue(const char* text) : data_(std::string(text)) {}

  // A list or an object. Text that is no JSON is refused where the value is used.
  static FieldValue from_json(std::string text) {
    FieldValue value;
    value.data_ = Json{std::move(text)};
    return value;
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const std::string* json() const {  // the JSON text of a list or an object
    const Json* json = std::get_if<Json>(&data_);
    return json ? &json->text : nullptr;
  }

  std::string to_json() const;  // of any value
  std::string to_text() const;  // as a person reads it: a text bare, nothing as ""

  friend bool operator==(const FieldValue&, const FieldValue&) = default;

 private:
  struct Json {
    std::string text;
    friend bool operator==(const Json&, const Json&) = default;
  };
  std::variant<std::monostate, bool, std::int64_t, std::string, Json> data_;
};

}  // namespace lianxin
