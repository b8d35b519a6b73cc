#include "client-sdk/phone/drafts.h"

#include "client-sdk/core/values.h"
#include "client-sdk/phone/save_form.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

// What the title would be: what is entered, else what the record shows.
std::string title_of(const Catalog& catalog, const OpenForm& form) {
  const Kind* kind = catalog.kind(form.kind);
  if (!kind || kind->title_field.empty()) return {};
  for (const Staged& staged : form.staged) {
    if (staged.at.text() == kind->title_field && staged.value.text()) return *staged.value.text();
  }
  const Shown shown = shown_fields(catalog, form.as_opened);
  const auto at = shown.find(kind->title_field);
  return at != shown.end() && at->second.text() ? *at->second.text() : std::string();
}

// Appends and counters may hold several entries at one address: they stand as a list.
void add_entered(std::map<std::string, FieldValue>& entered, std::map<std::string, Value::List>& lists,
                 const Staged& staged) {
  const std::string address = staged.at.text();
  if (staged.op != Op::append) {
    const bool in = staged.op == Op::add, out = staged.op == Op::remove;
    entered[address] = in || out ? FieldValue(in) : field_value_of(staged.value);
    return;
  }
  Value::List& entries = lists[address];
  entries.push_back(staged.value);
  entered[address] = field_value_of(Value(entries));
}

}  // namespace

Result<std::vector<DraftView>> drafts_of(PhoneCore& phone) {
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  LX_TRY(const std::vector<OpenForm> forms, Forms(phone.db()).all());
  std::vector<DraftView> drafts;
  for (const OpenForm& form : forms) {
    DraftView draft{form.token,  form.record.text(), form.studio.text(), form.kind, {},          {},
                    form.is_new, form.refused,       form.opened_ms,     {},        form.reason, {}};
    if (const Kind* kind = kinds->kind(form.kind)) draft.kind_label = {kind->label_zh, kind->label_en};
    draft.title = title_of(*kinds, form);
    std::map<std::string, Value::List> lists;
    for (const Staged& staged : form.staged) add_entered(draft.entered, lists, staged);
    for (const Unplaced& each : form.unplaced) draft.entered[each.name] = field_value_of(each.value);
    if (auto wrong = wrong_in(phone, form)) draft.wrong = std::move(*wrong);  // else nothing can be judged here now
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

}  // namespace lianxin::client
