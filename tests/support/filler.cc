#include "tests/support/filler.h"

#include <random>

#include "schema/json.h"
#include "server/import/import.h"
#include "sync/model/cursor.h"
#include "sync/model/limits.h"
#include "sync/server/act.h"
#include "sync/server/push.h"

namespace lianxin::test {
namespace {

constexpr std::int64_t first_day_ms = 1'767'571'200'000;  // 2026-01-05, midnight in Greenwich
constexpr int phones_each = 3;
constexpr std::size_t remembered_max = 400;  // records of one kind that a studio still goes back to

using Generator = std::mt19937_64;

template <class Bytes>
void fill_bytes(Generator& generator, Bytes& bytes) {
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
}

template <class AnyId>
AnyId random_id(Generator& generator) {
  AnyId id;
  fill_bytes(generator, id.bytes);
  return id;
}

std::string code_of(int studio) { return "990121-S" + std::to_string(1000 + studio); }

std::string county_of(int studios, const std::vector<StudioId>& ids, const std::vector<MemberId>& members,
                      const MemberId& coordinator) {
  Value::List studio_list, member_list, grants;
  for (int i = 0; i < studios; ++i) {
    const std::string code = code_of(i);
    studio_list.push_back(Value::Object{{"id", ids[static_cast<std::size_t>(i)].text()},
                                        {"studio_code", code},
                                        {"name", "第" + std::to_string(i + 1) + "委员工作室"},
                                        {"place_kind", "studio"},
                                        {"studio_kind", "region"},
                                        {"studio_level", "county"},
                                        {"region_code", "990121"}});
    for (int k = 0; k < phones_each; ++k) {
      const std::string member = members[static_cast<std::size_t>(i * phones_each + k)].text();
      member_list.push_back(Value::Object{{"id", member},
                                          {"name", "委员" + std::to_string(i) + "之" + std::to_string(k)},
                                          {"person_kind", "member"},
                                          {"studios", Value::List{code}}});
      grants.push_back(
          Value::Object{{"member", member}, {"role", "convener"}, {"studio", code}, {"clearance", "personal"}});
    }
  }
  member_list.push_back(Value::Object{
      {"id", coordinator.text()}, {"name", "程协友"}, {"person_kind", "staff"}, {"studios", Value::List{code_of(0)}}});
  grants.push_back(Value::Object{
      {"member", coordinator.text()}, {"role", "coordinator"}, {"org_code", "990121"}, {"clearance", "personal"}});
  const Value::Object org{
      {"org_code", "990121"}, {"name", "政协溪禾县委员会"}, {"level", "county"}, {"region_code", "990121"}};
  return to_json(Value::Object{{"org_units", Value::List{org}},
                               {"studios", std::move(studio_list)},
                               {"members", std::move(member_list)},
                               {"grants", std::move(grants)}});
}

Write put(const char* field, Value value, std::vector<ChangeId> bases = {}) {
  return {{field, {}, {}}, Op::put, std::move(value), {}, std::move(bases), {}};
}
Write count(const char* field, int by) { return {{field, {}, {}}, Op::count, by, {}, {}, {}}; }
Write add(const char* field, const char* key) { return {{field, key, {}}, Op::add, {}, {}, {}, {}}; }
Write step(const char* field, const char* from, const char* to, std::vector<ChangeId> bases = {}) {
  return {{field, {}, {}}, Op::step, to, from, std::move(bases), {}};
}

// A phone that only pushes.
class FieldPhone {
 public:
  FieldPhone(Generator& generator, const StudioId& studio, const MemberId& member) : studio_(studio), member_(member) {
    fill_bytes(generator, secret_);
    key_ = public_key_of(secret_);
    h_ = chain_start(studio, key_);
  }

  Status enrol(Parts& server, std::int64_t now_ms) {
    LX_TRY(const std::string code,
           server.enrolment->issue_code({studio_, member_, false, "command line", now_ms, now_ms + 86'400'000}));
    LX_TRY(const Enrolled enrolled, server.enrolment->enrol(enrol_request(secret_, code, "测试机"), now_ms));
    if (enrolled.outcome != Enrolled::Outcome::ok) return failure(Errc::not_allowed, "enrol");
    return {};
  }

  void add(std::string line) { entries_.push_back({std::move(line), std::nullopt}); }
  std::size_t waiting() const { return entries_.size(); }
  const MemberId& member() const { return member_; }

  Result<Pushed> push(Store& store, const Rules& rules) {
    const auto end =
        entries_.begin() + static_cast<std::ptrdiff_t>(std::min(entries_.size(), limits::push_changes_max));
    Push push{n_ + 1, h_, {entries_.begin(), end}, {}};
    entries_.erase(entries_.begin(), end);
    for (const PushEntry& entry : push.entries) h_ = chain_next(h_, sha256(entry.line));
    n_ += static_cast<N>(push.entries.size());
    const DeviceId device = device_id_of(key_);
    push.signature = sign(secret_, push_message(device, studio_, push.first_n, h_));
    const Pusher pusher{device, key_, member_, false, false, {rules.server_ms, 5000, "boot"}};
    LX_TRY(const Pushed pushed, lianxin::push(store, studio_, rules, pusher, push));
    if (pushed.acked_n != n_) return failure(Errc::conflict, "a push was not taken");
    return pushed;
  }

 private:
  const StudioId studio_;
  const MemberId member_;
  SecretKey secret_{};
  PublicKey key_{};
  N n_ = 0;
  Hash h_{};
  std::vector<PushEntry> entries_;
};

// A record that is gone back to: who wrote it last, and what a form would show.
struct Remembered {
  RecordId record;
  ChangeId made, notes, step;
  bool submitted = false, accepted = false;
};

class FieldStudio {
 public:
  FieldStudio(Generator& generator, const StudioId& studio, std::span<const MemberId> members)
      : generator_(generator), studio_(studio) {
    for (const MemberId& member : members) phones_.emplace_back(generator, studio, member);
  }

  Status enrol(Parts& server, std::int64_t now_ms) {
    for (FieldPhone& phone : phones_) LX_CHECK(phone.enrol(server, now_ms));
    return {};
  }

  // One push of each phone, and what a coordinator does about it.
  Status round(Parts& server, const Moment& moment, const SelfDevice& desk, std::size_t changes, Filled& filled) {
    now_ms_ = moment.now_ms;
    const StudioPlace* place = moment.places->place(studio_);
    if (!place) return failure(Errc::not_found, "the studio was not imported");
    const Rules rules = moment.rules(*place);
    for (FieldPhone& phone : phones_) {
      while (phone.waiting() < changes) record(phone);
      LX_TRY(const Pushed pushed, phone.push(*server.store, rules));
      ++filled.pushes;
      filled.applied += static_cast<std::int64_t>(pushed.applied);
      filled.held += static_cast<std::int64_t>(pushed.held);
      LX_CHECK(note_head(*server.store));
    }
    return review(server, rules, desk, filled);
  }

 private:
  unsigned dice(unsigned sides) { return static_cast<unsigned>(generator_() % sides); }

  Remembered* any(std::vector<Remembered>& of) { return of.empty() ? nullptr : &of[generator_() % of.size()]; }

  void remember(std::vector<Remembered>& of, Remembered item) {
    if (of.size() < remembered_max) {
      of.push_back(item);
    } else {
      of[generator_() % of.size()] = item;
    }
  }

  ChangeId save(FieldPhone& phone, const RecordId& record, const char* kind, std::vector<Write> writes,
                std::string reason = {}) {
    Change change;
    change.id = random_id<ChangeId>(generator_);
    change.studio = studio_;
    change.record = record;
    change.kind = kind;
    change.member = phone.member();
    now_ms_ += 7;
    change.claimed = Hlc::at(now_ms_ - static_cast<std::int64_t>(dice(86'400'000)));
    change.made = {change.claimed.unix_ms(), 1000, "boot"};
    change.kinds_version = 1;
    change.seen = seen_;
    fill_bytes(generator_, change.salt);
    change.reason = std::move(reason);
    change.writes = std::move(writes);
    last_line_ = line_of(change);
    phone.add(last_line_);
    return change.id;
  }

  void record(FieldPhone& phone) {
    const unsigned which = dice(100);
    Remembered* const visit = any(visits_);
    if (which < 50 || !visit) return new_visit(phone);
    if (which < 72) return edit(phone, *visit);
    if (which < 77) return clash(phone, *visit);
    if (which < 84) return submit(phone, *visit);
    if (which < 88) return concern(phone);
    if (which < 92) return correct(phone, *visit);
    if (which < 94) return remove(phone, *visit);
    if (which < 97) return hold(phone, *visit);
    if (which < 98) return phone.add("{no line " + std::to_string(generator_()));
    if (which < 99 && !last_line_.empty()) return phone.add(last_line_ + " ");  // its id was another's
    new_visit(phone);
  }

  void new_visit(FieldPhone& phone) {
    static constexpr const char* villages[] = {"上柳湾村", "下柳湾村", "松坪岭村", "石磨沟村", "云脚村", "竹溪口村"};
    const auto id = random_id<RecordId>(generator_);
    const std::string address = std::string(villages[dice(6)]) + std::to_string(dice(9) + 1) + "组";
    const ChangeId made =
        save(phone, id, "outreach_visit",
             {put("visit_kind", "enterprise"), add("visitors", "米小满"),
              put("occurred_on", "2026-05-" + std::to_string(10 + dice(20))), put("region_code", "990121"),
              put("address_text", address),
              put("on_spot_solved", "晚上巷子很黑，老人摔过一次。第" + std::to_string(dice(100000)) + "户"),
              count("persons_reached", static_cast<int>(dice(5)) + 1), count("households_reached", 1),
              add("service_kinds", "law")});
    remember(visits_, {id, made, made, {}, false, false});
  }

  void edit(FieldPhone& phone, Remembered& visit) {
    visit.notes =
        save(phone, visit.record, "outreach_visit",
             {put("on_spot_solved", "装了两盏路灯，还差" + std::to_string(dice(100000)) + "盏", {visit.notes})});
  }

  // As somebody would who has not seen what was written since the record was made.
  void clash(FieldPhone& phone, Remembered& visit) {
    (void)save(phone, visit.record, "outreach_visit",
               {put("on_spot_solved", "已转村委" + std::to_string(dice(100000)), {visit.made})});
  }

  void submit(FieldPhone& phone, Remembered& visit) {
    if (visit.submitted) return edit(phone, visit);
    visit.step = save(phone, visit.record, "outreach_visit", {step("_review", "draft", "submitted")});
    visit.submitted = true;
  }

  // What is told of its end comes before its second step, and that before its first, which lies in another's phone.
  void concern(FieldPhone& phone) {
    const auto id = random_id<RecordId>(generator_);
    const ChangeId made = save(phone, id, "concern",
                               {put("title", "路灯不亮" + std::to_string(dice(1000))), put("source_kind", "visit"),
                                put("region_code", "990121"), put("collected_on", "2026-06-01")});
    FieldPhone& other = phones_[dice(phones_each)];
    const ChangeId resolved = save(other, id, "concern", {step("state", "collected", "resolved")});
    (void)save(phone, id, "concern", {step("state", "resolved", "fed_back", {resolved})});
    remember(concerns_, {id, made, made, resolved, true, false});
  }

  void correct(FieldPhone& phone, Remembered& visit) {
    (void)save(phone, visit.record, "outreach_visit", {count("persons_reached", -1)}, "多记了一人");
  }

  void remove(FieldPhone& phone, Remembered& visit) {
    (void)save(phone, visit.record, "outreach_visit", {put("_deleted", true)}, "重复");
  }

  void hold(FieldPhone& phone, Remembered& visit) {
    const ChangeId id = save(phone, visit.record, "outreach_visit", {put("no_such_field", 1)});
    held_.emplace_back(visit.record, id);
  }

  // What the phones' next forms will have seen.
  Status note_head(Store& store) {
    return store.read(studio_, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const StudioHead head, snapshot.head());
      seen_ = {head.seq, short_hash(head.log_hash)};
      return {};
    });
  }

  Status review(Parts& server, const Rules& rules, const SelfDevice& desk, Filled& filled) {
    const auto act_on = [&](const RecordId& record, const char* kind, Write write, const char* reason) -> Status {
      const Draft draft{record, kind, reason, {std::move(write)}, seen_.seq};
      const auto acted = act(*server.store, studio_, rules, desk, {&draft, 1});
      if (!acted) return tl::unexpected(acted.error());
      filled.acts += acted->refused.empty() ? 1 : 0;  // what would be held is not done: the record was deleted, say
      return {};
    };
    int verdicts = 0;
    for (Remembered& visit : visits_) {
      if (!visit.submitted || visit.accepted || verdicts == 8) continue;
      visit.accepted = true;
      ++verdicts;
      LX_CHECK(act_on(visit.record, "outreach_visit", step("_review", "submitted", "accepted", {visit.step}), ""));
    }
    for (std::size_t i = 0; i < held_.size() && i < 2; ++i) {
      Write dismissal{{"_held", held_[i].second.text(), {}}, Op::put, "dismiss", {}, {}, {}};
      LX_CHECK(act_on(held_[i].first, "outreach_visit", std::move(dismissal), "没有这一栏"));
    }
    held_.clear();
    return note_head(*server.store);
  }

  Generator& generator_;
  const StudioId studio_;
  std::vector<FieldPhone> phones_;
  std::vector<Remembered> visits_, concerns_;
  std::vector<std::pair<RecordId, ChangeId>> held_;
  std::string last_line_;
  Seen seen_;
  std::int64_t now_ms_ = 0;
};

}  // namespace

Result<Filled> fill(Parts& server, const FillOptions& options) {
  Generator generator(options.seed);
  std::vector<StudioId> ids;
  std::vector<MemberId> members;
  for (int i = 0; i < options.studios; ++i) {
    ids.push_back(random_id<StudioId>(generator));
    for (int k = 0; k < phones_each; ++k) members.push_back(random_id<MemberId>(generator));
  }
  const auto coordinator = random_id<MemberId>(generator);
  LX_TRY(const Imported imported, import_reference(*server.moments, *server.store, *server.grants,
                                                   county_of(options.studios, ids, members, coordinator)));
  if (!imported.refused.empty()) return failure(Errc::invalid_argument, imported.refused.front());
  LX_CHECK(server.accounts->add("cheng", coordinator, "一个够长的口令，谁也猜不到", false));
  server.directory->note_change();

  LX_TRY(Moment moment, server.moments->now());
  moment.now_ms = first_day_ms;
  LX_TRY(const SelfDevice desk, server.keys->desk("cheng", coordinator, server.random));
  std::vector<FieldStudio> studios;
  studios.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    studios.emplace_back(generator, ids[i], std::span(members).subspan(i * phones_each, phones_each));
    LX_CHECK(studios.back().enrol(server, moment.now_ms));
  }
  Filled filled;
  while (filled.applied + filled.held < options.changes) {
    for (FieldStudio& studio : studios) {
      LX_CHECK(studio.round(server, moment, desk, options.push_changes, filled));
      moment.now_ms += 60'000;
      if (filled.applied + filled.held >= options.changes) break;
    }
  }
  return filled;
}

}  // namespace lianxin::test
