#include "tests/sync/world.h"

#include <algorithm>

#include "sync/judge.h"
#include "tests/sync/checks.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

constexpr std::int64_t start_ms = 1'790'000'000'000;
constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t year_ms = 31'557'600'000;

struct Person {
  const char* role;
  Sensitivity clearance;
};
// The first two see the same, so that their rows can be compared byte by byte.
constexpr Person people[] = {{"convener", Sensitivity::internal},
                             {"convener", Sensitivity::internal},
                             {"township_liaison", Sensitivity::personal},
                             {"clinic_doctor", Sensitivity::health}};

std::set<ChangeId> as_set(const std::vector<ChangeId>& ids) { return {ids.begin(), ids.end()}; }

}  // namespace

World::World(const WorldOptions& wanted, Findings& found)
    : options(wanted), findings(found), random(wanted.seed), now_ms(start_ms), studio(random.id<StudioId>()),
      old_kinds(std::make_unique<Catalog>(test_catalog(1))), new_kinds(std::make_unique<Catalog>(test_catalog(2))),
      server_catalog(std::make_unique<Catalog>(test_catalog(wanted.server_kinds, wanted.strict_server ? 4 : 0))), oracle(test_rules()) {
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

Rules World::rules_at(std::int64_t server_ms) {
  return Rules{*server_catalog, grants, place, self, random, server_ms};
}
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

// --- Forms ---

void World::open_form(std::size_t index) {
  ModelPhone& phone = *phones[index];
  std::vector<RecordId> known;
  for (const RecordId& record : phone.records()) {
    const Row row = phone.view(record);
    if (phone.catalog->kind(row.kind)) known.push_back(record);
  }
  // Few records, so that people meet in them.
  const bool fresh = known.empty() || random.chance(known.size() < 2 ? 15 : 3);
  if (!fresh) {
    const RecordId record = random.one_of(known);
    check_view(*this, phone, record);
    forms_.push_back({index, phone.open(record, phone.view(record).kind)});
    return;
  }
  std::string kind = "visit";
  if (random.chance(10)) kind = "patient";
  if (phone.catalog->kind("notice") && random.chance(15)) kind = "notice";
  Form form = phone.open(random.id<RecordId>(), kind);
  form.shown.kind = kind;
  forms_.push_back({index, std::move(form)});
}

void World::save_form(const OpenForm& open) {
  ModelPhone& phone = *phones[open.phone];
  std::vector<Write> writes;
  std::set<Address> written;
  const std::size_t count = 1 + random.below(3);
  const bool resolving = random.chance(25);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Write> write = some_write(*phone.catalog, open.form.shown, phone.access, resolving);
    if (!write) continue;
    // A delete stands alone, a step mostly: whether it can be taken decides about what is typed beside it.
    if (write->at.field == "_deleted" || (write->op == Op::step && random.chance(70))) {
      writes = {std::move(*write)};
      break;
    }
    if (!written.insert(write->at).second) continue;
    writes.push_back(std::move(*write));
  }
  if (writes.empty()) return;
  Change change = phone.make(open.form, std::move(writes), "because", now_ms);
  // As the SDK does: what the form's own ground cannot carry is said at once, and not saved.
  if (judge(*phone.catalog, open.form.shown, change, phone.access)) return;
  tell(change, phone.access.roles.front(), open.form.seen.seq);
  made_ms[change.id] = now_ms;
  made_on[change.id] = open.phone;
  honest.insert(change.id);
  kinds_of_[change.record] = change.kind;
  const RecordId record = change.record;
  phone.keep(std::move(change));
  check_view(*this, phone, record);
}

void World::tell(const Change& change, const std::string& role, Seq seen) {
  oracle::Told told{change.id, change.member, role, change.record, seen, {}};
  for (const Write& write : change.writes) {
    if (write.at.field == "_held") continue;
    told.writes.push_back({write.at, write.op, write.value, write.from, as_set(write.bases)});
  }
  oracle.tell(std::move(told));
}

std::optional<Write> World::some_write(const Catalog& catalog, const Row& shown, const Access& access, bool resolving) {
  const Kind& kind = *catalog.kind(shown.kind);
  // Half of what is written is one or two fields of this world's choice.
  const std::size_t favourite = options.seed % kind.fields.size();
  const std::size_t which = random.chance(50) ? (favourite + random.below(2)) % kind.fields.size()
                                              : random.below(kind.fields.size());
  const Field& field = kind.fields[which];
  const auto text = [&] { return Value("v" + std::to_string(random.below(4))); };
  const auto bases = [&](const Address& at) {
    return resolving ? bases_all(shown, at) : bases_shown(catalog, shown, at);
  };
  Write write;
  write.at.field = field.name;
  switch (field.merge) {
    case Merge::register_: {
      if (field.name == "_deleted") {
        if (shown.cells.empty() || random.chance(60)) return std::nullopt;
        write.value = shown.cell("_deleted") ? random.chance(30) : true;
      } else if (field.name == "consent") {
        write.value = random.chance(30) ? Value("withdrawn") : text();
      } else {
        write.value = random.chance(8) ? Value() : random.chance(15) ? Value("a long text") : text();
      }
      write.bases = bases(write.at);
      break;
    }
    case Merge::counter:
      write.op = Op::count;
      write.value = random.between(-3, 20);
      break;
    case Merge::append:
      write.op = Op::append;
      write.value = Value::Object{{"note", text()}};
      break;
    case Merge::set:
      write.at.element = random.chance(50) ? "ann" : "bo";
      if (random.chance(30)) {
        write.at.attribute = "unit";
        write.value = text();
        write.bases = bases(write.at);
        break;
      }
      write.bases = bases(write.at);
      write.op = random.chance(60) || write.bases.empty() ? Op::add : Op::remove;
      break;
    case Merge::ladder: {
      write = ladder_write(catalog, shown, field.name, resolving && access.has("coordinator"));
      if (write.value.is_null()) return std::nullopt;
      break;
    }
  }
  return write;
}

Write World::ladder_write(const Catalog& catalog, const Row& row, const std::string& field, bool resolving) {
  const Address at{field, {}, {}};
  const CellRule rule = rule_of(catalog, row.kind, at);
  const Cell* cell = row.cell(field);
  Write write;
  write.at = at;
  write.op = Op::step;
  const ShownValue on_screen = shown(rule, cell ? *cell : Cell{});
  write.from = *on_screen.value.text();
  if (resolving && cell) {
    const std::vector<const Head*> tied = conflict(rule, *cell);
    if (!tied.empty()) {
      write.value = tied[random.below(tied.size())]->value;
      write.bases = bases_all(row, at);
      return write;
    }
  }
  std::vector<const Step*> possible;
  for (const Step& step : rule.ladder->steps) {
    if (step.from == write.from) possible.push_back(&step);
  }
  if (possible.empty()) return write;
  const Step& step = *random.one_of(possible);
  write.value = step.to;
  const bool down = rule.ladder->rung(step.to)->rank < rule.ladder->rung(step.from)->rank;
  write.bases = bases_shown(catalog, row, at);
  if (down) {  // a step down names all heads that it saw
    for (const ChangeId& id : bases_all(row, at)) write.bases.push_back(id);
    std::sort(write.bases.begin(), write.bases.end());
    write.bases.erase(std::unique(write.bases.begin(), write.bases.end()), write.bases.end());
  }
  return write;
}

// --- Lines that no server can apply ---

void World::poison(std::size_t index) {
  ModelPhone& phone = *phones[index];
  std::vector<RecordId> known;
  for (const RecordId& record : phone.records()) {
    if (phone.view(record).kind == "visit") known.push_back(record);
  }
  const Form form = known.empty() ? phone.open(random.id<RecordId>(), "visit") : phone.open(random.one_of(known), "visit");
  const auto put = [](const char* field, Value value) {
    Write write;
    write.at.field = field;
    write.value = std::move(value);
    return write;
  };
  std::vector<Write> writes{put("title", 7)};
  std::string reason;
  Change change = phone.make(form, {}, {}, now_ms);
  switch (random.below(9)) {
    case 0: writes[0].bases = bases_shown(*phone.catalog, form.shown, {"title", {}, {}}); break;
    case 1: writes = {put("no_such_field", "x")}; break;
    case 2: change.studio = random.id<StudioId>(); writes = {put("title", "x")}; break;
    case 3: change.member = random.id<MemberId>(); writes = {put("title", "x")}; break;
    case 4: change.kind = "patient"; writes = {put("name", 7)}; break;
    case 5:
      writes[0] = Write{{"headcount", {}, {}}, Op::count, -5, {}, {}, {}};
      break;
    case 6:
      writes[0] = Write{{"state", {}, {}}, Op::step, "done", "assigned", {random.id<ChangeId>()}, {}};
      break;
    case 7: {  // another's id, or its own of before, with other bytes; sometimes the same such line again
      if (phone.own.empty()) return;
      const OwnLine& earlier = phone.own[random.below(phone.own.size())];
      if (!earlier.change) return;
      change = *earlier.change;
      random.fill(change.salt);
      const std::string line = line_of(change);
      phone.keep_bytes(line);
      if (random.chance(50)) phone.keep_bytes(line);
      return;
    }
    case 8:
      phone.keep_bytes(random.chance(50) ? "{\"not\":\"a change\"" : "");
      return;
  }
  change.writes = std::move(writes);
  poisoned.insert(change.id);
  tell(change, change.member == phone.access.member ? phone.access.roles.front() : std::string(), form.seen.seq);
  phone.keep(std::move(change), true);
}

// --- One round trip ---

void World::sync(std::size_t index, bool faults) {
  ModelPhone& phone = *phones[index];
  for (int pages = 0; pages < 200; ++pages) {
    const std::size_t bytes_max = random.chance(40) ? 700 : 1 << 18;
    const SyncRequest asked = phone.request(now_ms, bytes_max);
    const std::string bytes = encode_request(asked);
    if (faults && random.chance(15)) return;  // the request was lost
    const std::string reply = serve(index, bytes);
    if (faults && random.chance(15)) serve(index, bytes);  // it came twice
    if (faults && random.chance(15)) return;  // the reply was lost
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
    if (faults && random.chance(10)) sync(random.below(phones.size()) == index ? index : (index + 1) % phones.size(), false);
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
  findings.expect(4, pushed->acked_n == asked.last_n || asked.push.first_n > pushed->acked_n + 1 ||
                         pushed->acked_n > asked.last_n,
                  "whatever chains is accepted");
  Asker asker{phone.device, phone.access, chain_start(studio, phone.key), asked.last_n, Cursor::parse(asked.cursor),
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

// --- The coordinator's desk ---

void World::desk_edit() {
  const Screen now{server_rows(), head().seq};
  if (now.rows.empty()) return;
  const Row& row = random.one_of(now.rows);
  std::vector<const HeldMark*> open;
  for (const HeldMark& mark : row.held) {
    if (mark.decision == HeldMark::Decision::open) open.push_back(&mark);
  }
  if (!open.empty() && random.chance(60)) {
    desk_decide(row, *open[random.below(open.size())]);
    return;
  }
  if (!server_catalog->kind(row.kind)) return;
  if (random.chance(40)) {
    desk_resolve(row);
    return;
  }
  // A desk's screen stands open for a while too: what is typed into it goes by what it showed.
  if (!stale_screen_ || random.chance(50)) stale_screen_ = now;
  const Row& on_screen = random.one_of(stale_screen_->rows);
  if (!server_catalog->kind(on_screen.kind)) return;
  std::optional<Write> write = some_write(*server_catalog, on_screen, desk_access, random.chance(30));
  if (!write) return;
  const std::set<ChangeId> shown = as_set(write->bases);
  (void)desk_act({on_screen.record, on_screen.kind, "because", {std::move(*write)}, stale_screen_->seq}, {shown});
}

// Settles one open conflict and says, then and later, that it is over for everybody.
void World::desk_resolve(const Row& row) {
  const std::vector<Conflict> open = conflicts_of(*server_catalog, row);
  if (open.empty()) return;
  const Conflict& chosen = random.one_of(open);
  const Address at = *Address::parse(chosen.address);
  const Field* field = server_catalog->field(row.kind, at.field);
  Write write;
  write.at = at;
  write.bases = bases_all(row, at);
  write.value = chosen.heads[random.below(chosen.heads.size())].value;
  if (field && field->merge == Merge::ladder) {
    write.op = Op::step;
    write.from = state_of(*server_catalog, row, at.field);
  }
  const bool done = desk_act({row.record, row.kind, "settled", {write}, head().seq}, {as_set(write.bases)});
  if (!findings.expect(10, done, "a coordinator may settle " + chosen.address)) return;
  for (const Row& now : server_rows()) {
    if (now.record != row.record) continue;
    for (const Conflict& left : conflicts_of(*server_catalog, now)) {
      findings.expect(10, left.address != chosen.address, "a resolution ends the conflict at " + left.address);
    }
  }
}

void World::desk_decide(const Row& row, const HeldMark& mark) {
  static const std::vector<std::string> decisions = {"release", "correct", "dismiss"};
  const std::string decision = random.one_of(decisions);
  Draft draft{row.record, row.kind, "decided", {}, head().seq};
  draft.writes.push_back(Write{{"_held", mark.id.text(), {}}, Op::put, decision, {}, {}, {}});
  const std::string before = decision == "release" ? dump() : std::string();
  std::vector<std::set<ChangeId>> shown{{}};
  if (decision == "correct" && mark.field == "title" && row.kind == "visit") {
    Write write;
    write.at.field = "title";
    write.value = "corrected";
    write.bases = bases_shown(*server_catalog, row, write.at);
    write.bases.push_back(mark.id);
    shown.push_back(as_set(write.bases));
    draft.writes.push_back(std::move(write));
  }
  const bool done = desk_act(std::move(draft), std::move(shown));
  // A release of what can still not be applied is refused at once, and nothing of it is kept.
  if (!done && decision == "release") findings.expect(4, dump() == before, "a refused act leaves nothing behind");
}

bool World::desk_act(Draft draft, std::vector<std::set<ChangeId>> shown) {
  const Seq before = head().seq;
  const std::vector<Draft> drafts{draft};
  const Result<Seq> done = act(store, studio, rules(), desk, drafts);
  if (!done) return false;
  for (const Line& line : log()) {
    if (line.logged.seq != before + 1 || !line.change) continue;
    oracle::Told told{line.logged.id, desk.member, "coordinator", draft.record, draft.seen, {}};
    for (std::size_t i = 0; i < draft.writes.size(); ++i) {
      const Write& write = draft.writes[i];
      if (write.at.field != "_held") told.writes.push_back({write.at, write.op, write.value, write.from, shown[i]});
    }
    oracle.tell(std::move(told));
  }
  check_server(*this);
  return true;
}

// --- What the checks look at ---

std::vector<World::Line> World::log() const {
  std::vector<Line> lines;
  const Status read = const_cast<MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<Logged> all, snapshot.log_after(0, 1'000'000));
    for (const Logged& logged : all) {
      Result<Change> change = parse_line(logged.line);
      const bool readable = change && change->id == logged.id;
      lines.push_back({logged, readable ? std::optional(std::move(*change)) : std::nullopt});
    }
    return {};
  });
  findings.expect(11, read.has_value(), "the log can be read");
  return lines;
}

StudioHead World::head() const {
  StudioHead head;
  (void)const_cast<MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    return {};
  });
  return head;
}

std::vector<Row> World::server_rows() const {
  std::vector<Row> rows;
  const Status read = const_cast<MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& item : stored) {
      LX_TRY(Row row, decode_row(item.encoded));
      rows.push_back(std::move(row));
    }
    return {};
  });
  findings.expect(11, read.has_value(), "every row can be read");
  return rows;
}

std::string World::dump() const {
  std::string text;
  (void)const_cast<MemoryStore&>(store).read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const StudioHead head, snapshot.head());
    text += std::to_string(head.seq) + to_hex(head.log_hash);
    for (const Digest& digest : head.digests) text += digest.text();
    LX_TRY(const std::vector<Logged> lines, snapshot.log_after(0, 1'000'000));
    for (const Logged& line : lines) {
      text += "\n" + std::to_string(line.seq) + line.id.text() + line.code + line.clock.text() + line.line +
              std::to_string(line.applied_seq);
    }
    LX_TRY(const std::vector<StoredRow> rows, snapshot.rows_after(0, 1'000'000, SIZE_MAX));
    for (const StoredRow& row : rows) text += "\n" + row.encoded;
    for (const auto& phone : phones) {
      LX_TRY(const ChainHead chain, snapshot.chain(phone->device));
      text += "\n" + std::to_string(chain.n) + to_hex(chain.h);
    }
    return {};
  });
  return text;
}

oracle::View World::server_view() const {
  oracle::View view;
  for (const Line& line : log()) {
    if (line.logged.applied_seq > 0) view[line.logged.id] = {line.logged.clock, line.logged.applied_seq};
  }
  return view;
}

oracle::View World::phone_view(const ModelPhone& phone, const RecordId& record) const {
  oracle::View view;
  const auto delivered = phone.rows.find(record);
  const Seq as_of = delivered == phone.rows.end() ? 0 : delivered->second.row.last_seq;
  const N covered = delivered == phone.rows.end() ? 0 : delivered->second.acked_n;
  for (const Line& line : log()) {
    const Logged& logged = line.logged;
    if (logged.record != record || logged.applied_seq == 0 || logged.applied_seq > as_of) continue;
    view[logged.id] = {logged.clock, logged.applied_seq};
  }
  for (N n = covered + 1; n <= phone.last_n(); ++n) {
    const OwnLine& own = phone.own[static_cast<std::size_t>(n - 1)];
    if (!own.change || own.poison || own.change->record != record) continue;
    bool stands = true;  // a step whose ground is gone waits, unshown, for the server's word
    for (const Write& write : own.change->writes) {
      if (write.op != Op::step) continue;
      for (const ChangeId& base : write.bases) {
        const auto ground = view.find(base);
        stands &= ground != view.end() && !ground->second.steps_wait;
      }
    }
    view[own.change->id] = {own.change->claimed, INT64_MAX, !stands};
  }
  return view;
}

}  // namespace lianxin
