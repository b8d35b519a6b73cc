#include "client-sdk/store/lists.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "client-sdk/store/joins.h"
#include "client-sdk/store/marks.h"
#include "client-sdk/store/numbers.h"
#include "client-sdk/store/search_text.h"
#include "schema/validate.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

#define ENTRY_COLUMNS                                                                                                 \
  "studio, record, kind, title, date, region, state, review, provisional_no, official_no, created_by, title_sealed, " \
  "waiting, deleted, revised, conflicts, held, missing, marked"

constexpr Query put_entry{"put_entry", R"sql(
  INSERT INTO list_entry (studio, record, kind, title, date, region, state, review, provisional_no, official_no,
                          created_by, title_sealed, waiting, deleted, revised, conflicts, held, missing, marked,
                          search_sealed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
  ON CONFLICT (record, studio) DO UPDATE SET kind = excluded.kind, title = excluded.title, date = excluded.date,
    region = excluded.region, state = excluded.state, review = excluded.review,
    provisional_no = excluded.provisional_no, official_no = excluded.official_no, created_by = excluded.created_by,
    title_sealed = excluded.title_sealed, waiting = excluded.waiting, deleted = excluded.deleted,
    revised = excluded.revised, conflicts = excluded.conflicts, held = excluded.held,
    missing = excluded.missing, marked = excluded.marked, search_sealed = excluded.search_sealed
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
  SELECT entry, studio FROM list_entry WHERE deleted = 0
  ORDER BY studio IN (SELECT studio FROM studio WHERE reference = 1), date DESC, record DESC
)sql"};
constexpr Query search_text_at{"search_text_at",
                               "SELECT search_sealed FROM list_entry WHERE entry = $1 AND search_sealed IS NOT NULL"};
constexpr Query entry_at{"entry_at", "SELECT " ENTRY_COLUMNS " FROM list_entry WHERE entry = $1"};
constexpr Query entry_of_record{"entry_of_record",
                                "SELECT " ENTRY_COLUMNS " FROM list_entry WHERE record = $1 LIMIT 1"};
constexpr Query entry_of_place{"entry_of_place", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE kind IN ('village', 'org_unit') AND region = $1 AND deleted = 0 ORDER BY kind DESC LIMIT 1
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

// All but a sealed title.
ListItem read_entry(SQLite::Statement& row) {
  ListItem item;
  item.studio = id_at<StudioId>(row, 0).text();
  item.id = id_at<RecordId>(row, 1).text();
  std::string* const texts[] = {&item.kind,  &item.title,  &item.date,           &item.region,
                                &item.state, &item.review, &item.provisional_no, &item.official_no};
  int column = 2;
  for (std::string* text : texts) *text = row.getColumn(column++).getString();
  item.created_by = id_at<MemberId>(row, 10).text();
  item.waiting = row.getColumn(12).getInt() != 0;
  item.deleted = row.getColumn(13).getInt() != 0;
  item.revised = row.getColumn(14).getInt() != 0;
  item.conflicts = row.getColumn(15).getInt();
  item.held = row.getColumn(16).getInt();
  item.missing = parted(row.getColumn(17).getString());
  item.marked = parted(row.getColumn(18).getString());
  return item;
}

}  // namespace

void Lists::put(const RecordState& state, Sensitivity searched) {
  const Row& row = state.row;
  RowSummary summary = summary_of(catalog_, row);
  const auto guarded = [&](const std::string& field) {
    return !field.empty() && std::max(row.guard, sensitivity_of(catalog_, row.kind, field)) > Sensitivity::internal;
  };
  const Kind* kind = catalog_.kind(row.kind);
  const bool title_guarded = kind && guarded(kind->title_field);
  std::optional<Blob> title_sealed;
  if (title_guarded) title_sealed = Blob{db_.seal(std::exchange(summary.title, {}))};
  if (kind && guarded(kind->date_field)) summary.date.clear();
  if (kind && guarded("region_code")) summary.region.clear();
  std::vector<std::string> missing, marked;
  if (kind && kind->reviewed) missing = missing_fields(*kind, shown_fields(catalog_, row));
  if (summary.review == "returned") marked = marked_fields(catalog_, row);
  const auto held = static_cast<std::int64_t>(row.held.size() + state.stuck.size());
  db_.exec(put_entry, state.studio, row.record, row.kind, summary.title, summary.date, summary.region, summary.state,
           summary.review, summary.provisional_no, summary.official_no, row.created_by, title_sealed, state.waiting,
           std::int64_t{summary.deleted}, std::int64_t{summary.revised}, std::int64_t{summary.conflicts}, held,
           joined(missing), joined(marked), Blob{db_.seal(search_text_of(catalog_, state, searched))});
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
        if (row.isColumnNull(11)) return;
        // One that the codec does not know any more stays empty: the list is there all the same, and opening the record
        // says what is wrong.
        if (auto title = db_.unseal(blob_at(row, 11))) items.back().title = std::move(*title);
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
  const auto entries = db_.all(searched_entries, [](SQLite::Statement& row) {
    return std::pair(row.getColumn(0).getInt64(), id_at<StudioId>(row, 1));
  });
  const auto enough = static_cast<std::size_t>(std::clamp(limit, 1, 1000));
  for (const auto& [entry, studio] : entries) {
    if (found.size() == enough) break;
    if (left_out.contains(studio)) continue;
    const auto text = db_.unsealed(search_text_at, entry);
    if (!text || !*text || !has_all(**text, words)) continue;
    for (ListItem& item : items(entry_at, entry)) found.push_back(std::move(item));
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

void Lists::leave_as_it_was(const Old& entry) { db_.exec(leave_old, entry.record, entry.studio, Blob{db_.seal({})}); }

std::vector<ListItem> Lists::needing() { return items(needing_entries); }

}  // namespace lianxin::client
