#include "client-sdk/store/receipts.h"

namespace lianxin::client {
namespace {

// Restores are rare. More of these than this, and somebody is playing.
constexpr std::int64_t kept_from_before_max = 8;

constexpr Query all_acknowledgements{"all_acknowledgements", R"sql(
  SELECT current, text_sealed, studio, device FROM acknowledgement ORDER BY studio, device, current DESC, entry DESC
)sql"};
constexpr Query current_acknowledgement{"current_acknowledgement", R"sql(
  SELECT text_sealed FROM acknowledgement WHERE studio = $1 AND device = $2 AND current = 1
)sql"};
constexpr Query set_aside{"set_aside_acknowledgement", R"sql(
  UPDATE acknowledgement SET current = 0 WHERE studio = $1 AND device = $2 AND current = 1
)sql"};
constexpr Query put_acknowledgement{"put_acknowledgement", R"sql(
  INSERT INTO acknowledgement (studio, device, current, text_sealed) VALUES ($1, $2, 1, $3)
  ON CONFLICT (studio, device) WHERE current = 1 DO UPDATE SET text_sealed = excluded.text_sealed
)sql"};
constexpr Query drop_oldest{"drop_oldest_acknowledgements", R"sql(
  DELETE FROM acknowledgement WHERE studio = $1 AND device = $2 AND current = 0 AND entry NOT IN (
    SELECT entry FROM acknowledgement WHERE studio = $1 AND device = $2 AND current = 0 ORDER BY entry DESC LIMIT $3)
)sql"};

}  // namespace

Status Receipts::keep(const Receipt& told) {
  const SealedAt at = sealed_at(Column::acknowledgement, told.studio, told.device);
  const Result<std::optional<std::string>> text = db_.unsealed(current_acknowledgement, at, told.studio, told.device);
  const auto before = text && *text ? Receipt::parse(**text) : std::nullopt;
  if (before && (told.acked_n < before->acked_n || told.seq < before->seq)) {
    db_.exec(set_aside, told.studio, told.device);
    db_.exec(drop_oldest, told.studio, told.device, kept_from_before_max);
  }
  db_.exec(put_acknowledgement, told.studio, told.device, Blob{db_.seal(at, told.text())});
  return {};
}

Result<std::vector<KeptReceipt>> Receipts::all() {
  struct Stored {
    bool current;
    std::string sealed;
    SealedAt at;
  };
  const auto read = [](SQLite::Statement& row) {
    return Stored{row.getColumn(0).getInt() != 0, blob_at(row, 1),
                  sealed_at(Column::acknowledgement, id_at<StudioId>(row, 2), id_at<DeviceId>(row, 3))};
  };
  std::vector<KeptReceipt> kept;
  for (const Stored& one : db_.all(all_acknowledgements, read)) {
    LX_TRY(const std::string text, db_.unseal(one.at, one.sealed));
    const auto told = Receipt::parse(text);
    if (!told) return failure(Errc::corrupt, "a stored acknowledgement cannot be read");
    kept.push_back({*told, one.current});
  }
  return kept;
}

}  // namespace lianxin::client
