#include "client-sdk/phone/drafts.h"

#include "client-sdk/core/problems.h"
#include "client-sdk/core/values.h"
#include "client-sdk/phone/labels.h"
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

// The parts of an element as they are entered, over those that it was opened with.
Value::Object parts_entered(const Catalog& catalog, const OpenForm& form, const Address& at) {
  Value::Object parts = parts_in(catalog, form.as_opened, at);
  for (const Staged& staged : form.staged) {
    const bool same = staged.at.field == at.field && staged.at.element == at.element && !staged.at.attribute.empty();
    if (same) parts[staged.at.attribute] = staged.value;
  }
  return parts;
}

void add_names(Names& names, const OpenForm& form, DraftView& draft) {
  for (const Staged& staged : form.staged) {
    const std::string address = staged.at.text();
    draft.labels[address] = label_at(names, form.kind, staged.at, parts_entered(names.catalog(), form, staged.at));
    Label told = written_label(names, form.kind, staged.at, staged.op, staged.value);
    if (!told.zh.empty()) draft.value_labels[address] = std::move(told);
  }
}

DraftView draft_of(PhoneCore& phone, Names& names, const OpenForm& form) {
  const Catalog& kinds = names.catalog();
  DraftView draft;
  draft.record = form.record.text();
  draft.studio = form.studio.text();
  draft.kind = form.kind;
  draft.is_new = form.is_new;
  draft.refused = form.refused;
  draft.reason = form.reason;
  if (const Kind* kind = kinds.kind(form.kind)) draft.kind_label = {kind->label_zh, kind->label_en};
  draft.title = title_of(kinds, form);
  std::map<std::string, Value::List> lists;
  for (const Staged& staged : form.staged) add_entered(draft.entered, lists, staged);
  add_names(names, form, draft);
  for (const Unplaced& each : form.unplaced) draft.entered[each.name] = field_value_of(each.value);
  if (auto wrong = wrong_in(phone, form)) {
    draft.wrong = std::move(*wrong);
  } else {  // it cannot be judged, and so not saved: its studio or its kind is not here any more
    const Problem problem = problem_of(wrong.error());
    WrongField& whole = draft.wrong.emplace_back();
    whole.code = problem.code;
    whole.sentence = {problem.zh, problem.en};
  }
  return draft;
}

}  // namespace

Result<std::vector<DraftView>> drafts_of(PhoneCore& phone) {
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  Names names(phone, *kinds);
  std::vector<DraftView> drafts;
  for (const StoredForm& stored : Forms(phone.db()).all()) {
    DraftView& draft = drafts.emplace_back(stored.form ? draft_of(phone, names, *stored.form) : DraftView{});
    draft.damaged = !stored.form;
    draft.token = stored.token;
    draft.opened_ms = stored.opened_ms;
  }
  return drafts;
}

}  // namespace lianxin::client
