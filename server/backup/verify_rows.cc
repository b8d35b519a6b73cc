// Rows, the columns of lists, inboxes, digests and search texts, each against what the log makes of it, byte by byte.
#include <algorithm>

#include "server/backup/verification.h"
#include "server/backup/verify_queries.h"
#include "server/kinds/search_text.h"
#include "server/storage/search_words.h"
#include "server/storage/sql/indexed_value.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"
#include "sync/log/summary.h"

namespace lianxin::server {
namespace {

using Texts = std::vector<std::string>;

// The columns of a row that lists read, in the order of queries::whole_rows from `title` on.
constexpr const char* list_columns[] = {"title",       "date",           "region",     "review",     "state",
                                        "official_no", "provisional_no", "created_by", "created_ms", "deleted",
                                        "revised",     "joined",         "conflicts",  "held",       "witnessed"};

Texts list_columns_of(const RowSummary& summary) {
  return {summary.title,
          summary.date,
          summary.region,
          summary.review,
          summary.state,
          summary.official_no,
          summary.provisional_no,
          std::string(view(summary.created_by.bytes)),
          std::to_string(summary.created_ms),
          std::to_string(summary.deleted),
          std::to_string(summary.revised),
          std::to_string(summary.joined),
          std::to_string(summary.conflicts),
          std::to_string(summary.held),
          std::to_string(summary.witnessed)};
}

Texts indexed_of(const RowSummary& summary) {
  Texts entries;
  for (const auto& [field, shown] : summary.indexed) {
    int place = 0;
    for (const IndexedValue& value : indexed_values(shown)) {
      entries.push_back(field + '\0' + std::to_string(place++) + '\0' +
                        (value.text ? "text " + *value.text : "integer " + std::to_string(*value.integer)));
    }
  }
  return entries;
}

Texts held_open_of(const RowSummary& summary) {
  Texts ids;
  for (const ChangeId& id : summary.held_open) ids.emplace_back(view(id.bytes));
  return ids;
}

std::string indexed_in(const SqlRun& run) {
  return run.text(1) + '\0' + run.text(2) + '\0' + (run.is_null(3) ? "integer " + run.text(4) : "text " + run.text(3));
}
std::string held_open_in(const SqlRun& run) { return run.text(1); }
std::string search_in(const SqlRun& run) { return run.is_null(1) ? std::string() : run.text(1) + '\0' + run.text(2); }

// What one table holds for one record after the other, in the order of their ids.
class ByRecord {
 public:
  using Read = std::string (*)(const SqlRun&);
  ByRecord(SqlConnection& connection, const Query& query, const StudioId& studio, Read read)
      : run_(connection.run(query, studio)), read_(read) {
    there_ = run_.step();
  }

  // Up to `record`; what belongs to records before it, which are none, is given to `stray`.
  template <class Stray>
  Texts take(const RecordId& record, Stray stray) {
    Texts entries;
    for (; there_; there_ = run_.step()) {
      const RecordId of = run_.id<RecordId>(0);
      if (of > record) break;
      if (of == record) {
        entries.push_back(read_(run_));
      } else {
        stray(of);
      }
    }
    return entries;
  }
  template <class Stray>
  void end(Stray stray) {
    for (; there_; there_ = run_.step()) stray(run_.id<RecordId>(0));
  }

 private:
  SqlRun run_;
  const Read read_;
  bool there_ = false;
};

class RowsCheck {
 public:
  RowsCheck(Verification& verification, const StudioId& studio, const LogFacts& facts)
      : verification_(verification),
        studio_(studio),
        facts_(facts),
        indexed_(verification.connection, queries::whole_record_index, studio, indexed_in),
        held_open_(verification.connection, queries::whole_held_open, studio, held_open_in),
        search_(verification.connection, queries::whole_search, studio, search_in) {}

  Status run() {
    searched_to_ = search_progress();
    SqlRun run = verification_.connection.run(queries::whole_rows, studio_);
    bool there = run.step();
    std::int64_t rows = 0;
    for (const auto& [record, row] : facts_.replay.rows()) {
      if (rows++ % 1000 == 0 && verification_.stopped()) return failure(Errc::unavailable, "verify: told to stop");
      for (; there && run.id<RecordId>(0) < record; there = run.step()) wrong("row_extra", run.id<RecordId>(0));
      const bool kept = there && run.id<RecordId>(0) == record;
      check(row, kept ? &run : nullptr);
      if (kept) there = run.step();
    }
    for (; there; there = run.step()) wrong("row_extra", run.id<RecordId>(0));
    indexed_.end([this](const RecordId& of) { wrong("index_extra", of); });
    held_open_.end([this](const RecordId& of) { wrong("held_open_extra", of); });
    search_.end([this](const RecordId& of) { wrong("search_extra", of); });
    verification_.verified.rows += rows;
    check_head();
    return {};
  }

 private:
  void wrong(const char* code, const RecordId& record, const char* column = nullptr) {
    std::vector<std::pair<std::string, std::string>> where{{"studio", studio_.text()}, {"record", record.text()}};
    if (column) where.emplace_back("column", column);
    verification_.damage(code, std::move(where));
  }

  Seq search_progress() {
    return verification_.connection.first(queries::search_progress, column<Seq>, studio_).value_or(0);
  }

  void check(const Row& row, const SqlRun* kept) {
    const Catalog& catalog = *verification_.catalog;
    const DigestsBySensitivity digests = row_digests(catalog, row);
    for (std::size_t level = 0; level < digests.size(); ++level) digests_[level] += digests[level];
    Kept now{{},
             indexed_.take(row.record, [this](const RecordId& of) { wrong("index_extra", of); }),
             held_open_.take(row.record, [this](const RecordId& of) { wrong("held_open_extra", of); }),
             search_.take(row.record, [this](const RecordId& of) { wrong("search_extra", of); })};
    if (!kept) return wrong("row_missing", row.record);
    if (kept->text(1) != row.kind) wrong("row_wrong", row.record, "kind");
    if (kept->integer(2) != row.last_seq) wrong("row_wrong", row.record, "last_seq");
    if (kept->text(3) != encode_row(row)) wrong("row_wrong", row.record, "encoded");
    for (int i = 0; i < static_cast<int>(std::size(list_columns)); ++i) now.columns.push_back(kept->text(4 + i));
    check_derived(row, now);
  }

  struct Kept {
    Texts columns, indexed, held_open, search;
  };

  // A row is summed up by the kinds of the day it was last written. Later kinds may name another field as the title, or
  // index one more: then what is kept is true to the older ones, and a rebuild brings it up.
  void check_derived(const Row& row, const Kept& kept) {
    if (agrees(*verification_.catalog, row, kept)) return;
    for (const auto& catalog : older_kinds(verification_)) {
      if (!agrees(*catalog, row, kept)) continue;
      verification_.verified.notes.add("older_kinds", {{"studio", studio_.text()}, {"record", row.record.text()}});
      return;
    }
    const RowSummary due = summary_of(*verification_.catalog, row);
    const Texts columns = list_columns_of(due);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (kept.columns[i] != columns[i]) wrong("row_wrong", row.record, list_columns[i]);
    }
    if (kept.indexed != indexed_of(due)) wrong("index_wrong", row.record);
    if (kept.held_open != held_open_of(due)) wrong("held_open_wrong", row.record);
    if (!search_agrees(*verification_.catalog, row, kept)) wrong("search_wrong", row.record);
  }

  bool agrees(const Catalog& catalog, const Row& row, const Kept& kept) const {
    const RowSummary due = summary_of(catalog, row);
    return kept.columns == list_columns_of(due) && kept.indexed == indexed_of(due) &&
           kept.held_open == held_open_of(due) && search_agrees(catalog, row, kept);
  }

  // The search follows the rows: beyond its progress it may hold an earlier text, or none.
  bool search_agrees(const Catalog& catalog, const Row& row, const Kept& kept) const {
    if (row.last_seq > searched_to_) return kept.search.size() <= 1;
    return kept.search == Texts{search_token(studio_) + '\0' + search_words(search_text(catalog, row))};
  }

  void check_head() {
    const StudioHead head = LogReader(verification_.connection, studio_).head();
    const auto at_studio = [&](const char* code) { verification_.damage(code, {{"studio", studio_.text()}}); };
    if (StudioPoint{head.seq, head.log_hash} != facts_.end) at_studio("head_wrong");
    if (searched_to_ > head.seq) at_studio("search_progress_wrong");
    if (head.seq == 0) return;
    if (head.sensitivity_version == verification_.catalog->sensitivity_version) {
      if (head.digests != digests_) at_studio("digest_wrong");
      return;
    }
    // New kinds came in, or a new program, and the studio was not summed up by them yet: a server does that by itself.
    const auto& older = older_kinds(verification_);
    const bool owed =
        head.sensitivity_version == 0 || std::any_of(older.begin(), older.end(), [&](const auto& catalog) {
          return catalog->sensitivity_version == head.sensitivity_version;
        });
    if (!owed) return at_studio("head_wrong");
    verification_.verified.notes.add("rebuild_owed", {{"studio", studio_.text()}});
  }

  Verification& verification_;
  const StudioId studio_;
  const LogFacts& facts_;
  ByRecord indexed_, held_open_, search_;
  Seq searched_to_ = 0;
  DigestsBySensitivity digests_{};
};

}  // namespace

Status verify_rows(Verification& verification, const StudioId& studio, const LogFacts& facts) {
  return RowsCheck(verification, studio, facts).run();
}

void verify_numbers(Verification& verification, const StudioId& studio, const LogFacts& facts) {
  std::map<std::string, std::int64_t> kept;
  SqlRun run = verification.connection.run(queries::whole_numbers, studio);
  while (run.step()) kept.emplace(run.text(0), run.integer(1));
  if (kept == facts.numbers) return;
  for (const auto& [key, last] : facts.numbers) {
    const auto at = kept.find(key);
    // More than the log tells may have been given before a restore.
    if (at != kept.end() && at->second >= last) continue;
    verification.damage("number_wrong", {{"studio", studio.text()}, {"series", key}});
  }
}

}  // namespace lianxin::server
