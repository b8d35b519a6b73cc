// What people do on their phones: open a form, type, save it later; and what no honest phone would send.
#include <algorithm>

#include "sync/rules/judge.h"
#include "tests/sync/property/checks.h"
#include "tests/sync/property/world.h"

namespace lianxin {
namespace {

std::set<ChangeId> as_set(const std::vector<ChangeId>& ids) { return {ids.begin(), ids.end()}; }

}  // namespace

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
  const Row before = phone.view(record);  // with all that came since the form was opened
  const Change kept = change;
  phone.keep(std::move(change));
  check_saved(*this, phone, kept, before);
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
  const std::size_t which =
      random.chance(50) ? (favourite + random.below(2)) % kind.fields.size() : random.below(kind.fields.size());
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
  const Form form =
      known.empty() ? phone.open(random.id<RecordId>(), "visit") : phone.open(random.one_of(known), "visit");
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
    case 2:
      change.studio = random.id<StudioId>();
      writes = {put("title", "x")};
      break;
    case 3:
      change.member = random.id<MemberId>();
      writes = {put("title", "x")};
      break;
    case 4:
      change.kind = "patient";
      writes = {put("name", 7)};
      break;
    case 5: writes[0] = Write{{"headcount", {}, {}}, Op::count, -5, {}, {}, {}}; break;
    case 6: writes[0] = Write{{"state", {}, {}}, Op::step, "done", "assigned", {random.id<ChangeId>()}, {}}; break;
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
    case 8: phone.keep_bytes(random.chance(50) ? "{\"not\":\"a change\"" : ""); return;
  }
  change.writes = std::move(writes);
  poisoned.insert(change.id);
  tell(change, change.member == phone.access.member ? phone.access.roles.front() : std::string(), form.seen.seq);
  phone.keep(std::move(change), true);
}

}  // namespace lianxin
