// The views as JSON: what several of them are made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client-sdk/core/values.h"
#include "lianxin/views.h"

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

inline Value labels_value(const std::map<std::string, Label>& labels) {
  Value::Object parts;
  for (const auto& [name, label] : labels) parts.emplace(name, label_value(label));
  return parts;
}

// A part with its own label, its value and the value's name.
inline Value element_json(const ElementView& element) {
  Value::Object parts;
  for (const auto& [name, value] : element.attributes) {
    Value::Object part{{"value", plain(value)}};
    if (const auto at = element.labels.find(name); at != element.labels.end()) {
      part.emplace("label", label_value(at->second));
    }
    if (const auto at = element.value_labels.find(name); at != element.value_labels.end()) {
      part.emplace("value_label", label_value(at->second));
    }
    parts.emplace(name, std::move(part));
  }
  return Value::Object{
      {"key", element.key}, {"key_label", label_value(element.key_label)}, {"parts", std::move(parts)}};
}

inline Value named_part_json(const PartView& part) {
  Value::Object parts{{"name", part.name}, {"label", label_value(part.label)}, {"value", plain(part.value)}};
  if (!part.value_label.zh.empty()) parts.emplace("value_label", label_value(part.value_label));
  return parts;
}

}  // namespace lianxin::client
