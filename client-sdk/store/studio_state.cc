#include "client-sdk/store/studio_state.h"

#include <algorithm>

#include "sync/model/limits.h"

namespace lianxin::client {

const std::string& Pull::asking_cursor() const { return gather_ == Stage::gathering ? *set_cursor_ : cursor_; }

void Pull::gather(std::string cursor) {
  gather_ = Stage::gathering;
  set_cursor_ = std::move(cursor);
}

void Pull::end_gathering(std::string cursor) {
  gather_ = Stage::gathered;
  set_cursor_ = std::move(cursor);
}

void Pull::arrive(std::string cursor) {
  gather_ = Stage::following;
  cursor_ = std::move(cursor);
  set_cursor_.reset();
  offered_.reset();
}

Pull Pull::stored(std::string cursor, std::optional<std::string> set_cursor, bool set_whole,
                  std::optional<std::int64_t> offered) {
  Pull pull;
  pull.cursor_ = std::move(cursor);
  if (set_cursor) pull.gather_ = set_whole ? Stage::gathered : Stage::gathering;
  pull.set_cursor_ = std::move(set_cursor);
  if (offered) pull.offered_ = std::max<std::int64_t>(0, *offered);
  return pull;
}

void Repair::begin_day(std::int64_t today) {
  if (day == today) return;
  day = today;
  pulls = 0;
  if (!flagged) return;
  stage = Stage::none;
  compare_from.reset();
}

bool Repair::no_pull_left() const { return stage == Stage::pulled_twice || pulls >= limits::repair_pulls_a_day_max; }

void Repair::note_pull() {
  ++pulls;
  stage = stage == Stage::pulled_once ? Stage::pulled_twice : Stage::pulled_once;
}

void Repair::flag() {
  flagged = true;
  compare_from = 0;
}

void Repair::end() {
  stage = Stage::none;
  flagged = false;
  compare_from.reset();
}

Repair Repair::stored(int stage, bool flagged, std::int64_t day, int pulls, std::optional<Seq> compare_from) {
  Repair repair;
  const bool known = stage >= 0 && stage <= static_cast<int>(Stage::pulled_twice);
  repair.stage = known ? static_cast<Stage>(stage) : Stage::none;
  repair.flagged = flagged;
  repair.day = day;
  repair.pulls = std::max(0, pulls);
  if (flagged) repair.compare_from = compare_from;
  return repair;
}

}  // namespace lianxin::client
