// What must hold of one write, judged alike on the phone (before it is saved) and on the server (before it is
// applied), from the same kinds; and what a record still lacks. Missing fields never hold a change: they stand in the
// way of submitting the record (sync/rules/gates.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"

namespace lianxin {

// Why a write cannot be applied. The code is stable and is what travels; both sentences are for people.
struct Refusal {
  std::string code;        // one of schema/refusals.h, or of a kind's checks
  std::string field;       // the address that is wrong; may be empty
  std::string zh{}, en{};  // what is wrong, where a kind's check says it; else empty: the code's sentence does
};

// A text's limit where its field names none, and a set element's key's. sync/model/limits.h has the same two numbers:
// these hold for what a person types, those for what may travel.
inline constexpr std::size_t field_text_bytes_max = 64 << 10;
inline constexpr std::size_t field_key_bytes_max = 200;

// What `value` must be for a plain register of that field, a set element's attribute, or an append entry's part. Null
// is always one: it empties the field. An attribute the kind does not name is kept as it is (a newer phone wrote it).
// `Refusal::field` is the field's name, and for an element FIELD/KEY; a caller who knows the whole address puts it
// there.
std::optional<Refusal> check_value(const Catalog& catalog, const Field& field, const Value& value);
std::optional<Refusal> check_attribute(const Catalog& catalog, const Field& field, std::string_view attribute,
                                       const Value& value);
std::optional<Refusal> check_element(const Catalog& catalog, const Field& field, std::string_view key);
std::optional<Refusal> check_entry(const Catalog& catalog, const Field& field, const Value& entry);

// What a record still lacks to be submitted (of a kind that is not reviewed: to be whole), given what each of its
// fields shows (an empty set or a counter that no one has touched shows null). In the order of the kind's fields.
using Shown = std::map<std::string, Value, std::less<>>;
std::vector<std::string> missing_fields(const Kind& kind, const Shown& shown);

// Null, and an empty text, list or object.
bool shows_nothing(const Value& value);
bool holds(const Premise& when, const Shown& shown);
bool holds(const Premise& when, const Value& value);  // of the value that when.field has; `unless` heeded

}  // namespace lianxin
