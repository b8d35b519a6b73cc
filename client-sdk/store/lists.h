// The columns and the search index that lists read, made from the view. Nothing above `internal` is in them: they lie
// on the disk as they are.
#pragma once

#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin {

struct ListedEntry {
  ListItem item;
  RecordId record;
  bool guarded = false;  // the title is not here
};

class Lists {
 public:
  Lists(Database& db, const Catalog& catalog) : db_(db), catalog_(catalog) {}

  void put(const RecordState& state);
  void drop(const StudioId& studio, const RecordId& record);

  // `studio` zero: any. Newest first; `after` as the last page's `next`.
  std::vector<ListedEntry> page(const ListOptions& options, const std::optional<StudioId>& studio, std::string& next);
  std::vector<ListedEntry> find(std::string_view words, int limit);
  std::vector<ListedEntry> needing();  // with a conflict, a held change or a verdict that sends it back

 private:
  Database& db_;
  const Catalog& catalog_;
};

}  // namespace lianxin
