#include "tests/sim/scenarios/resources.h"

#include <algorithm>
#include <array>

#include "schema/assert.h"
#include "tests/sim/files/memory_faults.h"
#include "tests/sim/scenarios/phone_story.h"
#include "tests/sim/scenarios/points.h"
#include "tests/sim/scenarios/server_reference.h"

namespace lianxin::sim {
namespace {

enum class Shortage {
  call_once,
  calls_for_good,
  sync_once,
  read_once,
  disk_full,
  sqlite_memory_once,
  sqlite_memory_for_good,
  memory_once,
  memory_for_good,
};
constexpr std::size_t shortages = 9;
constexpr std::int64_t full_levels = 50;

const char* name_of(Shortage shortage) {
  constexpr const char* names[] = {"one I/O call fails",    "I/O fails for good",      "one sync fails",
                                   "one read fails",        "the disk is full",        "SQLite gets no memory once",
                                   "SQLite gets no memory", "there is no memory once", "there is no memory"};
  return names[static_cast<std::size_t>(shortage)];
}

bool lasts(Shortage shortage) {
  return shortage == Shortage::calls_for_good || shortage == Shortage::sqlite_memory_for_good ||
         shortage == Shortage::memory_for_good || shortage == Shortage::disk_full;
}

bool is_memory(Shortage shortage) { return shortage == Shortage::memory_once || shortage == Shortage::memory_for_good; }

// How much a story uses of each when nothing is refused: so many points there are.
struct Needs {
  std::int64_t calls = 0, syncs = 0, reads = 0, bytes = 0, sqlite_allocations = 0, allocations = 0;

  std::int64_t points(Shortage shortage) const {
    switch (shortage) {
      case Shortage::call_once:
      case Shortage::calls_for_good: return calls;
      case Shortage::sync_once: return syncs;
      case Shortage::read_once: return reads;
      case Shortage::disk_full: return full_levels;
      case Shortage::sqlite_memory_once:
      case Shortage::sqlite_memory_for_good: return sqlite_allocations;
      case Shortage::memory_once:
      case Shortage::memory_for_good: return allocations;
    }
    return 0;
  }
};

void arm(FaultDisk& disk, Shortage shortage, const Needs& needs, std::int64_t point) {
  using Of = MemoryFaults::Of;
  switch (shortage) {
    case Shortage::call_once: return disk.fail_at(calls_all, point + 1);
    case Shortage::calls_for_good: return disk.fail_at(calls_all, point + 1, -1);
    case Shortage::sync_once: return disk.fail_at(call_sync, point + 1);
    case Shortage::read_once: return disk.fail_at(call_read, point + 1);
    case Shortage::disk_full: return disk.hold_at_most(needs.bytes * point / full_levels);
    case Shortage::sqlite_memory_once:
    case Shortage::sqlite_memory_for_good: return MemoryFaults::fail_at(Of::sqlite, point + 1, lasts(shortage));
    case Shortage::memory_once:
    case Shortage::memory_for_good: return MemoryFaults::fail_at(Of::cxx, point + 1, lasts(shortage));
  }
}

void heal(FaultDisk& disk) {
  disk.heal();
  (void)MemoryFaults::heal();
}

// One telling of one of the two stories. `Story` opens, takes steps, and says what is wrong with an error and a state.
template <class Story>
class Telling {
 public:
  Telling(std::uint64_t seed, Shortage shortage, Report& report)
      : story_(seed, report), shortage_(shortage), report_(report) {}

  // Without anything refused; counts what it takes.
  Needs measured() {
    FaultDisk& disk = Story::disk();
    Needs needs;
    const auto counted = [&](MemoryFaults::Of whose) {
      MemoryFaults::count(whose);
      LX_ASSERT(!story_.open());
      for (std::size_t at = 0; at < story_.steps(); ++at) {
        LX_ASSERT(!story_.step(at));
        needs.bytes = std::max(needs.bytes, disk.used_bytes());
      }
      return MemoryFaults::heal();
    };
    const std::int64_t calls = disk.calls(calls_all), syncs = disk.calls(call_sync), reads = disk.calls(call_read);
    (shortage_ == Shortage::memory_once ? needs.allocations : needs.sqlite_allocations) =
        counted(shortage_ == Shortage::memory_once ? MemoryFaults::Of::cxx : MemoryFaults::Of::sqlite);
    needs.calls = disk.calls(calls_all) - calls;
    needs.syncs = disk.calls(call_sync) - syncs;
    needs.reads = disk.calls(call_read) - reads;
    return needs;
  }

  void run(const Needs& needs, std::int64_t point) {
    arm(Story::disk(), shortage_, needs, point);
    if (!done([&] { return story_.open(); }, "opening")) return;
    for (std::size_t at = 0; at < story_.steps(); ++at) {
      if (!done([&] { return story_.step(at); }, story_.name(at))) return;
    }
    heal(Story::disk());
    story_.end();
  }

 private:
  // Does it, and once more when it failed and what was refused is back.
  template <class F>
  bool done(F&& act, const std::string& name) {
    std::optional<std::string> failed = act();
    if (!failed) return true;
    report_.count("refusals");
    const std::string what = std::string(name_of(shortage_)) + ", " + name + ": ";
    const bool ended = healed_;
    heal(Story::disk());
    healed_ = true;
    if (!report_.expect(3, !ended, what + "failed though nothing was refused: " + *failed)) return false;
    const std::string unclear = story_.unclear(shortage_);
    report_.expect(3, unclear.empty(), what + unclear);
    story_.look_after();
    failed = act();
    return report_.expect(3, !failed, what + "it does not go on when that is back: " + failed.value_or(""));
  }

  Story story_;
  const Shortage shortage_;
  Report& report_;
  bool healed_ = false;
};

// The server engine. std::bad_alloc may leave it: the border that answers requests catches it.
class ServerUnderShortage {
 public:
  ServerUnderShortage(std::uint64_t seed, Report& report) : report_(report), server_(story_file()) {
    (void)untroubled();  // told on the same disk, so before
    wipe_story_disk(seed);
    the_story().begin_again();
  }
  ~ServerUnderShortage() { server_.close(); }

  static FaultDisk& disk() { return story_disk(); }
  std::size_t steps() const { return the_story().steps().size(); }
  std::string name(std::size_t at) const { return the_story().steps()[at].name; }

  std::optional<std::string> open() {
    return failure_of([&]() -> Status { return server_.is_open() ? Status() : server_.open(); });
  }

  std::optional<std::string> step(std::size_t at) {
    if (done_ == at + 1) return std::nullopt;
    at_ = at;
    if (auto failed = open()) return failed;
    return failure_of([&]() -> Status {
      LX_TRY(const std::string told, the_story().steps()[at].run(server_));
      (void)told;
      return {};
    });
  }

  std::string unclear(Shortage shortage) const {
    if (thrown_) return is_memory(shortage) ? "" : "it threw";
    if (error_.message.empty()) return "an error without a word";
    if (error_.code != Errc::unavailable) return "another code: " + error_.message;
    const bool says_full = error_.message.find("disk full") != std::string::npos;
    return shortage == Shortage::disk_full && !says_full ? "it does not say that the disk is full: " + error_.message
                                                         : "";
  }

  // Nothing of a step that failed remains, or all of it. A desk that finds its step done does not take it again.
  void look_after() {
    if (!server_.is_open()) return;
    const Standing standing = standing_at(server_.database(), at_);
    report_.expect(3, standing.before || standing.after,
                   "at " + name(at_) + " neither before nor after:" + standing.why_neither);
    if (!standing.before && standing.after && the_story().steps()[at_].once) done_ = at_ + 1;
  }

  void end() {
    const Result<TableHashes> now = table_hashes(server_.database());
    const std::string other = now ? differing(*now, untroubled().tables.back()) : now.error().message;
    report_.expect(7, other.empty(), "the end is not that of a server that lacked nothing:" + other);
  }

 private:
  template <class F>
  std::optional<std::string> failure_of(F&& act) {
    thrown_ = false;
    Status done;
    try {
      const UnderMemoryFaults exposed;
      done = act();
    } catch (const std::bad_alloc&) {
      thrown_ = true;
      return "std::bad_alloc";
    }
    if (done) return std::nullopt;
    error_ = done.error();
    return error_.message;
  }

  Report& report_;
  StoryServer server_;
  std::size_t at_ = 0, done_ = 0;  // the step that was last taken; one more than the step that turned out to be done
  Error error_;
  bool thrown_ = false;
};

// The SDK: nothing may be thrown at an app, but where there is no memory even for a sentence.
class PhoneUnderShortage {
 public:
  PhoneUnderShortage(std::uint64_t seed, Report& report) : story_(seed, report) {
    story_.before_checks = [] { heal(PhoneStory::disk()); };
  }

  static FaultDisk& disk() { return PhoneStory::disk(); }
  std::size_t steps() const { return story_.steps().size(); }
  std::string name(std::size_t at) const { return story_.steps()[at].name; }
  std::optional<std::string> open() { return failure_of(story_.open()); }
  std::optional<std::string> step(std::size_t at) { return failure_of(story_.steps()[at].run()); }

  std::string unclear(Shortage shortage) const {
    if (problem_.code == "thrown") return shortage == Shortage::memory_for_good ? "" : problem_.detail;
    if (problem_.zh.empty() || problem_.en.empty()) return "a problem without a sentence: " + problem_.code;
    if (problem_.kind != ProblemKind::storage || problem_.code == "file_damaged") {
      return "another code: " + problem_.code + " " + problem_.detail;
    }
    return {};
  }

  void look_after() {
    if (story_.is_open()) story_.check_file();
  }
  void end() {
    if (story_.is_open()) story_.check_file();
  }

 private:
  std::optional<std::string> failure_of(const Expected<void>& done) {
    if (done) return std::nullopt;
    problem_ = done.problem();
    return problem_.code + " " + problem_.detail;
  }

  PhoneStory story_;
  Problem problem_;
};

template <class Story>
Needs needs_of() {
  static const Needs needs = [] {
    Report report;
    Needs all = Telling<Story>(1, Shortage::memory_once, report).measured();
    all.sqlite_allocations = Telling<Story>(1, Shortage::sqlite_memory_once, report).measured().sqlite_allocations;
    LX_ASSERT(!report.failed());
    return all;
  }();
  return needs;
}

template <class Story>
void tell(std::uint64_t turn, Report& report) {
  const Needs needs = needs_of<Story>();
  const auto shortage = static_cast<Shortage>(turn % shortages);
  const auto points = static_cast<std::uint64_t>(needs.points(shortage));
  const std::uint64_t point = spread(turn / shortages + 1, points);
  Telling<Story>(turn + 1, shortage, report).run(needs, static_cast<std::int64_t>(point));
}

}  // namespace

void run_resources(const Trial& trial, Report& report) {
  const WithoutMemoryFaults spared;
  report.findings.seed = trial.seed;
  const std::uint64_t turn = (trial.seed - 1) / 2;
  trial.seed % 2 == 1 ? tell<ServerUnderShortage>(turn, report) : tell<PhoneUnderShortage>(turn, report);
}

}  // namespace lianxin::sim
