#include "client-sdk/session/take/offered.h"

namespace lianxin::client {

void take_offered(const Part& part, StudioState& studio) {
  if (studio.pull.stage() != Pull::Stage::offering || !part.offering) return;
  if (!part.asked.offered.empty()) {
    studio.pull.note_offered(static_cast<std::int64_t>(part.asked.offered.size()));
    return;
  }
  studio.pull.restart();
  Rows(part.phone.db()).clear_fresh(studio.id);
}

}  // namespace lianxin::client
