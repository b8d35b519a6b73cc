// The columns that lists read, made from the view. Nothing above `internal` is in them but a title and the text that is
// searched, and these pass the codec: the others lie on the disk as they are.
#pragma once

#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

class Lists {
 public:
  Lists(Database& db, const Catalog& catalog) : db_(db), catalog_(catalog) {}

  // The entry of a record and its text, in place of those before.
  void put(const RecordState& state);
  void drop(const StudioId& studio, const RecordId& record);  // nothing happens where it has none

  // `studio` none: any. Of joined records the one that stands for all, where that is in the same list; each of them
  // where the options ask for it, or for what waits. Newest first; `after` as the last page's `next`, which is empty
  // after the last one.
  std::vector<ListItem> page(const ListOptions& options, const std::optional<StudioId>& studio, std::string& next);
  // Entries that have all of the words, newest first and reference data last, without deleted records; of no word none.
  // Looks through the text of every entry.
  std::vector<ListItem> find(std::string_view typed, int limit);
  // Those that have this number, official or provisional, whole; deleted ones too. A few where there are many.
  std::vector<ListItem> numbered(std::string_view number);
  std::string title_of(const RecordId& record);     // empty: it has none, or is not here
  std::string village_of(std::string_view region);  // the name of the village, or unit, of that code; empty: not here
  bool unsearchable();              // entries of an earlier version are there, whose text is not made yet
  std::vector<ListItem> needing();  // with a conflict, a held change or a verdict that sends it back

 private:
  void tell_joined(std::vector<ListItem>& items);
  bool stands_aside(const ListItem& item, const std::optional<StudioId>& studio);
  template <class... Args>
  std::vector<ListItem> items(const Query& query, const Args&... args);
  template <class F>
  std::vector<ListItem> matching(F matches, bool with_deleted, int limit);

  Database& db_;
  const Catalog& catalog_;
};

}  // namespace lianxin::client
