// What people do: open a form, type, save it later; and the desk.
#include <algorithm>

#include "client-sdk/core/values.h"
#include "client-sdk/store/forms.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "tests/sim/life.h"

namespace lianxin::sim {
namespace {

std::vector<ChangeId> all_heads(const Cell& cell) {
  std::vector<ChangeId> ids;
  for (const Head& head : cell.heads) ids.push_back(head.id);
  return ids;
}

}  // namespace

std::vector<ChangeId> on_screen(const Catalog& catalog, const Row& row, const Staged& staged, bool resolving) {
  const Cell* cell = row.cell(staged.at.text());
  if (!cell) return {};
  const CellRule rule = rule_of(catalog, row.kind, staged.at);
  if (staged.op == Op::count || staged.op == Op::append) return {};
  if (resolving || rule.quiet || staged.op == Op::add || staged.op == Op::remove) return all_heads(*cell);
  const ShownValue seen = shown(rule, *cell);
  std::vector<ChangeId> ids;
  if (!seen.head) return ids;
  for (const Head& head : cell->heads) {
    if (head.value == seen.value) ids.push_back(head.id);
  }
  if (!cell->head(seen.head->id)) ids.push_back(seen.head->id);
  if (staged.op == Op::step && rule.ladder->rung(*staged.value.text())->rank <= seen.head->rank) {
    for (const ChangeId& id : all_heads(*cell)) ids.push_back(id);  // a step down takes back all that was seen
  }
  return ids;
}

void Life::open_form(std::size_t index) {
  SimPhone& phone = *phones[index].phone;
  if (!phone.studio(server.studio).granted) return;
  const auto kinds = phone.catalog();
  std::vector<std::pair<RecordId, RecordState>> known;
  for (const RecordId& record : phone.records(server.studio)) {
    std::optional<RecordState> state = phone.shown(record);
    if (state && kinds->kind(state->row.kind) && catalog().kind(state->row.kind))
      known.emplace_back(record, std::move(*state));
  }
  // Few records, so that people meet in them.
  if (known.empty() || random.chance(known.size() < 2 ? 15 : 3)) {
    std::string kind = random.chance(10) ? "patient" : "visit";
    if (kinds->kind("notice") && random.chance(25)) kind = "notice";
    auto form = phone.phone().begin_new(kind, server.studio.text());
    if (!report.expect(8, form.ok(), "a form opens without any network")) return;
    Row nothing;
    nothing.record = *RecordId::parse(form->record());
    nothing.kind = kind;
    const Seq seen = phone.studio(server.studio).seen.seq;
    forms.push_back({index, std::move(form).value(), std::move(nothing), seen, false});
    return;
  }
  const auto& [record, state] = random.one_of(known);
  if (options.look_at_views) check_view(index, record, state);
  const Seq seen = phone.studio(server.studio).seen.seq;
  auto form = phone.phone().begin_edit(record.text());
  if (!report.expect(8, form.ok(), "a form opens over what is here")) return;
  forms.push_back({index, std::move(form).value(), state.row, seen, false});
}

bool Life::stage(lianxin::Form& form, const Staged& staged) {
  const std::string field = staged.at.text();
  Expected<void> done;
  switch (staged.op) {
    case Op::put: done = form.set(field, field_value_of(staged.value)); break;
    case Op::add: done = form.add(staged.at.field, staged.at.element); break;
    case Op::remove: done = form.remove(staged.at.field, staged.at.element); break;
    case Op::count: done = form.count(field, *staged.value.integer(), "更正"); break;
    case Op::step: done = form.step(field, *staged.value.text(), "理由"); break;
    case Op::append: done = form.append(field, field_value_of(staged.value)); break;
    case Op::witness:
    case Op::erased: break;
  }
  return report.expect(8, done.ok(), "what a form offers can be set: " + field);
}

bool Life::save_form(std::size_t which) {
  OpenForm open = std::move(forms[which]);
  forms.erase(forms.begin() + static_cast<std::ptrdiff_t>(which));
  Actor& actor = phones[open.phone];
  const Access access = server.access(actor.member.id, server.studio);
  const auto kinds = actor.phone->catalog();
  std::vector<Staged> typed;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Staged> one = some_edit(*kinds, open.shown, access, false);
    if (!one) continue;
    // A delete stands alone, a step mostly: whether it can be taken decides about what is typed beside it.
    const bool alone = one->at.field == "_deleted" || (one->op == Op::step && random.chance(70));
    if (alone) typed.clear();
    const auto same = [&](const Staged& other) { return other.at == one->at; };
    if (std::none_of(typed.begin(), typed.end(), same)) typed.push_back(std::move(*one));
    if (alone) break;
  }
  (void)open.form.reason("理由");
  for (const Staged& one : typed) {
    if (!stage(open.form, one)) return false;
  }
  const Hlc clock = actor.phone->last_clock();
  const auto saved = open.form.commit();
  if (!saved) {  // as the rules say: nothing was kept, and nothing is promised
    report.expect(12, actor.phone->last_clock() == clock, "a save that was refused leaves the clock alone");
    (void)open.form.discard();
    return false;
  }
  report.count("saved");
  for (const std::string& id : saved->changes) {
    const auto mine =
        actor.phone->core().db().read([&] { return OwnChanges(actor.phone->core().db()).find(*ChangeId::parse(id)); });
    if (!report.expect(8, mine && *mine, "a saved change is in the file")) return true;
    const Result<Change> change = parse_line((*mine)->line);
    if (!report.expect(8, change.has_value(), "a saved line can be read")) return true;
    actor.saved.insert(change->id);
    tell(*change, open.shown, open.seen, open.resolving, actor.member.role);
  }
  if (options.look_at_views)
    check_view(open.phone, open.shown.record, phones[open.phone].phone->state(open.shown.record));
  return true;
}

void Life::tell(const Change& change, const Row& shown, Seq seen, bool resolving, const std::string& role) {
  seen_of_[change.id] = change.seen;
  oracle::Told told{change.id, change.member, role, change.record, seen, {}};
  for (const Write& write : change.writes) {
    const std::vector<ChangeId> ids = on_screen(catalog(), shown, {write.at, write.op, write.value}, resolving);
    told.writes.push_back({write.at, write.op, write.value, write.from, std::set<ChangeId>(ids.begin(), ids.end())});
  }
  oracle.tell(std::move(told));
}

std::optional<Staged> Life::some_edit(const Catalog& kinds, const Row& shown_row, const Access& access,
                                      bool resolving) {
  const Kind& kind = *kinds.kind(shown_row.kind);
  const std::size_t favourite = seed % kind.fields.size();
  const Field* field = &kind.fields[random.chance(50) ? (favourite + random.below(2)) % kind.fields.size()
                                                      : random.below(kind.fields.size())];
  if (!options.favourite.empty() && kind.field(options.favourite) && random.chance(60))
    field = kind.field(options.favourite);
  const auto text = [&] { return Value("v" + std::to_string(random.below(4))); };
  Staged staged;
  staged.at.field = field->name;
  switch (field->merge) {
    case Merge::register_:
      staged.value = random.chance(8) ? Value() : text();
      if (options.long_texts && random.chance(25)) staged.value = "a long text";
      if (field->name == "consent" && random.chance(30)) staged.value = "withdrawn";
      if (field->name == "_deleted") {
        if (shown_row.cells.empty() || (options.favourite.empty() && random.chance(60))) return std::nullopt;
        staged.value = shown_row.cell("_deleted") ? random.chance(30) : true;
      }
      return staged;
    case Merge::counter:
      staged.op = Op::count;
      staged.value = random.between(-3, 20);
      return staged;
    case Merge::append:
      staged.op = Op::append;
      staged.value = Value::Object{{"note", text()}};
      return staged;
    case Merge::set: {
      staged.at.element = random.chance(50) ? "ann" : "bo";
      const Cell* there = shown_row.cell(staged.at.text());
      const bool in = there && !there->heads.empty();
      if (random.chance(30)) {
        staged.at.attribute = "unit";
        staged.value = text();
      } else {
        staged.op = in && random.chance(40) ? Op::remove : Op::add;
      }
      return staged;
    }
    case Merge::ladder: break;
  }
  const CellRule rule = rule_of(kinds, shown_row.kind, staged.at);
  const Cell* cell = shown_row.cell(field->name);
  staged.op = Op::step;
  const Value from = shown(rule, cell ? *cell : Cell{}).value;
  if (resolving && cell && access.has("coordinator")) {
    const std::vector<const Head*> tied = conflict(rule, *cell);
    if (tied.empty()) return std::nullopt;
    staged.value = tied[random.below(tied.size())]->value;
    return staged;
  }
  std::vector<std::string> possible;
  for (const Step& step : rule.ladder->steps) {
    if (from == Value(step.from)) possible.push_back(step.to);
  }
  if (possible.empty()) return std::nullopt;
  staged.value = random.one_of(possible);
  return staged;
}

void Life::desk_edit() {
  const std::vector<Row> rows = server_rows();
  if (rows.empty()) return;
  const Row& row = random.one_of(rows);
  if (!server.catalog().kind(row.kind)) return;
  const Access access = server.access(server.desk_device().member, server.studio);
  const auto staged = some_edit(server.catalog(), row, access, false);
  if (!staged) return;
  const Seq before = head().seq;
  server.now_ms = now_ms + server_skew_ms;
  const Write write = edit_of(server.catalog(), row.kind, row, staged->at, staged->op, staged->value);
  if (!server.desk(row.record, row.kind, {write}, "理由")) return;  // refused at once: nothing of it is kept
  for (const Logged& logged : log()) {
    if (logged.seq != before + 1) continue;
    if (const Result<Change> change = parse_line(logged.line)) tell(*change, row, before, false, "coordinator");
  }
}

void Life::desk_decide() {
  for (const Row& row : server_rows()) {
    for (const HeldMark& mark : row.held) {
      if (mark.decision != HeldMark::Decision::open || random.chance(50)) continue;
      const char* decision = random.chance(60) ? "release" : "dismiss";
      server.now_ms = now_ms + server_skew_ms;
      const Write write{{std::string(held_field), mark.id.text(), {}}, Op::put, decision, {}, {}, {}};
      if (server.desk(row.record, row.kind, {write}, "决定")) report.count(decision);
      return;
    }
  }
}

void Life::desk_resolve() {
  for (const Row& row : server_rows()) {
    const std::vector<Conflict> open = conflicts_of(server.catalog(), row);
    if (open.empty()) continue;
    const Conflict& chosen = random.one_of(open);
    const Address at = *Address::parse(chosen.address);
    const Value& value = chosen.heads[random.below(chosen.heads.size())].value;
    const Field* field = server.catalog().field(row.kind, at.field);
    const Op op = field && field->merge == Merge::ladder ? Op::step : Op::put;
    const Seq before = head().seq;
    server.now_ms = now_ms + server_skew_ms;
    const Write write = resolution_of(server.catalog(), row.kind, row, at, op, value);
    const bool done = server.desk(row.record, row.kind, {write}, "裁定").has_value();
    if (!report.expect(10, done, "a coordinator may settle " + chosen.address)) return;
    for (const Logged& logged : log()) {
      if (logged.seq != before + 1) continue;
      if (const Result<Change> change = parse_line(logged.line)) tell(*change, row, before, true, "coordinator");
    }
    for (const Row& now : server_rows()) {
      if (now.record != row.record) continue;
      for (const Conflict& left : conflicts_of(server.catalog(), now)) {
        report.expect(10, left.address != chosen.address, "a resolution ends the conflict at " + left.address);
      }
    }
    return;
  }
}

}  // namespace lianxin::sim
