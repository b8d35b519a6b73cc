#include "client-sdk/store/marks.h"

#include "sync/model/view.h"

namespace lianxin::client {

std::vector<std::string> marked_fields(const Catalog& catalog, const Row& row) {
  std::vector<std::string> marked;
  const auto shown = shown_fields(catalog, row);
  const auto at = shown.find("_marks");
  if (at == shown.end()) return marked;
  for (const Value& item : at->second.list() ? *at->second.list() : Value::List{at->second}) {
    if (item.text()) marked.push_back(*item.text());
  }
  if (const Value::Object* notes = at->second.object()) {  // by field, with a remark each
    for (const auto& [field, note] : *notes) marked.push_back(field);
  }
  return marked;
}

}  // namespace lianxin::client
