// What the server does of itself in a write transaction (log_appender.h): it lets in what waited, gives numbers,
// and marks what a consent withholds (withholding.cc).
#include <algorithm>

#include "schema/refusals.h"
#include "sync/model/limits.h"
#include "sync/rules/official_number.h"
#include "sync/server/judge_line.h"
#include "sync/server/log_appender.h"

namespace lianxin {

// What builds on it may be due, and a number that came back is not given again.
Status LogAppender::note_effect(const Change& change) {
  waiting_.took_effect(change.record, change.id);
  for (const Write& write : change.writes) {
    const std::optional<ChangeId> head = witnessed_id(write);
    if (!head) continue;
    waiting_.took_effect(change.record, *head);
    const Value* given = write.witnessed.find("value");
    if (write.at.field == "_official_no" && given && given->text()) LX_CHECK(note_number(*given->text()));
  }
  return {};
}

// A head that nobody confirmed waits for its author's own line; every other line for what keeps it out.
bool LogAppender::is_due(const ChangeId& id) {
  const Replica::Known* held = replica_.find(id);
  if (held->logged.code == refusals::witnessed_unproved) {
    const std::optional<ChangeId> head = witnessed_id(held->change->writes.front());
    const Replica::Known* own = head ? replica_.find(*head) : nullptr;
    if (!own || own->logged.applied_seq == 0) return false;
  }
  return can_be_released(judging(), *held);
}

// What was held apart and is decided takes effect in its own record.
Status LogAppender::let_in(const RecordId& overflow) {
  std::vector<ChangeId> decided;
  for (const auto& [address, cell] : replica_.row(overflow).cells) {
    const std::optional<Address> at = Address::parse(address);
    const auto id = at && at->field == held_field ? ChangeId::parse(at->element) : std::nullopt;
    if (id && !replica_.row(overflow).held_mark(*id)) decided.push_back(*id);
  }
  for (const ChangeId& id : decided) {
    const Replica::Known* held = replica_.find(id);
    if (!held || !held->apart() || held->logged.applied_seq > 0) continue;
    const RecordId record = held->change->record;
    LX_CHECK(load_rows({record}));
    LX_CHECK(act_as_server(record, release_of(id)));
    LX_CHECK(follow_up(record));
  }
  return {};
}

Status LogAppender::follow_up(const RecordId& record) {
  if (replica_.row(record).kind == overflow_kind) return let_in(record);
  std::set<ChangeId> due = waiting_.due(replica_, record);
  while (!due.empty()) {
    const ChangeId id = *due.begin();
    due.erase(due.begin());
    if (!is_due(id)) continue;
    LX_CHECK(act_as_server(record, release_of(id)));
    due.merge(waiting_.due(replica_, record));
  }
  LX_CHECK(withhold(record));
  return give_number(record);
}

Status LogAppender::release(const ChangeId& id) {
  const Replica::Known* held = replica_.find(id);
  if (!held || !held->change) return {};
  LX_CHECK(load_rows({held->logged.record, held->change->record}));
  if (!can_be_released(judging(), *held)) return {};
  const RecordId held_in = held->logged.record;
  LX_CHECK(act_as_server(held_in, release_of(id)));
  return follow_up(held_in);
}

// Of this transaction, where one was given in it.
Result<std::int64_t*> LogAppender::last_number(const std::string& key) {
  auto at = addition_.numbers.find(key);
  if (at == addition_.numbers.end()) {
    LX_TRY(const std::int64_t last, txn_.number(key));
    at = addition_.numbers.emplace(key, last).first;
  }
  return &at->second;
}

Status LogAppender::give_number(const RecordId& record) {
  const Row& row = replica_.row(record);
  const auto series = number_due(rules_.catalog, row, rules_.place);
  // One that a phone gave back waits to be confirmed: no second one is given meanwhile.
  const bool is_awaited = std::any_of(row.held.begin(), row.held.end(), [](const HeldMark& mark) {
    return mark.code == refusals::witnessed_unproved && mark.field == "_official_no" &&
           mark.decision == HeldMark::Decision::open;
  });
  if (!series || is_awaited) return {};
  LX_TRY(std::int64_t * last, last_number(series->key));
  if (*last >= limits::official_number_max) return {};
  *last += 1;
  return act_as_server(record, Write{{"_official_no", {}, {}}, Op::put, official_number(*series, *last), {}, {}, {}});
}

Status LogAppender::note_number(const std::string& official_no) {
  const auto counted = counted_in(official_no);
  if (!counted) return {};
  LX_TRY(std::int64_t * last, last_number(counted->key));
  if (may_have_been_given(*counted, *last)) *last = std::max(*last, counted->number);
  return {};
}

Status LogAppender::act_as_server(const RecordId& record, Write write) {
  const Draft draft{record, replica_.row(record).kind, {}, {std::move(write)}, head_.seq};
  LX_CHECK(chain(rules_.self.device, chain_start(studio_, rules_.self.key)));
  const Change change = make(rules_.self, draft);
  LX_TRY(const Taken taken,
         log({rules_.self.device, nullptr}, chains_.at(rules_.self.device), Line::of(line_of(change)), change));
  // The server does only what it has just judged; should the two ever disagree, this push fails and is told, and no
  // phone can bring the process down with it.
  if (taken.outcome != Outcome::applied)
    return failure(Errc::corrupt, "the server's own change was held: " + taken.code);
  return {};
}

}  // namespace lianxin
