// How a call on the phone goes differently than hoped: a stable code for programs, a sentence in Chinese and in English
// for people. Never thrown; nothing in it but `wrong` repeats what was entered. What may be thrown is std::bad_alloc,
// where there is no memory even for a problem; what was saved is whole then too.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lianxin {

enum class ProblemKind {
  refused,    // the rules, or the server, say no: asking the same again will not help
  usage,      // the caller asked for something that does not exist or makes no sense
  network,    // not reached, or unknown whether it arrived: everything is kept, try again
  storage,    // the phone's own file could not be read or written
  cancelled,  // the caller's cancel flag was raised
};

// A name for people.
struct Label {
  std::string zh, en;
  const std::string& in(std::string_view language) const { return language == "en" ? en : zh; }
};

// One thing that was refused of what a person entered. For the screen of who entered it, and for no log: it repeats
// what was given.
struct WrongField {
  std::string code;   // as Problem::code
  std::string field;  // its address: FIELD, FIELD/KEY or FIELD/KEY/ATTRIBUTE; empty where the whole is meant
  Label label;        // "参加人 · 身份"
  std::string given;  // the beginning of what was given; empty where nothing was
  Label allowed;      // what would do, such as "日期，如 2026-05-12"; may be empty
  Label sentence;     // what is wrong, what became of it, and what to do next
};

struct Problem {
  ProblemKind kind = ProblemKind::refused;
  std::string code;                 // stable: one of codes.h, of the rules where they refused, or of the server
  std::string field;                // the address that is wrong; may be empty
  std::string zh, en;               // one sentence each, with what to do next
  std::string detail;               // for the log: names the act, never a value; may be empty
  std::vector<WrongField> wrong{};  // each thing that was refused; `code` and `field` are the first one's
  std::string draft{};              // the form in which all that was entered is kept; empty: nothing was entered

  const std::string& sentence(std::string_view language) const { return language == "en" ? en : zh; }
};

// A value, or why there is none. Reading the one that is not there is a bug of the caller's (std::bad_variant_access).
template <class T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Expected(Problem problem) : content_(std::in_place_index<1>, std::move(problem)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Problem& problem() const { return std::get<1>(content_); }

 private:
  std::variant<T, Problem> content_;
};

template <>
class [[nodiscard]] Expected<void> {
 public:
  Expected() = default;
  Expected(Problem problem) : content_(std::move(problem)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const Problem& problem() const { return std::get<1>(content_); }

 private:
  std::variant<std::monostate, Problem> content_;
};

}  // namespace lianxin
