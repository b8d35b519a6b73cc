#include "sync/server/tell.h"

#include <algorithm>

#include "sync/log/logged_line.h"
#include "sync/model/limits.h"
#include "sync/server/compare.h"
#include "sync/server/feed.h"

namespace lianxin {
namespace {

Result<std::optional<Receipt>> receipt_for(ReadTxn& snapshot, const DeviceId& device, const StudioId& studio,
                                           const Page& page, const Rules& rules) {
  if (page.acked_n() == 0) return std::nullopt;
  LX_TRY(const StudioHead head, snapshot.head());
  Receipt receipt;
  receipt.device = device;
  receipt.studio = studio;
  receipt.acked_n = page.acked_n();
  receipt.h = page.acked->h;
  receipt.seq = head.seq;
  receipt.log_hash = head.log_hash;
  receipt.server_ms = rules.server_ms;
  return signed_by(rules.self, receipt);
}

Result<std::vector<KnownLine>> known_of(ReadTxn& snapshot, std::span<const ChangeId> asked) {
  std::vector<KnownLine> known;
  while (!asked.empty()) {
    const auto some = asked.first(std::min(asked.size(), limits::asked_ids_at_a_time));
    asked = asked.subspan(some.size());
    LX_TRY(const std::vector<std::optional<Logged>> logged, snapshot.logged(some));
    for (const std::optional<Logged>& line : logged) {
      if (line) known.push_back({line->id, short_hash(line_hash(*line))});
    }
  }
  return known;
}

}  // namespace

Result<StudioReply> tell(Answering& server, const StudioStanding& standing, const StudioRequest& asked,
                         std::size_t page_bytes, bool compare) {
  const AskingDevice& device = server.device();
  const Rules rules = server.rules(standing.place);
  const Asker asker{
      device.id,  standing.access, chain_start(asked.studio, device.key), asked.last_n, Cursor::parse(asked.cursor),
      page_bytes, rules.server_ms};
  StudioReply told;
  const Status read = server.store().read(asked.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(told.page, page_for(snapshot, rules.catalog, asker));
    told.page.cursor.mark = mark_of(told.page.cursor, asked.studio, rules.self.secret);
    LX_TRY(told.receipt, receipt_for(snapshot, device.id, asked.studio, told.page, rules));
    if (asked.compare_from && told.page.digest && compare) {
      LX_TRY(told.compared, compared_for(snapshot, rules.catalog, standing.access, *asked.compare_from));
    }
    LX_TRY(told.known, known_of(snapshot, asked.asked));
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return told;
}

}  // namespace lianxin
