#include "client-sdk/store/lists.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "client-sdk/store/joins.h"
#include "client-sdk/store/marks.h"
#include "client-sdk/store/numbers.h"
#include "client-sdk/store/search_text.h"
#include "client-sdk/store/shown_entry.h"
#include "schema/validate.h"
#include "sync/log/summary.h"
#include "sync/model/relation.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

#define ENTRY_COLUMNS "studio, record, kind, date, review, waiting, deleted, revised, conflicts, held, shown_sealed"

constexpr Query put_entry{"put_entry", R"sql(
  INSERT INTO list_entry (studio, record, kind, date, place, review, waiting, deleted, revised, conflicts, held,
                          shown_sealed, search_sealed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (record, studio) DO UPDATE SET kind = excluded.kind, date = excluded.date, place = excluded.place,
    review = excluded.review, waiting = excluded.waiting, deleted = excluded.deleted, revised = excluded.revised,
    conflicts = excluded.conflicts, held = excluded.held, shown_sealed = excluded.shown_sealed,
    search_sealed = excluded.search_sealed
)sql"};
constexpr Query entry_in{"entry_in", "SELECT entry FROM list_entry WHERE record = $1 AND studio = $2"};
constexpr Query drop_entry{"drop_entry", "DELETE FROM list_entry WHERE record = $1 AND studio = $2"};
constexpr Query some_old_entries{"some_old_entries",
                                 "SELECT studio, record FROM list_entry WHERE search_sealed IS NULL LIMIT $1"};
constexpr Query make_all_old{"make_all_old", "UPDATE list_entry SET search_sealed = NULL"};
constexpr Query leave_old{
    "leave_old",
    "UPDATE list_entry SET search_sealed = $3 WHERE record = $1 AND studio = $2 AND search_sealed IS NULL"};
constexpr Query entries_of_kind{"entries_of_kind",
                                "SELECT DISTINCT record FROM list_entry WHERE kind = $1 AND deleted = 0"};
constexpr Query list_page{"list_page", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE ($1 = '' OR kind = $1) AND ($2 IS NULL OR studio = $2) AND ($3 OR deleted = 0) AND (NOT $4 OR waiting > 0)
    AND ($5 IS NULL OR (date, record) < ($5, $6))
    AND ($1 <> '' OR $2 IS NOT NULL OR studio NOT IN (SELECT studio FROM studio WHERE reference = 1))
  ORDER BY date DESC, record DESC LIMIT $7
)sql"};
// What people recorded comes before the villages and members that come along with it. Texts are fetched one by one.
constexpr Query searched_entries{"searched_entries", R"sql(
  SELECT entry, studio, record FROM list_entry WHERE deleted = 0
  ORDER BY studio IN (SELECT studio FROM studio WHERE reference = 1), date DESC, record DESC
)sql"};
constexpr Query search_text_at{"search_text_at",
                               "SELECT search_sealed FROM list_entry WHERE entry = $1 AND search_sealed IS NOT NULL"};
constexpr Query entry_at{"entry_at", "SELECT " ENTRY_COLUMNS " FROM list_entry WHERE entry = $1"};
constexpr Query entry_of_record{"entry_of_record",
                                "SELECT " ENTRY_COLUMNS " FROM list_entry WHERE record = $1 LIMIT 1"};
constexpr Query entry_of_place{"entry_of_place", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE place = $1 AND place <> '' AND deleted = 0 ORDER BY kind DESC LIMIT 1
)sql"};
constexpr Query needing_entries{"needing_entries", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE conflicts > 0 OR held > 0 OR review = 'returned' ORDER BY date DESC, record DESC
)sql"};

std::string joined(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : " ") + field;
  return text;
}

std::vector<std::string> parted(std::string_view text) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    fields.emplace_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return fields;
}

std::optional<std::int64_t> entry_number(Database& db, const StudioId& studio, const RecordId& record) {
  return db.one(entry_in, first_number, record, studio);
}

// All that lies in clear.
ListItem read_entry(SQLite::Statement& row) {
  ListItem item;
  item.studio = id_at<StudioId>(row, 0).text();
  item.id = id_at<RecordId>(row, 1).text();
  item.kind = row.getColumn(2).getString();
  item.date = row.getColumn(3).getString();
  item.review = row.getColumn(4).getString();
  item.waiting = row.getColumn(5).getInt() != 0;
  item.deleted = row.getColumn(6).getInt() != 0;
  item.revised = row.getColumn(7).getInt() != 0;
  item.conflicts = row.getColumn(8).getInt();
  item.held = row.getColumn(9).getInt();
  return item;
}

void add_shown(ListItem& item, ShownEntry shown) {
  item.title = std::move(shown.title);
  item.region = std::move(shown.region);
  item.state = std::move(shown.state);
  item.provisional_no = std::move(shown.provisional_no);
  item.official_no = std::move(shown.official_no);
  item.created_by = std::move(shown.created_by);
  item.missing = parted(shown.missing);
  item.marked = parted(shown.marked);
}

// Kinds whose records are places: their names are looked up by their region codes.
bool is_place(std::string_view kind) { return kind == "village" || kind == "org_unit"; }

}  // namespace

void Lists::put(const RecordState& state, Sensitivity searched) {
  const Row& row = state.row;
  RowSummary summary = summary_of(catalog_, row);
  const auto guarded = [&](const std::string& field) {
    return !field.empty() && std::max(row.guard, sensitivity_of(catalog_, row.kind, field)) > Sensitivity::internal;
  };
  const Kind* kind = catalog_.kind(row.kind);
  if (kind && guarded(kind->date_field)) summary.date.clear();
  if (kind && guarded("region_code")) summary.region.clear();
  ShownEntry shown;
  if (kind && kind->reviewed) {
    std::vector<std::string> missing = missing_fields(*kind, shown_fields(catalog_, row));
    std::erase_if(missing, [&](const std::string& field) { return withheld(catalog_, row, field); });
    shown.missing = joined(missing);
  }
  if (summary.review == "returned") shown.marked = joined(marked_fields(catalog_, row));
  shown.title = std::move(summary.title);
  shown.region = summary.region;
  shown.state = std::move(summary.state);
  shown.provisional_no = std::move(summary.provisional_no);
  shown.official_no = std::move(summary.official_no);
  shown.created_by = row.created_by.text();
  const auto held = static_cast<std::int64_t>(row.held.size() + state.stuck.size());
  db_.exec(
      put_entry, state.studio, row.record, row.kind, summary.date, is_place(row.kind) ? summary.region : std::string(),
      summary.review, state.waiting, std::int64_t{summary.deleted}, std::int64_t{summary.revised},
      std::int64_t{summary.conflicts}, held,
      Blob{db_.seal(sealed_at(Column::shown, state.studio, row.record), shown.text())},
      Blob{db_.seal(sealed_at(Column::search, state.studio, row.record), search_text_of(catalog_, state, searched))});
  Joins(db_).put(catalog_, state);
  Numbers(db_).put(state);
}

void Lists::drop(const StudioId& studio, const RecordId& record) {
  db_.exec(drop_entry, record, studio);
  Joins(db_).drop(studio, record);
  Numbers(db_).drop(studio, record);
}

void Lists::tell_joined(std::vector<ListItem>& items) {
  Joins joins(db_);
  for (ListItem& item : items) {
    const auto id = RecordId::parse(item.id);
    const JoinedHere here = id ? joins.around(*id) : JoinedHere{};
    if (here.records.size() < 2) continue;
    if (here.primary != *id) {
      item.joined_into = here.primary.text();
      continue;
    }
    for (const RecordId& other : here.records) {
      if (other != *id) item.joins.push_back(other.text());
    }
  }
}

// Whether the one that stands for it is in the same list.
bool Lists::stands_aside(const ListItem& item, const std::optional<StudioId>& studio) {
  const auto head = item.joined_into.empty() || item.deleted ? std::nullopt : RecordId::parse(item.joined_into);
  return head && (!studio || entry_number(db_, *studio, *head));
}

template <class... Args>
std::vector<ListItem> Lists::items(const Query& query, const Args&... args) {
  std::vector<ListItem> items;
  db_.each(
      query,
      [&](SQLite::Statement& row) {
        items.push_back(read_entry(row));
        // One that went bad stays empty: the list is there all the same, and opening the record says what is wrong.
        const auto text =
            db_.unseal(sealed_at(Column::shown, id_at<StudioId>(row, 0), id_at<RecordId>(row, 1)), blob_at(row, 10));
        if (auto shown = text ? ShownEntry::parse(*text) : std::nullopt) add_shown(items.back(), std::move(*shown));
      },
      args...);
  return items;
}

std::vector<ListItem> Lists::page(const ListOptions& options, const std::optional<StudioId>& studio,
                                  std::string& next) {
  const int limit = std::clamp(options.limit, 1, 1000);
  const bool as_one = !options.parts && !options.waiting_only;
  std::optional<std::string> after_date;
  std::optional<RecordId> after_record;
  if (const std::size_t slash = options.after.find('/'); slash != std::string::npos) {
    after_date = options.after.substr(0, slash);
    after_record = RecordId::parse(std::string_view(options.after).substr(slash + 1));
    if (!after_record) after_date.reset();
  }
  std::vector<ListItem> found;
  for (bool more = true; more && found.size() <= static_cast<std::size_t>(limit);) {
    std::vector<ListItem> turn =
        items(list_page, options.kind, studio, std::int64_t{options.with_deleted}, std::int64_t{options.waiting_only},
              after_date, after_record, std::int64_t{limit} + 1);
    more = turn.size() > static_cast<std::size_t>(limit);
    if (more) {
      after_date = turn.back().date;
      after_record = RecordId::parse(turn.back().id);
    }
    tell_joined(turn);
    if (as_one) std::erase_if(turn, [&](const ListItem& item) { return stands_aside(item, studio); });
    std::move(turn.begin(), turn.end(), std::back_inserter(found));
  }
  next.clear();
  if (found.size() > static_cast<std::size_t>(limit)) {
    found.resize(static_cast<std::size_t>(limit));
    next = found.back().date + "/" + found.back().id;
  }
  return found;
}

std::vector<RecordId> Lists::of_kind(std::string_view kind) {
  return db_.all(entries_of_kind, first_id<RecordId>, std::string(kind));
}

std::vector<ListItem> Lists::find(std::string_view typed, int limit, const std::set<StudioId>& left_out) {
  const std::vector<std::string> words = search_words(typed);
  std::vector<ListItem> found;
  if (words.empty()) return found;
  struct Searched {
    std::int64_t entry;
    StudioId studio;
    RecordId record;
  };
  const auto entries = db_.all(searched_entries, [](SQLite::Statement& row) {
    return Searched{row.getColumn(0).getInt64(), id_at<StudioId>(row, 1), id_at<RecordId>(row, 2)};
  });
  const auto enough = static_cast<std::size_t>(std::clamp(limit, 1, 1000));
  for (const Searched& one : entries) {
    if (found.size() == enough) break;
    if (left_out.contains(one.studio)) continue;
    const auto text = db_.unsealed(search_text_at, sealed_at(Column::search, one.studio, one.record), one.entry);
    if (!text || !*text || !has_all(**text, words)) continue;
    for (ListItem& item : items(entry_at, one.entry)) found.push_back(std::move(item));
  }
  tell_joined(found);
  return found;
}

std::vector<ListItem> Lists::numbered(std::string_view number) {
  std::vector<ListItem> found;
  for (const RecordId& record : Numbers(db_).having(number)) {
    if (auto entry = entry_of(record)) found.push_back(std::move(*entry));
  }
  return found;
}

std::optional<ListItem> Lists::entry_of(const RecordId& record) {
  std::vector<ListItem> found = items(entry_of_record, record);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::string Lists::title_of(const RecordId& record) {
  const std::optional<ListItem> entry = entry_of(record);
  return entry ? entry->title : std::string();
}

std::string Lists::village_of(std::string_view region) {
  const std::vector<ListItem> found = items(entry_of_place, std::string(region));
  return found.empty() ? std::string() : found.front().title;
}

bool Lists::has_old() { return !some_old(1).empty(); }

std::vector<Lists::Old> Lists::some_old(int limit) {
  return db_.all(
      some_old_entries,
      [](SQLite::Statement& row) {
        return Old{id_at<StudioId>(row, 0), id_at<RecordId>(row, 1)};
      },
      std::int64_t{limit});
}

void Lists::all_are_old() { db_.exec(make_all_old); }

void Lists::leave_as_it_was(const Old& entry) {
  const SealedAt at = sealed_at(Column::search, entry.studio, entry.record);
  db_.exec(leave_old, entry.record, entry.studio, Blob{db_.seal(at, {})});
}

std::vector<ListItem> Lists::needing() { return items(needing_entries); }

}  // namespace lianxin::client
