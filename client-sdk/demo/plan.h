// From the story's thirty records to what each phone saves, form by form. Pure: no phone, no server, no clock. Embedded
// concerns, attachments and patients become records of their own; households, residents and consents that a record
// refers to are made beside it; each line of a dispense_summary is a medicine_dispense of its visit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "client-sdk/demo/story.h"

namespace lianxin::demo {

// One form that a person fills in on a phone, in the shape of Form::fill.
struct Entry {
  std::string story;          // the record of the story it belongs to: MC-01
  std::string phone, member;  // in whose hands
  std::int64_t at_ms = 0;     // the true time; 0: now, at the end of the story
  std::string kind, studio, record;
  bool is_new = false;
  bool begun_elsewhere = false;  // too, on a phone that this one has not heard of yet
  bool remove = false;           // deletes the record; `fields` holds the reason
  Value::Object fields;
};

struct Plan {
  std::vector<Entry> offline;  // 一: each phone alone, without signal. By time
  std::vector<Entry>
      together;  // 二: after all have pulled, offline again: the other tables of a clinic, other doctors. By time
  std::int64_t slow_from_ms = 0;  // from here on the wall clock of slow_phone is behind by slow_ms
  std::int64_t slow_ms = 0;
  std::string slow_phone;
};

Plan plan_of(const Story& story);

// What the offline part of one record comes to: for tests, and for the table the demo prints.
std::map<std::string, int> count_by_kind(const std::vector<Entry>& entries);

}  // namespace lianxin::demo
