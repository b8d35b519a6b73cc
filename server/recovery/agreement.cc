#include "server/recovery/agreement.h"

#include "server/recovery/queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {

Result<Agreement> read_agreement(SqlDatabase& database) {
  Agreement agreement;
  LX_CHECK(database.read([&](SqlConnection& connection) -> Status {
    {
      SqlRun run = connection.run(recovery_sql::journal_place);
      if (!run.step()) return {};
      agreement.place = {run.integer(0), run.bytes<32>(1)};
      agreement.state_no = run.integer(2);
    }
    SqlRun run = connection.run(recovery_sql::journal_marks);
    while (run.step()) agreement.marks.emplace(run.id<StudioId>(0), run.integer(1));
    return {};
  }));
  return agreement;
}

void put_agreement(SqlConnection& connection, const Agreement& agreement) {
  connection.run(recovery_sql::put_journal_place)
      .bind(1, agreement.place.number)
      .bind(2, agreement.place.hash)
      .bind(3, agreement.state_no)
      .exec();
  SqlRun run = connection.run(recovery_sql::put_journal_mark);
  for (const auto& [studio, seq] : agreement.marks) {
    run.bind(1, studio).bind(2, seq).exec();
    run.again();
  }
}

Result<std::map<StudioId, StudioHead>> heads_of(Store& store) {
  std::map<StudioId, StudioHead> heads;
  LX_TRY(const std::vector<StudioId> studios, store.studios());
  for (const StudioId& studio : studios) {
    const Status read = store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(heads[studio], snapshot.head());
      return {};
    });
    if (!read) return tl::unexpected(read.error());
  }
  return heads;
}

}  // namespace lianxin::server
