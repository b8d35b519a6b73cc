#include "tests/wire/reading.h"

#include "sync/model/view.h"

namespace lianxin::kit {

Value reading_of(const Catalog& catalog, const Row& row) {
  Value::Object shown, elements, conflicts;
  for (const auto& [field, value] : shown_fields(catalog, row)) {
    shown.emplace(field, value);
    const Field* of = catalog.field(row.kind, field);
    if (!of || of->merge != Merge::set) continue;
    Value::Object by_key;
    for (const auto& [key, attributes] : shown_elements(catalog, row, field)) by_key.emplace(key, attributes);
    elements.emplace(field, std::move(by_key));
  }
  for (const Conflict& conflict : conflicts_of(catalog, row)) {
    Value::List ids;
    for (const Head& head : conflict.heads) ids.emplace_back(head.id.text());
    conflicts.emplace(conflict.address, std::move(ids));
  }
  Value::Object reading;
  if (!shown.empty()) reading.emplace("shown", std::move(shown));
  if (!elements.empty()) reading.emplace("elements", std::move(elements));
  if (!conflicts.empty()) reading.emplace("conflicts", std::move(conflicts));
  if (is_deleted(catalog, row)) reading.emplace("deleted", true);
  if (is_revised(catalog, row)) reading.emplace("revised", true);
  return reading;
}

}  // namespace lianxin::kit
