// The parts of a JSON object, named once for both ways. A description, void(auto& part, auto& content), names each part
// of a struct: handed a PartsWriter it writes them (`written`), handed a PartsReader it reads them (`read_parts`).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "schema/bytes.h"
#include "schema/result.h"
#include "schema/value.h"

namespace lianxin {

// Whether a part that holds nothing (no text, zero, no item) is written all the same.
enum class When { always, if_any };

template <class T, class Description>
Value written(const Description& description, const T& content);

// Makes the error of a part that is missing, or not what it must be.
using WrongPart = Error (*)(std::string_view name);

// What is described, or the error of its first part that is wrong.
template <class T, class Description>
Result<T> read_parts(const Description& description, const Value& value, WrongPart wrong);

class PartsWriter {
 public:
  // A text, a number (which an enumeration stands as), yes or no, or any value. Read, it may be absent or of another
  // type: then it stays as it was made.
  template <class T>
  void plain(std::string_view name, const T& content, When when = When::always) {
    if (when == When::if_any && content == T{}) return;
    if constexpr (std::is_enum_v<T>) {
      object_.emplace(name, static_cast<std::int64_t>(content));
    } else {
      object_.emplace(name, content);
    }
  }
  template <class T>
  void plain(std::string_view name, const std::optional<T>& content) {
    if (content) object_.emplace(name, *content);
  }
  void present(std::string_view name, const std::string& text) { plain(name, text); }  // read, it is not empty

  // A text of which `read` makes an optional; and of a type with text() and parse().
  template <class T, class Write, class Read>
  void text_as(std::string_view name, const T& content, Write write, Read) {
    object_.emplace(name, write(content));
  }
  template <class T>
  void text(std::string_view name, const T& content) {
    object_.emplace(name, content.text());
  }
  template <class T>
  void text(std::string_view name, const std::optional<T>& content) {
    if (content) text(name, *content);
  }
  template <std::size_t size>
  void hex(std::string_view name, const Bytes<size>& bytes) {
    object_.emplace(name, to_hex(bytes));
  }
  template <std::size_t size>
  void base64url(std::string_view name, const Bytes<size>& bytes) {
    object_.emplace(name, to_base64url(bytes));
  }

  // A list, of which `read` makes a Result of each item; of objects that a description describes; of ids; of texts.
  template <class T, class Write, class Read>
  void items(std::string_view name, const std::vector<T>& items, When when, Write write, Read) {
    if (when == When::if_any && items.empty()) return;
    Value::List list;
    list.reserve(items.size());
    for (const T& item : items) list.emplace_back(write(item));
    object_.emplace(name, std::move(list));
  }
  template <class T, class Description>
  void list(std::string_view name, const std::vector<T>& of, When when, const Description& description) {
    const auto write = [&](const T& item) { return written(description, item); };
    items(name, of, when, write, nullptr);
  }
  template <class IdType>
  void ids(std::string_view name, const std::vector<IdType>& ids, When when) {
    const auto write = [](const IdType& id) { return id.text(); };
    items(name, ids, when, write, nullptr);
  }
  void texts(std::string_view name, const std::vector<std::string>& texts, When when) {
    const auto write = [](const std::string& text) { return text; };
    items(name, texts, when, write, nullptr);
  }

  Value::Object take() { return std::move(object_); }

 private:
  Value::Object object_;
};

class PartsReader {
 public:
  PartsReader(const Value& parts, WrongPart wrong) : parts_(parts), wrong_(wrong) {}

  template <class T>
  void plain(std::string_view name, T& content, When = When::always) {
    if constexpr (std::is_same_v<T, std::string>) {
      content = parts_.text_at(name);
    } else if constexpr (std::is_same_v<T, bool>) {
      content = parts_.boolean_at(name, content);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      content = static_cast<T>(parts_.integer_at(name, static_cast<std::int64_t>(content)));
    } else if (const Value* value = parts_.find(name)) {
      content = *value;
    }
  }
  template <class T>
  void plain(std::string_view name, std::optional<T>& content) {
    if (parts_.find(name)) plain(name, content.emplace());
  }
  void present(std::string_view name, std::string& text) {
    plain(name, text);
    if (text.empty()) fail(wrong_(name));
  }

  template <class T, class Write, class Read>
  void text_as(std::string_view name, T& content, Write, Read read) {
    const auto parsed = read(parts_.text_at(name));
    if (!parsed) return fail(wrong_(name));
    content = *parsed;
  }
  template <class T>
  void text(std::string_view name, T& content) {
    text_as(name, content, nullptr, T::parse);
  }
  template <class T>
  void text(std::string_view name, std::optional<T>& content) {
    if (parts_.find(name)) text(name, content.emplace());
  }
  template <std::size_t size>
  void hex(std::string_view name, Bytes<size>& bytes) {
    if (!from_hex(parts_.text_at(name), bytes)) fail(wrong_(name));
  }
  template <std::size_t size>
  void base64url(std::string_view name, Bytes<size>& bytes) {
    const auto read = from_base64url(parts_.text_at(name));
    if (!read || read->size() != size) return fail(wrong_(name));
    std::copy(read->begin(), read->end(), bytes.begin());
  }

  template <class T, class Write, class Read>
  void items(std::string_view name, std::vector<T>& items, When, Write, Read read) {
    for (const Value& value : parts_.list_at(name)) {
      Result<T> item = read(value);
      if (!item) return fail(std::move(item).error());
      items.push_back(std::move(*item));
    }
  }
  template <class T, class Description>
  void list(std::string_view name, std::vector<T>& of, When when, const Description& description) {
    const auto read = [&](const Value& value) { return read_parts<T>(description, value, wrong_); };
    items(name, of, when, nullptr, read);
  }
  template <class IdType>
  void ids(std::string_view name, std::vector<IdType>& ids, When when) {
    const auto read = [&](const Value& value) -> Result<IdType> {
      const auto id = value.text() ? IdType::parse(*value.text()) : std::nullopt;
      if (!id) return tl::unexpected(wrong_(name));
      return *id;
    };
    items(name, ids, when, nullptr, read);
  }
  void texts(std::string_view name, std::vector<std::string>& texts, When) {  // what is none is passed over
    for (const Value& value : parts_.list_at(name)) {
      if (value.text()) texts.push_back(*value.text());
    }
  }

  std::optional<Error>& error() { return error_; }  // of the first that is wrong

 private:
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  const Value& parts_;
  const WrongPart wrong_;
  std::optional<Error> error_;
};

template <class T, class Description>
Value written(const Description& description, const T& content) {
  PartsWriter part;
  description(part, content);
  return part.take();
}

template <class T, class Description>
Result<T> read_parts(const Description& description, const Value& value, WrongPart wrong) {
  PartsReader part(value, wrong);
  T content{};
  description(part, content);
  if (part.error()) return tl::unexpected(std::move(*part.error()));
  return content;
}

}  // namespace lianxin
