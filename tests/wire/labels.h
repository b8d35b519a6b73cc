// The short names by which stories speak of changes, records and people, and the ids they stand for.
#pragma once

#include <map>
#include <string>

#include "schema/ids.h"
#include "schema/value.h"

namespace lianxin::kit {

class Labels {
 public:
  // A label of up to 16 characters is its own id: its letters, then zero bytes. So ids sort as their labels do.
  static Bytes<16> bytes_of(const std::string& label);

  ChangeId change(const std::string& label);
  RecordId record(const std::string& label);
  MemberId member(const std::string& label);
  // An id that the story could not choose: made by the server, or of a line that no one can read.
  void learn(const std::string& label, const ChangeId& id);

  // `field`, `field/element` or `field/element/attribute`, where the element of `_held` is a change's label and that of
  // `_alias` a record's.
  std::string address(const std::string& with_labels);

  // Every id in texts, names and addresses replaced by its label.
  Value labelled(const Value& value) const;

 private:
  std::string labelled(const std::string& text) const;

  std::map<std::string, ChangeId> learnt_;
  std::map<std::string, std::string> by_text_;  // of an id
};

}  // namespace lianxin::kit
