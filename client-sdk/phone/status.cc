#include "client-sdk/phone/status.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/inbox.h"
#include "client-sdk/phone/names.h"
#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/lists.h"
#include "sync/log/summary.h"

namespace lianxin::client {
namespace {

std::string number_and_title(const std::optional<ListItem>& entry) {
  if (!entry) return {};
  const std::string& number = entry->official_no.empty() ? entry->provisional_no : entry->official_no;
  const bool both = !number.empty() && !entry->title.empty();
  return number + (both ? " " : "") + entry->title;
}

}  // namespace

Result<StatusView> status_of(PhoneCore& phone) {
  StatusView view;
  Meta meta(phone.db());
  LX_TRY(const std::optional<Identity> who, meta.identity());
  LX_TRY(const std::int64_t purged, meta.number(meta_names::purged));
  view.purged = purged != 0;
  if (!who) return view;
  view.enrolled = true;
  view.device = who->device.text();
  view.device_name = who->device_name;
  view.member = who->current.text();
  view.member_name = who->member_name;
  view.server = who->server;
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  view.kinds_version = kinds->version;
  OwnChanges own(phone.db());
  for (const StudioState& studio : Studios(phone.db()).all()) {
    const GrantedStudio grant = grant_shown(phone, studio.id);
    StudioStatus one{studio.id.text(),
                     grant.code,
                     grant.name,
                     own.last_n(studio.id),
                     0,
                     studio.synced_ms,
                     studio.granted,
                     studio.repair.flagged,
                     {},
                     {},
                     studio.problem,
                     untaken_sentence(studio.problem)};
    for (const RecordId& record : Studios(phone.db()).differing(studio.id)) {
      one.differing.push_back(record.text());
      one.differing_labels.push_back(in_both(number_and_title(Lists(phone.db(), *kinds).entry_of(record))));
    }
    one.on_server = std::min(one.here, studio.acked_n);
    view.here += one.here;
    view.on_server += one.on_server;
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (holder.member == who->current && !holder.name.empty()) view.member_name = holder.name;
    }
    if (studio.granted || one.here > one.on_server) view.studios.push_back(std::move(one));
  }
  view.waiting = view.here - view.on_server;
  LX_TRY(const std::vector<InboxItem> inbox, inbox_of(phone));
  view.needs_you = static_cast<std::int64_t>(inbox.size());
  const std::vector<StoredForm> forms = Forms(phone.db()).all();
  view.drafts = std::count_if(forms.begin(), forms.end(), [](const StoredForm& stored) {
    return !stored.form || !stored.form->staged.empty() || !stored.form->unplaced.empty();
  });
  return view;
}

Result<std::vector<WaitingItem>> waiting_of(PhoneCore& phone) {
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  std::vector<WaitingItem> items;
  OwnChanges own(phone.db());
  for (const StudioState& studio : Studios(phone.db()).all()) {
    LX_TRY(const std::vector<OwnChange> changes, own.after(studio.id, studio.acked_n, SIZE_MAX >> 1, SIZE_MAX));
    for (const OwnChange& change : changes) {
      WaitingItem item{studio.id.text(), change.record.text(), {}, {}, change.id.text(), change.n, change.made_ms};
      if (const auto state = phone.state_of(item.record)) {
        item.kind = state->row.kind;
        item.title = summary_of(*kinds, state->row).title;
      }
      items.push_back(std::move(item));
    }
  }
  return items;
}

}  // namespace lianxin::client
