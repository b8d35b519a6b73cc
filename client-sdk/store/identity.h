// Who this phone is: its key, what the server gave it, who uses it. Small values by name, all sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client-sdk/store/database.h"
#include "schema/kind.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/secret.h"
#include "sync/model/change.h"

namespace lianxin::client {

struct Identity {
  std::string server, device_name, token, certificate;
  std::vector<std::string> pins = {};  // by which the server is believed (lianxin/transport.h); empty: by the system
  SecretKey secret{};
  PublicKey key{};
  DeviceId device;
  MemberId member;   // it was enrolled for
  MemberId current;  // who uses it now; another only on a shared phone
  std::string member_name;
  bool shared = false;

  Identity() = default;
  Identity(const Identity&) = default;
  Identity(Identity&&) noexcept = default;
  Identity& operator=(const Identity&) = default;
  Identity& operator=(Identity&&) noexcept = default;
  ~Identity() {
    wipe(secret);
    wipe(token);
  }
};

// What may be found by words on this phone: on a duty phone nothing that is guarded more than `internal`, so that none
// of those who share it looks people up (`health` is all there is).
inline Sensitivity searched_on(const Identity& who) { return who.shared ? Sensitivity::internal : Sensitivity::health; }

namespace meta_names {
inline constexpr const char* identity = "identity";
inline constexpr const char* enrolling = "enrolling";        // the key of an enrolment whose answer has not come
inline constexpr const char* rekeying = "rekeying";          // the key of a rekey whose answer has not come
inline constexpr const char* syncing = "syncing";            // which sync began last
inline constexpr const char* catalog = "catalog";            // the document of GET /v1/kinds
inline constexpr const char* last_clock = "last_clock";      // the last claimed stamp
inline constexpr const char* next_server = "next_server";    // where the server says that it will be
inline constexpr const char* tried_server = "tried_server";  // which of these was asked once
inline constexpr const char* server_time = "server_time";    // what the server's clock said, and ours beside it
inline constexpr const char* provisional = "provisional";    // numbers given so far
inline constexpr const char* request_room = "request_room";  // bytes, where larger requests did not get through
inline constexpr const char* purged = "purged";
inline constexpr const char* used = "used";  // when a duty phone was last used by whoever may
}  // namespace meta_names

// Of what Meta keeps as meta_names::identity. corrupt where it cannot be read.
Result<Identity> read_identity(std::string_view stored);

class Meta {
 public:
  explicit Meta(Database& db) : db_(db) {}

  // None: nothing is kept under that name. corrupt: it went bad.
  Result<std::optional<std::string>> get(const char* name);
  void set(const char* name, std::string_view value);
  void erase(const char* name);

  Result<std::optional<Identity>> identity();  // none: not enrolled
  void set_identity(const Identity& identity);
  Result<std::int64_t> number(const char* name);  // 0 where there is none
  Result<Hlc> last_clock();                       // zero before the first change

 private:
  Database& db_;
};

}  // namespace lianxin::client
