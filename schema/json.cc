#include "schema/json.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

namespace lianxin {
namespace {

// Builds a Value while the library reads, so that no second tree is made and every bound is checked on the way.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put(Value()); }
  bool boolean(bool b) override { return put(Value(b)); }
  bool number_integer(std::int64_t n) override { return put(Value(n)); }
  bool number_unsigned(std::uint64_t n) override {
    if (n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return stop("a number is too large");
    return put(Value(static_cast<std::int64_t>(n)));
  }
  bool number_float(double, const std::string& digits) override { return put(Value(digits)); }
  bool string(std::string& text) override { return put(Value(std::move(text))); }
  bool binary(nlohmann::json::binary_t&) override { return stop("binary"); }

  bool start_object(std::size_t) override { return open(Value(Value::Object{})); }
  bool key(std::string& name) override {
    if (open_.back()->find(name)) return stop("a name stands twice in one object");
    names_.back() = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value(Value::List{})); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return stop("not JSON at byte " + std::to_string(position));
  }

  Value take() { return std::move(root_); }
  const std::string& why() const { return why_; }

 private:
  Value* place(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (Value::List* list = open_.back()->list()) {
      list->push_back(std::move(value));
      return &list->back();
    }
    return &open_.back()->object()->insert_or_assign(std::move(names_.back()), std::move(value)).first->second;
  }
  bool put(Value value) {
    place(std::move(value));
    return true;
  }
  bool open(Value container) {
    if (open_.size() >= static_cast<std::size_t>(json_depth_max)) return stop("nested too deeply");
    Value* placed = place(std::move(container));
    open_.push_back(placed);  // stays put: only the innermost container grows
    names_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }
  bool stop(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }

  Value root_;
  std::vector<Value*> open_;
  std::vector<std::string> names_;  // beside open_: the name that waits for its value
  std::string why_;
};

}  // namespace

Result<Value> parse_json(std::string_view text) {
  // The library takes a zero byte for the end of its input, and would leave unread whatever stands behind it.
  if (text.find('\0') != std::string_view::npos) return failure(Errc::invalid_argument, "a zero byte");
  Builder builder;
  if (!nlohmann::json::sax_parse(text, &builder)) return failure(Errc::invalid_argument, builder.why());
  return builder.take();
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;  // up to here; what needs no escape is copied in one piece
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        constexpr std::string_view digits = "0123456789abcdef";
        out += "\\u00";
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
  }
  out.append(text, copied);
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* b = value.boolean()) {
    out += *b ? "true" : "false";
  } else if (const std::int64_t* n = value.integer()) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, *n).ptr;
    out.append(digits, end);
  } else if (const std::string* text = value.text()) {
    append_json_text(out, *text);
  } else if (const Value::List* list = value.list()) {
    out += '[';
    for (const Value& item : *list) {
      if (&item != &list->front()) out += ',';
      append_json(out, item);
    }
    out += ']';
  } else if (const Value::Object* object = value.object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, part] : *object) {
      if (!first) out += ',';
      first = false;
      append_json_text(out, name);
      out += ':';
      append_json(out, part);
    }
    out += '}';
  }
}

std::string to_json(const Value& value) {
  std::string out;
  out.reserve(512);  // most are rows and lines, which otherwise grow from nothing eight times
  append_json(out, value);
  return out;
}

}  // namespace lianxin
