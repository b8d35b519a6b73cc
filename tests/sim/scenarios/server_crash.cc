#include "tests/sim/scenarios/server_crash.h"

#include <SQLiteCpp/Database.h>

#include "server/storage/sqlite/connection.h"
#include "tests/sim/scenarios/points.h"
#include "tests/sim/scenarios/server_reference.h"

namespace lianxin::sim {
namespace {

constexpr unsigned fatal_calls = call_write | call_sync;

class CrashedTelling {
 public:
  CrashedTelling(std::uint64_t seed, Report& report) : seed_(seed), report_(report), server_(story_file()) {}

  void run() {
    const Untroubled& well = untroubled();
    const std::uint64_t point = spread(seed_, server_crash_points());
    power_ = static_cast<Power>(point % 3);
    wipe_story_disk(seed_);
    story_disk().crash_at(fatal_calls, 1 + static_cast<std::int64_t>(point / 3), done_of(seed_));
    the_story().begin_again();
    (void)server_.open();
    std::size_t at = 0;
    while (at < the_story().steps().size()) {
      const ServerStory::Step& step = the_story().steps()[at];
      const Result<std::string> told =
          server_.is_open() ? step.run(server_) : Result<std::string>(failure(Errc::unavailable, "not open"));
      if (told) {
        report_.expect(2, *told == well.told[at], "step " + step.name + ": another answer");
        ++at;
        continue;
      }
      if (!report_.expect(3, !story_disk().is_on(), "step " + step.name + " failed by itself: " + told.error().message))
        return;
      if (!come_back(at)) return;
    }
    server_.close();  // which moves what is left in the WAL into the file, and may be the moment
    if (story_disk().is_on() ? !opens() : !come_back(at)) return;
    end();
  }

 private:
  bool opens() {
    story_disk().heal();
    const Status opened = server_.open();
    return report_.expect(3, opened.has_value(), "it does not open again: " + (opened ? "" : opened.error().message));
  }

  // The power returns. `at`: the step that was interrupted; moves on where it turns out to be done.
  bool come_back(std::size_t& at) {
    report_.count("crashes");
    server_.close();
    story_disk().power_on(power_, seed_);
    if (seed_ % 4 == 0) {  // it fails once more, while the database is being opened
      story_disk().crash_at(calls_that_change, 1 + static_cast<std::int64_t>(seed_ / 4 % 5), done_of(seed_));
      (void)server_.open();
      server_.close();
      if (!story_disk().is_on()) story_disk().power_on(power_, seed_ + 1);
    }
    return opens() && whole() && before_or_after(at);
  }

  bool whole() {
    std::string verdict;
    const Status read = server_.database().read([&](SqlConnection& connection) -> Status {
      verdict = SqliteConnection::of(connection).database().execAndGet("PRAGMA integrity_check").getString();
      return {};
    });
    return report_.expect(3, read && verdict == "ok", "integrity_check: " + (read ? verdict : read.error().message));
  }

  bool before_or_after(std::size_t& at) {
    const Standing standing = standing_at(server_.database(), at);
    const std::string name = at < the_story().steps().size() ? the_story().steps()[at].name : "the end";
    if (!standing.before && standing.after && the_story().steps()[at].once) ++at;
    return report_.expect(3, standing.before || standing.after,
                          "at " + name + " neither before nor after:" + standing.why_neither);
  }

  void end() {
    const Result<TableHashes> now = table_hashes(server_.database());
    const std::string other = now ? differing(*now, untroubled().tables.back()) : now.error().message;
    report_.expect(7, other.empty(), "the end is not that of a server that never died:" + other);
    whole();
  }

  const std::uint64_t seed_;
  Report& report_;
  StoryServer server_;
  Power power_ = Power::clean;
};

}  // namespace

std::uint64_t server_crash_points() { return static_cast<std::uint64_t>(untroubled().calls) * 3; }

void run_server_crash(const Trial& trial, Report& report) {
  report.findings.seed = trial.seed;
  CrashedTelling(trial.seed, report).run();
}

}  // namespace lianxin::sim
