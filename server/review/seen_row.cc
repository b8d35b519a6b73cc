#include "server/review/seen_row.h"

#include <algorithm>

#include "schema/text.h"
#include "server/review/names_known.h"
#include "sync/log/summary.h"
#include "sync/model/searched.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

std::string_view field_of(std::string_view address) { return address.substr(0, address.find('/')); }

bool is_clean(const Value& value, const Names& names) {
  if (value.text()) return !scrubbed(*value.text(), names).altered;
  if (const Value::List* list = value.list()) {
    return std::all_of(list->begin(), list->end(), [&](const Value& item) { return is_clean(item, names); });
  }
  const Value::Object* object = value.object();
  return !object ||
         std::all_of(object->begin(), object->end(), [&](const auto& part) { return is_clean(part.second, names); });
}

// What one field of a row holds, and how it is shown to those who see it masked.
class MaskedField {
 public:
  MaskedField(const Catalog& catalog, const Row& row, const Field& field) : catalog_(catalog), field_(field) {
    part_.record = row.record;
    part_.kind = row.kind;
    part_.guard = row.guard;
    each_cell_of(row, field.name, [&](const Address& at, const Cell& cell) { part_.cells.emplace(at.text(), cell); });
  }

  // Nobody is named in it, and it is less guarded than what is masked for that alone.
  bool is_clean(const Names& names) const {
    if (sensitivity() > Sensitivity::internal) return false;
    return std::all_of(part_.cells.begin(), part_.cells.end(), [&](const auto& item) {
      const auto clean = [&](const Head& head) { return server::is_clean(head.value, names); };
      return server::is_clean(Value(item.first), names) &&
             std::all_of(item.second.heads.begin(), item.second.heads.end(), clean) &&
             std::all_of(item.second.history.begin(), item.second.history.end(), clean);
    });
  }
  const Row& part() const { return part_; }

  Value shown(const Names& names) const {
    const auto all = shown_fields(catalog_, part_);
    const auto at = all.find(field_.name);
    return at == all.end() ? Value(masked_value)
                           : lianxin::masked(field_, sensitivity(), at->second, Audience::review, names).value;
  }

 private:
  Sensitivity sensitivity() const { return std::max(part_.guard, sensitivity_of(catalog_, part_.kind, field_.name)); }

  const Catalog& catalog_;
  const Field& field_;
  Row part_;  // its cells alone
};

void scrub_reasons(Row& row, const Names* names) {
  for (auto& [address, cell] : row.cells) {
    for (Head& head : cell.heads) head.reason = names ? std::string(*scrubbed(head.reason, *names).value.text()) : "";
  }
}

void take_cells(const Desk& desk, const StudioPlace& place, const Row& whole, SeenRow& seen) {
  for (const auto& [address, cell] : whole.cells) {
    const std::string_view name = field_of(address);
    const Visibility sight = seen.sight.of(name);
    if (sight == Visibility::visible) seen.row.cells.emplace(address, cell);
    if (sight != Visibility::masked || seen.masked.contains(name) || seen.row.cells.contains(address)) continue;
    const Field* field = desk.catalog.field(whole.kind, name);
    if (!field) continue;
    const Names* names = names_known(desk, place, whole);
    const MaskedField masked(desk.catalog, whole, *field);
    if (names && masked.is_clean(*names)) {
      seen.row.cells.insert(masked.part().cells.begin(), masked.part().cells.end());
    } else {
      seen.masked.emplace(name, names ? masked.shown(*names) : Value(masked_value));
    }
  }
  if (seen.sight.masks()) scrub_reasons(seen.row, names_known(desk, place, whole));
}

}  // namespace

RowSight::RowSight(const Desk& desk, const StudioPlace& place, const Row& row)
    : catalog_(&desk.catalog), access_(looking_at(desk, place).access), kind_(row.kind), guard_(row.guard) {
  relation_ = relation_of(access_, desk.catalog, row, looking_at(desk, place).reach);
  if (desk.opened) opened_ = desk.opened(place.studio, row.record);
}

bool RowSight::sees_record() const {
  return catalog_ && (!opened_.empty() || lianxin::sees_record(access_, *catalog_, kind_, relation_, guard_));
}

bool RowSight::masks() const {
  const Kind* kind = catalog_ ? catalog_->kind(kind_) : nullptr;
  return kind && std::any_of(kind->fields.begin(), kind->fields.end(),
                             [&](const Field& field) { return of(field.name) == Visibility::masked; });
}

bool RowSight::may_unmask(const Field& field) const {
  if (!catalog_) return false;
  const Sensitivity sensitivity = std::max(guard_, sensitivity_of(*catalog_, kind_, field.name));
  return decide(access_, {Right::unmask, catalog_->kind(kind_), &field, sensitivity, relation_}) == Decision::allowed;
}

Visibility RowSight::of(std::string_view kind, std::string_view field) const {
  if (!catalog_) return Visibility::withheld;
  const bool withheld = relation_.withheld && is_withheld_field(*catalog_, kind, field, guard_);
  if (!withheld && kind == kind_ && opened_.contains(field)) return Visibility::visible;
  return visibility(access_, *catalog_, kind, field, relation_, guard_);
}

std::optional<SeenRow> seen_in(const Desk& desk, const StudioPlace& place, const Row& row) {
  return seen_as_now(desk, place, row, RowSight(desk, place, row));
}

std::optional<SeenRow> seen_as_now(const Desk& desk, const StudioPlace& place, const Row& then, const RowSight& now) {
  if (!now.sees_record()) return std::nullopt;
  SeenRow seen(then);
  seen.sight = now;
  seen.row.cells.clear();
  seen.row.above.clear();
  take_cells(desk, place, then, seen);
  for (HeldMark& mark : seen.row.held) {
    // An address may hold a name (participants/NAME), so it is told only where its field is.
    if (!seen.sight.sees(field_of(mark.field))) mark.field.clear();
  }
  return seen;
}

std::string text_of_masked(const Value& shown) {
  if (shown.text()) return *shown.text();
  if (!shown.list()) return std::string(masked_value);
  std::string text;
  for (const Value& item : *shown.list()) text += (text.empty() ? "" : "、") + text_of_masked(item);
  return text;
}

SeenRow whole_to_decide(const Row& row) { return SeenRow(row); }

Value SeenRow::shown(const Catalog& catalog) const {
  Value::Object values = shown_fields(catalog, row);
  for (const auto& [field, value] : masked) values.insert_or_assign(field, value);
  return values;
}

RowSummary SeenRow::summary(const Catalog& catalog) const {
  RowSummary summary = summary_of(catalog, row);
  const Kind* kind = catalog.kind(row.kind);
  const auto text_of = [&](const std::string& field) {
    const auto at = masked.find(field);
    return at != masked.end() && at->second.text() ? *at->second.text() : std::string(masked_value);
  };
  if (kind && masked.contains(kind->title_field)) summary.title = text_of(kind->title_field);
  if (masked.contains("region_code")) summary.region = text_of("region_code");
  return summary;
}

bool words_in_sight(const Catalog& catalog, const SeenRow& seen, std::string_view words) {
  std::vector<std::vector<std::string>> texts;
  for (const std::string& text : searched_texts(catalog, seen.row, Sensitivity::health)) {
    texts.push_back(search_tokens(text));
  }
  const auto phrases = search_phrases(words);
  return std::all_of(phrases.begin(), phrases.end(), [&](const auto& phrase) {
    return std::any_of(texts.begin(), texts.end(), [&](const auto& tokens) { return holds_phrase(tokens, phrase); });
  });
}

std::vector<std::string> kinds_out_of_sight(const Catalog& catalog, const Access& access) {
  std::vector<std::string> hidden;
  for (const auto& [name, kind] : catalog.kinds) {
    if (!sees_kind(access, catalog, name)) hidden.push_back(name);
  }
  return hidden;
}

}  // namespace lianxin::server
