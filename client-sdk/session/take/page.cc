#include "client-sdk/session/take/page.h"

#include "client-sdk/session/take/arrive.h"
#include "client-sdk/session/take/erased.h"
#include "client-sdk/session/take/own_values.h"
#include "client-sdk/session/take/repair.h"

namespace lianxin::client {
namespace {

// The rows of the page, whole. None: a head's own value stands neither in a line of ours nor in the row as we have it.
Result<std::optional<std::vector<Row>>> rows_of(const Part& part) {
  std::vector<Row> rows;
  for (const std::string& text : part.reply.page.rows) {
    LX_TRY(Row row, decode_row(text));
    LX_TRY(const bool whole, fill_in_own_values(part.phone.db(), part.reply.studio, row));
    if (!whole) return std::optional<std::vector<Row>>();
    rows.push_back(std::move(row));
  }
  return std::optional(std::move(rows));
}

}  // namespace

Status take_page(const Part& part, StudioState& studio, Taken& taken) {
  const Page& page = part.reply.page;
  Rows rows(part.phone.db());
  if (!page.given || part.asked.bytes_max == 0) return {};
  if (page.history_unknown && rows.any(studio.id)) {
    studio.pull.begin_offering();
    return {};
  }
  if (studio.pull.stage() == Pull::Stage::gathered) {  // it knows the history of the rows: they may go
    swap_in_set(rows, studio, *studio.pull.set_cursor(), taken);
    return {};
  }
  LX_TRY(const std::optional<std::vector<Row>> delivered, rows_of(part));
  if (!delivered) {  // only a pull from zero brings every value
    pull_again(part.phone, studio, part.server_ms);
    return {};
  }
  const bool into_set = page.from_zero || studio.pull.stage() == Pull::Stage::gathering;
  if (page.from_zero) rows.clear_fresh(studio.id);
  rows.put(studio.id, *delivered, page.acked_n(), into_set);
  for (const Row& row : *delivered) forget_erased(part.phone.db(), studio.id, row, page.acked_n());
  taken.rows = static_cast<std::int64_t>(delivered->size());
  if (!into_set) {
    for (const Row& row : *delivered) taken.records.push_back(row.record);
  }
  if (!page.more) return take_last_page(part, studio, into_set, taken);
  into_set ? studio.pull.gather(page.cursor.text()) : studio.pull.move_on(page.cursor.text());
  return {};
}

}  // namespace lianxin::client
