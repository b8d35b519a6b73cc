// The columns that lists read, made from the view. What entries are found, ordered and counted by lies there in clear,
// and no value above `internal` is among that; all else that a list shows, and the text that is searched, lies sealed.
#pragma once

#include <set>

#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

class Lists {
 public:
  Lists(Database& db, const Catalog& catalog) : db_(db), catalog_(catalog) {}

  // The entry of a record, its text and its numbers, in place of those before. What is guarded more than `searched` is
  // found by no word.
  void put(const RecordState& state, Sensitivity searched);
  void drop(const StudioId& studio, const RecordId& record);  // nothing happens where it has none

  // `studio` none: any. Of joined records the one that stands for all, where that is in the same list; each of them
  // where the options ask for it, or for what waits. Newest first; `after` as the last page's `next`, which is empty
  // after the last one.
  std::vector<ListItem> page(const ListOptions& options, const std::optional<StudioId>& studio, std::string& next);
  std::vector<RecordId> of_kind(std::string_view kind);  // in every studio, joined or not, without deleted ones
  // Entries that have all of the words, newest first and reference data last, without deleted records and those of
  // `left_out`; of no word none. Looks through one text after another until it has as many as are asked for.
  std::vector<ListItem> find(std::string_view typed, int limit, const std::set<StudioId>& left_out = {});
  // Records that have this number, official or provisional, whole; deleted ones too. A few where there are many.
  std::vector<ListItem> numbered(std::string_view number);
  std::optional<ListItem> entry_of(const RecordId& record);  // in whichever studio
  std::string title_of(const RecordId& record);              // empty: it has none, or is not here
  std::string village_of(std::string_view region);  // the name of the village, or unit, of that code; empty: not here
  std::vector<ListItem> needing();                  // with a conflict, a held change or a verdict that sends it back

  // Entries that an earlier version of the app made, or earlier kinds: to be made anew, some at a time.
  struct Old {
    StudioId studio;
    RecordId record;
  };
  bool has_old();
  std::vector<Old> some_old(int limit);
  void all_are_old();
  // One whose record cannot be read stays as it was, and is found by no word until it is put again.
  void leave_as_it_was(const Old& entry);

 private:
  void tell_joined(std::vector<ListItem>& items);
  bool stands_aside(const ListItem& item, const std::optional<StudioId>& studio);
  template <class... Args>
  std::vector<ListItem> items(const Query& query, const Args&... args);

  Database& db_;
  const Catalog& catalog_;
};

}  // namespace lianxin::client
