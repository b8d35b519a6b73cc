#include "sync/log/summary.h"

#include "schema/day.h"
#include "schema/ids.h"
#include "schema/text.h"
#include "sync/model/join.h"
#include "sync/model/searched.h"
#include "sync/model/view.h"

namespace lianxin {
namespace {

// A record is asked for by each of its numbers, however it was typed.
Value folded_numbers(const Row& row, std::string_view field) {
  Value::List numbers;
  for (const std::string& number : numbers_in(row, field)) numbers.emplace_back(folded_number(number));
  return numbers;
}

// In one spelling: it is looked for by what it names.
Value as_id(const std::string& text) {
  const auto bytes = uuid_bytes(text);
  return Value(bytes ? uuid_text(*bytes) : text);
}

Value looked_up(const Field& field, const Value& shown) {
  return field.type == FieldType::id && shown.text() ? as_id(*shown.text()) : shown;
}

}  // namespace

RowSummary summary_of(const Catalog& catalog, const Row& row) {
  RowSummary summary;
  summary.created_by = row.created_by;
  summary.created_ms = row.created.unix_ms();
  summary.conflicts = static_cast<int>(conflicts_of(catalog, row).size());
  for (const HeldMark& mark : row.held) {
    if (mark.decision == HeldMark::Decision::open) summary.held_open.push_back(mark.id);
  }
  summary.held = static_cast<int>(summary.held_open.size());
  for (const auto& [address, cell] : row.cells) {
    for (const Head& head : cell.heads) summary.witnessed += head.witnessed ? 1 : 0;
  }
  summary.joined = !edges_of(catalog, row).edges.empty();
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) {
    summary.date = day_in_shanghai(summary.created_ms);
    return summary;
  }
  const auto shown = shown_fields(catalog, row);
  const auto text_of = [&](const std::string& field) {
    const auto at = shown.find(field);
    return at != shown.end() && at->second.text() ? *at->second.text() : std::string();
  };
  summary.title = text_of(kind->title_field);
  summary.date = text_of(kind->date_field);
  if (summary.date.empty()) summary.date = day_in_shanghai(summary.created_ms);
  summary.region = text_of("region_code");
  summary.review = kind->reviewed ? text_of("_review") : std::string();
  summary.official_no = text_of("_official_no");
  summary.provisional_no = text_of("_provisional_no");
  summary.deleted = is_deleted(catalog, row);
  summary.revised = is_revised(catalog, row);
  for (const Field& field : kind->fields) {
    const auto at = shown.find(field.name);
    if (field.merge == Merge::ladder && field.name != "_review") summary.state = text_of(field.name);
    if (field.index && at != shown.end()) summary.indexed.emplace(field.name, looked_up(field, at->second));
  }
  for (const std::string_view field : number_fields) {
    const auto at = summary.indexed.find(std::string(field));
    if (at != summary.indexed.end()) at->second = folded_numbers(row, field);
  }
  // By each of those that the record may stand on it is found, as with its numbers.
  for (const ConsentBond& bond : kind->consents) {
    Value::List ids;
    for (const std::string& text : bond.field.empty() ? std::vector<std::string>() : texts_in(row, bond.field)) {
      ids.push_back(as_id(text));
    }
    if (ids.size() > 1) summary.indexed[bond.field] = std::move(ids);
  }
  return summary;
}

}  // namespace lianxin
