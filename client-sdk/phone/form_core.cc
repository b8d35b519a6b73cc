#include "client-sdk/phone/form_core.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/core/values.h"
#include "client-sdk/phone/labels.h"
#include "schema/json.h"
#include "schema/position.h"
#include "sync/model/cell.h"
#include "sync/model/limits.h"

namespace lianxin::client {
namespace {

// A stored form nests what was entered deeper than it came, and is read back by the same bound (json_depth_max).
bool is_too_deep(const Value& value, int levels_left = limits::value_depth_max) {
  const Value::List* list = value.list();
  const Value::Object* parts = value.object();
  if (!list && !parts) return false;
  if (levels_left == 0) return true;
  if (list) {
    return std::any_of(list->begin(), list->end(),
                       [&](const Value& item) { return is_too_deep(item, levels_left - 1); });
  }
  return std::any_of(parts->begin(), parts->end(),
                     [&](const auto& part) { return is_too_deep(part.second, levels_left - 1); });
}

// Every number that is given has one; what has none is judged as it stands, and told what an id looks like.
bool has_a_digit(std::string_view text) { return text.find_first_of("0123456789") != std::string_view::npos; }

}  // namespace

void FormCore::stage(Staged staged) {
  const auto same =
      std::find_if(form.staged.begin(), form.staged.end(), [&](const Staged& other) { return other.at == staged.at; });
  if (same == form.staged.end() || staged.op == Op::append) {
    form.staged.push_back(std::move(staged));
  } else if (staged.op == Op::count && same->op == Op::count) {
    same->value = sum_of_counts(*same->value.integer(), *staged.value.integer());
  } else {
    *same = std::move(staged);
  }
}

void FormCore::put_aside(std::string_view name, std::string_view code, Value value) {
  drop_aside(name);
  if (is_too_deep(value)) value = to_json(value);
  form.unplaced.push_back({std::string(name), std::string(code), std::move(value)});
}

void FormCore::drop_aside(std::string_view name) {
  std::erase_if(form.unplaced, [&](const Unplaced& each) { return each.name == name; });
}

Result<const Field*> FormCore::field(std::string_view name, Address& at) {
  const auto address = Address::parse(name);
  LX_TRY(const std::shared_ptr<const Catalog> known, kinds());
  const Field* found = address ? known->field(form.kind, address->field) : nullptr;
  if (!found) return refuse_with(problem_code::field_unknown);
  at = *address;
  return found;
}

Result<std::shared_ptr<const Catalog>> FormCore::kinds() {
  if (!catalog) {
    LX_TRY(catalog, phone->db().read([&] { return phone->catalog(); }));
  }
  return std::shared_ptr<const Catalog>(catalog);
}

bool FormCore::shows_something(const Address& at) const {
  const Cell* cell = form.as_opened.cell(at.text());
  return cell && !cell->heads.empty();
}

Result<Value> FormCore::id_for(Value typed) {
  if (!typed.text() || uuid_bytes(*typed.text())) return typed;
  phone->renew_lists();
  const Result<RecordState> named = phone->db().read([&] { return phone->state_named(*typed.text()); });
  if (named) return Value(named->row.record.text());
  const bool is_unknown = named.error().message == problem_code::record_unknown;
  if (is_unknown && !has_a_digit(*typed.text())) return typed;
  return tl::unexpected(named.error());
}

Result<std::string> FormCore::key_for(const Field& field, std::string_view typed) {
  if (field.element_kind != "id" && field.element_kind != "name_or_id") return std::string(typed);
  Result<Value> id = id_for(Value(typed));
  if (id) return *id->text();
  const bool is_a_name = field.element_kind == "name_or_id" && id.error().message == problem_code::record_unknown;
  if (is_a_name) return std::string(typed);
  return tl::unexpected(id.error());
}

Result<Value> FormCore::value_for(const Field& field, std::string_view attribute, const FieldValue& typed) {
  LX_TRY(Value value, value_of(typed));
  if (is_too_deep(value)) return refuse_with(problem_code::field_use_wrong);
  if (!attribute.empty()) {
    const Attribute* known = attribute_of(field, attribute);
    return known && known->type == FieldType::id ? id_for(std::move(value)) : Result<Value>(std::move(value));
  }
  if (field.type == FieldType::id && field.merge == Merge::register_) return id_for(std::move(value));
  return field.type == FieldType::geo ? rounded_position(std::move(value)) : std::move(value);
}

}  // namespace lianxin::client
