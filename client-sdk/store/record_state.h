// View = the row as delivered + the phone's own changes above the acked_n it came with. Nothing is taken out of an
// outbox, so nothing can count twice; nothing a person saved leaves the view before a later write replaced it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "client-sdk/store/grants.h"
#include "client-sdk/store/own_changes.h"
#include "client-sdk/store/rows.h"
#include "client-sdk/store/studios.h"
#include "sync/rules/apply.h"
#include "sync/rules/judge.h"

namespace lianxin::client {

struct RecordState {
  StudioId studio;
  Row row;                   // the view; clocks of waiting writes are provisional
  bool delivered = false;    // the server has given this record at least once
  std::int64_t waiting = 0;  // own changes that are not on the server, as far as it has said
  std::set<ChangeId> waiting_ids;
  bool unread_line = false;  // it stands for a line of this phone that the server could not read, or hold beside its
                             // record

  // An own change that the record no longer takes as things stand now (somebody stepped it elsewhere meanwhile). The
  // server decides; until then its values stand beside.
  struct Stuck {
    Change change;
    Refusal refusal;
  };
  std::vector<Stuck> stuck;
  std::map<ChangeId, Change> own_held;  // own changes that the row lists as held
};

class RecordStates {
 public:
  RecordStates(Database& db, const Catalog& catalog, const PublicKey& key);

  // None: nothing of that record is here, nor in that studio. corrupt: its row or an own line of it cannot be read, or
  // the grant by which own changes are judged.
  Result<std::optional<RecordState>> find(const RecordId& record);
  Result<std::optional<RecordState>> find(const StudioState& studio, const RecordId& record);

  // The record as it would be with these changes of this phone, none of which is saved.
  Result<Row> row_with(RecordState state, std::span<const Change> changes);

 private:
  void take(RecordState& state, const GrantedStudio& grant, const Change& change, Hlc clock) const;
  Result<const GrantedStudio*> grant_of(const StudioId& studio);

  Database& db_;
  const Catalog& catalog_;
  DeviceId device_;
  std::optional<GrantedStudio> grant_;  // of the studio asked about last
};

// Of a studio: those that were delivered and those that were made here, in no order.
std::vector<RecordId> records_in(Database& db, const StudioId& studio);

}  // namespace lianxin::client
