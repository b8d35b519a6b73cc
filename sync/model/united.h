// What records that are joined show as one (PROTOCOL 3.10). Read off their rows, on a phone as far as it holds them and
// at a desk as far as its asker sees them; nothing is written anywhere.
#pragma once

#include "schema/checks.h"
#include "sync/model/join.h"

namespace lianxin {

// What another part shows than is shown of all.
struct ToldValue {
  RecordId part;
  Value value;
};

struct UnitedElement {
  std::string key;
  std::vector<RecordId> parts;                           // that have it
  Value::Object attributes;                              // of the first part that shows one
  std::map<std::string, std::vector<ToldValue>> others;  // by attribute
};

struct UnitedEntry {  // of an append
  RecordId part;
  Head head;
};

struct UnitedField {
  const Field* field = nullptr;
  Value value;    // as of one record: a set's keys, an append's entries, a counter's sum or those of its family
  RecordId part;  // register: whose value it is
  std::vector<ToldValue> others;        // register
  std::vector<UnitedElement> elements;  // set: by key
  std::vector<UnitedEntry> entries;     // append: by clock, then id
};

// Each field that any part shows, in the order of the kind. `parts`: the one that stands for all first, the others by
// id, none deleted, all of one kind; not empty. A register is the first part's that shows one, the worst where the kind
// says so, the restrictive one where it is among them. Workflows and what else begins with '_' stay each part's own,
// but for the numbers.
std::vector<UnitedField> united(const Catalog& catalog, std::span<const Row* const> parts,
                                std::span<const JoinEdge> edges);

// The keys of those elements of the set `condition.fields[0]` that are owed what `condition` (Condition::What::each)
// asks for: any part asks for it, and none shows it. `parts`: the set in each of the joined records, or in one alone.
std::vector<std::string> keys_owed(const Condition& condition, std::span<const SetElements> parts);

// Who is still owed an answer, by what the workflows of the parts' kind ask of each element of a set before a step.
struct Owed {
  std::string field, key, attribute;
};
std::vector<Owed> owed_to_each(const Catalog& catalog, std::span<const Row* const> parts);

}  // namespace lianxin
