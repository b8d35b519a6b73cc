// The second thing that somebody shows who signs in: a code of an app, or one of ten that were printed for the day when
// the phone with the app is gone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

class Journal;
class SqlConnection;
class SqlDatabase;
class StateNotes;

enum class FactorShown { not_asked, right, missing, wrong };

// Within the transaction that opens a session: a code that is right is used up. A recovery code that is used is told to
// the journal. Throws SqlFailure.
FactorShown check_second_factor(SqlConnection& connection, StateNotes& notes, const SecretKey& key,
                                const std::string& login, std::string_view typed, std::int64_t now_ms);

// Secrets are told to the journal as they lie in the database, encrypted. Thread-safe. All references must outlive
// this.
class SecondFactors {
 public:
  static constexpr std::size_t recovery_codes = 10;

  SecondFactors(SqlDatabase& database, Journal& journal, Random& random, const SecretKey& key)
      : database_(database), journal_(journal), random_(random), key_(key) {}

  // A new secret, which counts once a code of it was shown; until then the one that was in use stays. not_found.
  struct Begun {
    std::string secret;  // to be typed by hand
    std::string uri;     // otpauth://…, to be shown as a QR code
  };
  Result<Begun> begin(const std::string& login);

  // With a code of the secret that was begun: that is in use from now on, all sessions of the account end, and ten
  // recovery codes are given back once. None: the code is wrong. not_found: nothing was begun.
  Result<std::optional<std::vector<std::string>>> confirm(const std::string& login, std::string_view code,
                                                          std::int64_t now_ms);

  Status remove(const std::string& login);  // its sessions end. not_found

 private:
  SqlDatabase& database_;
  Journal& journal_;
  Random& random_;
  const SecretKey& key_;
};

}  // namespace lianxin::server
