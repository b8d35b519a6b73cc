// What a phone reads: the reply to POST /v1/sync, and each row in it. A reply that was read is written and read again
// as the same; of a row, the digest that is summed from its bytes is the one that is summed from its cells.
#include "schema/assert.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"
#include "sync/server/feed.h"
#include "sync/wire/envelope.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {
namespace {

void read_row(std::string_view text) {
  (void)delivered_digest_of(text);  // of damaged bytes too: the phone's file may be
  const Result<Row> row = decode_row(text);
  if (!row) {
    LX_ASSERT(row.error().code == Errc::corrupt);
    return;
  }
  const std::string encoded = encode_row(*row);
  const Result<Row> again = decode_row(encoded);
  LX_ASSERT(again && *again == *row && encode_row(*again) == encoded);
  const Result<Digest> digest = delivered_digest_of(encoded, &row->record);
  LX_ASSERT(digest && *digest == delivered_digest(*row));

  const Catalog& catalog = county().catalog;
  (void)summary_of(catalog, *row);
  (void)conflicts_of(catalog, *row);
  (void)row_digests(catalog, *row);
  for (const auto& [field, value] : shown_fields(catalog, *row)) (void)shown_elements(catalog, *row, field);
  const Access convener{id_of<MemberId>(1), {"convener"}, Sensitivity::personal};
  if (const auto visible = visible_row(catalog, convener, *row)) (void)encode_row(*visible);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  const std::string_view bytes = fuzz::text_of(data, size);
  if (bytes.find('\n') == std::string_view::npos) fuzz::read_row(bytes);
  const Result<SyncReply> reply = decode_reply(bytes);
  if (!reply) return 0;
  const std::string encoded = encode_reply(*reply);
  const Result<SyncReply> again = decode_reply(encoded);
  LX_ASSERT(again && encode_reply(*again) == encoded);
  for (const StudioReply& studio : reply->studios) {
    for (const std::string& row : studio.page.rows) fuzz::read_row(row);
  }
  return 0;
}
