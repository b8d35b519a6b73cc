// F20: thirty days of a county in virtual time: 500 phones in 80 studios. They have signal one to three times a day,
// for minutes, at 20 to 200 kbit/s; some are lost, some cloned, members move from studio to studio, and once the server
// is set back by a day. In the end the books agree: everything that a living phone ever saved is on the server, once.
#include <algorithm>

#include "sync/model/limits.h"
#include "tests/sim/files/fault_files.h"
#include "tests/sim/life.h"
#include "tests/sim/scenarios/scenarios.h"

namespace lianxin::sim {
namespace {

constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
constexpr int days = 30, phones_at_first = 500, studios = 80, visits_a_day_max = 3;
constexpr int lost_phones = 5, cloned_phones = 3, moves = 40, restore_on_day = 15;

// How many of so many in all fall on that day.
constexpr int due(int in_all, int today) { return in_all * (today + 1) / days - in_all * today / days; }

// A window of signal: what is on its way when it closes is lost, on the way there or on the way back.
class Window final : public Transport {
 public:
  Window(FakeServer& server, std::int64_t& now_ms, std::uint64_t seed)
      : server_(server), now_ms_(now_ms), random_(seed) {}

  void open() {
    closes_ms_ = now_ms_ + random_.between(1, 20) * minute;
    bits_a_ms_ = random_.between(20, 200);
    always_ = false;
  }
  void stay_open() { always_ = true; }

  TransportReply call(const TransportRequest& request) override {
    TransportReply lost;
    lost.delivery = Delivery::unknown;
    if (!travel(request.body.size())) return lost;
    server_.now_ms = now_ms_;
    TransportReply reply = server_.call(request);
    return travel(reply.body.size()) ? reply : lost;
  }

 private:
  bool travel(std::size_t bytes) {
    if (always_) return true;
    now_ms_ += 200 + static_cast<std::int64_t>(bytes) * 8 / bits_a_ms_;
    return now_ms_ < closes_ms_ && !random_.chance(2);
  }

  FakeServer& server_;
  std::int64_t& now_ms_;
  SeededRandom random_;
  std::int64_t closes_ms_ = 0, bits_a_ms_ = 20;
  bool always_ = true;
};

class County {
 public:
  County(const Trial& trial, Report& report) : report_(report), random_(trial.seed), server_(sim_kinds()) {
    server_.now_ms = now_ms_;
    server_.sum_rows_every(limits::rows_summed_every_ms);
    studios_ = {server_.studio, server_.second_studio};
    while (studios_.size() < studios) studios_.push_back(server_.add_studio());
    phones_.reserve(phones_at_first + cloned_phones);
    for (int i = 0; i < phones_at_first; ++i) enrol(static_cast<std::size_t>(i) % studios);
  }

  void run() {
    for (int today = 0; today < days; ++today) {
      const std::int64_t morning = now_ms_;
      if (today == restore_on_day) {
        server_.restore(backup_);
        report_.count("restores");
      }
      for (std::size_t i = 0; i < phones_.size(); ++i) live_a_day(i, morning);
      happen(today);
      now_ms_ = std::max(now_ms_, morning + day);
      backup_ = server_.backup();
    }
    come_to_rest();
    check();
  }

 private:
  struct Resident {
    MemberId member;
    std::size_t studio;
    std::unique_ptr<Window> window;
    std::unique_ptr<SimPhone> phone;
    bool gone = false;
  };

  static std::string disk(std::size_t index) { return "/sim/county-" + std::to_string(index); }

  Resident& place(const MemberId& member, std::size_t studio) {
    const std::size_t index = phones_.size();
    FaultFiles::install().wipe(disk(index));
    Resident& resident = phones_.emplace_back();
    resident.member = member;
    resident.studio = studio;
    resident.window = std::make_unique<Window>(server_, now_ms_, random_.next());
    resident.phone = std::make_unique<SimPhone>(disk(index) + "/lianxin.db", *resident.window, now_ms_, random_.next());
    resident.phone->clock.offset_ms =
        random_.chance(10) ? random_.between(-365, 365) * day : random_.between(-9000, 9000);
    return resident;
  }

  void enrol(std::size_t studio) {
    const MemberId member =
        server_.add_member("成员" + std::to_string(phones_.size()), "convener", Sensitivity::internal);
    if (studio != 0) {  // add_member() granted the first
      server_.end_grants(member, studios_[0]);
      server_.grant(member, studios_[studio], "convener", Sensitivity::internal);
    }
    now_ms_ += 1000;
    server_.now_ms = now_ms_;
    Resident& resident = place(member, studio);
    const bool ready = resident.phone->open().ok() &&
                       resident.phone->phone().enrol("https://sim.example", server_.code_for(member), "手机").ok();
    if (!ready || !sync(resident).ok()) throw std::runtime_error("a phone does not enrol");
  }

  void live_a_day(std::size_t index, std::int64_t morning) {
    Resident& resident = phones_[index];
    if (resident.gone) return;
    now_ms_ = morning + random_.between(7, 9) * hour;
    const auto visits = static_cast<int>(random_.below(visits_a_day_max + 1));
    for (int i = 0; i < visits; ++i) {
      now_ms_ += random_.between(5, 90) * minute;
      visit(resident);
    }
    for (std::size_t window = 0, windows = 1 + random_.below(3); window < windows; ++window) {
      now_ms_ += random_.between(10, 120) * minute;
      resident.window->open();
      (void)sync(resident);
    }
  }

  Expected<SyncReport> sync(Resident& resident) {
    SyncOptions options;
    options.wait = [this](std::int64_t ms) { now_ms_ += ms; };
    return resident.phone->phone().sync(options);
  }

  void visit(Resident& resident) {
    const std::string studio = studios_[resident.studio].text();
    const std::vector<RecordId> known = resident.phone->records(studios_[resident.studio]);
    const bool again = !known.empty() && random_.chance(40);
    auto form = again ? resident.phone->phone().begin_edit(random_.one_of(known).text())
                      : resident.phone->phone().begin_new("visit", studio);
    if (!form) return;  // he has been moved, and his phone has heard of it
    (void)form->set("title", "走访" + std::to_string(random_.below(100)));
    (void)form->count("headcount", random_.between(1, 40));
    if (form->commit().ok()) report_.count("saved");
  }

  void happen(int today) {
    for (int i = 0; i < due(lost_phones, today); ++i) lose(some());
    for (int i = 0; i < due(cloned_phones, today); ++i) clone();
    for (int i = 0; i < due(moves, today); ++i) move(some());
  }

  Resident& some() {
    std::size_t index = random_.below(phones_.size());
    while (phones_[index].gone) index = (index + 1) % phones_.size();
    return phones_[index];
  }

  void lose(Resident& resident) {
    resident.gone = true;
    report_.count("lost");
  }

  void clone() {
    const Resident& of = some();
    const std::string from = of.phone->path();
    Resident& twin = place(of.member, of.studio);
    FaultFiles::install().copy_database(from, twin.phone->path());
    if (!twin.phone->open()) throw std::runtime_error("a clone does not open");
    report_.count("clones");
  }

  void move(Resident& resident) {
    server_.now_ms = now_ms_;
    server_.end_grants(resident.member, studios_[resident.studio]);
    const std::size_t next = (resident.studio + 1) % studios;
    server_.grant(resident.member, studios_[next], "convener", Sensitivity::internal);
    for (Resident& same : phones_) {
      if (same.member == resident.member) same.studio = next;
    }
    report_.count("moves");
  }

  void come_to_rest() {
    for (int round = 0; round < 2; ++round) {
      for (Resident& resident : phones_) {
        if (resident.gone) continue;
        now_ms_ += 1000;
        resident.window->stay_open();
        const auto done = sync(resident);
        if (!done || !done->complete) report_.wedged = done ? "incomplete " + done->problem : done.problem().code;
        report_.expect(16, done.ok() && !done->trouble, "a digest keeps differing");
      }
    }
  }

  // Equality of the books: lines, and the sum of what was counted.
  void check() {
    std::map<Hash, int> lines;
    for (const StudioId& studio : studios_) read_studio(studio, lines);
    for (Resident& resident : phones_) {
      if (resident.gone) continue;
      for (const StudioId& studio : studios_) {
        for (const OwnChange& mine : resident.phone->own(studio)) {
          const auto at = lines.find(mine.line_hash);
          report_.expect(1, at != lines.end() && at->second == 1, "a saved line is not on the server once");
        }
      }
      const auto status = resident.phone->phone().status();
      report_.expect(14, status.ok() && status->waiting == 0, "nothing waits any more");
    }
  }

  void read_studio(const StudioId& studio, std::map<Hash, int>& lines) {
    std::int64_t counted = 0, shown_sum = 0;
    (void)server_.store().read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const std::vector<Logged> log, snapshot.log_after(0, 1'000'000));
      for (const Logged& logged : log) {
        ++lines[sha256(logged.line)];
        const Result<Change> change = parse_line(logged.line);
        for (const Write& write : change&& logged.applied_seq > 0 ? change->writes : std::vector<Write>()) {
          if (write.op == Op::count) counted += *write.value.integer();
        }
      }
      LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
      for (const StoredRow& stored : rows) {
        LX_TRY(const Row row, decode_row(stored.encoded));
        const Cell* cell = row.cell("headcount");
        for (const Head& head : cell ? cell->heads : std::vector<Head>())
          shown_sum += head.witnessed ? 0 : *head.value.integer();
      }
      return {};
    });
    report_.expect(1, counted == shown_sum, "what is shown is the sum of what was counted");
  }

  Report& report_;
  SeededRandom random_;
  std::int64_t now_ms_ = 1'790'000'000'000;
  FakeServer server_;
  std::vector<StudioId> studios_;
  std::vector<Resident> phones_;
  std::string backup_;
};

}  // namespace

void run_soak(const Trial& trial, Report& report) {
  report.findings.seed = trial.seed;
  FaultFiles::install().seed(trial.seed);
  County(trial, report).run();
}

}  // namespace lianxin::sim
