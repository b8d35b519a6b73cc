// How a phone becomes a device, takes a new key, and is known again (PROTOCOL 6.1, 6.3, 9).
#pragma once

#include <string>

#include "server/people/devices.h"
#include "sync/crypto/random.h"
#include "sync/model/self_device.h"
#include "sync/wire/enrolment.h"

namespace lianxin::server {

class SyncNotes;

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
    code_locked,  // others tried to guess it
    bad_signature,
    not_allowed,
    certificate_unknown,  // not signed with this server's key
    certificate_ended,
    nonce_old,  // or not this server's: another is asked for
  } outcome = Outcome::ok;
  Device device;  // the rest only when ok
  std::string token;
};

// What happens to devices and codes is told to the journal before it is answered. Thread-safe. All references must
// outlive this.
class Enrolment {
 public:
  static constexpr std::int64_t nonce_ms_max = 10 * 60 * 1000;  // a phone on a slow line answers in time
  static constexpr int wrong_tries_max = 5;

  Enrolment(SqlDatabase& database, Journal& journal, SyncNotes& notes, Random& random, const SelfDevice& self,
            const Revocations& revocations)
      : database_(database),
        journal_(journal),
        notes_(notes),
        random_(random),
        self_(self),
        revocations_(revocations) {}

  // The code is given back once and kept as its hash.
  Result<std::string> issue_code(const CodeOffer& offer);

  // A code makes one device. The same key with the same code gives the same device and a new token, however often: the
  // reply that held the first token may have been lost on its way. The letters that name a code are no secret: after
  // wrong_tries_max tries that had them and not the rest it is good for nothing any more.
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
  // proves who it is and gets a new token: the same for the same nonce, so that the request once more gives what it
  // gave and ends no token that the device shows. A device that was unknown is entered as its certificate says; what is
  // known of it stays so, and a lost or revoked one, or one that came of such a one, stays cut off, where database and
  // journal are lost by the list beside the keys.
  Result<Enrolled> readmit(const ReadmitRequest& request, std::int64_t now_ms);

  // Shows a phone that asks at another address that it is its server: nothing of any device is in it (PROTOCOL 9.4).
  ProveReply prove(const ProveRequest& request) const { return prove_reply(self_.secret, request); }

 private:
  std::optional<std::int64_t> moment_of(const std::string& nonce, std::int64_t now_ms) const;

  SqlDatabase& database_;
  Journal& journal_;
  SyncNotes& notes_;
  Random& random_;
  const SelfDevice& self_;
  const Revocations& revocations_;
};

}  // namespace lianxin::server
