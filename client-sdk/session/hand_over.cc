#include "client-sdk/session/hand_over.h"

#include <algorithm>

#include "client-sdk/store/file_tasks.h"
#include "client-sdk/store/grants.h"
#include "client-sdk/store/own_changes.h"
#include "client-sdk/store/pins.h"
#include "client-sdk/store/rows.h"
#include "sync/wire/codes.h"

namespace lianxin::client {
namespace {

// Whose PIN the office took away sets a new one. If it is who uses the phone now, it is locked until then.
void take_pin_resets(PhoneCore& phone, const std::vector<GrantedStudio>& grants) {
  StoredPins pins(phone.db());
  const Result<Identity> who = phone.identity();
  for (const GrantedStudio& grant : grants) {
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (holder.pin_reset_ms == 0 || !pins.take_reset(holder.member, holder.pin_reset_ms)) continue;
      if (who && holder.member == who->current) Meta(phone.db()).erase(meta_names::used);
    }
  }
}

}  // namespace

Status take_grants(PhoneCore& phone, const std::vector<GrantedStudio>& grants) {
  return phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    take_pin_resets(phone, grants);
    return Grants(phone.db()).replace(grants);
  });
}

// Rows of a lost studio go once the server has said that it knows it: one that was set back to before it knew it will
// want what these rows hold of others. Own lines only when this very reply says that the server has them all: what it
// had last week it may have lost since.
Status drop_handed_over(PhoneCore& phone, const SyncReply& reply) {
  Status dropped = phone.db().write([&]() -> Status {
    LX_CHECK(phone.in_turn());
    Studios studios(phone.db());
    OwnChanges own(phone.db());
    for (const StudioState& studio : studios.all()) {
      const bool waits = own.last_n(studio.id) != studio.acked_n;
      if (studio.granted || waits) continue;
      const auto part = std::find_if(reply.studios.begin(), reply.studios.end(),
                                     [&](const StudioReply& one) { return one.studio == studio.id; });
      const bool looked = part != reply.studios.end() && part->page.acked;
      const bool refused = part != reply.studios.end() && part->problem == codes::not_granted;
      const bool confirmed = looked && part->page.acked->n == own.last_n(studio.id);
      const bool some =
          ((looked || refused) && Rows(phone.db()).any(studio.id)) || (confirmed && own.has_lines(studio.id));
      if (looked || refused) studios.drop_rows(studio.id);
      if (confirmed) own.erase_lines(studio.id);
      if (some) FileTasks(phone.db()).begin(FileTask::rewrite);
    }
    return {};
  });
  if (dropped) phone.db().rewrite_if_due();
  return dropped;
}

Result<bool> purge(PhoneCore& phone, const std::set<StudioId>& handed_over) {
  Result<bool> done = phone.db().write([&]() -> Result<bool> {
    LX_CHECK(phone.in_turn());
    Studios studios(phone.db());
    OwnChanges own(phone.db());
    for (const StudioState& studio : studios.all()) {
      if (own.last_n(studio.id) != studio.acked_n) return false;
      if (own.has_lines(studio.id) && !handed_over.contains(studio.id)) return false;
    }
    studios.purge();
    Meta(phone.db()).set(meta_names::purged, "1");
    phone.forget_catalog();
    return true;
  });
  if (done && *done) phone.db().rewrite_if_due();
  return done;
}

}  // namespace lianxin::client
