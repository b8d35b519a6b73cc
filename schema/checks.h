// The checks of a kind over a whole record, and over other records where they name some: what a slip of the finger
// looks like, and what may not be submitted. Judged alike on the phone and at the desk, from the same kinds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"
#include "schema/validate.h"

namespace lianxin {

struct FailedCheck {
  std::string code, field;  // the check's; `field` is the one to look at
  std::string zh, en;       // what is wrong
  bool blocks = false;
};

struct NamedRecord {
  std::string kind;
  Shown shown;
};

// A set's elements by key, each with the attributes that it shows.
using SetElements = std::map<std::string, Value::Object, std::less<>>;

// One of the records that this one is joined with.
struct JoinedShown {
  Shown shown;
  std::function<SetElements(std::string_view set)> elements;
};
struct JoinedAround {
  bool lesser = false;              // another one stands for all
  std::vector<JoinedShown> others;  // that are not deleted
};

// What stands around the record. `find` gives what the other records of a kind show whose indexed field shows that
// value, deleted ones and this one left out; it may give fewer than there are, where the asker cannot see them. Empty:
// no check asks for others.
struct Surroundings {
  std::string day;  // the day the record is written (YYYY-MM-DD in Asia/Shanghai), never the day it arrives
  // Judged by the server. On a phone, whose clock may be behind, nobody is stopped for a day to come, nor, as other
  // records may be on the server alone, for one that is named and not there.
  bool at_desk = false;
  std::string record;  // its id
  std::string region;  // of its studio; empty: not known
  std::function<std::vector<Shown>(std::string_view kind, std::string_view field, const Value& value)> find;
  std::function<std::optional<NamedRecord>(std::string_view id)> named;  // none where it cannot be seen
  std::function<JoinedAround()> joined;                                  // empty: with nothing
};

// `shown` has sets and entries as lists of their elements; `elements` a set's or an append's with their attributes.
using Elements = std::map<std::string, std::vector<Value::Object>, std::less<>>;
std::vector<FailedCheck> failed_checks(const Kind& kind, const Shown& shown, const Elements& elements,
                                       const Surroundings& around);

}  // namespace lianxin
