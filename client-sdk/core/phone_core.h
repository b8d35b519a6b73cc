// What Phone and Form share: the file, the clocks, the kinds. Thread-safe by the database's lock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client-sdk/store/database.h"
#include "client-sdk/store/forms.h"
#include "client-sdk/store/identity.h"
#include "client-sdk/store/record_state.h"
#include "lianxin/phone.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::client {

class PhoneCore final : public Random {
 public:
  // Opens the file, or makes it. Of the options the path, the clock and the randomness, which must be there, and
  // what guards it. As Database::open.
  static Result<std::shared_ptr<PhoneCore>> open(const PhoneOptions& options);

  void fill(std::span<std::uint8_t> out) override;
  template <class IdType>
  IdType random_id() {
    IdType id;
    fill(id.bytes);
    return id;
  }
  SecretKey random_key();

  ClockReading clocks() { return {clock.wall_ms(), clock.boot_ms(), clock.boot_id()}; }

  // What the server's clock says, as near as this phone can tell, and that it has just said so (store/server_time.h).
  // Not within a transaction. What a file that cannot be written does not keep the server says again.
  std::int64_t server_now_ms();
  void note_server_ms(std::int64_t server_ms, bool refused);

  // A key that was made and told to nobody yet, or whose answer did not come; made, and on disk, before this returns.
  Result<SecretKey> pending_key(const char* name);

  // From here on nothing is sent under the present key (PROTOCOL 6.1). Within a write.
  void want_new_key();
  Result<bool> wants_new_key();  // within a transaction. not_enrolled, purged

  // Within a transaction. not_enrolled, purged, kinds_missing where there is none.
  Result<Identity> identity();
  Result<std::shared_ptr<const Catalog>> catalog();
  // The kinds in use, or empty ones before the first were fetched. A document that cannot be read changes nothing.
  Result<std::shared_ptr<const Catalog>> catalog_or_empty();
  Status set_catalog(const std::string& document);
  void forget_catalog() { catalog_.reset(); }

  // Of all syncs of this file, in whatever process, the one that began last has the word. What an earlier one still
  // hears is as good as a reply that was lost (PROTOCOL 5.5).
  Status begin_turn();
  Status in_turn();                                  // within a transaction. sync_overtaken
  const std::string& turn() const { return turn_; }  // names the one that began last here

  Result<RecordState> state_of(std::string_view record);  // by its id. record_unknown
  // By its id or one of its numbers, official or provisional, once lists are renewed. record_unknown; record_unclear,
  // where two have it
  Result<RecordState> state_named(std::string_view name);
  Status refresh_list(const StudioState& studio, std::span<const RecordId> records);

  // What lists and searches read of some records, where an earlier version of the app made it, or earlier kinds: until
  // then lists show what they showed. One short transaction, so that nobody waits for it long, and whoever is ended in
  // between has lost nothing. Not within one. False: none is left.
  Result<bool> renew_some_lists();
  // All of them, as far as the file can be written: what it cannot is found by no word and no number.
  void renew_lists();

  void lock();  // forgets every key: nothing can be read or written until the database is unlocked

  Database& db() { return *database_; }

  PhoneClock& clock;
  const std::string language;  // in which the server is asked to speak

 private:
  explicit PhoneCore(const PhoneOptions& options)
      : clock(*options.clock), language(options.language), random_(*options.random) {}

  std::unique_ptr<Database> database_;
  RandomSource& random_;
  std::shared_ptr<const Catalog> catalog_;  // of the stored document; none: not read yet
  std::string identity_text_;               // what identity_ was read from: another process may have taken a new key
  Identity identity_;
  std::string turn_;  // under the lock of the database
};

// What lies behind a Phone, for the room's own tests and simulation: apps do not see this header.
struct PhoneInternals {
  static PhoneCore& core(Phone& phone) { return *phone.core_; }
};

}  // namespace lianxin::client
