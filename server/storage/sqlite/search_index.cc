#include "server/storage/sqlite/search_index.h"

#include <algorithm>
#include <limits>

#include "schema/text.h"
#include "server/storage/search_words.h"
#include "server/storage/sql.h"
#include "server/storage/sql/log_queries.h"
#include "server/storage/sql/log_reader.h"
#include "server/storage/sqlite/list_queries.h"

namespace lianxin::server {
namespace {

// One studio's share of a round: the rows changed in (from, to], and the words found in them.
struct Batch {
  StudioId studio;
  Seq from = 0, to = 0;
  std::int64_t rebuilt = 0;
  std::vector<StoredRow> rows;
  std::vector<std::string> words;  // of each row, parted by spaces
};

std::vector<Batch> studios_behind(SqlConnection& connection) {
  return connection.all(queries::search_behind, [](const SqlRun& run) {
    Batch batch;
    run.read(batch.studio, batch.to, batch.from, batch.rebuilt);
    return batch;
  });
}

// Fills as many batches as `rows_max` allows and drops the rest; true when something was left out.
bool fill(SqlConnection& connection, std::vector<Batch>& batches, std::size_t rows_max) {
  std::size_t left = rows_max;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (left == 0) {
      batches.resize(i);
      return true;
    }
    Batch& batch = batches[i];
    batch.rows =
        LogReader(connection, batch.studio).rows_after(batch.from, left, std::numeric_limits<std::size_t>::max());
    if (batch.rows.size() == left) batch.to = batch.rows.back().last_seq;
    left -= batch.rows.size();
  }
  return left == 0;
}

bool still_at(SqlConnection& connection, const Batch& batch) {
  SqlRun run = connection.run(queries::search_progress, batch.studio);
  return run.step() ? run.integer(0) == batch.from && run.integer(1) == batch.rebuilt
                    : batch.from == 0 && batch.rebuilt == 0;
}

void put(SqlConnection& connection, const Batch& batch) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const std::int64_t id =
        connection.only(queries::search_document_id, column<std::int64_t>, batch.studio, batch.rows[i].record);
    connection.exec(queries::drop_search_words, id);
    connection.exec(queries::put_search_words, id, search_token(batch.studio), batch.words[i]);
  }
  connection.exec(queries::note_search_progress, batch.studio, batch.to, batch.rebuilt);
}

// One whose words the index has left behind already, by search_remains.
struct Remains {
  StudioId studio;
  Seq seq = 0;
  bool merging = false;
};

// The parts of the index become one, some pages at a time (FTS5, 6.8 and 6.9): a word that was taken out stands in no
// part any more once they are. True when they are.
bool merge_some(SqlConnection& connection, const std::vector<Remains>& remains) {
  constexpr std::int64_t pages = 256;
  const bool goes_on = std::all_of(remains.begin(), remains.end(), [](const Remains& one) { return one.merging; });
  const auto changes = [&] { return connection.only(queries::changes_made, column<std::int64_t>); };
  const std::int64_t before = changes();
  connection.exec(queries::merge_search, goes_on ? pages : -pages);
  const bool done = goes_on && changes() - before < 2;
  if (!goes_on) {
    for (const Remains& one : remains) connection.exec(queries::note_search_merging, one.studio, one.seq);
  }
  return done;
}

}  // namespace

std::optional<std::string> search_expression(const StudioId& studio, std::string_view words) {
  std::string phrases;
  for (const std::vector<std::string>& phrase : search_phrases(words)) {
    if (!phrases.empty()) phrases += " AND ";
    phrases += '"' + parted_by_blanks(phrase) + "\" *";  // letters and digits only: nothing to escape
  }
  if (phrases.empty()) return std::nullopt;
  return "studio : \"" + search_token(studio) + "\" AND words : (" + phrases + ")";
}

Result<bool> index_rows(SqlDatabase& database, std::size_t rows_max,
                        const std::function<std::string(const StoredRow&)>& text_of) {
  std::vector<Batch> batches;
  bool more = false;
  LX_CHECK(database.read([&](SqlConnection& connection) -> Status {
    batches = studios_behind(connection);
    more = fill(connection, batches, rows_max);
    return {};
  }));
  if (batches.empty()) return more;

  for (Batch& batch : batches) {
    for (const StoredRow& row : batch.rows) batch.words.push_back(search_words(text_of(row)));
  }
  LX_CHECK(database.write([&](SqlConnection& connection) -> Status {
    for (const Batch& batch : batches) {
      if (still_at(connection, batch)) put(connection, batch);  // else its rows were replaced meanwhile: next round
    }
    return {};
  }));
  return more;
}

Result<bool> forget_erased(SqlDatabase& database) {
  const auto found = database.ask([](SqlConnection& connection) {
    return connection.all(queries::search_remains, [](const SqlRun& run) {
      return Remains{run.id<StudioId>(0), run.integer(1), run.integer(2) != 0};
    });
  });
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return false;
  bool merged = false;
  LX_CHECK(database.write([&](SqlConnection& connection) -> Status {
    merged = merge_some(connection, *found);
    return {};
  }));
  if (!merged) return true;
  LX_CHECK(database.empty_log());
  LX_CHECK(database.write([&](SqlConnection& connection) -> Status {
    for (const Remains& one : *found) connection.exec(queries::drop_search_remains, one.studio, one.seq);
    return {};
  }));
  return false;
}

}  // namespace lianxin::server
