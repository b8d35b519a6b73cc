#include "tests/sim/life.h"

#include <algorithm>

#include "sync/model/cursor.h"
#include "tests/sim/files/fault_files.h"
#include "tests/sync/property/compare.h"
#include "tests/sync/test_kinds.h"

namespace lianxin::sim {
namespace {

std::string disk_of(std::size_t phone) { return "/sim/phone-" + std::to_string(phone); }

// The first brings everything to the server, the second back to everybody.
constexpr int settle_rounds = 2;

}  // namespace

// The server as one phone meets it: told the time before each call, and held to what it may ask.
class Life::Clocked final : public Transport {
 public:
  Clocked(Life& life, std::size_t phone) : life_(life), phone_(phone) {}
  TransportReply call(const TransportRequest& request) override {
    life_.server.now_ms = life_.now_ms + life_.server_skew_ms;
    if (life_.options.cursors_only_grow) life_.server.on_request = [this](const SyncRequest& asked) { look_at(asked); };
    return life_.server.call(request);
  }

 private:
  // A cursor that goes back would show a person what had been replaced before his eyes.
  void look_at(const SyncRequest& asked) {
    SimClock& clock = life_.phones[phone_].phone->clock;
    if (asked.clocks.boot_id != clock.boot_id()) return;  // an old copy that comes late, of before a boot
    if (boot_id_ != clock.boot_id()) last_boot_ms_ = 0;
    boot_id_ = clock.boot_id();
    if (asked.clocks.boot_ms < last_boot_ms_) return;  // of the same boot
    last_boot_ms_ = asked.clocks.boot_ms;
    for (const StudioRequest& studio : asked.studios) {
      const std::optional<Cursor> cursor = Cursor::parse(studio.cursor);
      if (!cursor) continue;
      life_.report.expect(6, cursor->seq >= last_seq_, "a phone's cursor went back");
      last_seq_ = cursor->seq;
    }
  }

  Life& life_;
  const std::size_t phone_;
  std::string boot_id_;
  std::int64_t last_boot_ms_ = 0;
  Seq last_seq_ = 0;
};

Life::Life(const Trial& trial, const LifeOptions& wanted, Report& found)
    : options(wanted),
      report(found),
      seed(trial.seed),
      random(trial.seed),
      now_ms(Beginning::at_ms),
      server(Beginning::of(trial.seed).server),
      oracle(test_rules()),
      actions_max_(trial.actions_max) {
  report.findings.seed = seed;
  server.sum_rows_every(limits::rows_summed_every_ms);
  server.page_bytes = random.chance(40) ? 700 : 0;  // one record a page, or as many as there are
  FaultFiles::install().seed(seed);
  phones.reserve(64);  // actors are referred to while others join
  const Beginning& begun = Beginning::of(seed);
  for (std::size_t i = 0; i < begun.files.size(); ++i) add_phone(begun.members[i], begun.files[i]);
}

// As by a power cut: to close the files in order would be a thirtieth of a life, of which nothing is asked any more.
Life::~Life() {
  for (std::size_t i = 0; i < phones.size(); ++i) FaultFiles::install().wipe(disk_of(i));
}

std::size_t Life::add_phone(const Member& member, const std::string& file) {
  const std::size_t index = phones.size();
  FaultFiles& files = FaultFiles::install();
  files.wipe(disk_of(index));
  files.copy_database(file, disk_of(index) + "/lianxin.db");
  Actor actor;
  actor.member = member;
  start_phone(actor, index);
  actor.network->faults = options.faults;
  const auto opened = actor.phone->open();
  if (!opened) throw std::runtime_error("a phone does not open: " + opened.problem().detail);
  phones.push_back(std::move(actor));
  return index;
}

void Life::start_phone(Actor& actor, std::size_t index) {
  between_.push_back(std::make_unique<Clocked>(*this, index));
  actor.network = std::make_unique<SimNetwork>(*between_.back(), now_ms, random.next());
  actor.network->meanwhile = [this, index] { go_on_meanwhile(index); };
  actor.phone = std::make_unique<SimPhone>(disk_of(index) + "/lianxin.db", *actor.network, now_ms, random.next());
  actor.phone->clock.offset_ms = random.between(-5'000, 5'000);
  actor.phone->clock.drift_ppm = random.between(-50, 50);
  actor.phone->clock.reboot("boot-" + std::to_string(random.next()));
}

std::size_t Life::clone_phone(std::size_t of) {
  const std::size_t index = add_phone(phones[of].member, phones[of].phone->path());
  phones[index].saved = phones[of].saved;
  return index;
}

void Life::set_back(std::size_t index, const std::string& file) {
  drop_forms(index);
  SimPhone& phone = *phones[index].phone;
  phone.close();
  FaultFiles::install().copy_database(file, phone.path());
  if (!phone.open()) throw std::runtime_error("a phone that was set back does not open");
  phones[index].saved.clear();
  for (const OwnChange& mine : phone.own(server.studio)) phones[index].saved.insert(mine.id);
}

void Life::drop_forms(std::size_t phone) {
  std::erase_if(forms, [&](const OpenForm& form) { return form.phone == phone; });
}

std::size_t Life::some_phone() {
  std::size_t phone = random.below(phones.size());
  while (phones[phone].gone) phone = (phone + 1) % phones.size();
  return phone;
}

void Life::live() {
  living_ = true;
  meet();
  // Short lives and long ones: a short one that fails is read sooner, a long one goes further.
  const int actions = std::min(
      options.actions / 2 + static_cast<int>(random.below(static_cast<std::size_t>(options.actions))), actions_max_);
  for (int i = 0; i < actions; ++i) {
    pass(random.between(100, random.chance(10) ? 8 * 3'600'000 : options.step_ms_max));
    if (!instead || !instead()) act();
  }
}

void Life::meet() {
  if (random.chance(15)) return;  // now and then each begins on his own
  open_form(0);
  if (!forms.empty()) (void)save_form(0);
  for (std::size_t i = 0; i < phones.size(); ++i) (void)sync(i);
}

void Life::act() {
  const std::size_t phone = some_phone();
  int dice = static_cast<int>(random.below(100));
  if ((dice -= options.edit_percent) < 0) {
    if (forms.empty() || random.chance(45)) {
      open_form(phone);
    } else {
      (void)save_form(random.below(forms.size()));
    }
  } else if ((dice -= options.sync_percent) < 0) {
    (void)sync(phone);
  } else if ((dice -= options.desk_percent) < 0) {
    if (random.chance(50)) {
      desk_edit();
    } else {
      desk_resolve();
    }
  } else {
    phones[phone].phone->clock.reboot("boot-" + std::to_string(random.next()));
  }
}

// One thing that somebody does while another's request is on its way: also on that phone itself, whose app stays in
// use.
void Life::go_on_meanwhile(std::size_t caller) {
  if (!living_ || !options.side_by_side || depth_ >= 2 || !random.chance(25)) return;
  ++depth_;
  const std::size_t other = some_phone();
  if (random.chance(40)) {
    open_form(random.chance(50) ? caller : other);
  } else if (!forms.empty() && random.chance(60)) {
    (void)save_form(random.below(forms.size()));
  } else if (!phones[other].syncing) {
    (void)sync(other);
  } else if (auto twin = phones[other].phone->open_again()) {
    // A background service syncs the same file: what comes of its request must not be undone by the one under way.
    SyncOptions once;
    once.retry_for_ms = 0;
    (void)(*twin)->sync(once);
  }
  --depth_;
}

Expected<SyncReport> Life::sync(std::size_t index) {
  Actor& actor = phones[index];
  SyncOptions sync;
  sync.retry_for_ms = living_ && random.chance(50) ? 0 : 600'000;
  sync.wait = [this](std::int64_t ms) { pass(ms); };
  actor.syncing = true;
  const int before = actor.network->requests;
  auto done = actor.phone->phone().sync(sync);
  actor.syncing = false;
  report.count("requests", actor.network->requests - before);
  if (!done) return done;
  report.count("pushed", done->pushed);
  report.count("forks", done->forked ? 1 : 0);
  report.count("restores noticed", done->restored_server ? 1 : 0);
  if (options.cursors_only_grow)
    report.expect(16, !done->restored_server, "a server is taken for set back that was not");
  if (done->trouble) report.expect(16, false, "a digest keeps differing");
  return done;
}

bool Life::has_heard_all(std::size_t phone) {
  const StudioState studio = phones[phone].phone->studio(server.studio);
  return studio.granted && studio.seen.seq == head().seq && studio.repair.stage == Repair::Stage::none;
}

void Life::settle() {
  living_ = false;
  for (Actor& actor : phones) actor.network->faults = {};
  while (!forms.empty()) {
    pass(1'000);
    (void)save_form(forms.size() - 1);
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < phones.size(); ++i) order.push_back(i);
  random.shuffle(order);
  for (int round = 0; round < settle_rounds; ++round) {
    for (const std::size_t i : order) {
      if (phones[i].gone || (round > 0 && has_heard_all(i) && !random.chance(10))) continue;
      pass(1'000);
      const auto done = sync(i);
      const std::string who = "phone " + std::to_string(i) + " in round " + std::to_string(round);
      if (!done) {
        report.wedged = who + ": " + done.problem().code + " " + done.problem().detail;
      } else if (!done->complete || done->round_trips > options.round_trips_max) {
        report.wedged = who + ": " + std::to_string(done->round_trips) + " round trips, " +
                        (done->complete ? "complete" : "incomplete") + " " + done->problem;
      }
      if (!report.wedged.empty()) return;
    }
  }
}

}  // namespace lianxin::sim
