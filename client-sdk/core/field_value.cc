#include "lianxin/field_value.h"

#include "client-sdk/core/values.h"
#include "schema/json.h"

namespace lianxin {

std::string FieldValue::to_json() const {
  const Result<Value> value = client::value_of(*this);
  return value ? lianxin::to_json(*value) : "null";
}

std::string FieldValue::to_text() const {
  if (const std::string* bare = text()) return *bare;
  return is_null() ? std::string() : to_json();
}

}  // namespace lianxin
