#include "client-sdk/phone/fill.h"

#include "client-sdk/core/problems.h"
#include "client-sdk/core/refused.h"
#include "client-sdk/core/values.h"
#include "schema/json.h"
#include "schema/text.h"
#include "sync/model/limits.h"

namespace lianxin::client {
namespace {

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

// What was counted or entered here before in the same form is typed once more, and not in addition.
Expected<void> take_back_typed(Form& form, const Field& field, const std::string& name, const Value& value) {
  if (field.merge == Merge::append) return form.leave_out(name);
  if (field.merge != Merge::counter) return {};
  if (!value.object()) return form.leave_out(name);
  for (const auto& [key, by] : *value.object()) {
    if (auto done = form.leave_out(name + "/" + key); !done) return done;
  }
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
  if (name == "reason" && value.is_null()) return form.leave_out(name);
  const Result<const Field*> field = core.field(name, at);
  // There is nothing to be emptied: what was typed there is taken back.
  const bool takes_back = field && value.is_null() && at.element.empty() &&
                          ((*field)->merge != Merge::register_ || !core.shows_something(at));
  if (takes_back) return form.leave_out(name);
  if (field) {
    if (auto done = take_back_typed(form, **field, name, value); !done) return done;
    return fill_field(form, **field, name, value);
  }
  if (name == "id" && core.form.is_new) return set_record(core, value);
  if (value.is_null()) return {};  // left out: there is nothing of that name to be emptied
  return about(problem_of(field.error()), name);
}

}  // namespace

Expected<void> fill(Form& form, FormCore& core, std::string_view json) {
  const Result<Value> parsed = parse_json(json);
  if (!is_utf8(json)) return problem(problem_code::text_malformed, {}, parsed ? "" : parsed.error().message);
  core.drop_aside({});
  if (!parsed || !parsed->object()) {
    core.put_aside({}, problem_code::fields_not_json, Value(beginning_of(json, limits::change_bytes_max)));
    Problem found = problem_of(wrong_fields(Catalog{}, core.form));
    if (!parsed) found.detail = parsed.error().message;
    return told(form, std::move(found));
  }
  for (const auto& [name, value] : *parsed->object()) {
    const OpenForm before = core.form;  // a part that is refused half-way leaves nothing of itself
    const Expected<void> done = fill_part(form, core, name, value);
    if (!done) core.form = before;
    if (done) {
      core.drop_aside(name);
    } else {
      core.put_aside(name, done.problem().code, value);
    }
  }
  if (core.form.unplaced.empty()) return {};
  const auto kinds = core.kinds();
  return told(form, kinds ? problem_of(wrong_fields(**kinds, core.form)) : problem_of(kinds.error()));
}

}  // namespace lianxin::client
