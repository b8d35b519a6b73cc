#include "tests/fault/restored_world.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>

namespace lianxin::test {
namespace {

using std::chrono::steady_clock;

// But for one there are two or more to a studio, so that each holds rows of others.
constexpr FieldSeat seats[] = {{"990121-S01", "郝商量"}, {"990121-S01", "米小满"}, {"990121-S04", "竺溪声"},
                               {"990121-S04", "王结实"}, {"990121-S05", "石桥生"}, {"990121-S02", "艾一堂"},
                               {"990121-S02", "白芨"},   {"990121-S03", "田耕耘"}, {"990121-S03", "谷雨生"}};
constexpr std::size_t phones_at_first = 7, phones_max = 9, phones_min = 5;
constexpr int settle_passes_max = 8;

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

RestoredWorld::RestoredWorld(std::uint64_t seed, RestoreTally& tally)
    : tally_(tally), random_(seed), seed_(seed), office_(folder_) {
  office_.start();
  while (living_.size() < phones_at_first) enrol();
  round();
  office_.back_up();
}

void RestoredWorld::live_through(const std::vector<PutBack>& ways) {
  for (const PutBack way : ways) {
    work_on();
    restore(way);
  }
  for (const auto& phone : living_) tally_.made += static_cast<std::int64_t>(phone->made().size());
  for (const auto& phone : gone_) tally_.made += static_cast<std::int64_t>(phone->made().size());
  for (const Lost& lost : lost_) tally_.made += static_cast<std::int64_t>(lost.phone->made().size());
  office_.stop();
}

void RestoredWorld::enrol() {
  const std::size_t number = phones_ever_.size();
  const FieldSeat& seat = seats[number % std::size(seats)];
  living_.push_back(std::make_unique<FieldPhone>(office_.server(), seat, folder_ / "phone" + std::to_string(number),
                                                 seed_ * 1000 + number));
  phones_ever_.insert(living_.back()->device());
  ++tally_.phones;
}

// Rounds of work with backups between them; whatever else happens, happens since one of them.
void RestoredWorld::work_on() {
  for (int rounds = 0; rounds < 3; ++rounds) {
    if (rounds == 1 || random_.chance(30)) office_.back_up();
    if (rounds == 1 && living_.size() < phones_max) enrol();
    if (rounds == 1 && random_.chance(30)) office_.grant_more();
    round();
    if (rounds == 1 && living_.size() > phones_min + 1 && (cut_off_.empty() || random_.chance(30))) lose_a_phone();
  }
}

void RestoredWorld::round() {
  random_.shuffle(living_);
  for (const auto& phone : living_) {
    if (random_.chance(75)) phone->work(visits_);
    if (random_.chance(75)) (void)phone->sync();
    if (random_.chance(40)) desk_act();
  }
}

void RestoredWorld::lose_a_phone() {
  const std::size_t which = random_.below(living_.size());
  std::unique_ptr<FieldPhone> phone = std::move(living_[which]);
  living_.erase(living_.begin() + static_cast<std::ptrdiff_t>(which));
  office_.revoke(phone->device());
  cut_off_.insert(phone->device());
  lost_.push_back({std::move(phone), true});
  ++tally_.cut_off;
}

void RestoredWorld::desk_act() {
  if (visits_.empty()) return;
  const auto at = std::next(visits_.begin(), static_cast<std::ptrdiff_t>(random_.below(visits_.size())));
  if (at->second.empty()) return;
  const std::string& visit = random_.one_of(at->second);
  if (office_.accept(at->first, visit) || office_.count(at->first, visit)) ++tally_.desk_acts;
}

void RestoredWorld::restore(PutBack way) {
  const Before before = look_before();
  const OfficeBackup backup = random_.one_of(office_.backups());
  office_.put_back(backup, way);
  if (!keeps_journal(way)) {
    journal_lost_ = true;
    cut_off_.clear();
    for (Lost& lost : lost_) lost.journalled = false;
  }
  // Phones that a lost journal let in again are cut off once more by a backup of before.
  const RestoredFile restored = RestoredFile::read(office_.database());
  for (auto& phone : living_) {
    if (restored.cut_off.contains(phone->device())) lost_.push_back({std::move(phone), false});
  }
  std::erase(living_, nullptr);
  std::vector<FieldPhone*> home;
  std::vector<std::unique_ptr<FieldPhone>> staying;
  for (auto& phone : living_) {
    if (random_.chance(12) && living_.size() > phones_min + staying.size()) {
      staying.push_back(std::move(phone));
    } else {
      home.push_back(phone.get());
    }
  }
  std::erase(living_, nullptr);
  for (auto& phone : staying) {
    awaited_.insert(phone->device());
    gone_.push_back(std::move(phone));
    ++tally_.never_returned;
  }

  const auto begin = steady_clock::now();
  std::int64_t requests_before = 0, requests = 0;
  for (const FieldPhone* phone : home) requests_before += phone->requests();
  office_.start();
  std::vector<Made> rescued;
  come_home(home);
  come_home_lost(rescued);
  settle();
  for (const FieldPhone* phone : home) requests += phone->requests();
  tally_.requests.push_back(requests - requests_before);
  tally_.seconds.push_back(std::chrono::duration<double>(steady_clock::now() - begin).count());
  ++tally_.by_way[way];
  check(before, backup, way, home, rescued);
}

RestoredWorld::Before RestoredWorld::look_before() {
  office_.stop();
  Before before{DatabaseFile::read(office_.database()), RestoredFile::read(office_.database()), {}, now_text()};
  for (const auto& phone : living_) before.heads[phone.get()] = phone->held_heads();
  return before;
}

// In random order, while some write on before others are back, at home and at the desk.
void RestoredWorld::come_home(const std::vector<FieldPhone*>& home) {
  std::vector<FieldPhone*> order = home;
  random_.shuffle(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (random_.chance(50)) random_.one_of(order)->work(visits_);
    tally_.noticed += order[i]->sync().restored_server ? 1 : 0;
    if (random_.chance(30)) {
      FieldPhone* earlier = order[random_.below(i + 1)];
      earlier->work(visits_);
      (void)earlier->sync();
    }
    if (random_.chance(20)) desk_act();
  }
}

// A phone that was cut off hands over what it has and is emptied. Only where the journal that told of it is lost may it
// be let in as if nothing had been.
void RestoredWorld::come_home_lost(std::vector<Made>& rescued) {
  std::vector<Lost> away;
  for (Lost& lost : lost_) {
    if (random_.chance(40)) {
      away.push_back(std::move(lost));
      continue;
    }
    const bool purged = lost.phone->sync().purged;
    rescued.insert(rescued.end(), lost.phone->made().begin(), lost.phone->made().end());
    if (!purged && lost.journalled) fault("phone " + lost.phone->device() + " was cut off and was let in");
    tally_.purged += purged ? 1 : 0;
    if (!purged) cut_off_.erase(lost.phone->device());
    (purged ? gone_ : living_).push_back(std::move(lost.phone));
  }
  lost_ = std::move(away);
}

void RestoredWorld::settle() {
  for (int passes = 0; passes < settle_passes_max; ++passes) {
    std::int64_t moved = 0;
    for (const auto& phone : living_) {
      const SyncReport report = phone->sync();
      moved += report.pushed + report.rows;
    }
    if (moved == 0) return;
  }
  fault("the phones do not come to rest");
}

}  // namespace lianxin::test
