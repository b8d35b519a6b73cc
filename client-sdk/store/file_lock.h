// What guards a phone's file: finds the key of the file by a key from elsewhere and a PIN, keeps it while the file is
// unlocked, and changes what opens it. Under the database's lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client-sdk/store/key_file.h"
#include "client-sdk/store/key_wrap.h"
#include "client-sdk/store/sealer.h"

namespace lianxin::client {

class Database;

class FileLock {
 public:
  static constexpr std::size_t pin_chars_min = 6;

  // `key`: the app's, unset: the key file beside `store`. Both must outlive this.
  FileLock(const std::string& store, StoreKeySource key, RandomSource& random, PhoneClock& clock)
      : key_file_(store), app_key_(std::move(key)), random_(random), clock_(clock) {}

  // Each gives one of the codes of lianxin/codes.h: store_key_missing, store_key_wrong, store_pin_missing,
  // store_pin_wrong, store_pin_wait, store_pin_too_short; and corrupt where both copies of the wrap went bad. The first
  // of a file makes its key. Not within a transaction.
  Status unlock(Database& db, std::string_view pin);
  Status change_pin(Database& db, std::string_view now, std::string_view next);
  Status change_key(Database& db, StoreKeySource next, std::string_view pin);

  void lock() { open_.reset(); }
  // Within a transaction: the key in use is still the file's, which another process may have renewed. store_locked.
  Status keep_up(Database& db);
  // Within a write: the file has another key, and what was sealed before opens no more.
  void renew(Database& db);

  Sealer& sealer() { return open_->sealer; }  // while unlocked

 private:
  struct Open {
    KeyWrap wrap;
    Secret wrapping;
    Sealer sealer;
  };
  struct Opened {
    KeyWrap wrap;
    Secret outer, wrapping, file_key;
  };

  Result<KeyWrap> stored_or_made(Database& db, std::string_view pin);
  Result<KeyWrap> made(Database& db, std::string_view pin);
  Result<Secret> outer_key(KeyWrap::From from) const;
  Result<Opened> opened(Database& db, std::string_view pin);
  Result<Opened> wrapped(KeyWrap::From from, const Secret& outer, std::string_view pin, const Secret& file_key,
                         const Bytes<8>& key_id) const;
  Status rewrap(Database& db, const KeyWrap& before, const Opened& next);
  void take(const Opened& opened);

  KeyFile key_file_;
  StoreKeySource app_key_;
  RandomSource& random_;
  PhoneClock& clock_;
  std::optional<Open> open_;  // none: locked
};

}  // namespace lianxin::client
