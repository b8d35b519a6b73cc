#include "sync/model/belonging.h"

#include <algorithm>

#include "sync/model/row.h"

namespace lianxin {
namespace {

constexpr std::string_view kinds_named[] = {"studio", "member", "org_unit"};

// By what field others name a record of that kind; empty where they have its id only.
std::string_view code_field(std::string_view kind) {
  if (kind == "studio") return "studio_code";
  return kind == "village" ? "region_code" : std::string_view();
}

}  // namespace

std::string text_written(const Write& write) {
  if (write.op != Op::witness) return write.value.text() ? *write.value.text() : std::string();
  const Result<Head> head = head_of(write.witnessed);
  return head && head->value.text() ? *head->value.text() : std::string();
}

std::vector<ReferenceName> names_in(const Change& change) {
  const bool by_id = std::find(std::begin(kinds_named), std::end(kinds_named), change.kind) != std::end(kinds_named);
  if (!by_id && code_field(change.kind).empty()) return {};
  std::vector<ReferenceName> names;
  bool only_decides = true;
  for (const Write& write : change.writes) {
    only_decides &= is_about_changes(write.at.field);
    const std::string value = text_written(write);
    if (write.at.field != code_field(change.kind) || value.empty()) continue;
    const ReferenceName code{write.at.field, value};
    if (std::find(names.begin(), names.end(), code) == names.end()) names.push_back(code);
  }
  if (by_id && !only_decides) names.push_back({change.kind, change.record.text()});
  return names;
}

}  // namespace lianxin
