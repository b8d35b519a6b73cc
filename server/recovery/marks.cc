#include "server/recovery/marks.h"

#include <algorithm>

#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {

Status Marks::tell() {
  const std::lock_guard lock(mutex_);
  LX_TRY(const auto heads, heads_of(store_));
  Value::List studios, syncs;
  for (const auto& [studio, head] : heads) {
    Seq& told = told_[studio];
    if (told == head.seq) continue;
    told = head.seq;
    studios.push_back(Value::Object{{"studio", studio.text()}, {"seq", head.seq}, {"log", to_hex(head.log_hash)}});
  }
  for (const auto& [device, note] : devices_.take_recent()) {
    syncs.push_back(Value::Object{{"device", device.text()}, {"at_ms", note.at_ms}, {"backlog", note.backlog}});
  }
  if (studios.empty() && syncs.empty()) return journal_.append({});
  std::vector<Value::Object> entries;
  entries.push_back({{"kind", "marks"}, {"studios", std::move(studios)}, {"syncs", std::move(syncs)}});
  return journal_.append(std::move(entries), false);
}

Result<Agreement> Marks::look() {
  Agreement agreement;
  LX_TRY(agreement.place, journal_.end());
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    agreement.state_no = last_state_no(connection);
    return {};
  }));
  LX_TRY(const auto heads, heads_of(store_));
  for (const auto& [studio, head] : heads) agreement.marks.emplace(studio, head.seq);
  return agreement;
}

Status Marks::note_agreement(bool settled) {
  const std::lock_guard lock(mutex_);
  LX_TRY(Agreement now, look());
  std::optional<Agreement> agreed = settled ? std::optional(now) : std::move(seen_);
  seen_ = std::move(now);
  if (!agreed || agreed->place.number == noted_number_) return {};
  LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
    put_agreement(connection, *agreed);
    return {};
  }));
  noted_number_ = agreed->place.number;
  return {};
}

}  // namespace lianxin::server
