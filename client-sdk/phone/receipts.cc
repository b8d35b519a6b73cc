#include "client-sdk/phone/receipts.h"

#include <algorithm>

#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/receipts.h"

namespace lianxin::client {

Result<std::vector<ReceiptView>> receipts_of(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::vector<KeptReceipt> kept, Receipts(phone.db()).all());
  OwnChanges own(phone.db());
  std::vector<ReceiptView> views;
  for (const KeptReceipt& one : kept) {
    ReceiptView view;
    view.studio = one.told.studio.text();
    const GrantedStudio grant = grant_shown(phone, one.told.studio);
    view.code = grant.code;
    view.name = grant.name;
    view.device = one.told.device.text();
    view.acked_n = one.told.acked_n;
    view.here = own.last_n(one.told.studio);
    view.log_seq = one.told.seq;
    view.server_ms = one.told.server_ms;
    view.current = one.current;
    view.this_key = one.told.device == who.device;
    view.text = one.told.text();
    views.push_back(std::move(view));
  }
  std::stable_sort(views.begin(), views.end(), [](const ReceiptView& a, const ReceiptView& b) {
    return a.studio != b.studio ? a.studio < b.studio : a.server_ms > b.server_ms;
  });
  return views;
}

}  // namespace lianxin::client
