#include "server/kinds/search_text.h"

#include "sync/model/view.h"

namespace lianxin::server {

std::string search_text(const Catalog& catalog, const StoredRow& stored) {
  const auto row = decode_row(stored.encoded);
  return row ? search_text(catalog, *row) : std::string();
}

std::string search_text(const Catalog& catalog, const Row& row) {
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return {};
  const auto shown = shown_fields(catalog, row);
  std::string text;
  const auto add = [&](const Value& value) {
    if (!value.text()) return;
    if (!text.empty()) text += '\n';
    text += *value.text();
  };
  for (const Field& field : kind->fields) {
    if (!field.search || sensitivity_of(catalog, row.kind, field.name) >= Sensitivity::health) continue;
    const auto value = shown.find(field.name);
    if (value == shown.end()) continue;
    add(value->second);
    if (const Value::List* list = value->second.list()) {
      for (const Value& item : *list) {
        add(item);
        if (!item.object()) continue;
        for (const auto& [name, part] : *item.object()) add(part);
      }
    }
  }
  return text;
}

}  // namespace lianxin::server
