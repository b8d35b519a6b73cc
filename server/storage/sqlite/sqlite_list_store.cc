#include "server/storage/sqlite/sqlite_list_store.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "schema/json.h"
#include "server/storage/sql.h"
#include "server/storage/sql/indexed_value.h"
#include "server/storage/sql/log_reader.h"
#include "server/storage/sqlite/list_queries.h"
#include "server/storage/sqlite/search_index.h"

namespace lianxin::server {
namespace {

constexpr std::size_t rows_most = 500;

// Where a page ends. Lists run down over (date, record, studio): a record's id is made on a phone, so nothing but good
// manners keeps two studios from having the same one.
struct Place {
  std::string date;
  RecordId record;
  StudioId studio;

  friend auto operator<=>(const Place&, const Place&) = default;
};

Place place_in(const ListedRow& row) { return {row.summary.date, row.record, row.studio}; }

std::string text_of(const Place& place) { return place.date + "/" + place.record.text() + "/" + place.studio.text(); }

std::optional<Place> parse_place(std::string_view text) {
  constexpr std::size_t uuid_size = 36, tail_size = 2 * (uuid_size + 1);
  if (text.size() < tail_size) return std::nullopt;
  const std::size_t date_size = text.size() - tail_size;
  const auto record = RecordId::parse(text.substr(date_size + 1, uuid_size));
  const auto studio = StudioId::parse(text.substr(date_size + uuid_size + 2));
  if (!record || !studio) return std::nullopt;
  return Place{std::string(text.substr(0, date_size)), *record, *studio};
}

// The rows of one studio that come after a place are those whose (date, record) is less than this. `record` is longer
// than an id where the place itself is still to come: it sorts behind that id and before the next.
struct Bound {
  std::string date, record;
};

constexpr const char* after_every_date = "\x7f";  // dates begin with a digit

Bound bound_of(const std::optional<Place>& after, const ListQuery& query, const StudioId& studio) {
  Bound bound{after_every_date, {}};
  if (!query.to.empty()) bound = {query.to, std::string(17, '\xff')};  // after each id of that day
  if (after) {
    Bound from{after->date, std::string(view(after->record.bytes))};
    if (studio < after->studio) from.record += '\0';
    if (std::tie(from.date, from.record) < std::tie(bound.date, bound.record)) bound = std::move(from);
  }
  return bound;
}

std::string first_date(const ListQuery& query) {
  if (!query.from.empty()) return query.from;
  return query.to.empty() ? "" : "0";  // within a period there are only rows that have a date
}

std::string json_of(const std::vector<std::string>& texts) {
  return to_json(Value(Value::List(texts.begin(), texts.end())));
}

ListedRow read_listed(const SqlRun& run) {
  ListedRow row;
  RowSummary& summary = row.summary;
  run.read(row.studio, row.record, row.kind, row.last_seq, summary.title, summary.date, summary.region, summary.review,
           summary.state, summary.official_no, summary.provisional_no, summary.created_by, summary.created_ms,
           summary.deleted, summary.revised, summary.joined, summary.conflicts, summary.held, summary.witnessed);
  return row;
}

RecordWithText read_with_text(const SqlRun& run) {
  RecordWithText found;
  run.read(found.text, found.record);
  return found;
}

// Collects the newest `size` rows over all studios, one studio after the other.
class Newest {
 public:
  explicit Newest(std::size_t size) : size_(size) {}

  void take(ListedRow row) {
    rows_.push_back(std::move(row));
    std::push_heap(rows_.begin(), rows_.end(), newer);
    if (rows_.size() <= size_) return;
    std::pop_heap(rows_.begin(), rows_.end(), newer);
    rows_.pop_back();
  }

  // No row of an earlier date will be among them.
  std::string first_date() const { return rows_.size() < size_ ? std::string() : rows_.front().summary.date; }

  std::vector<ListedRow> in_order() && {
    std::sort_heap(rows_.begin(), rows_.end(), newer);
    return std::move(rows_);
  }

 private:
  static bool newer(const ListedRow& a, const ListedRow& b) { return place_in(b) < place_in(a); }

  std::size_t size_;
  std::vector<ListedRow> rows_;  // a heap, the oldest in front
};

const Query& statement_for(const ListQuery& query) {
  if (!query.words.empty()) return queries::list_rows_with_words;
  return query.kind.empty() ? queries::list_rows : queries::list_rows_of_kind;
}

void list_studio(SqlConnection& connection, const ListQuery& query, const StudioId& studio,
                 const std::optional<Place>& after, std::size_t rows_max, Newest& newest) {
  const Bound bound = bound_of(after, query, studio);
  SqlRun run = connection.run(statement_for(query), studio, bound.date, as_bytes(bound.record),
                              std::max(first_date(query), newest.first_date()), query.state, query.review,
                              query.region_prefix, query.with_conflict, query.with_held, query.revised,
                              query.with_deleted, json_of(query.kinds_not), rows_max);
  run.bind(16, query.withheld);
  if (!query.words.empty()) {
    const auto expression = search_expression(studio, query.words);
    if (!expression) return;
    run.bind(14, query.kind).bind(15, *expression);
  } else if (!query.kind.empty()) {
    run.bind(14, query.kind);
  }
  while (run.step()) newest.take(read_listed(run));
}

Seq search_lag(SqlConnection& connection, std::span<const StudioId> studios) {
  Seq lag = 0;
  for (const StudioId& studio : studios) {
    lag += connection.first(queries::search_lag, column<Seq>, studio).value_or(0);
  }
  return lag;
}

}  // namespace

Result<ListPage> SqliteListStore::list(const ListQuery& query) {
  const auto after = parse_place(query.after);
  if (!after && !query.after.empty()) return failure(Errc::invalid_argument, "list: unknown place to go on from");
  const std::size_t rows_max = std::clamp<std::size_t>(query.rows_max, 1, rows_most);

  ListPage page;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    Newest newest(rows_max + 1);  // one more than is shown says whether there is a next page
    for (const StudioId& studio : query.studios) list_studio(connection, query, studio, after, rows_max + 1, newest);
    page.rows = std::move(newest).in_order();
    if (!query.words.empty()) page.indexed_to_lag = search_lag(connection, query.studios);
    return {};
  }));
  if (page.rows.size() > rows_max) {
    page.rows.pop_back();
    page.next = text_of(place_in(page.rows.back()));
  }
  return page;
}

std::string SqliteListStore::place_of(const ListedRow& row) const { return text_of(place_in(row)); }

Result<std::vector<HeldLine>> SqliteListStore::held_open_after(std::span<const StudioId> studios,
                                                               const std::optional<HeldPlace>& after,
                                                               std::size_t lines_max) {
  constexpr Seq before_all = -1, behind_all = std::numeric_limits<Seq>::max();
  std::vector<HeldLine> lines;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    for (const StudioId& studio : studios) {
      // Of lines received at one moment those of a lesser studio come first.
      const Seq seq = !after || after->studio < studio ? before_all : after->studio == studio ? after->seq : behind_all;
      SqlRun run = connection.run(queries::held_open, studio, std::min<std::size_t>(lines_max, 1 << 20),
                                  after ? after->received_ms : std::numeric_limits<std::int64_t>::min(), seq);
      while (run.step()) lines.push_back({studio, read_logged(run), run.text(15)});
    }
    return {};
  }));
  std::sort(lines.begin(), lines.end(), [](const HeldLine& a, const HeldLine& b) {
    return std::tie(a.line.received_ms, a.studio, a.line.seq) < std::tie(b.line.received_ms, b.studio, b.line.seq);
  });
  if (lines.size() > lines_max) lines.resize(lines_max);
  return lines;
}

Result<std::vector<ListedRow>> SqliteListStore::with_field(const StudioId& studio, const std::string& kind,
                                                           const std::string& field, const Value& value) {
  const std::vector<IndexedValue> wanted = indexed_values(value);
  if (wanted.size() != 1) return failure(Errc::invalid_argument, "list: a field is looked up by one plain value");
  if (wanted[0].text) return database_.all(queries::rows_with_text, read_listed, studio, field, wanted[0].text, kind);
  return database_.all(queries::rows_with_integer, read_listed, studio, field, wanted[0].integer, kind);
}

Result<std::vector<RecordId>> SqliteListStore::last_with_text(const StudioId& studio, const std::string& kind,
                                                              const std::string& field, const std::string& text,
                                                              const std::optional<RecordId>& before,
                                                              std::size_t rows_max) {
  return database_.all(queries::last_with_text, column<RecordId>, studio, field, text, kind, before, rows_max);
}

Result<std::vector<RecordWithText>> SqliteListStore::with_field_among(const StudioId& studio, const std::string& field,
                                                                      const std::vector<std::string>& texts) {
  return database_.all(queries::rows_with_texts, read_with_text, studio, field, json_of(texts));
}

Result<std::vector<RecordWithText>> SqliteListStore::with_any(const StudioId& studio, const std::string& field) {
  return database_.all(queries::rows_with_any_text, read_with_text, studio, field);
}

Result<std::vector<RecordId>> SqliteListStore::joined(const StudioId& studio, const std::string& kind) {
  return database_.all(queries::joined_records, column<RecordId>, studio, kind);
}

Result<StudioTotals> SqliteListStore::totals(std::span<const StudioId> studios) {
  return database_.ask([&](SqlConnection& connection) {
    StudioTotals totals;
    for (const StudioId& studio : studios) {
      SqlRun run = connection.run(queries::studio_totals, studio);
      run.step();
      totals.records += run.integer(0);
      totals.conflicts += run.integer(1);
      totals.held += run.integer(2);
    }
    totals.search_lag = search_lag(connection, studios);
    return totals;
  });
}

Result<bool> SqliteListStore::index_some(std::size_t rows_max, const TextOf& text_of) {
  return index_rows(database_, std::max<std::size_t>(rows_max, 1), text_of);
}

Result<bool> SqliteListStore::forget_some() { return forget_erased(database_); }

}  // namespace lianxin::server
