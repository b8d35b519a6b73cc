#include "server/recovery/agreement.h"

#include "server/recovery/queries.h"
#include "server/storage/snapshot.h"
#include "server/storage/sql.h"

namespace lianxin::server {

Result<Agreement> read_agreement(SqlDatabase& database) {
  return database.ask([](SqlConnection& connection) {
    Agreement agreement;
    SqlRun place = connection.run(recovery_sql::journal_place);
    if (!place.step()) return agreement;
    place.read(agreement.place.number, agreement.place.hash, agreement.state_no);
    SqlRun run = connection.run(recovery_sql::journal_marks);
    while (run.step()) agreement.marks.emplace(run.id<StudioId>(0), run.integer(1));
    return agreement;
  });
}

void put_agreement(SqlConnection& connection, const Agreement& agreement) {
  connection.exec(recovery_sql::put_journal_place, agreement.place.number, agreement.place.hash, agreement.state_no);
  for (const auto& [studio, seq] : agreement.marks) connection.exec(recovery_sql::put_journal_mark, studio, seq);
}

Result<std::map<StudioId, StudioHead>> heads_of(Store& store) {
  std::map<StudioId, StudioHead> heads;
  LX_TRY(const std::vector<StudioId> studios, store.studios());
  for (const StudioId& studio : studios) {
    LX_TRY(heads[studio], head_of(store, studio));
  }
  return heads;
}

}  // namespace lianxin::server
