// The story that the demo plays: eleven phones and thirty records (records.json), and the reference data they stand in
// (reference.json). Most of a record is what somebody typed into a phone. The rest is stage direction, and nobody types
// it: official_no, received_at_server_ms, clock_skew_ms, review_state, and a concern's state, assigned_unit,
// deadline_on and outcome are what the coordinator does later; duplicate_of_hint, golden_group, text_versions,
// stock_scenario, expect and note say what happens around the record. plan.h turns all of it into what each phone
// saves, and when.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/value.h"

namespace lianxin::demo {

// Nothing sensible can follow: the story's data cannot be read, a phone refuses a save, the server does not answer.
// Thrown where it happens and caught in main() alone: this is a program that plays one story, not a library.
struct StoryStopped {
  std::string sentence;
};

struct PhoneInStory {
  std::string name;            // four hex digits, as its label says: 3FA9
  std::string id;              // by which the records name it; the device makes a key and an id of its own
  std::string studio, member;  // the studio by its code, the member by id
  bool shared = false;
};

class Story {
 public:
  // Reads records.json and reference.json of `folder`.
  static Story read(const std::string& folder);

  const std::vector<PhoneInStory>& phones() const { return phones_; }
  const std::vector<Value>& records() const { return records_; }

  const PhoneInStory& phone(std::string_view name) const;
  const std::string& phone_with_id(std::string_view id) const;        // its name
  const std::string& phone_of_member(std::string_view member) const;  // his own, not a shared one; empty where none
  const Value& record(std::string_view key) const;                    // MC-01

  std::string member_name(std::string_view member) const;
  const std::string& member_id(std::string_view name) const;
  std::string studio_code(std::string_view studio) const;
  std::string category_code(std::string_view label) const;  // of 交通设施/道路安全
  std::string office_name(std::string_view name) const;  // the org unit's, of 县交警大队 with or without 「(虚构)」
  std::string office_id(std::string_view name) const;

 private:
  std::vector<PhoneInStory> phones_;
  std::vector<Value> records_;
  Value reference_;
};

// A UUID that follows from a name, for records that the story's data mentions without an id (a resident by an alias).
// Of version 8 (RFC 9562), so that every play of the story means the same record.
std::string id_from_name(std::string_view name);

// The steps a concern takes to `state`, first to last, without where it starts: to "assigned" triaged, assigned.
std::vector<std::string> steps_to(std::string_view state);

}  // namespace lianxin::demo
