#include "client-sdk/store/pins.h"

namespace lianxin::client {
namespace {

constexpr Query set_pin{"set_pin", R"sql(
  INSERT INTO pin (member, salt, hash) VALUES ($1, $2, $3)
  ON CONFLICT (member) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, failures = 0
)sql"};
constexpr Query get_pin{"get_pin", "SELECT salt, hash, failures, failed_boot, failed_ms FROM pin WHERE member = $1"};
constexpr Query put_reset{"put_reset", R"sql(
  INSERT INTO pin_reset (member, reset_ms) VALUES ($1, $2)
  ON CONFLICT (member) DO UPDATE SET reset_ms = excluded.reset_ms WHERE pin_reset.reset_ms < excluded.reset_ms
)sql"};
constexpr Query get_reset{"get_reset", "SELECT reset_ms FROM pin_reset WHERE member = $1"};
constexpr Query drop_pin{"drop_pin", "DELETE FROM pin WHERE member = $1"};
constexpr Query note_failure{"note_failure", R"sql(
  UPDATE pin SET failures = $2, failed_boot = $3, failed_ms = $4 WHERE member = $1
)sql"};

}  // namespace

std::optional<StoredPin> StoredPins::find(const MemberId& member) {
  const auto read = [&](SQLite::Statement& row) {
    StoredPin pin{bytes_at<16>(row, 0),
                  {},
                  row.getColumn(2).getInt64(),
                  row.getColumn(3).getString(),
                  row.getColumn(4).getInt64()};
    // One that went bad is no PIN's: a member may be given another one at the office.
    const Result<std::string> hash = db_.unseal(sealed_at(Column::pin, member), blob_at(row, 1));
    if (hash && hash->size() == pin.hash.size())
      std::copy_n(as_bytes(*hash).begin(), pin.hash.size(), pin.hash.begin());
    return pin;
  };
  return db_.one(get_pin, read, member);
}

void StoredPins::put(const MemberId& member, const Bytes<16>& salt, const Bytes<32>& hash) {
  db_.exec(set_pin, member, salt, Blob{db_.seal(sealed_at(Column::pin, member), view(hash))});
}

bool StoredPins::take_reset(const MemberId& member, std::int64_t reset_ms) {
  const auto read = [](SQLite::Statement& row) { return row.getColumn(0).getInt64(); };
  if (db_.one(get_reset, read, member).value_or(0) >= reset_ms) return false;
  db_.exec(put_reset, member, reset_ms);
  db_.exec(drop_pin, member);
  return true;
}

bool StoredPins::was_reset(const MemberId& member) {
  const auto read = [](SQLite::Statement& row) { return row.getColumn(0).getInt64(); };
  return db_.one(get_reset, read, member).has_value();
}

void StoredPins::note_failures(const MemberId& member, std::int64_t failures, const std::string& boot,
                               std::int64_t at_ms) {
  db_.exec(note_failure, member, failures, boot, at_ms);
}

}  // namespace lianxin::client
