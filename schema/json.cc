#include "schema/json.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "schema/text.h"

namespace lianxin {
namespace {

// What the library says of a text, without what it had last read: that may be what somebody recorded.
std::string library_words(std::string_view what) {
  constexpr std::string_view read = "; last read: '", expected = "; expected ";
  constexpr std::string_view known[] = {
      "'['", "'{'", "']'", "'}'", "':'", "','", "end of input", "string literal", "'[', '{', or a literal"};
  if (const std::size_t at = what.find(" - "); at != std::string_view::npos) what.remove_prefix(at + 3);
  const std::size_t at = what.rfind(expected);
  const std::string_view wanted = at == std::string_view::npos ? std::string_view{} : what.substr(at + expected.size());
  std::string words(what.substr(0, std::min(what.find(read), at)));
  if (std::find(std::begin(known), std::end(known), wanted) != std::end(known)) {
    words += ", expected ";
    if (wanted == "'}'" || wanted == "']'") words += "',' or ";
    words += wanted == "string literal" ? "a text in double quotes" : wanted;
  }
  return words;
}

// The bytes of a text, and how far the library has come in them.
class Reading {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Reading(const char* at, const char*& seen) : at_(at), seen_(&seen) {}
  reference operator*() const { return *(*seen_ = at_); }
  Reading& operator++() {
    ++at_;
    return *this;
  }
  bool operator==(const Reading& other) const { return at_ == other.at_; }
  bool operator!=(const Reading& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** seen_;
};

// "line 3, column 14", both from 1, columns in characters.
std::string place_in(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const std::size_t line_feed = before.rfind('\n');
  const std::string_view line = line_feed == std::string_view::npos ? before : before.substr(line_feed + 1);
  return "line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ", column " +
         std::to_string(1 + character_count(line));
}

// Where the first byte stands that is no UTF-8; npos where all is.
std::size_t not_utf8(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t size = rest.size();
    if (take_character(rest) == U'\uFFFD' && size - rest.size() == 1) return text.size() - size;
  }
  return std::string_view::npos;
}

// GBK is the part of GB18030 that takes two bytes a character.
bool may_be_gb18030(std::string_view text) {
  const auto within = [&](std::size_t i, unsigned char from, unsigned char to) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    return c >= from && c <= to;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (within(i, 0, 0x7F)) {
      ++i;
    } else if (!within(i, 0x81, 0xFE)) {
      return false;
    } else if (within(i + 1, 0x40, 0x7E) || within(i + 1, 0x80, 0xFE)) {
      i += 2;
    } else if (within(i + 1, 0x30, 0x39) && within(i + 2, 0x81, 0xFE) && within(i + 3, 0x30, 0x39)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

// A JSON text begins with a letter of ASCII, so the zero bytes of a wider encoding stand within its first four bytes.
std::string wide_encoding(std::string_view text) {
  using namespace std::string_view_literals;
  const std::string_view begin = text.substr(0, 4);
  if (begin == "\xFF\xFE\0\0"sv || begin == "\0\0\xFE\xFF"sv) return "UTF-32";
  if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF")) return "UTF-16";
  if (text.size() < 4 || text.size() % 2 != 0) return {};
  const auto zero = [&](std::size_t i) { return begin[i] == '\0'; };
  if (zero(0) + zero(1) + zero(2) + zero(3) == 3) return "UTF-32";
  return zero(0) != zero(1) && zero(0) == zero(2) && zero(1) == zero(3) ? "UTF-16" : "";
}

// Why a text that could not be read is not even a text of the encoding that JSON has; empty where it is.
std::string wrong_encoding(std::string_view text) {
  const std::string wide = wide_encoding(text);
  if (!wide.empty()) return "encoded as " + wide + "; JSON is UTF-8";
  const std::size_t at = not_utf8(text);
  if (at == std::string_view::npos) return {};
  const std::string place = ": " + place_in(text, at);
  return may_be_gb18030(text) ? "encoded as GBK or GB18030, it seems; JSON is UTF-8" + place : "not UTF-8" + place;
}

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

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    return stop("not JSON: " + library_words(error.what()));
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
  const bool zero = text.find('\0') != std::string_view::npos;
  if (!zero) {
    Builder builder;
    if (nlohmann::json::sax_parse(text, &builder)) return builder.take();
  }
  if (std::string encoding = wrong_encoding(text); !encoding.empty()) {
    return failure(Errc::invalid_argument, std::move(encoding));
  }
  if (zero) return failure(Errc::invalid_argument, "a zero byte: " + place_in(text, text.find('\0')));
  // Read once more, to see how far: who had no fault in the text need not pay for that.
  Builder builder;
  const char* seen = text.data();
  nlohmann::json::sax_parse(Reading(text.data(), seen), Reading(text.data() + text.size(), seen), &builder);
  return failure(Errc::invalid_argument,
                 builder.why() + ": " + place_in(text, static_cast<std::size_t>(seen - text.data())));
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
