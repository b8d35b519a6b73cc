// A row as one asker may see it. Everything that leaves this room about a record is made from a SeenRow, never from the
// row itself, so that what is withheld cannot be forgotten in one answer out of many.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "sync/log/store.h"
#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin::server {

inline constexpr std::string_view masked_value = "＊";

struct SeenRow {
  Row row;  // the cells that the asker may see, and no others

  // Fields that hold something of which the asker may know only that it is there.
  std::set<std::string, std::less<>> masked;

  // Every shown value, the masked ones as 「＊」.
  Value shown(const Catalog& catalog) const;

  // What a list shows; its conflicts and held changes are those that the asker can see.
  RowSummary summary(const Catalog& catalog) const;
};

// Nothing where the asker may not know that such a record exists.
std::optional<SeenRow> seen_by(const Catalog& catalog, const Access& access, const Row& row);

// Whether each word of a search stands in what the asker sees. The index holds more than some may see: a hit on what is
// withheld would tell it.
bool words_in_sight(const Catalog& catalog, const SeenRow& seen, std::string_view words);

// The kinds that he must not know of, by name.
std::vector<std::string> kinds_out_of_sight(const Catalog& catalog, const Access& access);

}  // namespace lianxin::server
