#include "sync/server/erase.h"

#include <algorithm>

#include "schema/refusals.h"
#include "sync/log/logged_line.h"
#include "sync/log/record_log.h"
#include "sync/model/limits.h"
#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

using Names = std::set<std::string, std::less<>>;

bool can_go(const Catalog& catalog, std::string_view kind, std::string_view field) {
  if (field.empty() || field.starts_with('_') || field.find_first_of(" /*") != std::string_view::npos) return false;
  const Field* known = catalog.field(kind, field);
  return !known || known->merge != Merge::ladder;
}

// Of one line what is asked for and still there.
Names fields_in(const Catalog& catalog, const Change& change, const Names& asked) {
  Names fields;
  for (const Write& write : change.writes) {
    if (write.op == Op::erased || !can_go(catalog, change.kind, write.at.field)) continue;
    if (asked.empty() || asked.contains(write.at.field)) fields.insert(write.at.field);
  }
  return fields;
}

// A head that a phone gave back is erased under the change that it is of, whose own line may come yet.
std::vector<ChangeId> ids_in(const Logged& logged, const Change& change) {
  std::vector<ChangeId> ids{logged.id};
  for (const Write& write : change.writes) {
    if (const auto given_back = witnessed_id(write)) ids.push_back(*given_back);
  }
  return ids;
}

Result<std::vector<Erased>> erased_of(LogAppender& log, const Catalog& catalog, const RecordId& record,
                                      const Names& asked) {
  std::vector<Erased> all;
  LX_TRY(const RecordLog of_record, lines_of(log.txn(), record));
  for (const Logged& logged : of_record.lines) {
    const std::optional<Change> change = change_in(logged);
    Names fields;
    if (change) {
      fields = fields_in(catalog, *change, asked);
    } else if (asked.empty() && !logged.line.empty()) {
      fields.emplace(all_of_line);
    }
    if (fields.empty()) continue;
    Erasures erasures;
    for (const ChangeId& id : change ? ids_in(logged, *change) : std::vector<ChangeId>{logged.id}) {
      erasures.emplace(id, Erased{id, fields, {}});
    }
    const std::optional<Logged> left = left_of(logged, erasures);
    if (!left) continue;
    for (auto& [id, erased] : erasures) {
      if (id == logged.id) erased.left = sha256(left->line);
      all.push_back(std::move(erased));
    }
  }
  return all;
}

// Each change that is made for it says as much as a line may hold.
std::vector<Draft> drafts_of(const Row& row, const std::vector<Erased>& all, const Erasing& erasing, Seq seen) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % limits::erased_at_a_time == 0) drafts.push_back({row.record, row.kind, erasing.reason, {}, seen});
    Write write = write_of(all[i]);
    if (const Cell* before = row.cell(write.at.text())) {
      for (const Head& head : before->heads) write.bases.push_back(head.id);
    }
    drafts.back().writes.push_back(std::move(write));
  }
  return drafts;
}

}  // namespace

Result<ErasingDone> erase(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                          const Erasing& erasing) {
  if (erasing.reason.empty()) return failure(Errc::invalid_argument, "an erasure needs a reason");
  ErasingDone done;
  const Status written = write_as(store, studio, rules, device, [&](LogAppender& log) -> Status {
    done = {};
    LX_CHECK(log.load(erasing.record));
    const Row row = log.replica().row(erasing.record);
    if (row.kind.empty()) return failure(Errc::not_found, "no such record");
    for (const std::string& field : erasing.fields) {
      if (!can_go(rules.catalog, row.kind, field)) return failure(Errc::invalid_argument, field);
    }
    const Names asked(erasing.fields.begin(), erasing.fields.end());
    LX_TRY(const std::vector<Erased> all, erased_of(log, rules.catalog, erasing.record, asked));
    for (const Draft& draft : drafts_of(row, all, erasing, log.head().seq)) {
      LX_TRY(LogAppender::OwnTaken taken, log.take_own(device, draft));
      if (taken.refusal) done.refused.push_back(std::move(*taken.refusal));
      if (!done.refused.empty()) return failure(Errc::not_allowed, done.refused.front().code);
    }
    done.changes = all.size();
    done.seq = log.head().seq;
    return {};
  });
  if (!written && done.refused.empty()) return tl::unexpected(written.error());
  return done;
}

}  // namespace lianxin
