// Lists across records and studios: the register of records, open conflicts, held changes.
#pragma once

#include <memory>

#include "server/review/desk.h"
#include "server/review/join.h"

namespace lianxin::server {

// What a list was asked for, as the query of a request named it.
struct ListAsked : ListFilter {
  std::string studio;

  // as_one: of joined records only the one that stands for all, where it is in the same list; but all of them where
  // words, conflicts, held changes or revisions are looked for, as each of those is one record's. each: all of them,
  // each telling the others. plain: all of them, and nothing of joining.
  enum class Parts { as_one, each, plain };
  Parts parts = Parts::as_one;
  bool to_export = false;  // only of studios whose records he may take away
};

struct ListItem {
  StudioId studio;
  ListedRow listed;
  Row row;                                  // as the asker sees it
  RowSummary summary;                       // of that
  Value shown;                              // every shown value, masked ones as 「＊」
  std::shared_ptr<const Component> joined;  // with others; none where it stands alone, or nobody asked
  RowSight sight;
  std::set<std::string, std::less<>> masked;  // of `shown`
};
struct ItemPage {
  std::vector<ListItem> items;  // by (date, record), newest first; as many as asked where there is a `next`
  std::string next;             // names the last item, never one that was left out; empty at the end
  Seq search_lag = 0;
};

// One page, filtered by what the asker may see: also the filters and the words of a search find only that.
Result<ItemPage> list_items(const Desk& desk, const ListAsked& asked);

// Whether a row of a studio that is asked belongs to such a list, by what the asker sees of it.
bool is_listed(const Desk& desk, const ListAsked& asked, const SeenRow& seen);
// Whether a record lies in the period and the region asked for.
bool lies_in(const ListFilter& asked, const RowSummary& summary);

Value list_view(const Desk& desk, const ItemPage& page);           // {records: […], next, search_lag}
Value conflict_list_view(const Desk& desk, const ItemPage& page);  // with each record's conflicts

// {held: […], next}, oldest first: of those that the asker may see, as many as were asked for where there is a `next`.
Result<Value> held_list_view(const Desk& desk, const ListAsked& asked);

}  // namespace lianxin::server
