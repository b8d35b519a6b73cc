#include "tests/sim/scenarios/phone_crash.h"

#include "tests/sim/scenarios/phone_story.h"
#include "tests/sim/scenarios/points.h"

namespace lianxin::sim {
namespace {

constexpr unsigned fatal_calls = call_write | call_sync;

std::int64_t calls_of_the_story() {
  static const std::int64_t calls = [] {
    Report report;
    PhoneStory story(1, report);
    const std::int64_t before = PhoneStory::disk().calls(fatal_calls);
    tell_untroubled(story, report);
    return PhoneStory::disk().calls(fatal_calls) - before;
  }();
  return calls;
}

class CrashedPhone {
 public:
  CrashedPhone(std::uint64_t seed, Report& report) : seed_(seed), report_(report), story_(seed, report) {}

  void run(std::uint64_t point) {
    power_ = static_cast<Power>(point % 3);
    PhoneStory::disk().crash_at(fatal_calls, 1 + static_cast<std::int64_t>(point / 3), done_of(seed_));
    bool open = story_.open().ok();
    for (const PhoneStory::Step& step : story_.steps()) {
      while (true) {
        if (open) {
          const Expected<void> done = step.run();
          if (done) break;
          const std::string why = done.problem().code + " " + done.problem().detail;
          if (!report_.expect(3, !PhoneStory::disk().is_on(), step.name + " failed by itself: " + why)) return;
        }
        open = come_back();
        if (!open) return;
      }
    }
    if (!PhoneStory::disk().is_on() && !come_back()) return;
    story_.check_file();
    story_.check_tasks();
  }

 private:
  bool come_back() {
    if (!report_.expect(3, !PhoneStory::disk().is_on(), "it does not open though the power is on")) return false;
    report_.count("crashes");
    story_.close();
    PhoneStory::disk().power_on(power_, seed_);
    const Expected<void> opened = story_.open();
    const std::string why = opened ? "" : opened.problem().detail;
    if (!report_.expect(3, opened.ok(), "it does not open again: " + why)) return false;
    story_.check_file();
    story_.check_tasks();
    return true;
  }

  const std::uint64_t seed_;
  Report& report_;
  PhoneStory story_;
  Power power_ = Power::clean;
};

}  // namespace

std::uint64_t phone_crash_points() { return static_cast<std::uint64_t>(calls_of_the_story()) * 3; }

void run_phone_crash(const Trial& trial, Report& report) {
  report.findings.seed = trial.seed;
  const std::uint64_t point = spread(trial.seed, phone_crash_points());
  CrashedPhone(trial.seed, report).run(point);
}

}  // namespace lianxin::sim
