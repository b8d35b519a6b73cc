#include "server/kinds/search_text.h"

#include "sync/model/searched.h"

namespace lianxin::server {

std::string search_text(const Catalog& catalog, const StoredRow& stored) {
  const auto row = decode_row(stored.encoded);
  return row ? search_text(catalog, *row) : std::string();
}

std::string search_text(const Catalog& catalog, const Row& row) {
  std::string whole;
  for (const std::string& text : searched_texts(catalog, row, Sensitivity::personal)) {
    if (!whole.empty()) whole += '\n';
    whole += text;
  }
  return whole;
}

}  // namespace lianxin::server
