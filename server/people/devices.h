// Devices: enrolment, tokens, rekeying, revocation. A device's row is never deleted: its changes name it for ever.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/people/certificate.h"
#include "sync/crypto/random.h"
#include "sync/model/self_device.h"
#include "sync/wire/enrolment.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

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

  bool cut_off() const { return status == DeviceStatus::lost || status == DeviceStatus::revoked; }
};

struct CodeOffer {
  StudioId studio;
  MemberId member;
  bool shared = false;
  std::string issued_by;
  std::int64_t now_ms = 0, expires_ms = 0;
};

struct Enrolled {
  enum class Outcome {
    ok,
    code_unknown,
    code_used,
    bad_signature,
    not_allowed,
    certificate_unknown,  // not signed with this server's key
    nonce_old,            // or not this server's: another is asked for
  } outcome = Outcome::ok;
  Device device;  // the rest only when ok
  std::string token;
};

// What happens to devices and codes is told to the journal before it is answered. Thread-safe. All references must
// outlive this.
class Devices {
 public:
  static constexpr std::int64_t nonce_ms_max = 10 * 60 * 1000;  // a phone on a slow line answers in time

  Devices(SqlDatabase& database, Journal& journal, Random& random, const SelfDevice& self);

  // The code is given back once and kept as its hash.
  Result<std::string> issue_code(const CodeOffer& offer);

  // A code makes one device. The same key with the same code gives the same device and a new token, however often: the
  // reply that held the first token may have been lost on its way.
  Result<Enrolled> enrol(const EnrolRequest& request, std::int64_t now_ms);

  // The new device stands in the old one's place and the old one is retired, its row and its chains kept. Asking again
  // gives the same device and a new token. A clone that asks with a key of its own becomes a device of its own. A
  // device that is cut off, or of which one came that is, gets one that is cut off too: a lost phone that was set back
  // can still hand over what it holds and be told to forget it, and nothing more.
  Result<Enrolled> rekey(const Device& old, const RekeyRequest& request, std::int64_t now_ms);

  // What a phone signs to show that it holds the key of its certificate. Signed by the server and not kept: it serves
  // any number of times within nonce_ms_max, as the same request does.
  std::string readmission_nonce(std::int64_t now_ms) const;

  // A phone that this server does not know (its database was put back to before the phone came, or before its token)
  // proves who it is and gets a new token. A device that was unknown is entered as its certificate says; what is known
  // of it stays so, and a lost or revoked one, or one that came of such a one, stays cut off.
  Result<Enrolled> readmit(const ReadmitRequest& request, std::int64_t now_ms);

  // Whoever shows this token, retired ones included; none where it is unknown.
  Result<std::optional<Device>> with_token(std::string_view token);
  Result<std::optional<Device>> find(const DeviceId& id);
  Result<std::vector<Device>> all();  // by the time of enrolment

  // active, lost or revoked; of the device and of all that took its place. not_found, or not_allowed to alter what
  // became of a retired one other than by cutting it off.
  Status set_status(const DeviceId& id, DeviceStatus status);

  // What a sync told of its device. Kept in memory until flush(), so that a pull costs no write; it may be lost.
  struct SyncNote {
    std::int64_t at_ms = 0, backlog = 0, skew_ms = 0;
    std::int64_t lines_after_revocation = 0;  // in this sync
    std::int64_t lines = 0, heads = 0;        // taken of it, and of others' work that it gave back
    bool has_given_all = false;               // nothing that it had waits any more
  };
  void note_sync(const DeviceId& id, const SyncNote& note);
  Status flush();

  // The last syncs since this was last asked, for the journal.
  std::map<DeviceId, SyncNote> take_recent();

 private:
  bool own_nonce(const std::string& nonce, std::int64_t now_ms) const;

  SqlDatabase& database_;
  Journal& journal_;
  Random& random_;
  const SelfDevice& self_;
  std::mutex notes_mutex_;
  std::map<DeviceId, SyncNote> notes_, recent_;
};

}  // namespace lianxin::server
