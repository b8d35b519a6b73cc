// A record that a test takes through a workflow.
#pragma once

#include "sync/rules/apply.h"
#include "sync/rules/bases.h"
#include "tests/sync/fixtures.h"

namespace lianxin {

// A record that steps were taken with, by whoever might.
class Played {
 public:
  Played(const Catalog& kinds, std::string kind, std::string ladder_field)
      : catalog(kinds), field(std::move(ladder_field)) {
    row.record = numbered<RecordId>(1);
    row.kind = std::move(kind);
    row.created = Hlc::at(Bench::noon_ms);
    row.created_by = numbered<MemberId>(1);
  }

  Change change_of(std::vector<Write> writes, std::string reason = "理由") const {
    Change change;
    change.id = numbered<ChangeId>(next_);
    change.record = row.record;
    change.kind = row.kind;
    change.kinds_version = 0;
    change.reason = std::move(reason);
    change.writes = std::move(writes);
    return change;
  }
  Row with(const Change& change, const std::string& role, std::int64_t at_ms) const {
    Row after = row;
    Stamp stamp;
    stamp.clock = Hlc::at(at_ms);
    stamp.seq = next_;
    const std::vector<std::string> roles{role};
    stamp.roles = roles;
    apply(catalog, after, change, stamp, [](const ChangeId&, const Address&) {
      return KnownWrite{KnownWrite::Standing::applied, {}, {}, {}};
    });
    return after;
  }
  void take(const Change& change, const std::string& role, std::int64_t at_ms) {
    row = with(change, role, at_ms);
    ++next_;
  }
  Write step_to(const std::string& to) const {
    return edit_of(catalog, row.kind, row, {field, {}, {}}, Op::step, Value(to));
  }
  void fill(const std::string& name, Value value) {
    take(change_of({edit_of(catalog, row.kind, row, *Address::parse(name), Op::put, std::move(value))}), "server",
         Bench::noon_ms);
  }

  const Catalog& catalog;
  std::string field;
  Row row;

 private:
  std::uint8_t next_ = 1;
};

}  // namespace lianxin
