#include "client-sdk/phone/open_form.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/studio_choice.h"

namespace lianxin::client {
namespace {

OpenForm blank_form(PhoneCore& phone, const StudioState& studio, std::string_view kind) {
  OpenForm form;
  form.token = phone.random_id<ChangeId>().text();
  form.studio = studio.id;
  form.kind = kind;
  form.seen = studio.seen;
  form.opened_ms = phone.clock.wall_ms();
  return form;
}

RecordId new_record_id(PhoneCore& phone) {
  Bytes<10> random;
  phone.fill(random);
  RecordId id;
  id.bytes = uuid_v7(static_cast<std::uint64_t>(std::max<std::int64_t>(0, phone.clock.wall_ms())), random);
  return id;
}

}  // namespace

Result<OpenForm> form_over(PhoneCore& phone, const RecordState& state) {
  const std::optional<StudioState> studio = Studios(phone.db()).find(state.studio);
  if (!studio) return refuse_with(problem_code::studio_unknown);
  OpenForm form = blank_form(phone, *studio, state.row.kind);
  form.record = state.row.record;
  form.as_opened = state.row;
  return form;
}

Result<OpenForm> form_for_new(PhoneCore& phone, std::string_view kind, std::string_view studio, std::string_view id) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog());
  const Kind* known = kinds->kind(kind);
  if (!known) return refuse_with(problem_code::kind_unknown);
  LX_TRY(const StudioState place, studio_for(phone, *known, who.current, studio));
  std::optional<RecordId> record = id.empty() ? new_record_id(phone) : RecordId::parse(id);
  if (!record) return refuse_with(problem_code::record_id_wrong);
  LX_TRY(const auto there, RecordStates(phone.db(), *kinds, who.key).find(*record));
  if (there) return refuse_with(problem_code::record_exists);
  OpenForm form = blank_form(phone, place, kind);
  form.record = *record;
  form.is_new = true;
  return form;
}

}  // namespace lianxin::client
