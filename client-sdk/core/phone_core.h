// What Phone and Form share: the file, the clocks, the kinds. Thread-safe by the database's lock.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "client-sdk/store/database.h"
#include "client-sdk/store/forms.h"
#include "client-sdk/store/identity.h"
#include "client-sdk/store/record_state.h"
#include "lianxin/phone.h"
#include "sync/crypto/random.h"

namespace lianxin::client {

class PhoneCore final : public Random {
 public:
  // `own_codec` and `own_transport`: where the app handed in none.
  PhoneCore(const PhoneOptions& options, std::unique_ptr<Codec> own_codec, std::unique_ptr<Transport> own_transport,
            std::unique_ptr<Database> database);
  ~PhoneCore() override;

  void fill(std::span<std::uint8_t> out) override;
  template <class IdType>
  IdType random_id() {
    IdType id;
    fill(id.bytes);
    return id;
  }

  ClockReading clocks() { return {clock.wall_ms(), clock.boot_ms(), clock.boot_id()}; }

  // Within a transaction. not_enrolled, purged, kinds_missing where there is none.
  Result<Identity> identity();
  Result<std::shared_ptr<const Catalog>> catalog();
  // The kinds in use, or empty ones before the first were fetched. A document that cannot be read changes nothing.
  Result<std::shared_ptr<const Catalog>> catalog_or_empty();
  Status set_catalog(const std::string& document);
  void forget_catalog() { catalog_.reset(); }

  // Of all syncs of this file, in whatever process, the one that began last has the word. What an earlier one still hears
  // is as good as a reply that was lost (PROTOCOL 5.5).
  Status begin_turn();
  Status in_turn();  // within a transaction. sync_overtaken

  Result<RecordState> state_of(std::string_view record);  // record_unknown
  Status refresh_list(const StudioState& studio, std::span<const RecordId> records);
  Status refresh_all_lists();

  Database& db() { return *database_; }
  Transport& transport() { return *transport_; }

  PhoneClock& clock;
  std::atomic<bool> syncing{false};

 private:
  std::unique_ptr<Codec> own_codec_;  // before the database, which uses it to the end
  std::unique_ptr<Database> database_;
  std::unique_ptr<Transport> own_transport_;
  Transport* transport_;
  RandomSource* random_;
  std::shared_ptr<const Catalog> catalog_;  // of the stored document; none: not read yet
  std::string identity_text_;               // what identity_ was read from: another process may have taken a new key
  Identity identity_;
  std::string turn_;                        // under the lock of the database
};

// Saves what a form holds, as one change or (several entries of one append) several, in one transaction with the end
// of the form. `refused` is set where the rules say no; then nothing is saved.
Result<Saved> save_form(PhoneCore& phone, const OpenForm& form, std::optional<Problem>& refused);

// A form over a record as it is now.
Result<OpenForm> open_form(PhoneCore& phone, const RecordState& state);

// What lies behind a Phone, for the room's own tests and simulation: apps do not see this header.
struct PhoneInternals {
  static PhoneCore& core(Phone& phone) { return *phone.core_; }
};

}  // namespace lianxin::client
