// What a form is built from: the kinds that the phone last fetched, and what each of their fields takes. Plain values,
// copied out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lianxin/problem.h"

namespace lianxin {

struct CodeInfo {
  std::string code;
  Label label;
};

// A part of a set's elements or of an append's entries.
struct AttributeInfo {
  std::string name, type;
  Label label;
  Label takes;  // as FieldInfo::takes
  std::vector<CodeInfo> codes;
  std::optional<std::int64_t> min, max;
};

// Of a ladder: a step that these roles may take.
struct StepInfo {
  std::string from, to;
  Label from_label, to_label;
  std::vector<std::string> roles;
  std::vector<Label> role_labels;
  bool needs_reason = false, conditional = false;  // conditional: the save judges more (KINDS.md 5)
};

struct FieldInfo {
  std::string name, type, merge;
  Label label;
  Label takes;  // in words, as a refusal says what is allowed: form, bounds, length, codes
  std::string unit, sensitivity;
  std::vector<CodeInfo> codes;       // of a code field, or the states of a ladder
  std::vector<AttributeInfo> parts;  // of a set's elements or an append's entries
  bool required = false;             // always, or as the next four say
  std::string required_when;         // a field: while it shows one of `required_in`; with `required_unless`: none
  std::vector<std::string> required_in;
  bool required_unless = false;
  std::string required_or;               // this other field will do as well
  Label required_label;                  // the same in words; empty where it is not required
  std::optional<std::int64_t> min, max;  // money in fen; decimals in units of one
  int decimals = 0, length_max = 0;      // length in characters; 0: 64 KiB
  std::vector<std::string> writers;      // roles
  std::vector<StepInfo> steps;           // of a ladder
};

struct KindInfo {
  std::string name;
  Label label;
  bool reference = false, reviewed = false;
  std::vector<FieldInfo> fields;

  std::string to_json() const;
};

}  // namespace lianxin
