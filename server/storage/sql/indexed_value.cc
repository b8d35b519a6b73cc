#include "server/storage/sql/indexed_value.h"

namespace lianxin::server {
namespace {

void add_plain(std::vector<IndexedValue>& values, const Value& value) {
  if (const std::string* text = value.text()) values.push_back({*text, std::nullopt});
  if (const std::int64_t* integer = value.integer()) values.push_back({std::nullopt, *integer});
  if (const bool* boolean = value.boolean()) values.push_back({std::nullopt, *boolean ? 1 : 0});
}

}  // namespace

std::vector<IndexedValue> indexed_values(const Value& value) {
  std::vector<IndexedValue> values;
  if (const Value::List* list = value.list()) {
    for (const Value& element : *list) add_plain(values, element);
  } else {
    add_plain(values, value);
  }
  return values;
}

}  // namespace lianxin::server
