#include "server/review/seen_row.h"

#include <algorithm>

#include "schema/text.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

std::string_view field_of(std::string_view address) { return address.substr(0, address.find('/')); }

// The words of a value at any depth: what a search could have found in it.
void gather_texts(const Value& value, std::vector<std::string>& texts) {
  if (const std::string* text = value.text()) texts.push_back(*text);
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) gather_texts(item, texts);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) gather_texts(part, texts);
  }
}

bool holds_run(const std::vector<std::string>& tokens, const std::vector<std::string>& run) {
  return std::search(tokens.begin(), tokens.end(), run.begin(), run.end()) != tokens.end();
}

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
  const Kind* kind = catalog.kind(seen.row.kind);
  for (const auto& [name, value] : shown_fields(catalog, seen.row)) {
    const Field* field = kind ? kind->field(name) : nullptr;
    const bool numbered = name == "_official_no" || name == "_provisional_no";
    if (!numbered && (!field || !field->search)) continue;
    std::vector<std::string> found;
    gather_texts(value, found);
    for (const std::string& text : found) texts.push_back(search_tokens(text));
  }
  for (std::size_t from = 0; from < words.size();) {
    const std::size_t space = std::min(words.find(' ', from), words.size());
    const std::vector<std::string> run = search_tokens(words.substr(from, space - from));
    from = space + 1;
    const bool there = run.empty() || std::any_of(texts.begin(), texts.end(), [&](const auto& tokens) {
                         // A single character or the start of a word is found inside its tokens.
                         if (run.size() > 1) return holds_run(tokens, run);
                         return std::any_of(tokens.begin(), tokens.end(), [&](const std::string& token) {
                           return token.find(run.front()) != std::string::npos;
                         });
                       });
    if (!there) return false;
  }
  return true;
}

std::vector<std::string> kinds_out_of_sight(const Catalog& catalog, const Access& access) {
  std::vector<std::string> hidden;
  for (const auto& [name, kind] : catalog.kinds) {
    if (!sees_kind(access, catalog, name)) hidden.push_back(name);
  }
  return hidden;
}

}  // namespace lianxin::server
