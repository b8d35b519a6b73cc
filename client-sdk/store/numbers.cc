#include "client-sdk/store/numbers.h"

#include <algorithm>
#include <iterator>

#include "schema/text.h"
#include "sync/crypto/hash.h"
#include "sync/model/searched.h"

namespace lianxin::client {
namespace {

constexpr Query put_number{"put_number", R"sql(
  INSERT INTO record_number (studio, record, number) VALUES ($1, $2, $3)
  ON CONFLICT (studio, record, number) DO NOTHING
)sql"};
constexpr Query drop_numbers_of{"drop_numbers_of", "DELETE FROM record_number WHERE studio = $1 AND record = $2"};
constexpr Query records_numbered{"records_numbered",
                                 "SELECT DISTINCT record FROM record_number WHERE number = $1 LIMIT 10"};

Hash hash_of(Database& db, std::string_view number) { return db.keyed_hash(view(sha256(folded_number(number)))); }

void add_held(const Change& change, std::vector<std::string>& numbers) {
  for (const Write& write : change.writes) {
    const auto* end = std::end(number_fields);
    const bool is_number = std::find(std::begin(number_fields), end, write.at.field) != end;
    if (is_number && write.value.text()) numbers.push_back(*write.value.text());
  }
}

}  // namespace

std::vector<std::string> every_number_of(const RecordState& state) {
  std::vector<std::string> numbers = numbers_of(state.row);
  for (const auto& [id, change] : state.own_held) add_held(change, numbers);
  for (const RecordState::Stuck& stuck : state.stuck) add_held(stuck.change, numbers);
  std::erase(numbers, std::string());
  return numbers;
}

void Numbers::put(const RecordState& state) {
  drop(state.studio, state.row.record);
  for (const std::string& number : every_number_of(state)) {
    db_.exec(put_number, state.studio, state.row.record, hash_of(db_, number));
  }
}

void Numbers::drop(const StudioId& studio, const RecordId& record) { db_.exec(drop_numbers_of, studio, record); }

std::vector<RecordId> Numbers::having(std::string_view number) {
  return db_.all(records_numbered, first_id<RecordId>, hash_of(db_, number));
}

}  // namespace lianxin::client
