// The oracle: says what must be shown, from what each author's form had shown him and nothing else.
//
// The one rule: a write stands as long as nobody who had been shown it, or had been shown something whose author had
// been shown it (and so on), has written the same cell since. So the oracle keeps, for every write, the ids that were
// on the screen when its form was opened, and asks of any two writes only "had this author seen that?". It shares no
// code with the merge, and has no notion of order of arrival: what is in force for an onlooker is a plain set of
// changes.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "schema/ids.h"
#include "schema/value.h"
#include "sync/model/change.h"

namespace lianxin::oracle {

// How a field behaves, as a person would say it. Written down beside the test's kinds, not read from them.
struct FieldRule {
  enum class Behaves : std::uint8_t { one_value, members, total, stages, entries } behaves = Behaves::one_value;
  bool quiet = false;
  std::vector<std::string> authority;  // highest first
  Value restrictive;                   // null: none
  std::map<std::string, int> ranks;    // of stages
  std::string initial;
};
using Rules = std::map<std::string, FieldRule, std::less<>>;  // by field; an unlisted field is one plain value

struct ToldWrite {
  Address at;
  Op op = Op::put;
  Value value;
  std::string from;
  std::set<ChangeId> shown;  // of this cell, on the screen at form-open
};

// What the test saw when a form was saved.
struct Told {
  ChangeId id;
  MemberId member;
  std::string role;
  RecordId record;
  Seq seen = 0;  // the phone's last completed catch-up at form-open
  std::vector<ToldWrite> writes;
};

// What is in force for one onlooker: on the server the applied changes; on a phone those of its rows and its own
// waiting ones. Clocks and seqs are those that the server gave; of a waiting change its own, and the end of time.
struct InForce {
  Hlc clock;
  Seq seq = 0;
  bool steps_wait = false;  // its steps, whose ground is gone, wait for the server's word
};
using View = std::map<ChangeId, InForce>;

struct Expected {
  std::set<ChangeId> heads;     // what stands
  std::set<ChangeId> conflict;  // what disagrees and waits for a person; empty where nothing does
  Value shown;                  // entries: the list in order
  friend bool operator==(const Expected&, const Expected&) = default;
};

class Oracle {
 public:
  explicit Oracle(Rules rules) : rules_(std::move(rules)) {}

  void tell(Told told);
  void correct_seen(const ChangeId& id, Seq seen);  // the log that it named was set back since: what it says now
  const Told* told(const ChangeId& id) const;

  // Had the author of `later` been shown `earlier` in this cell, directly or through what he was shown?
  bool had_seen(const Address& cell, const ChangeId& later, const ChangeId& earlier) const;

  // Every address that anybody in force has written in the record.
  std::set<std::string> addresses(const View& view, const RecordId& record) const;
  Expected cell(const View& view, const RecordId& record, const Address& at) const;

  // A delete and another's edit that had not seen each other, by either one's last completed catch-up.
  std::set<ChangeId> unseen_edits(const View& view, const RecordId& record, const ChangeId& deletion) const;
  bool deleted(const View& view, const RecordId& record) const;

 private:
  struct Node {
    const Told* told;
    Op op;
    Value value;
    std::set<ChangeId> shown;
  };
  using Nodes = std::map<ChangeId, Node>;

  Nodes nodes_of(const RecordId& record, const Address& at) const;
  static std::set<ChangeId> all_seen_by(const Nodes& nodes, const ChangeId& id);
  std::map<ChangeId, int> reaches(const Nodes& nodes, const FieldRule& rule, const ChangeId& id) const;
  const FieldRule& rule_for(const Address& at) const;
  int authority(const FieldRule& rule, const Told& told) const;
  std::set<ChangeId> standing(const View& view, const Nodes& nodes, const FieldRule& rule) const;
  Expected one_value(const View& view, const Nodes& nodes, const FieldRule& rule) const;
  Expected stages(const View& view, const Nodes& nodes, const FieldRule& rule) const;

  Rules rules_;
  std::map<ChangeId, Told> told_;
  std::map<RecordId, std::vector<ChangeId>> of_record_;
};

}  // namespace lianxin::oracle
