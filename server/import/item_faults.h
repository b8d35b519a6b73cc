// What goes wrong with a list on its way through spreadsheets and editors: the same thing twice, codes that have become
// numbers, blanks and full-width digits around them, characters that were lost.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"

namespace lianxin::server {

// Why the item cannot be what its office meant; empty where nothing tells. Names the key, and no value but a code.
std::string fault_of(const Kind& kind, const Value& item);

// Whether a character may have been lost before the text came here: U+FFFD, or "?" beside Chinese. It may be meant.
bool may_have_lost_characters(std::string_view text);

// Which items of a file name the same thing.
class Doubles {
 public:
  // The item `label` has the identity `key`; one item may have several.
  void add(const std::string& key, const std::string& label) { labels_[key].push_back(label); }

  // Of every item that shares an identity: the others that do, in words.
  std::map<std::string, std::string> found() const;

 private:
  std::map<std::string, std::vector<std::string>> labels_;
};

}  // namespace lianxin::server
