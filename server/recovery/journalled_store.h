// A store that tells the journal what the server's own devices write, and what thereby belongs to whom, so that no rule
// need know of it. What phones write is not told: they keep it themselves.
#pragma once

#include "server/journal/journal.h"
#include "server/recovery/own_lines.h"
#include "server/storage/sql/sql_store.h"

namespace lianxin::server {

// As safe as the store within. All references must outlive this.
class JournalledStore final : public Store {
 public:
  JournalledStore(SqlDatabase& database, Journal& journal, OwnDevices own)
      : within_(database), journal_(journal), own_(own) {}

  // Returns once both are durable. Where only the journal failed that is logged (`journal_behind`), for the change
  // stands: told that it does not, a person at a desk would make it twice. The journal adds what it owes before its
  // next entry.
  Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) override;
  Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) override {
    return within_.read(studio, f);
  }
  Result<std::vector<StudioId>> studios() override { return within_.studios(); }

 private:
  SqlStore within_;
  Journal& journal_;
  const OwnDevices own_;
};

}  // namespace lianxin::server
