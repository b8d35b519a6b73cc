// How a plan is made: what is alike in all kinds, and one function for each of the three kinds of event.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "client-sdk/demo/plan.h"

namespace lianxin::demo {

class Planner {
 public:
  explicit Planner(const Story& story) : story_(story) {}
  Plan run();

 private:
  void consultation(const Value& record);  // plan_consultation.cc
  void clinic(const Value& record);        // plan_clinic.cc
  void outreach(const Value& record);      // plan_outreach.cc

  // A form on the record's own phone, in its author's hands, at its time.
  Entry form(const Value& record, std::string_view kind, std::string id) const;
  Entry event_form(const Value& record) const;  // the record itself: the fields of the same name that phones enter
  void save(Entry entry) { plan_.offline.push_back(std::move(entry)); }
  // On another phone and by its holder, once the others have pulled the visit that they count for.
  void save_on(std::string_view phone, Entry entry);

  void concerns(const Value& record, std::string_view source_kind);
  void attachments(const Value& record);
  std::string resident(const Value& record, std::string id, Value::Object fields);  // made once; the id
  void consent(const Value& record, const std::string& resident, std::string_view scope, bool guardian);
  void household(const Value& record);
  void encounter(const Value& visit, const Value& patient);
  void dispense(const Value& visit, const Value& line);

  const Story& story_;
  Plan plan_;
  std::set<std::string> made_;  // households and residents that several records share
};

// Copies the named parts that hold something.
void copy_fields(const Value& from, std::initializer_list<std::string_view> names, Value::Object& to);

// Nobody counts nothing: a counter without an increment shows the same.
void drop_zeros(std::initializer_list<std::string_view> counters, Value::Object& fields);

// An element of a set under its key, with the parts of `of` that hold something.
Value element(const Value& of, std::initializer_list<std::string_view> parts);

}  // namespace lianxin::demo
