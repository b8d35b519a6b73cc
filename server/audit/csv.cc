#include "server/audit/csv.h"

#include <array>

namespace lianxin::server {
namespace {

constexpr std::array columns{"number", "at_ms",  "act",   "outcome", "kind",  "member", "device", "session",
                             "from",   "studio", "about", "reason",  "count", "with",   "records"};

std::string cell(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string text_of(const Value& value) {
  if (value.text()) return *value.text();
  if (value.integer()) return std::to_string(*value.integer());
  std::string joined;
  if (const Value::List* list = value.list()) {
    for (const Value& each : *list) (joined += joined.empty() ? "" : " ") += text_of(each);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, each] : *object) ((joined += joined.empty() ? "" : " ") += name) += "=" + text_of(each);
  }
  return joined;
}

}  // namespace

std::string audit_csv_head() {
  std::string head;
  for (const char* column : columns) (head += head.empty() ? "" : ",") += column;
  return head + "\r\n";
}

std::string audit_csv_line(const AuditLine& line) {
  const Value* by = line.entry.find("by");
  std::string cells;
  for (const char* column : columns) {
    const Value* value = line.entry.find(column);
    if (!value && by) value = by->find(column);
    if (column != columns.front()) cells += ",";
    cells += value ? cell(text_of(*value)) : "";
  }
  return cells + "\r\n";
}

}  // namespace lianxin::server
