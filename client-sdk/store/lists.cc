#include "client-sdk/store/lists.h"

#include <algorithm>
#include <set>

#include "schema/json.h"
#include "schema/text.h"
#include "sync/summary.h"

namespace lianxin {
namespace {

#define ENTRY_COLUMNS                                                                                             \
  "studio, record, kind, title, date, region, state, review, provisional_no, official_no, created_by, guarded, " \
  "waiting, deleted, revised, conflicts, held"

constexpr Query put_entry{"put_entry", R"sql(
  INSERT INTO list_entry (studio, record, kind, title, date, region, state, review, provisional_no, official_no,
                          created_by, guarded, waiting, deleted, revised, conflicts, held)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  ON CONFLICT (record, studio) DO UPDATE SET kind = excluded.kind, title = excluded.title, date = excluded.date,
    region = excluded.region, state = excluded.state, review = excluded.review,
    provisional_no = excluded.provisional_no, official_no = excluded.official_no, created_by = excluded.created_by,
    guarded = excluded.guarded, waiting = excluded.waiting, deleted = excluded.deleted, revised = excluded.revised,
    conflicts = excluded.conflicts, held = excluded.held
  RETURNING entry
)sql"};
constexpr Query drop_tokens{"drop_tokens", "DELETE FROM search WHERE rowid = $1"};
constexpr Query put_tokens{"put_tokens", "INSERT INTO search (rowid, tokens) VALUES ($1, $2)"};
constexpr Query entry_of{"entry_of", "SELECT entry FROM list_entry WHERE record = $1 AND studio = $2"};
constexpr Query drop_entry{"drop_entry", "DELETE FROM list_entry WHERE entry = $1"};
constexpr Query list_page{"list_page", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE ($1 = '' OR kind = $1) AND ($2 IS NULL OR studio = $2) AND ($3 OR deleted = 0) AND (NOT $4 OR waiting > 0)
    AND ($5 IS NULL OR (date, record) < ($5, $6))
  ORDER BY date DESC, record DESC LIMIT $7
)sql"};
constexpr Query find_words{"find_words", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE entry IN (SELECT rowid FROM search WHERE search MATCH $1) AND deleted = 0
  ORDER BY date DESC, record DESC LIMIT $2
)sql"};
constexpr Query needing_entries{"needing_entries", "SELECT " ENTRY_COLUMNS R"sql( FROM list_entry
  WHERE conflicts > 0 OR held > 0 OR review = 'returned' ORDER BY date DESC, record DESC
)sql"};

ListedEntry read_entry(SQLite::Statement& row) {
  ListedEntry entry;
  entry.record = id_at<RecordId>(row, 1);
  ListItem& item = entry.item;
  item.studio = id_at<StudioId>(row, 0).text();
  item.id = entry.record.text();
  std::string* const texts[] = {&item.kind,   &item.title,          &item.date,        &item.region, &item.state,
                                &item.review, &item.provisional_no, &item.official_no};
  int column = 2;
  for (std::string* text : texts) *text = row.getColumn(column++).getString();
  item.created_by = id_at<MemberId>(row, 10).text();
  entry.guarded = row.getColumn(11).getInt() != 0;
  item.waiting = row.getColumn(12).getInt() != 0;
  item.deleted = row.getColumn(13).getInt() != 0;
  item.revised = row.getColumn(14).getInt() != 0;
  item.conflicts = row.getColumn(15).getInt();
  item.held = row.getColumn(16).getInt();
  return entry;
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
  if (title_guarded) summary.title.clear();
  if (kind && guarded(kind->date_field)) summary.date.clear();
  if (kind && guarded("region_code")) summary.region.clear();
  const auto held = static_cast<std::int64_t>(row.held.size() + state.stuck.size());
  std::int64_t entry = 0;
  db_.each(put_entry, [&](SQLite::Statement& put) { entry = put.getColumn(0).getInt64(); }, state.studio, row.record,
           row.kind, summary.title, summary.date, summary.region, summary.state, summary.review,
           summary.provisional_no, summary.official_no, row.created_by, std::int64_t{title_guarded}, state.waiting,
           std::int64_t{summary.deleted}, std::int64_t{summary.revised}, std::int64_t{summary.conflicts}, held);
  db_.exec(drop_tokens, entry);
  db_.exec(put_tokens, entry, words_of(searchable_text(catalog_, row, summary), false));
}

void Lists::drop(const StudioId& studio, const RecordId& record) {
  std::optional<std::int64_t> entry;
  db_.each(entry_of, [&](SQLite::Statement& row) { entry = row.getColumn(0).getInt64(); }, record, studio);
  if (!entry) return;
  db_.exec(drop_tokens, *entry);
  db_.exec(drop_entry, *entry);
}

std::vector<ListedEntry> Lists::page(const ListOptions& options, const std::optional<StudioId>& studio,
                                     std::string& next) {
  const int limit = std::clamp(options.limit, 1, 1000);
  std::optional<std::string> after_date;
  std::optional<RecordId> after_record;
  if (const std::size_t slash = options.after.find('/'); slash != std::string::npos) {
    after_date = options.after.substr(0, slash);
    after_record = RecordId::parse(std::string_view(options.after).substr(slash + 1));
    if (!after_record) after_date.reset();
  }
  std::vector<ListedEntry> entries;
  db_.each(list_page, [&](SQLite::Statement& row) { entries.push_back(read_entry(row)); }, options.kind, studio,
           std::int64_t{options.with_deleted}, std::int64_t{options.waiting_only}, after_date, after_record,
           std::int64_t{limit} + 1);
  next.clear();
  if (entries.size() > static_cast<std::size_t>(limit)) {
    entries.pop_back();
    next = entries.back().item.date + "/" + entries.back().item.id;
  }
  return entries;
}

std::vector<ListedEntry> Lists::find(std::string_view words, int limit) {
  const std::string query = words_of(words, true);
  std::vector<ListedEntry> entries;
  if (query.empty()) return entries;
  db_.each(find_words, [&](SQLite::Statement& row) { entries.push_back(read_entry(row)); }, query,
           std::int64_t{std::clamp(limit, 1, 1000)});
  return entries;
}

std::vector<ListedEntry> Lists::needing() {
  std::vector<ListedEntry> entries;
  db_.each(needing_entries, [&](SQLite::Statement& row) { entries.push_back(read_entry(row)); });
  return entries;
}

}  // namespace lianxin
