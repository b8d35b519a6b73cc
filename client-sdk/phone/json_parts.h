// The views as JSON: what several of them are made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client-sdk/core/values.h"
#include "lianxin/problem.h"

namespace lianxin::client {

inline Value plain(const FieldValue& value) {
  const Result<Value> plain_value = value_of(value);
  return plain_value ? *plain_value : Value();
}

inline Value label_value(const Label& label) { return Value::Object{{"zh", label.zh}, {"en", label.en}}; }

template <class T, class F>
Value list_value(const std::vector<T>& items, F f) {
  Value::List list;
  for (const T& item : items) list.emplace_back(f(item));
  return list;
}

inline Value texts_value(const std::vector<std::string>& texts) {
  return list_value(texts, [](const std::string& text) { return Value(text); });
}

inline Value values_value(const std::map<std::string, FieldValue>& values) {
  Value::Object parts;
  for (const auto& [name, value] : values) parts.emplace(name, plain(value));
  return parts;
}

}  // namespace lianxin::client
