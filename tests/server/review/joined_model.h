// What joined records are said to show, by a model of its own: the acts alone, and none of the code that is tested.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schema/ids.h"

namespace lianxin::server_test {

struct Made {
  RecordId id;
  std::string kind;
  bool elsewhere = false;  // in the second studio
  std::string number, official_no;
  std::string review;  // of a consultation
  std::string state;   // of a concern: where it stands by its own steps
  std::string urgency;
  bool deleted = false;
  std::string state_when_deleted;
  std::int64_t heads = 0;
  std::optional<std::int64_t> accepted_heads;  // as the last acceptance saw them
  std::map<std::string, bool> people;          // the keys of its set; of a reporter, whether he wants to be called
  std::set<std::string> told;                  // of those: who was
  std::size_t entries = 0;                     // of its progress
};

// Who looks: at both studios, or at the first alone.
enum class Looks { both, first };

class JoinedModel {
 public:
  struct Edge {
    bool sum = true;
    std::optional<RecordId> chosen;
  };
  using Ends = std::pair<RecordId, RecordId>;  // the smaller first
  std::map<RecordId, Made> made;
  std::map<Ends, Edge> edges;

  void join(const RecordId& a, const RecordId& b, Edge edge);
  void part(const RecordId& a, const RecordId& b) { edges.erase(std::minmax(a, b)); }

  std::vector<RecordId> with(const RecordId& record, Looks looks = Looks::both) const;  // itself among them; by id
  RecordId head(const RecordId& record, Looks looks = Looks::both) const;
  bool lesser(const RecordId& record) const { return !made.at(record).deleted && head(record) != record; }
  std::string state(const RecordId& record) const;

  std::vector<RecordId> standing(const RecordId& record, Looks looks = Looks::both) const;  // not deleted ones of it
  // What those count that are taken, as `of` says.
  template <class Taken, class Of>
  std::int64_t count(const RecordId& record, Taken taken, Of of) const;
  std::string urgency(const RecordId& record) const;
  std::set<std::string> people(const RecordId& record) const;
  std::set<std::string> owed(const RecordId& record) const;
  std::size_t entries(const RecordId& record) const;
  std::set<std::string> heads_of(const std::string& kind, Looks looks = Looks::both) const;

 private:
  bool in_sight(const RecordId& record, Looks looks) const {
    return looks == Looks::both || !made.at(record).elsewhere;
  }
  std::vector<RecordId> reached(const RecordId& record, Looks looks, bool larger_only) const;
};

template <class Taken, class Of>
std::int64_t JoinedModel::count(const RecordId& record, Taken taken, Of of) const {
  std::int64_t sum = 0;
  std::set<RecordId> met;
  for (const RecordId& each : with(record)) {
    if (met.contains(each)) continue;
    std::int64_t most = 0;
    bool any = false;
    for (const RecordId& together : reached(each, Looks::both, true)) {
      met.insert(together);
      const Made& one = made.at(together);
      if (!taken(one)) continue;
      most = any ? std::max<std::int64_t>(most, of(one)) : of(one);
      any = true;
    }
    sum += most;
  }
  return sum;
}

}  // namespace lianxin::server_test
