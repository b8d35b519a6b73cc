#include "tests/wire/labels.h"

#include <algorithm>

namespace lianxin::kit {

Bytes<16> Labels::bytes_of(const std::string& label) {
  Bytes<16> bytes{};
  std::copy_n(label.begin(), std::min(label.size(), bytes.size()), bytes.begin());
  return bytes;
}

ChangeId Labels::change(const std::string& label) {
  const auto at = learnt_.find(label);
  const ChangeId id = at == learnt_.end() ? ChangeId{bytes_of(label)} : at->second;
  by_text_.emplace(id.text(), label);
  return id;
}

// A line that no one can read stands as a record of its own id.
RecordId Labels::record(const std::string& label) {
  const auto at = learnt_.find(label);
  const RecordId id{at == learnt_.end() ? bytes_of(label) : at->second.bytes};
  by_text_.emplace(id.text(), label);
  return id;
}

MemberId Labels::member(const std::string& label) {
  const MemberId id{bytes_of(label)};
  by_text_.emplace(id.text(), label);
  return id;
}

void Labels::learn(const std::string& label, const ChangeId& id) {
  learnt_.insert_or_assign(label, id);
  by_text_.insert_or_assign(id.text(), label);
  by_text_.insert_or_assign(RecordId{id.bytes}.text(), label);
}

std::string Labels::address(const std::string& with_labels) {
  if (with_labels.starts_with("_held/")) return "_held/" + change(with_labels.substr(6)).text();
  if (!with_labels.starts_with("_alias/")) return with_labels;
  const std::size_t end = std::min(with_labels.find('/', 7), with_labels.size());
  return "_alias/" + record(with_labels.substr(7, end - 7)).text() + with_labels.substr(end);
}

std::string Labels::labelled(const std::string& text) const {
  std::string out;
  for (std::size_t start = 0;;) {
    const std::size_t end = std::min(text.find('/', start), text.size());
    const std::string part = text.substr(start, end - start);
    const auto at = by_text_.find(part);
    out += at == by_text_.end() ? part : at->second;
    if (end == text.size()) return out;
    out += '/';
    start = end + 1;
  }
}

Value Labels::labelled(const Value& value) const {
  if (value.text()) return labelled(*value.text());
  if (const Value::List* list = value.list()) {
    Value::List out;
    for (const Value& item : *list) out.push_back(labelled(item));
    return out;
  }
  if (const Value::Object* object = value.object()) {
    Value::Object out;
    for (const auto& [name, part] : *object) out.emplace(labelled(name), labelled(part));
    return out;
  }
  return value;
}

}  // namespace lianxin::kit
