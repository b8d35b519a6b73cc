#include "sync/server/act.h"

#include "sync/server/log_appender.h"

namespace lianxin {

Result<Seq> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                std::span<const Draft> drafts) {
  Seq seq = 0;
  const Status written = write_as(store, studio, rules, device, [&](LogAppender& log) -> Status {
    for (const Draft& draft : drafts) LX_CHECK(log.take_own(device, draft));
    seq = log.head().seq;
    return {};
  });
  if (!written) return tl::unexpected(written.error());
  return seq;
}

}  // namespace lianxin
