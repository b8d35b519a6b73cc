// The public face of a phone: each call one transaction. What needs the network: driver/phone.cc.
#include "lianxin/phone.h"

#include <algorithm>

#include "client-sdk/core/border.h"
#include "client-sdk/core/values.h"
#include "client-sdk/phone/drafts.h"
#include "client-sdk/phone/form_core.h"
#include "client-sdk/phone/inbox.h"
#include "client-sdk/phone/kind_info.h"
#include "client-sdk/phone/labels.h"
#include "client-sdk/phone/lock.h"
#include "client-sdk/phone/members.h"
#include "client-sdk/phone/open_form.h"
#include "client-sdk/phone/receipts.h"
#include "client-sdk/phone/save_form.h"
#include "client-sdk/phone/show.h"
#include "client-sdk/phone/show_joined.h"
#include "client-sdk/phone/status.h"
#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/lists.h"
#include "sync/model/view.h"

namespace lianxin {

using namespace client;
namespace {

template <class F>
auto reading(PhoneCore& core, F f) {
  return border([&] { return core.db().read(f); });
}
template <class F>
auto writing(PhoneCore& core, F f) {
  return border([&] { return core.db().write(f); });
}

// What a number names may not be known until lists are renewed; what an id names always is.
template <class F>
auto reading_named(PhoneCore& core, std::string_view name, F f) {
  return border([&] {
    if (!RecordId::parse(name)) core.renew_lists();
    return core.db().read(f);
  });
}
template <class F>
auto writing_named(PhoneCore& core, std::string_view name, F f) {
  return border([&] {
    if (!RecordId::parse(name)) core.renew_lists();
    return core.db().write(f);
  });
}

std::vector<Label> labels_of(const Catalog& kinds, const std::string& kind, const std::vector<std::string>& fields) {
  std::vector<Label> labels;
  labels.reserve(fields.size());
  for (const std::string& field : fields) labels.push_back(label_of(kinds, kind, field));
  return labels;
}

std::vector<ListItem> labelled(PhoneCore& phone, const Catalog& kinds, std::vector<ListItem> items) {
  Names names(phone, kinds);
  for (ListItem& item : items) {
    item.region_label = names.of_region(item.region);
    item.created_by_label = names.of_id(item.created_by);
    item.missing_labels = labels_of(kinds, item.kind, item.missing);
    item.marked_labels = labels_of(kinds, item.kind, item.marked);
    if (const Kind* kind = kinds.kind(item.kind)) item.kind_label = {kind->label_zh, kind->label_en};
    item.state_label = state_label(kinds, item.kind, item.state, false);
    item.review_label = state_label(kinds, item.kind, item.review, true);
  }
  return items;
}

// A form that settles a conflict.
Result<OpenForm> settling_form(PhoneCore& phone, std::string_view record, std::string_view address,
                               const FieldValue& value, std::string_view reason) {
  LX_TRY(const RecordState state, phone.state_named(record));
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog());
  const auto at = Address::parse(address);
  const std::vector<Conflict> open = conflicts_of(*kinds, state.row);
  const bool disputed =
      std::any_of(open.begin(), open.end(), [&](const Conflict& conflict) { return conflict.address == address; });
  if (!at || !disputed) return refuse_with(problem_code::no_conflict);
  LX_TRY(OpenForm form, form_over(phone, state));
  LX_TRY(Value plain, value_of(value));
  const bool ladder = rule_of(*kinds, state.row.kind, *at).merge == Merge::ladder;
  if (ladder && !plain.text()) return refuse_with(problem_code::field_use_wrong);
  form.reason = reason;
  form.resolving = true;
  form.staged.push_back({*at, ladder ? Op::step : Op::put, std::move(plain)});
  return form;
}

}  // namespace

Phone::Phone(std::shared_ptr<PhoneCore> core, std::shared_ptr<PhoneDriver> driver)
    : core_(std::move(core)), driver_(std::move(driver)) {}
Phone::Phone(Phone&&) noexcept = default;
Phone& Phone::operator=(Phone&&) noexcept = default;
Phone::~Phone() = default;

void Phone::lock() { core_->lock(); }

Expected<void> Phone::unlock(std::string_view store_pin) {
  return border([&] { return core_->db().unlock(store_pin); });
}

Expected<void> Phone::change_store_pin(std::string_view now, std::string_view next) {
  return border([&] { return core_->db().change_pin(now, next); });
}

Expected<void> Phone::change_store_key(StoreKeySource next, std::string_view pin) {
  return border([&] { return core_->db().change_key(std::move(next), pin); });
}

Expected<std::vector<MemberInfo>> Phone::members() {
  return reading(*core_, [&] { return members_of(*core_); });
}

Expected<void> Phone::set_pin(std::string_view member, std::string_view pin) {
  return writing(*core_, [&] { return client::set_pin(*core_, member, pin); });
}

Expected<void> Phone::switch_member(std::string_view member, std::string_view pin) {
  return writing(*core_, [&]() -> Result<Expected<void>> {
    LX_TRY(const bool right, switch_to(*core_, member, pin));
    return right ? Expected<void>()
                 : Expected<void>(problem(problem_code::pin_wrong));  // committed: the failure counts
  });
}

Expected<bool> Phone::member_locked() {
  return reading(*core_, [&] { return is_locked(*core_); });
}

Expected<void> Phone::lock_member() {
  return writing(*core_, [&] { return lock_shared(*core_); });
}

Expected<void> Phone::unlock_member(std::string_view pin) {
  return writing(*core_, [&]() -> Result<Expected<void>> {
    LX_TRY(const bool right, unlock_with(*core_, pin));
    return right ? Expected<void>() : Expected<void>(problem(problem_code::pin_wrong));  // committed, as above
  });
}

Expected<Form> Phone::begin_new(std::string_view kind, std::string_view studio, std::string_view id) {
  return writing(*core_, [&]() -> Result<Expected<Form>> {
    LX_CHECK(check_unlocked(*core_));
    note_used(*core_);
    LX_TRY(OpenForm form, form_for_new(*core_, kind, studio, id));
    Forms(core_->db()).save(form);
    return Expected<Form>(Form(std::make_unique<FormCore>(core_, std::move(form))));
  });
}

Expected<Form> Phone::begin_edit(std::string_view record) {
  return writing_named(*core_, record, [&]() -> Result<Expected<Form>> {
    LX_CHECK(check_unlocked(*core_));
    note_used(*core_);
    LX_TRY(const RecordState state, core_->state_named(record));
    LX_TRY(OpenForm form, form_over(*core_, state));
    Forms(core_->db()).save(form);
    return Expected<Form>(Form(std::make_unique<FormCore>(core_, std::move(form))));
  });
}

Expected<Form> Phone::form(std::string_view token) {
  return reading(*core_, [&]() -> Result<Expected<Form>> {
    LX_CHECK(check_unlocked(*core_));
    LX_TRY(std::optional<OpenForm> form, Forms(core_->db()).find(token));
    if (!form) return refuse_with(problem_code::form_unknown);
    return Expected<Form>(Form(std::make_unique<FormCore>(core_, std::move(*form))));
  });
}

Expected<void> Phone::discard(std::string_view token) {
  return writing(*core_, [&]() -> Status {
    if (!Forms(core_->db()).drop(token)) return refuse_with(problem_code::form_unknown);
    return {};
  });
}

Expected<std::vector<DraftView>> Phone::drafts() {
  return reading(*core_, [&]() -> Result<std::vector<DraftView>> {
    LX_CHECK(check_unlocked(*core_));
    return drafts_of(*core_);
  });
}

Expected<Saved> Phone::remove_record(std::string_view record, std::string_view reason) {
  return writing_named(*core_, record, [&]() -> Result<Expected<Saved>> {
    LX_CHECK(check_unlocked(*core_));
    LX_TRY(const RecordState state, core_->state_named(record));
    LX_TRY(OpenForm form, form_over(*core_, state));
    form.reason = reason;
    form.staged.push_back({{"_deleted", {}, {}}, Op::put, true});
    return save_or_keep(*core_, form);
  });
}

Expected<Saved> Phone::resolve(std::string_view record, std::string_view address, FieldValue value,
                               std::string_view reason) {
  return writing_named(*core_, record, [&]() -> Result<Expected<Saved>> {
    LX_CHECK(check_unlocked(*core_));
    LX_TRY(OpenForm form, settling_form(*core_, record, address, value, reason));
    return save_or_keep(*core_, form);
  });
}

Expected<RecordView> Phone::record(std::string_view name) {
  return reading_named(*core_, name, [&]() -> Result<RecordView> {
    LX_CHECK(check_unlocked(*core_));
    LX_TRY(const RecordState state, core_->state_named(name));
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    RecordView view = view_of(*core_, *kinds, state);
    view.joined = joined_around(*core_, *kinds, state);
    return view;
  });
}

Expected<Label> Phone::name_of(std::string_view what, std::string_view code_list) {
  return reading(*core_, [&]() -> Result<Label> {
    LX_CHECK(check_text(what));
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    Names names(*core_, *kinds);
    if (!code_list.empty()) return names.of_code(code_list, what);
    Label name = names.of_id(what);
    return name.zh.empty() ? names.of_region(what) : name;
  });
}

Expected<ListPageView> Phone::list(const ListOptions& options) {
  return reading(*core_, [&]() -> Result<ListPageView> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    const bool known = options.kind.empty() || kinds->kinds.empty() || kinds->kind(options.kind);
    if (!known) return refuse_with(problem_code::kind_unknown);
    std::optional<StudioId> studio;
    if (!options.studio.empty()) {
      LX_TRY(studio, studio_named(*core_, options.studio));
    }
    ListPageView page;
    page.items = labelled(*core_, *kinds, Lists(core_->db(), *kinds).page(options, studio, page.next));
    return page;
  });
}

Expected<std::vector<ListItem>> Phone::find(std::string_view words, int limit) {
  return border([&] {
    core_->renew_lists();
    return core_->db().read([&]() -> Result<std::vector<ListItem>> {
      LX_CHECK(check_text(words));
      LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
      LX_TRY(const std::set<StudioId> closed, closed_to_current(*core_));
      return labelled(*core_, *kinds, Lists(core_->db(), *kinds).find(words, limit, closed));
    });
  });
}

Expected<std::vector<InboxItem>> Phone::inbox() {
  return reading(*core_, [&]() -> Result<std::vector<InboxItem>> {
    LX_CHECK(check_unlocked(*core_));
    return inbox_of(*core_);
  });
}

Expected<void> Phone::put_away(std::string_view change) {
  return writing(*core_, [&]() -> Status {
    const auto id = ChangeId::parse(change);
    if (!id) return refuse_with(problem_code::record_unknown);
    client::put_away(*core_, *id);
    return {};
  });
}

Expected<std::vector<WaitingItem>> Phone::waiting() {
  return reading(*core_, [&] { return waiting_of(*core_); });
}

Expected<StatusView> Phone::status() {
  return reading(*core_, [&] { return status_of(*core_); });
}

Expected<std::vector<ReceiptView>> Phone::receipts() {
  return reading(*core_, [&] { return receipts_of(*core_); });
}

Expected<std::vector<KindInfo>> Phone::kinds() {
  return reading(*core_, [&]() -> Result<std::vector<KindInfo>> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    return kinds_of(*kinds);
  });
}

}  // namespace lianxin
