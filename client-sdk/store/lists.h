// The columns and the search index that lists read, made from the view. Nothing above `internal` is in them but a
// title, and that passes the codec: the others lie on the disk as they are.
#pragma once

#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

class Lists {
 public:
  Lists(Database& db, const Catalog& catalog) : db_(db), catalog_(catalog) {}

  // The entry of a record and its words, in place of those before.
  void put(const RecordState& state);
  void drop(const StudioId& studio, const RecordId& record);  // nothing happens where it has none

  // `studio` none: any. Of joined records the one that stands for all, where that is in the same list; each of them
  // where the options ask for it, or for what waits. Newest first; `after` as the last page's `next`, which is empty
  // after the last one.
  std::vector<ListItem> page(const ListOptions& options, const std::optional<StudioId>& studio, std::string& next);
  // Entries that have all of the words, each of joined ones by itself, newest first, without deleted records; of no
  // word none.
  std::vector<ListItem> find(std::string_view words, int limit);
  std::vector<ListItem> needing();  // with a conflict, a held change or a verdict that sends it back

 private:
  void tell_joined(std::vector<ListItem>& items);
  bool stands_aside(const ListItem& item, const std::optional<StudioId>& studio);
  template <class... Args>
  std::vector<ListItem> items(const Query& query, const Args&... args);
  void put_tokens(std::int64_t entry, bool is_new, const std::string& tokens);

  Database& db_;
  const Catalog& catalog_;
};

}  // namespace lianxin::client
