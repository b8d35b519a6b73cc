#include "client-sdk/core/values.h"

#include "client-sdk/core/problems.h"
#include "schema/json.h"

namespace lianxin::client {

Result<Value> value_of(const FieldValue& value) {
  if (const bool* yes = value.boolean()) return Value(*yes);
  if (const std::int64_t* number = value.integer()) return Value(*number);
  if (const std::string* text = value.text()) return Value(*text);
  if (const std::string* json = value.json()) {
    Result<Value> parsed = parse_json(*json);
    if (!parsed) return refuse_with(problem_code::fields_not_json);
    return parsed;
  }
  return Value();
}

FieldValue field_value_of(const Value& value) {
  if (const bool* yes = value.boolean()) return *yes;
  if (const std::int64_t* number = value.integer()) return *number;
  if (const std::string* text = value.text()) return *text;
  if (value.is_null()) return {};
  return FieldValue::from_json(to_json(value));
}

}  // namespace lianxin::client
