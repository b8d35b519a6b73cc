#include "client-sdk/store/lists.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "client-sdk/store/joins.h"
#include "schema/json.h"
#include "schema/text.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

#define ENTRY_COLUMNS                                                                                                 \
  "studio, record, kind, title, date, region, state, review, provisional_no, official_no, created_by, title_sealed, " \
  "waiting, deleted, revised, conflicts, held"

constexpr Query put_entry{"put_entry", R"sql(
  INSERT INTO list_entry (studio, record, kind, title, date, region, state, review, provisional_no, official_no,
                          created_by, title_sealed, waiting, deleted, revised, conflicts, held)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  ON CONFLICT (record, studio) DO UPDATE SET kind = excluded.kind, title = excluded.title, date = excluded.date,
    region = excluded.region, state = excluded.state, review = excluded.review,
    provisional_no = excluded.provisional_no, official_no = excluded.official_no, created_by = excluded.created_by,
    title_sealed = excluded.title_sealed, waiting = excluded.waiting, deleted = excluded.deleted,
    revised = excluded.revised, conflicts = excluded.conflicts, held = excluded.held
  RETURNING entry
)sql"};
constexpr Query drop_tokens{"drop_tokens", "DELETE FROM search WHERE rowid = $1"};
constexpr Query insert_tokens{"insert_tokens", "INSERT INTO search (rowid, tokens) VALUES ($1, $2)"};
constexpr Query tokens_of{"tokens_of", "SELECT tokens FROM search WHERE rowid = $1"};
constexpr Query entry_of{"entry_of", "SELECT entry FROM list_entry WHERE record = $1 AND studio = $2"};
constexpr Query drop_entry{"drop_entry", "DELETE FROM list_entry WHERE entry = $1"};
constexpr Query list_page{"list_page", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE ($1 = '' OR kind = $1) AND ($2 IS NULL OR studio = $2) AND ($3 OR deleted = 0) AND (NOT $4 OR waiting > 0)
    AND ($5 IS NULL OR (date, record) < ($5, $6))
    AND ($1 <> '' OR $2 IS NOT NULL OR studio NOT IN (SELECT studio FROM studio WHERE reference = 1))
  ORDER BY date DESC, record DESC LIMIT $7
)sql"};
constexpr Query find_words{"find_words", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE entry IN (SELECT rowid FROM search WHERE search MATCH $1) AND deleted = 0
  ORDER BY date DESC, record DESC LIMIT $2
)sql"};
constexpr Query needing_entries{"needing_entries", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE conflicts > 0 OR held > 0 OR review = 'returned' ORDER BY date DESC, record DESC
)sql"};

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
  return item;
}

std::optional<std::int64_t> entry_number(Database& db, const StudioId& studio, const RecordId& record) {
  return db.one(entry_of, first_number, record, studio);
}

// Texts inside a value: of an element's attributes, of an entry.
void collect_texts(const Value& value, std::string& out) {
  if (const std::string* text = value.text()) out += *text + "\n";
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) collect_texts(item, out);
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) collect_texts(part, out);
  }
}

std::string searchable_text(const Catalog& catalog, const Row& row, const RowSummary& summary) {
  std::string text = summary.official_no + "\n" + summary.provisional_no + "\n";
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return text;
  const auto shown = shown_fields(catalog, row);
  for (const Field& field : kind->fields) {
    const auto at = shown.find(field.name);
    const bool open = sensitivity_of(catalog, row.kind, field.name) <= Sensitivity::internal;
    if (field.search && open && at != shown.end()) collect_texts(at->second, text);
  }
  return text;
}

// Words for an FTS5 column or query: each once, quoted in a query so that none is taken for an operator.
std::string words_of(std::string_view text, bool quoted) {
  std::set<std::string> seen;
  std::string words;
  for (const std::string& token : search_tokens(text)) {
    if (!seen.insert(token).second) continue;
    words += quoted ? "\"" + token + "\" " : token + " ";
  }
  return words;
}

}  // namespace

void Lists::put(const RecordState& state) {
  const Row& row = state.row;
  RowSummary summary = summary_of(catalog_, row);
  const auto guarded = [&](const std::string& field) {
    return !field.empty() && sensitivity_of(catalog_, row.kind, field) > Sensitivity::internal;
  };
  const Kind* kind = catalog_.kind(row.kind);
  const bool title_guarded = kind && guarded(kind->title_field);
  std::optional<Blob> title_sealed;
  if (title_guarded) title_sealed = Blob{db_.seal(std::exchange(summary.title, {}))};
  if (kind && guarded(kind->date_field)) summary.date.clear();
  if (kind && guarded("region_code")) summary.region.clear();
  const auto held = static_cast<std::int64_t>(row.held.size() + state.stuck.size());
  const bool is_new = !entry_number(db_, state.studio, row.record);
  const auto entry = db_.one(put_entry, first_number, state.studio, row.record, row.kind, summary.title, summary.date,
                             summary.region, summary.state, summary.review, summary.provisional_no, summary.official_no,
                             row.created_by, title_sealed, state.waiting, std::int64_t{summary.deleted},
                             std::int64_t{summary.revised}, std::int64_t{summary.conflicts}, held);
  put_tokens(*entry, is_new, words_of(searchable_text(catalog_, row, summary), false));
  Joins(db_).put(catalog_, state);
}

// Taking words out of the index costs as much as putting them in, and most changes (a step, a count, an
// acknowledgement) touch none.
void Lists::put_tokens(std::int64_t entry, bool is_new, const std::string& tokens) {
  if (!is_new) {
    if (db_.one(tokens_of, first_text, entry) == tokens) return;
    db_.exec(drop_tokens, entry);
  }
  db_.exec(insert_tokens, entry, tokens);
}

void Lists::drop(const StudioId& studio, const RecordId& record) {
  const std::optional<std::int64_t> entry = entry_number(db_, studio, record);
  if (!entry) return;
  db_.exec(drop_tokens, *entry);
  db_.exec(drop_entry, *entry);
  Joins(db_).drop(studio, record);
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

std::vector<ListItem> Lists::find(std::string_view words, int limit) {
  const std::string query = words_of(words, true);
  if (query.empty()) return {};
  std::vector<ListItem> found = items(find_words, query, std::int64_t{std::clamp(limit, 1, 1000)});
  tell_joined(found);
  return found;
}

std::vector<ListItem> Lists::needing() { return items(needing_entries); }

}  // namespace lianxin::client
