// Who acts on people, and by what right: somebody at a desk by his grants, or whoever sits at the server's machine.
#pragma once

#include <optional>
#include <string>

#include "schema/result.h"
#include "server/people/places.h"
#include "sync/model/people_policy.h"

namespace lianxin::server {

struct Keeper {
  const Places& places;  // must outlive this
  std::int64_t now_ms = 0;
  std::string name;                // the login; "command line" at the machine
  std::optional<MemberId> member;  // none at the machine, where all that the rules let anybody do may be done

  bool at_machine() const { return !member; }
};

// One of the rights of sync/model/policy.h.
using Right = bool (*)(const Access& access);

bool may(const Keeper& keeper, Right right, const StudioPlace& place);

// not_found where the keeper holds nothing there (nullptr: no such place), as of what does not exist; not_allowed where
// he holds something and this right is not in it.
Status check_right(const Keeper& keeper, Right right, const StudioPlace* place);

// The place that a grant names; nullptr where no reference data does any more.
const StudioPlace* place_of(const Places& places, const Grant& grant);

// What every list of people takes: as many as `rows_max`, behind the key of the last that the asker has.
inline constexpr std::size_t list_rows_default = 100;

// One page of a list that is kept in the order of a key: those that `keep` is true of, at most `rows_max`. `fetch`
// gives at most `batch` behind a key, `key_of` the key of one. `next` is empty where nothing is left.
template <class Row, class Key>
struct KeptPage {
  std::vector<Row> rows;
  std::optional<Key> next;
};

template <class Row, class Key, class Fetch, class Keep, class KeyOf>
Result<KeptPage<Row, Key>> kept_page(std::optional<Key> after, std::size_t rows_max, const Fetch& fetch,
                                     const Keep& keep, const KeyOf& key_of) {
  constexpr std::size_t batch = 200;
  KeptPage<Row, Key> page;
  while (true) {
    LX_TRY(std::vector<Row> rows, fetch(after, batch));
    for (Row& row : rows) {
      if (keep(row) && page.rows.size() == rows_max) {
        page.next = key_of(page.rows.back());
        return page;
      }
      after = key_of(row);
      if (keep(row)) page.rows.push_back(std::move(row));
    }
    if (rows.size() < batch) return page;
  }
}

}  // namespace lianxin::server
