// Everything that is a short text with one meaning: cursors, acknowledgements, ids, clocks, digests, hex, base64url,
// days, times.
#include "sync/model/cursor.h"

#include <cstring>

#include "schema/assert.h"
#include "schema/day.h"
#include "sync/model/digest.h"
#include "sync/wire/receipt.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {
namespace {

template <class T>
void reads_back(std::string_view text) {
  const std::optional<T> read = T::parse(text);
  if (!read) return;
  const std::optional<T> again = T::parse(read->text());
  LX_ASSERT(again && *again == *read && again->text() == read->text());
}

void read_bytes(std::string_view text) {
  if (const auto bytes = from_base64url(text)) LX_ASSERT(to_base64url(as_bytes(*bytes)) == text);
  Bytes<32> hash{};
  if (from_hex(text, hash)) LX_ASSERT(to_hex(hash).size() == text.size());
}

void read_time(std::string_view text) {
  if (const auto day = day_number(text)) {
    LX_ASSERT(day_text(*day) == text);
  }
  (void)is_time_of_day(text);
  if (text.size() < sizeof(std::int64_t)) return;
  std::int64_t any = 0;  // a phone's clock may say anything
  std::memcpy(&any, text.data(), sizeof any);
  LX_ASSERT(day_number(day_in_shanghai(any)));
  (void)local_time_text(any);
  const ClockReading made{any, any, "boot"}, sent{any / 3, any / 5, "boot"};
  (void)corrected(Hlc{static_cast<std::uint64_t>(any)}, made, sent, 1'795'176'000'000);
  (void)tick(Hlc{static_cast<std::uint64_t>(any)}, any);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::reads_back<Cursor>(text);
  fuzz::reads_back<Digest>(text);
  fuzz::reads_back<Receipt>(text);
  fuzz::reads_back<Hlc>(text);
  fuzz::reads_back<RecordId>(text);
  fuzz::reads_back<ChangeId>(text);
  fuzz::reads_back<Address>(text);
  fuzz::read_bytes(text);
  fuzz::read_time(text);
  return 0;
}
