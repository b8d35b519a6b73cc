#include "lianxin/form.h"

#include "client-sdk/core/border.h"
#include "client-sdk/core/refused.h"
#include "client-sdk/core/values.h"
#include "client-sdk/phone/form_core.h"
#include "client-sdk/phone/save_form.h"
#include "client-sdk/phone/show.h"
#include "schema/json.h"
#include "schema/position.h"
#include "schema/text.h"
#include "sync/model/limits.h"

namespace lianxin {

using namespace client;

namespace {

Problem about(Problem problem, std::string_view field) {
  if (problem.field.empty()) problem.field = field;
  return problem;
}

// One call of a form: finds the field, checks how it merges, stages.
template <class F>
Expected<void> staged_at(FormCore& core, std::string_view name, Merge merge, F f) {
  return border([&]() -> Expected<void> {
    Address at;
    const Result<const Field*> field = core.field(name, at);
    if (!field) return about(problem_of(field.error()), name);
    const bool attribute = !at.attribute.empty() && merge == Merge::register_ && (*field)->merge == Merge::set;
    if ((*field)->merge != merge && !attribute) return problem(problem_code::field_use_wrong, std::string(name));
    if (Status status = f(at); !status) return about(problem_of(status.error()), name);
    return {};
  });
}

Address element_of(const Address& set, std::string_view key) { return {set.field, std::string(key), {}}; }

bool shows_something(const Row& row, const Address& at) {
  const Cell* cell = row.cell(at.text());
  return cell && !cell->heads.empty();
}

// Whether `at` is the cell `left`, or a part of it.
bool is_within(const Address& at, const Address& left) {
  return at.field == left.field && (left.element.empty() || at.element == left.element) &&
         (left.attribute.empty() || at.attribute == left.attribute);
}

// The id that a new record is to have.
Expected<void> set_record(FormCore& core, const Value& value) {
  if (value.is_null()) return {};
  const auto id = value.text() ? RecordId::parse(*value.text()) : std::nullopt;
  if (!id) return problem(problem_code::record_id_wrong, "id");
  const auto there = core.phone->db().read([&] { return core.phone->state_of(id->text()); });
  if (there) return problem(problem_code::record_exists, "id");
  core.form.record = *id;
  core.record = id->text();
  return {};
}

// One named part of fill(), by the shape of its field.
Expected<void> fill_field(Form& form, const Field& field, const std::string& name, const Value& value) {
  const auto wrong = [&] { return problem(problem_code::field_use_wrong, name); };
  switch (field.merge) {
    case Merge::register_: return form.set(name, field_value_of(value));
    case Merge::counter:
      if (value.integer()) return form.count(name, *value.integer());
      if (!value.object()) return wrong();
      for (const auto& [key, by] : *value.object()) {
        if (!by.integer()) return wrong();
        if (auto done = form.count(name + "/" + key, *by.integer()); !done) return done;
      }
      return {};
    case Merge::set:
      if (value.list()) {
        for (const Value& key : *value.list()) {
          if (!key.text()) return wrong();
          if (auto done = form.add(name, *key.text()); !done) return done;
        }
        return {};
      }
      if (!value.object()) return name.find('/') == std::string::npos ? wrong() : form.set(name, field_value_of(value));
      for (const auto& [key, attributes] : *value.object()) {
        if (!attributes.is_null() && !attributes.object()) return wrong();
        std::map<std::string, FieldValue> parts;
        if (attributes.object()) {
          for (const auto& [part, of] : *attributes.object()) parts.emplace(part, field_value_of(of));
        }
        if (auto done = attributes.is_null() ? form.remove(name, key) : form.add(name, key, parts); !done) return done;
      }
      return {};
    case Merge::ladder: return value.text() ? form.step(name, *value.text()) : Expected<void>(wrong());
    case Merge::append:
      if (!value.list()) return form.append(name, field_value_of(value));
      for (const Value& entry : *value.list()) {
        if (auto done = form.append(name, field_value_of(entry)); !done) return done;
      }
      return {};
  }
  return {};
}

// What could not be placed is told once the form is on disk with it.
Expected<void> told(Form& form, Problem problem) {
  if (auto kept = form.keep(); !kept) return kept;
  problem.draft = form.token();
  return problem;
}

// One named part of what fill() was given, wherever it belongs.
Expected<void> fill_part(Form& form, FormCore& core, const std::string& name, const Value& value) {
  Address at;
  if (name == "reason" && value.text()) return form.reason(*value.text());
  const Result<const Field*> field = core.field(name, at);
  // There is nothing to be emptied: what was typed there is taken back.
  const bool takes_back = field && value.is_null() && at.element.empty() &&
                          ((*field)->merge != Merge::register_ || !shows_something(core.form.as_opened, at));
  if (takes_back) return form.leave_out(name);
  if (field) return fill_field(form, **field, name, value);
  if (name == "id" && core.form.is_new) return set_record(core, value);
  if (value.is_null()) return {};  // left out: there is nothing of that name to be emptied
  return about(problem_of(field.error()), name);
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
  return staged_at(*core_, field, Merge::register_, [&](const Address& at) -> Status {
    LX_TRY(Value plain, value_of(value));
    Address same;
    LX_TRY(const Field* known, core_->field(field, same));
    if (known->type == FieldType::geo) plain = rounded_position(std::move(plain));
    core_->stage({at, Op::put, std::move(plain)});
    return {};
  });
}

Expected<void> Form::add(std::string_view field, std::string_view key,
                         const std::map<std::string, FieldValue>& attributes) {
  return staged_at(*core_, field, Merge::set, [&](const Address& at) -> Status {
    const Address element = element_of(at, key);
    if (!Address::parse(element.text())) return refuse_with(problem_code::field_use_wrong);
    const bool there = shows_something(core_->form.as_opened, element);
    if (!there || attributes.empty()) core_->stage({element, Op::add, {}});
    for (const auto& [name, value] : attributes) {
      LX_TRY(Value plain, value_of(value));
      Address part = element;
      part.attribute = name;
      const Cell* cell = core_->form.as_opened.cell(part.text());
      if (there && cell && shown(CellRule{}, *cell).value == plain) continue;
      core_->stage({std::move(part), Op::put, std::move(plain)});
    }
    return {};
  });
}

Expected<void> Form::remove(std::string_view field, std::string_view key) {
  return staged_at(*core_, field, Merge::set, [&](const Address& at) -> Status {
    const Address element = element_of(at, key);
    std::erase_if(core_->form.staged, [&](const Staged& staged) {
      return staged.at.field == element.field && staged.at.element == element.element;
    });
    if (shows_something(core_->form.as_opened, element)) core_->stage({element, Op::remove, {}});
    return {};
  });
}

Expected<void> Form::count(std::string_view field, std::int64_t by, std::string_view why) {
  return staged_at(*core_, field, Merge::counter, [&](const Address& at) -> Status {
    if (!why.empty()) core_->form.reason = why;
    core_->stage({at, Op::count, by});
    return {};
  });
}

Expected<void> Form::step(std::string_view field, std::string_view to, std::string_view why) {
  return staged_at(*core_, field, Merge::ladder, [&](const Address& at) -> Status {
    if (!why.empty()) core_->form.reason = why;
    core_->stage({at, Op::step, to});
    return {};
  });
}

Expected<void> Form::append(std::string_view field, FieldValue entry) {
  return staged_at(*core_, field, Merge::append, [&](const Address& at) -> Status {
    LX_TRY(Value plain, value_of(entry));
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
    if (const auto left = Address::parse(field)) {
      std::erase_if(core_->form.staged, [&](const Staged& staged) { return is_within(staged.at, *left); });
    }
    return {};
  });
}

Expected<void> Form::fill(std::string_view json) {
  return border([&]() -> Expected<void> {
    const Result<Value> parsed = parse_json(json);
    core_->drop_aside({});
    if (!parsed || !parsed->object()) {
      const std::string_view kept = is_utf8(json) ? json.substr(0, limits::change_bytes_max) : std::string_view{};
      core_->put_aside({}, problem_code::fields_not_json, Value(kept));
      Problem found = problem_of(wrong_fields(Catalog{}, core_->form));
      if (!parsed) found.detail = parsed.error().message;
      return told(*this, std::move(found));
    }
    for (const auto& [name, value] : *parsed->object()) {
      const OpenForm before = core_->form;  // a part that is refused half-way leaves nothing of itself
      const Expected<void> done = fill_part(*this, *core_, name, value);
      if (!done) core_->form = before;
      if (done) {
        core_->drop_aside(name);
      } else {
        core_->put_aside(name, done.problem().code, value);
      }
    }
    if (core_->form.unplaced.empty()) return {};
    const auto kinds = core_->kinds();
    return told(*this, kinds ? problem_of(wrong_fields(**kinds, core_->form)) : problem_of(kinds.error()));
  });
}

Expected<void> Form::keep() {
  return border([&] {
    return core_->phone->db().write([&]() -> Status {
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
