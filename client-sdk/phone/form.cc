#include "lianxin/form.h"

#include "client-sdk/core/border.h"
#include "client-sdk/phone/fill.h"
#include "client-sdk/phone/form_core.h"
#include "client-sdk/phone/save_form.h"
#include "client-sdk/phone/show.h"

namespace lianxin {

using namespace client;

namespace {

// One call of a form: finds the field, checks how it merges, stages.
template <class F>
Expected<void> staged_at(FormCore& core, std::string_view name, Merge merge, F f) {
  return border([&]() -> Expected<void> {
    Address at;
    const Result<const Field*> field = core.field(name, at);
    if (!field) return about(problem_of(field.error()), name);
    const bool attribute = !at.attribute.empty() && merge == Merge::register_ && (*field)->merge == Merge::set;
    if ((*field)->merge != merge && !attribute) return problem(problem_code::field_use_wrong, std::string(name));
    if (Status status = f(**field, at); !status) return about(problem_of(status.error()), name);
    return {};
  });
}

Address element_of(const Address& set, std::string_view key) { return {set.field, std::string(key), {}}; }

// Whether `at` is the cell `left`, or a part of it.
bool is_within(const Address& at, const Address& left) {
  return at.field == left.field && (left.element.empty() || at.element == left.element) &&
         (left.attribute.empty() || at.attribute == left.attribute);
}

}  // namespace

Form::Form(std::unique_ptr<FormCore> core) : core_(std::move(core)) {}
Form::Form(Form&&) noexcept = default;
Form& Form::operator=(Form&&) noexcept = default;
Form::~Form() = default;

const std::string& Form::token() const { return core_->form.token; }
const std::string& Form::record() const { return core_->record; }
const std::string& Form::kind() const { return core_->form.kind; }
bool Form::is_new() const { return core_->form.is_new; }

Expected<RecordView> Form::as_opened() const {
  return border([&]() -> Result<RecordView> {
    LX_TRY(const auto kinds, core_->kinds());
    RecordState state;
    state.studio = core_->form.studio;
    state.row = core_->form.as_opened;
    if (state.row.kind.empty()) {
      state.row.record = core_->form.record;
      state.row.kind = core_->form.kind;
    }
    return core_->phone->db().read([&]() -> Result<RecordView> { return view_of(*core_->phone, *kinds, state); });
  });
}

Expected<void> Form::set(std::string_view field, FieldValue value) {
  return staged_at(*core_, field, Merge::register_, [&](const Field& known, Address at) -> Status {
    LX_TRY(Value plain, core_->value_for(known, at.attribute, value));
    if (!at.element.empty()) {
      LX_TRY(at.element, core_->key_for(known, at.element));
    }
    core_->stage({std::move(at), Op::put, std::move(plain)});
    return {};
  });
}

Expected<void> Form::add(std::string_view field, std::string_view key,
                         const std::map<std::string, FieldValue>& attributes) {
  return staged_at(*core_, field, Merge::set, [&](const Field& known, const Address& at) -> Status {
    if (!Address::parse(element_of(at, key).text())) return refuse_with(problem_code::field_use_wrong);
    LX_TRY(const std::string named, core_->key_for(known, key));
    const Address element = element_of(at, named);
    const bool there = core_->shows_something(element);
    // That it was to be taken out is taken back.
    std::erase_if(core_->form.staged, [&](const Staged& one) { return one.at == element && one.op == Op::remove; });
    if (!there || attributes.empty()) core_->stage({element, Op::add, {}});
    for (const auto& [name, value] : attributes) {
      LX_TRY(Value plain, core_->value_for(known, name, value));
      Address part = element;
      part.attribute = name;
      const Cell* cell = core_->form.as_opened.cell(part.text());
      std::erase_if(core_->form.staged, [&](const Staged& one) { return one.at == part; });
      if (there && cell && shown(CellRule{}, *cell).value == plain) continue;
      core_->stage({std::move(part), Op::put, std::move(plain)});
    }
    return {};
  });
}

Expected<void> Form::remove(std::string_view field, std::string_view key) {
  return staged_at(*core_, field, Merge::set, [&](const Field& known, const Address& at) -> Status {
    const Result<std::string> named = core_->key_for(known, key);
    const Address element = element_of(at, named ? *named : key);  // of no record here: there is nothing to take out
    std::erase_if(core_->form.staged, [&](const Staged& staged) {
      return staged.at.field == element.field && staged.at.element == element.element;
    });
    if (core_->shows_something(element)) core_->stage({element, Op::remove, {}});
    return {};
  });
}

Expected<void> Form::count(std::string_view field, std::int64_t by, std::string_view why) {
  return staged_at(*core_, field, Merge::counter, [&](const Field&, const Address& at) -> Status {
    if (!why.empty()) core_->form.reason = why;
    core_->stage({at, Op::count, by});
    return {};
  });
}

Expected<void> Form::step(std::string_view field, std::string_view to, std::string_view why) {
  return staged_at(*core_, field, Merge::ladder, [&](const Field&, const Address& at) -> Status {
    if (!why.empty()) core_->form.reason = why;
    core_->stage({at, Op::step, to});
    return {};
  });
}

Expected<void> Form::append(std::string_view field, FieldValue entry) {
  return staged_at(*core_, field, Merge::append, [&](const Field& known, const Address& at) -> Status {
    LX_TRY(Value plain, core_->value_for(known, {}, entry));
    core_->stage({at, Op::append, std::move(plain)});
    return {};
  });
}

Expected<void> Form::reason(std::string_view text) {
  return border([&]() -> Expected<void> {
    core_->form.reason = text;
    return {};
  });
}

Expected<void> Form::leave_out(std::string_view field) {
  return border([&]() -> Expected<void> {
    core_->drop_aside(field);
    if (field == "reason") core_->form.reason.clear();
    if (auto left = Address::parse(field)) {
      Address same;
      const Result<const Field*> known = core_->field(field, same);
      const bool keyed = known && (*known)->merge == Merge::set && !left->element.empty();
      if (keyed) left->element = core_->key_for(**known, left->element).value_or(left->element);
      std::erase_if(core_->form.staged, [&](const Staged& staged) { return is_within(staged.at, *left); });
    }
    return {};
  });
}

Expected<void> Form::fill(std::string_view json) {
  return border([&] { return client::fill(*this, *core_, json); });
}

Expected<void> Form::keep() {
  return border([&] {
    return core_->phone->db().write([&]() -> Status {
      if (!can_be_kept(core_->form)) return refuse_with(problem_code::text_malformed);
      Forms forms(core_->phone->db());
      LX_TRY(const std::optional<OpenForm> stored, forms.find(core_->form.token));
      if (!stored) return refuse_with(problem_code::form_unknown);
      forms.save(core_->form);
      return {};
    });
  });
}

Expected<Saved> Form::commit() {
  PhoneCore& phone = *core_->phone;
  return border([&] {
    return phone.db().write([&]() -> Result<Expected<Saved>> {
      // Once only: a second tap, or another process, must not record the visit twice.
      LX_TRY(const std::optional<OpenForm> stored, Forms(phone.db()).find(core_->form.token));
      if (!stored) return refuse_with(problem_code::form_unknown);
      return save_or_keep(phone, core_->form);
    });
  });
}

Expected<void> Form::discard() {
  return border([&] {
    return core_->phone->db().write([&]() -> Status {
      Forms(core_->phone->db()).drop(core_->form.token);
      return {};
    });
  });
}

}  // namespace lianxin
