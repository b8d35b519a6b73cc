// Phones as an app would have them: the SDK in this process, one thread each.
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/fault/clients.h"

namespace lianxin::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* pin = "135790";
constexpr int settle_tries_max = 20;

[[noreturn]] void fail(const Problem& problem, const std::string& act) {
  throw std::runtime_error(act + ": " + problem.code + " " + problem.field + " " + problem.en + " " + problem.detail);
}

// A phone would wait up to a minute between attempts; these come back quicker, and no quicker than two cores bear.
SyncOptions patient() {
  SyncOptions options;
  options.retry_for_ms = 120'000;
  options.wait = [](std::int64_t ms) { std::this_thread::sleep_for(milliseconds(std::min<std::int64_t>(ms, 150))); };
  return options;
}

class PhoneClient : public Client {
 public:
  PhoneClient(Surroundings& around, int number, const Seat& seat, bool shared)
      : around_(around),
        number_(number),
        seat_(seat),
        shared_(shared),
        random_(around.seed * 1000 + static_cast<std::uint64_t>(number)) {}

  void work() override {
    if (!phone_) return enrol();
    if (shared_ && random_.chance(50)) take_turns();
    for (auto saves = random_.between(1, 3); saves > 0; --saves) save();
    (void)sync();
    std::this_thread::sleep_for(milliseconds(random_.between(0, 150)));
  }

  void settle() override {
    while (!phone_) enrol();
    for (int tries = 0; tries < settle_tries_max; ++tries) {
      if (sync() && must(phone_->status()).waiting == 0) return;
    }
    throw std::runtime_error("still waiting in calm");
  }

 private:
  // Asked again with the same code until it is answered, through kills and cuts like everything else.
  void enrol() {
    PhoneOptions options;
    options.path = around_.folder + "/phone" + std::to_string(number_);
    options.http.read_timeout_ms = 10'000;
    Phone phone = must(Phone::open(options));
    const std::string code = around_.server.enrol_code(seat_.studio, seat_.member, shared_);
    while (true) {
      const auto enrolled = phone.enrol(around_.url, code, "phone " + std::to_string(number_));
      if (enrolled) break;
      if (enrolled.problem().kind != ProblemKind::network) fail(enrolled.problem(), "enrol");
      std::this_thread::sleep_for(milliseconds(random_.between(1, 150)));
    }
    const StatusView status = must(phone.status());
    for (const StudioStatus& studio : status.studios) {
      if (studio.code == seat_.studio) studio_ = studio.studio;
    }
    if (studio_.empty()) throw std::runtime_error("enrolled into another studio");
    phone_ = std::make_unique<Phone>(std::move(phone));
    while (must(phone_->kinds()).empty()) (void)sync();  // they come by a request of their own, which may be lost
    if (shared_) give_pins();
  }

  void give_pins() {
    // Those who may write in each other's visits.
    for (MemberInfo& member : must(phone_->members())) {
      const bool writes = std::count(member.roles.begin(), member.roles.end(), "convener") > 0;
      if (writes) members_.push_back(std::move(member));
    }
    if (members_.size() < 2) throw std::runtime_error("a duty phone needs two members");
    for (const MemberInfo& member : members_) must(phone_->set_pin(member.id, pin));
  }

  void take_turns() { must(phone_->switch_member(random_.one_of(members_).id, pin)); }

  void save() {
    const std::string shared_visit = around_.board.any(studio_, random_);
    const bool begin = shared_visit.empty() || (!around_.board.full(studio_) && random_.chance(30));
    auto form = begin ? phone_->begin_new("outreach_visit", studio_) : phone_->begin_edit(shared_visit);
    if (!form && form.problem().kind == ProblemKind::usage) return;  // not pulled yet
    if (!form) fail(form.problem(), "open a form");
    const std::int64_t counted = random_.between(1, 5);
    must(form->count("persons_reached", counted));
    if (begin) must(form->set("visit_kind", "household"));
    if (random_.chance(40)) must(form->set("notes_text", note()));
    const Saved saved = must(form->commit());
    around_.ledger.made(number_, studio_, saved.record, saved.changes, counted);
    if (begin) around_.board.put(studio_, saved.record);
  }

  std::string note() {
    std::string text;
    for (auto times = random_.between(1, random_.chance(10) ? 300 : 10); times > 0; --times) text += "入户走访，";
    return text;
  }

  // True: done to the end.
  bool sync() {
    const auto report = phone_->sync(patient());
    if (!report && report.problem().kind != ProblemKind::network) fail(report.problem(), "sync");
    if (report && (report->forked || report->restored_server || report->trouble || !report->problem.empty())) {
      throw std::runtime_error("sync told of a fork, a restore or a difference " + report->problem);
    }
    const StatusView status = must(phone_->status());
    for (const StudioStatus& studio : status.studios) {
      around_.ledger.told(number_, status.device, studio.studio, studio.on_server);
    }
    return report && report->complete;
  }

  Surroundings& around_;
  const int number_;
  const Seat seat_;
  const bool shared_;
  SeededRandom random_;
  std::unique_ptr<Phone> phone_;
  std::string studio_;
  std::vector<MemberInfo> members_;
};

}  // namespace

std::unique_ptr<Client> sdk_phone(Surroundings& around, int number, const Seat& seat) {
  return std::make_unique<PhoneClient>(around, number, seat, false);
}

std::unique_ptr<Client> duty_phone(Surroundings& around, int number, const Seat& seat) {
  return std::make_unique<PhoneClient>(around, number, seat, true);
}

void Board::put(const std::string& studio, const std::string& visit) {
  const std::lock_guard lock(mutex_);
  visits_[studio].push_back(visit);
}

bool Board::full(const std::string& studio) const {
  const std::lock_guard lock(mutex_);
  const auto at = visits_.find(studio);
  return at != visits_.end() && at->second.size() >= visits_max_;
}

std::string Board::any(const std::string& studio, SeededRandom& random) const {
  const std::lock_guard lock(mutex_);
  const auto at = visits_.find(studio);
  return at == visits_.end() ? std::string() : random.one_of(at->second);
}

std::pair<std::string, std::string> Board::any(SeededRandom& random) const {
  const std::lock_guard lock(mutex_);
  if (visits_.empty()) return {};
  const auto at = std::next(visits_.begin(), static_cast<std::ptrdiff_t>(random.below(visits_.size())));
  return {at->first, random.one_of(at->second)};
}

}  // namespace lianxin::test
