// What a server's database file says of a restore, beside what DatabaseFile reads of every file: whose each line is,
// which changes stand in for their author's line, and who is cut off. Nothing may have the database open.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace lianxin::test {

// Ids as text, as phones and desks show them.
struct RestoredFile {
  std::unordered_map<std::string, std::string> device_of;  // change id -> the device that made it
  std::unordered_set<std::string> witnessed;               // changes of which a phone gave back a head (PROTOCOL 6.2)
  std::unordered_set<std::string> named;                   // changes that a line or a witnessed head names as base
  std::map<std::string, std::map<std::string, std::int64_t>> counted;  // visit -> change -> its part of persons_reached
  std::set<std::string> with_witnessed;                                // visits of which some of that is witnessed
  std::map<std::string, std::set<std::string>> numbers;                // visit -> official numbers its row shows
  std::set<std::string> cut_off;                                       // devices

  // Of a copy, as DatabaseFile::read.
  static RestoredFile read(const std::string& path);
};

}  // namespace lianxin::test
