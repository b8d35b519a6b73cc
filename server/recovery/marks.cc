#include "server/recovery/marks.h"

#include <utility>

#include "server/people/states.h"
#include "server/recovery/recovery.h"
#include "server/storage/sql.h"

namespace lianxin::server {

Status Marks::tell() {
  const std::lock_guard lock(mutex_);
  LX_CHECK(tell_marks());
  if (!agrees_) return {};
  LX_CHECK(tell_untold(parts_));
  LX_TRY(Agreement now, look());
  const std::optional<Agreement> before = std::exchange(seen_, std::move(now));
  return before ? note(*before) : Status{};
}

Status Marks::tell_at_end() {
  const std::lock_guard lock(mutex_);
  LX_CHECK(tell_marks());
  LX_CHECK(tell_untold(parts_));
  LX_TRY(const Agreement now, look());
  return note(now);
}

Status Marks::tell_marks() {
  LX_TRY(const auto heads, heads_of(parts_.store));
  Value::List studios, syncs;
  for (const auto& [studio, head] : heads) {
    Seq& told = told_[studio];
    if (told == head.seq) continue;
    told = head.seq;
    studios.push_back(Value::Object{{"studio", studio.text()}, {"seq", head.seq}, {"log", to_hex(head.log_hash)}});
  }
  for (const auto& [device, note] : syncs_.take_recent()) {
    syncs.push_back(Value::Object{{"device", device.text()}, {"at_ms", note.at_ms}, {"backlog", note.backlog}});
  }
  if (studios.empty() && syncs.empty()) return parts_.journal.append({});
  Value::Object entry{{"kind", "marks"}, {"studios", std::move(studios)}, {"syncs", std::move(syncs)}};
  return parts_.journal.append({std::move(entry)}, false);
}

Result<Agreement> Marks::look() {
  Agreement agreement;
  LX_TRY(agreement.place, parts_.journal.end());
  LX_TRY(agreement.state_no, parts_.database.ask(last_state_no));
  LX_TRY(const auto heads, heads_of(parts_.store));
  for (const auto& [studio, head] : heads) agreement.marks.emplace(studio, head.seq);
  return agreement;
}

Status Marks::note(const Agreement& agreement) {
  if (agreement.place.number == noted_number_) return {};
  LX_CHECK(parts_.database.write([&](SqlConnection& connection) -> Status {
    put_agreement(connection, agreement);
    return {};
  }));
  noted_number_ = agreement.place.number;
  return {};
}

}  // namespace lianxin::server
