#include "server/review/seen_row.h"

#include <algorithm>

#include "schema/text.h"
#include "sync/log/summary.h"
#include "sync/model/searched.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

std::string_view field_of(std::string_view address) { return address.substr(0, address.find('/')); }

}  // namespace

std::optional<SeenRow> seen_by(const Catalog& catalog, const Access& access, const Row& row) {
  if (!sees_kind(access, catalog, row.kind)) return std::nullopt;
  SeenRow seen{row, {}};
  seen.row.cells.clear();
  seen.row.above.clear();
  for (const auto& [address, cell] : row.cells) {
    const std::string_view field = field_of(address);
    switch (visibility(access, catalog, row.kind, field)) {
      case Visibility::visible: seen.row.cells.emplace_hint(seen.row.cells.end(), address, cell); break;
      case Visibility::masked: seen.masked.emplace(field); break;
      case Visibility::withheld: break;
    }
  }
  for (HeldMark& mark : seen.row.held) {
    // An address may hold a name (participants/NAME), so it is told only where its field is.
    const std::string_view field = field_of(mark.field);
    if (visibility(access, catalog, row.kind, field) != Visibility::visible) mark.field.clear();
  }
  return seen;
}

Value SeenRow::shown(const Catalog& catalog) const {
  Value::Object values = shown_fields(catalog, row);
  for (const std::string& field : masked) values.insert_or_assign(field, masked_value);
  return values;
}

RowSummary SeenRow::summary(const Catalog& catalog) const {
  RowSummary summary = summary_of(catalog, row);
  const Kind* kind = catalog.kind(row.kind);
  if (kind && masked.contains(kind->title_field)) summary.title = masked_value;
  if (masked.contains("region_code")) summary.region = masked_value;
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
