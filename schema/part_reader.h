// Reads the parts of one kinds file and remembers the first thing that is wrong, with its place; what is read after
// that does not matter. So a reader of a part says what it expects, and nothing else.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/value.h"

namespace lianxin {

class PartReader {
 public:
  explicit PartReader(const std::string& file) : file_(file) {}  // `file` must outlive this

  // Where and why, or empty while all is well. `place` says which part, such as "kind concern, field title".
  const std::string& wrong() const { return wrong_; }
  void refuse(const std::string& place, const std::string& why);

  // True when `part` is an object with no key but these.
  bool keys(const Value& part, const std::string& place, std::initializer_list<std::string_view> known);

  // An absent key reads as nothing; one of another type is refused.
  std::string text(const Value& part, const std::string& place, std::string_view key);
  bool yes(const Value& part, const std::string& place, std::string_view key);
  std::optional<std::int64_t> integer(const Value& part, const std::string& place, std::string_view key);
  const Value::List& list(const Value& part, const std::string& place, std::string_view key);
  std::vector<std::string> texts(const Value& part, const std::string& place, std::string_view key);  // none twice
  std::vector<std::string> roles(const Value& part, const std::string& place, std::string_view key);

  // These must be there.
  std::string needed_text(const Value& part, const std::string& place, std::string_view key);
  std::string name(const Value& part, const std::string& place, std::string_view key);  // lower-case, digits, _

  // `named` turns a name into an optional value.
  template <class Named>
  auto one_of(const Value& part, const std::string& place, std::string_view key, std::string_view otherwise,
              Named named) {
    const std::string chosen = part.find(key) ? text(part, place, key) : std::string(otherwise);
    const auto value = named(chosen);
    if (!value) refuse(place, "\"" + std::string(key) + "\" is \"" + chosen + "\", which is none of those known");
    return value;
  }

 private:
  const std::string& file_;
  std::string wrong_;
};

}  // namespace lianxin
