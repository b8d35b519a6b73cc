#include "tests/sync/property/world.h"

#include "sync/server/feed.h"
#include "sync/server/push.h"
#include "sync/server/release.h"
#include "sync/wire/envelope.h"
#include "tests/sync/people.h"
#include "tests/sync/property/checks.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

constexpr std::int64_t start_ms = 1'790'000'000'000;
constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t year_ms = 31'557'600'000;

}  // namespace

World::World(const WorldOptions& wanted, Findings& found)
    : options(wanted),
      findings(found),
      random(wanted.seed),
      now_ms(start_ms),
      studio(random.id<StudioId>()),
      old_kinds(std::make_unique<Catalog>(test_catalog(1))),
      new_kinds(std::make_unique<Catalog>(test_catalog(2))),
      server_catalog(std::make_unique<Catalog>(test_catalog(wanted.server_kinds, wanted.strict_server ? 4 : 0))),
      oracle(test_rules()) {
  findings.seed = options.seed;
  place = {studio, "990121-S01", {"990121", "990100"}, false};
  for (SelfDevice* device : {&self, &desk}) {
    random.fill(device->secret);
    device->key = public_key_of(device->secret);
    device->device = device_id_of(device->key);
    device->member = random.id<MemberId>();
  }
  const auto grant = [&](const MemberId& member, const Person& person) {
    grants.push_back({member, person.role, studio, {}, 0, INT64_MAX, person.clearance});
    return access_of(member, grants, place, now_ms);
  };
  desk_access = grant(desk.member, {"coordinator", Sensitivity::health});
  const std::size_t count = 2 + random.below(3);
  Access first;
  for (std::size_t i = 0; i < count; ++i) {
    // Sometimes the second phone is the first member's as well.
    const bool same_member = i == 1 && random.chance(20);
    const Access access = same_member ? first : grant(random.id<MemberId>(), people[i]);
    if (i == 0) first = access;
    ModelClock clock;
    clock.offset_ms = random.between(-5000, 5000);
    clock.drift_ppm = random.between(-50, 50);
    clock.start_ms = start_ms;
    clock.booted_ms = start_ms - random.between(0, 1'000'000);
    clock.boot_id = "boot-" + std::to_string(random.next());
    if (i == 0 && options.sick_clock) clock.offset_ms = random.chance(50) ? 60 * year_ms : -10 * year_ms;
    const Catalog* kinds = options.server_kinds == 1 ? old_kinds.get() : new_kinds.get();
    if (options.mixed_kinds) kinds = i == 1 ? new_kinds.get() : old_kinds.get();
    phones.push_back(std::make_unique<ModelPhone>(random.next(), studio, access, *kinds, clock));
  }
}

Rules World::rules_at(std::int64_t server_ms) { return Rules{*server_catalog, grants, place, self, random, server_ms}; }
Rules World::rules() { return rules_at(now_ms + server_skew_ms); }

Pusher World::pusher_of(const ModelPhone& phone, const ClockReading& clocks) const {
  return {phone.device, phone.key, phone.access.member, false, false, clocks};
}

void World::live() {
  meet();
  const int upgrade_at = static_cast<int>(random.below(static_cast<std::size_t>(2 * options.actions)));
  for (int i = 0; i < options.actions; ++i) {
    if (options.server_jumps && random.chance(10)) server_skew_ms = random.between(-60, 60) * minute_ms;
    if (i == upgrade_at && (options.strict_server || options.mixed_kinds)) upgrade_server();
    now_ms += random.between(100, random.chance(10) ? 8 * 60 * minute_ms : 2 * minute_ms);
    act_once();
  }
}

void World::meet() {
  if (random.chance(15)) return;  // now and then each begins on his own
  ModelPhone& phone = *phones[0];
  Form form = phone.open(random.id<RecordId>(), "visit");
  form.shown.kind = "visit";
  save_form({0, std::move(form)});
  for (std::size_t i = 0; i < phones.size(); ++i) sync(i, false);
}

void World::act_once() {
  const std::size_t phone = random.below(phones.size());
  const std::size_t dice = random.below(100);
  if (dice < 25) {
    open_form(phone);
  } else if (dice < 60) {
    if (forms_.empty() || random.chance(30)) open_form(phone);
    if (forms_.empty()) return;
    const std::size_t which = random.below(forms_.size());
    const OpenForm open = std::move(forms_[which]);
    forms_.erase(forms_.begin() + static_cast<std::ptrdiff_t>(which));
    save_form(open);
  } else if (dice < 83) {
    sync(phone, options.faults);
  } else if (dice < 92) {
    desk_edit();
  } else if (dice < 96) {
    if (options.poison) poison(phone);
  } else if (dice < 98) {
    phones[phone]->clock.booted_ms = now_ms;
    phones[phone]->clock.boot_id = "boot-" + std::to_string(random.next());
    rebooted.insert(phone);
  } else if (!delayed_.empty()) {
    const Delayed late = std::move(delayed_.back());
    delayed_.pop_back();
    receive(late.phone, late.asked, late.reply);
  }
}

void World::settle() {
  options.faults = false;
  while (!forms_.empty()) {
    const OpenForm open = std::move(forms_.back());
    forms_.pop_back();
    now_ms += 1000;
    save_form(open);
  }
  if (options.mixed_kinds) upgrade_server();
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < phones.size(); ++i) {
      now_ms += 1000;
      sync(i, false);
    }
  }
}

void World::upgrade_server() {
  server_catalog = std::make_unique<Catalog>(test_catalog(2));
  std::vector<ChangeId> waiting;
  for (const Line& line : log()) {
    if (line.logged.code == "kinds_newer" && line.logged.applied_seq == 0) waiting.push_back(line.logged.id);
  }
  const Result<std::size_t> released = release_known_kinds(store, studio, rules(), waiting);
  findings.expect(17, released.has_value(), "the server released what it now knows");
}

void World::sync(std::size_t index, bool faults) {
  ModelPhone& phone = *phones[index];
  for (int pages = 0; pages < 200; ++pages) {
    const std::size_t bytes_max = random.chance(40) ? 700 : 1 << 18;
    const SyncRequest asked = phone.request(now_ms, bytes_max);
    const std::string bytes = encode_request(asked);
    if (faults && random.chance(15)) return;  // the request was lost
    const std::string reply = serve(index, bytes);
    if (faults && random.chance(15)) serve(index, bytes);  // it came twice
    if (faults && random.chance(15)) return;               // the reply was lost
    if (faults && random.chance(10)) {
      delayed_.push_back({index, asked, reply});
      return;
    }
    const std::string before = phone.cursor;
    receive(index, asked, reply);
    const Result<SyncReply> read = decode_reply(reply);
    if (!read || !read->studios.front().page.more) return;
    if (!findings.expect(5, phone.cursor != before, "a page with more moves the cursor")) return;
    now_ms += random.between(50, 2000);
    // What others do between two pages, and what is saved meanwhile.
    if (faults && random.chance(20)) desk_edit();
    if (faults && random.chance(10))
      sync(random.below(phones.size()) == index ? index : (index + 1) % phones.size(), false);
    if (faults && random.chance(15)) return;
  }
  findings.expect(5, false, "a pull came to an end");
}

std::string World::serve(std::size_t index, const std::string& bytes) {
  const ModelPhone& phone = *phones[index];
  SyncReply reply;
  reply.server_ms = now_ms + server_skew_ms;
  StudioReply& part = reply.studios.emplace_back();
  part.studio = studio;
  const Result<SyncRequest> request = decode_request(bytes);
  if (!findings.expect(4, request.has_value(), "the server reads what a phone sends")) return encode_reply(reply);
  const StudioRequest& asked = request->studios.front();
  sent.push_back({index, asked.push, request->clocks});
  const Result<Pushed> pushed = push(store, studio, rules(), pusher_of(phone, request->clocks), asked.push);
  if (!findings.expect(4, pushed.has_value(), "a push is taken" + (pushed ? "" : ": " + pushed.error().message))) {
    return encode_reply(reply);
  }
  findings.expect(
      4, pushed->acked_n == asked.last_n || asked.push.first_n > pushed->acked_n + 1 || pushed->acked_n > asked.last_n,
      "whatever chains is accepted");
  Asker asker{phone.device,   phone.access, chain_start(studio, phone.key), asked.last_n, Cursor::parse(asked.cursor),
              asked.bytes_max};
  const Status read = store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(part.page, page_for(snapshot, *server_catalog, asker));
    return {};
  });
  findings.expect(5, read.has_value(), "a page is given" + (read ? "" : ": " + read.error().message));
  check_page(*this, phone, asked, part.page);
  return encode_reply(reply);
}

void World::receive(std::size_t index, const SyncRequest& asked, const std::string& bytes) {
  ModelPhone& phone = *phones[index];
  const Result<SyncReply> reply = decode_reply(bytes);
  if (!findings.expect(5, reply.has_value(), "the phone reads what the server sends")) return;
  (void)phone.take(asked, *reply);
  check_phone(*this, phone);
}

}  // namespace lianxin
