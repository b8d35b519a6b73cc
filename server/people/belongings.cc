#include "server/people/belongings.h"

#include "server/people/state_queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

Belonging read_belonging(const SqlRun& run) {
  Belonging belonging;
  run.read(belonging.name.what, belonging.name.name, belonging.org_code);
  return belonging;
}

}  // namespace

Result<std::int64_t> Belongings::read_after(std::int64_t after, Owners& owners) {
  std::int64_t last = after;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(state_sql::belongings_read, after);
    while (run.step()) {
      Belonging belonging = read_belonging(run);
      owners.insert_or_assign(std::move(belonging.name), std::move(belonging.org_code));
      last = std::max(last, run.integer(3));
    }
    return {};
  }));
  return last;
}

Result<bool> Belongings::are_found() {
  LX_TRY(const auto found, database_.first(state_sql::belongings_found, column<std::int64_t>));
  return found.has_value();
}

Status Belongings::find(std::span<const Belonging> belongings) {
  return database_.write([&](SqlConnection& connection) -> Status {
    for (const auto& [name, org_code] : belongings) {
      connection.exec(state_sql::find_belonging, name.what, name.name, org_code);
    }
    connection.exec(state_sql::note_belongings_found);
    return {};
  });
}

Status Belongings::tell_unnumbered() {
  LX_TRY(const auto untold, database_.all(state_sql::belongings_unnumbered, read_belonging));
  if (untold.empty()) return {};
  return write_and_tell(database_, journal_, [&](SqlConnection&, StateNotes& notes) -> Status {
    for (const Belonging& belonging : untold) notes.belonging(belonging.name);
    return {};
  });
}

}  // namespace lianxin::server
