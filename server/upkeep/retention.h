// Retention: after how long what of a kind is erased (sync/server/erase.h), as an office has decided it. Rules are
// data:
//
//   {"rules": [{"kind": "clinic_encounter", "fields": ["patient_resident_id", "patient_alias"], "keep_days": 730},
//              {"kind": "concern", "fields": ["appellant_resident_id"], "keep_days": 365, "states": ["closed"]}]}
//
// A record's time runs from the day that it is about (its kind's `date_field`), else from the day it was made; under a
// rule with `states`, which binds only records whose `state` is one of them, from the day it came to be in it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/kinds/moment.h"
#include "server/storage/list_store.h"
#include "sync/log/store.h"

namespace lianxin::server {

struct RetentionRule {
  std::string kind;
  std::vector<std::string> fields;  // at least one, none of them a state of a workflow
  std::int64_t keep_days = 0;       // [1, 36525]
  std::vector<std::string> states;  // empty: whatever its state
};

// invalid_argument: what it is none for, with its place. A kind or a field that the catalog does not have is wrong.
Result<std::vector<RetentionRule>> read_retention(const Catalog& catalog, std::string_view json);

struct DueRecord {
  StudioId studio;
  RecordId record;
  std::string day;  // on which its time began to run, YYYY-MM-DD
};

// Calls `f` with each record that holds something which the rule has erased by now, until it fails. Reads a few at a
// time, beside all other work.
Status each_due(const Moment& moment, Store& store, ListStore& lists, const RetentionRule& rule,
                const std::function<Status(const DueRecord&)>& f);

// Has it erased by the server's own device. How many changes held something of it.
Result<std::size_t> erase_due(const Moment& moment, Store& store, const RetentionRule& rule, const DueRecord& due);

}  // namespace lianxin::server
