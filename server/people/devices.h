// Devices: who shows a token, and who is cut off. How one comes to be is enrolment.h's. A device's row is never
// deleted: its changes name it for ever.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "sync/crypto/hash.h"

namespace lianxin::server {

class Journal;
class Revocations;
class SqlDatabase;
class SyncNotes;

enum class DeviceStatus {
  active,
  lost,     // somebody else may hold it: it may still push, all of it held, and receives only the order to purge
  revoked,  // the same, for good
  retired,  // it took a new key (PROTOCOL 6.1): its old token serves only to ask for the new one again
};
const char* name_of(DeviceStatus status);

struct Device {
  DeviceId id;
  PublicKey key{};
  std::string name;
  MemberId member;  // it was enrolled for; on a shared phone, who keeps it
  StudioId studio;  // it was enrolled in
  bool shared = false;
  std::string certificate;
  std::int64_t enrolled_ms = 0;
  std::string enrolled_by;
  DeviceStatus status = DeviceStatus::active;
  std::optional<DeviceId> rekeyed_from, superseded_by;
  std::int64_t last_sync_ms = 0, backlog = 0, skew_ms = 0;
  std::int64_t after_revocation = 0;  // lines taken since it was revoked
  std::int64_t readmitted_ms = 0;     // when it was known again by its certificate alone; 0: never
  std::int64_t purge_told_ms = 0;     // when it was first told to forget everything; 0: never
  std::int64_t token_ms = 0;          // since when it shows the token that it shows
  std::optional<Hash> next_token;     // offered and not used yet
  std::int64_t next_token_ms = 0;     // of which moment that one is

  bool cut_off() const { return status == DeviceStatus::lost || status == DeviceStatus::revoked; }
};

// What happens to devices is told to the journal before it is answered. Thread-safe. All references must outlive this.
class Devices {
 public:
  Devices(SqlDatabase& database, Journal& journal, SyncNotes& notes, const Revocations& revocations)
      : database_(database), journal_(journal), notes_(notes), revocations_(revocations) {}

  // Whoever shows this token or was offered it, retired ones included; none where it is unknown.
  Result<std::optional<Device>> with_token(std::string_view token);
  Result<std::optional<Device>> find(const DeviceId& id);
  // The one that it came of by taking new keys, again and again; itself where it was enrolled. What one phone may do in
  // a time is counted by that.
  Result<DeviceId> first_of(const Device& device);
  Result<std::vector<Device>> all();  // by the time of enrolment
  // The same, those after one: none where no device is given and nothing is there.
  Result<std::vector<Device>> after(const std::optional<DeviceId>& id, std::size_t rows_max);

  // active, lost or revoked; of the device and of all that took its place. Who is cut off stands beside the keys before
  // it is answered (revocations.h). not_found, or not_allowed to alter what became of a retired one other than by
  // cutting it off. conflict: active again, where one of them was told to forget everything meanwhile: what it does not
  // know any more it cannot go on with.
  Status set_status(const DeviceId& id, DeviceStatus status);

  // Before the order to forget everything leaves. busy where the device is not cut off any more: it is not to be sent.
  Status note_purge_told(const DeviceId& id, std::int64_t now_ms);

  // Once the server is open: who is cut off by the list beside the keys is cut off here, and the other way round. A
  // database that was put back may not know it any more.
  Status agree_with_revocations();

 private:
  Result<std::vector<DeviceId>> write_status(const DeviceId& id, DeviceStatus status);

  SqlDatabase& database_;
  Journal& journal_;
  SyncNotes& notes_;
  const Revocations& revocations_;
};

}  // namespace lianxin::server
