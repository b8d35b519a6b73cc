// Between the values that apps hand in and those that changes carry.
#pragma once

#include "lianxin/field_value.h"
#include "schema/result.h"
#include "schema/value.h"

namespace lianxin::client {

Result<Value> value_of(const FieldValue& value);  // fields_not_json, where JSON was promised and is none
FieldValue field_value_of(const Value& value);

}  // namespace lianxin::client
