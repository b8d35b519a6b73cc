#include "schema/json_parts.h"

namespace lianxin {
namespace {

constexpr std::size_t nowhere = std::string_view::npos;

// `at` is at a quote. Behind the one that closes it.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at < text.size() ? at + 1 : nowhere;
}

// Behind the value that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = end_of_string(text, at);
        if (at == nowhere || depth == 0) return at;
        continue;
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']':
        if (depth == 0) return at;  // of the object that this value stands in
        if (--depth == 0) return at + 1;
        break;
      case ',':
        if (depth == 0) return at;
        break;
      default: break;
    }
    ++at;
  }
  return nowhere;
}

}  // namespace

Result<std::vector<JsonPart>> json_parts(std::string_view object) {
  std::vector<JsonPart> parts;
  if (object == "{}") return parts;
  const auto damaged = [] { return failure(Errc::corrupt, "not an object that was written here"); };
  if (object.empty() || object.front() != '{') return damaged();
  for (std::size_t at = 0; at + 1 < object.size();) {  // at the brace or the comma before a part
    const std::size_t name = at + 1;
    if (object[name] != '"') return damaged();
    const std::size_t name_end = end_of_string(object, name);
    if (name_end == nowhere || name_end >= object.size() || object[name_end] != ':') return damaged();
    const std::size_t value = name_end + 1;
    at = end_of_value(object, value);
    if (at == nowhere || at >= object.size() || at == value) return damaged();
    parts.push_back({object.substr(name + 1, name_end - name - 2), object.substr(value, at - value)});
    if (object[at] == '}') return at + 1 == object.size() ? Result<std::vector<JsonPart>>(std::move(parts)) : damaged();
    if (object[at] != ',') return damaged();
  }
  return damaged();
}

}  // namespace lianxin
