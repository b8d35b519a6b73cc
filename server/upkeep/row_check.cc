#include "server/upkeep/row_check.h"

#include <algorithm>

#include "server/storage/snapshot.h"
#include "server/upkeep/mender.h"

namespace lianxin::server {

Status RowCheck::look(const Catalog& catalog, std::int64_t now_ms, const std::function<bool()>& stop) {
  const bool over = began_ms_ == INT64_MIN || (now_ms - began_ms_ >= limits::rows_summed_every_ms && !behind(now_ms));
  // Also where the clock was set back: better once too often than not for as long as it was wrong.
  if (over || now_ms < began_ms_) LX_CHECK(begin_round(now_ms));
  while (behind(now_ms) && !stop()) LX_CHECK(next_slice(catalog, now_ms));
  return {};
}

Status RowCheck::begin_round(std::int64_t now_ms) {
  LX_TRY(const std::vector<StudioId> studios, store_.studios());
  std::vector<Length> round;
  Seq total = 0;
  for (const StudioId& studio : studios) {
    LX_TRY(const StudioHead head, head_of(store_, studio));
    round.push_back({studio, head.seq});
    total += head.seq;
  }
  round_ = std::move(round);
  studio_ = 0;
  sum_ = {};
  began_ms_ = now_ms;
  total_ = total;
  done_ = 0;
  return {};
}

bool RowCheck::behind(std::int64_t now_ms) const {
  if (studio_ == round_.size()) return false;
  const double elapsed = static_cast<double>(std::min(now_ms - began_ms_, limits::rows_summed_every_ms));
  const double due = static_cast<double>(total_) * elapsed / static_cast<double>(limits::rows_summed_every_ms);
  return static_cast<double>(done_ + std::min(sum_.at(), round_[studio_].rows_up_to)) < due;
}

Status RowCheck::next_slice(const Catalog& catalog, std::int64_t now_ms) {
  const StudioId studio = round_[studio_].studio;
  if (by_sensitivities_ != catalog.sensitivity_version) sum_ = {};
  by_sensitivities_ = catalog.sensitivity_version;
  RowsSum::Found found = RowsSum::Found::more;
  Status read = store_.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(found, sum_.next_slice(snapshot, catalog));
    return {};
  });
  if (read && found == RowsSum::Found::more) return {};
  next_studio();
  LX_CHECK(std::move(read));
  if (found == RowsSum::Found::right) return {};
  LX_CHECK(mender_.rows_doubted(studio, catalog, now_ms));
  return {};
}

void RowCheck::next_studio() {
  done_ += round_[studio_].rows_up_to;
  ++studio_;
  sum_ = {};
}

}  // namespace lianxin::server
