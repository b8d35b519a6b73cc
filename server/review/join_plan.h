// What is to be written so that records are joined or parted as somebody asked, and so that each of them stands where
// the edges say (PROTOCOL 3.10). Decides over whole rows, as they stand; writes nothing.
#pragma once

#include <map>
#include <optional>

#include "server/review/join.h"

namespace lianxin::server {

// The two records of an edge.
struct Ends {
  const StudioPlace *smaller_place = nullptr, *larger_place = nullptr;
  RecordId smaller, larger;

  bool in_two_studios() const { return smaller_place->studio != larger_place->studio; }
  bool joins(const JoinEdge& edge) const { return edge.smaller == smaller && edge.larger == larger; }
};

// One component or several: rows by id, read whole, and the edges between them.
struct Matter {
  std::map<RecordId, JoinedRecord> records;
  std::vector<JoinEdge> edges;

  void take(Component component);
};

// One draft a record, so that a record's step and its edge are one change.
class JoinPlan {
 public:
  JoinPlan(const Desk& desk, const Matter& matter, std::string reason)
      : desk_(desk), matter_(matter), reason_(std::move(reason)) {}

  // Both ends say `edge` afterwards where they lie in two studios, else the smaller alone does; none: neither does.
  void set_edge(const Ends& ends, const std::optional<JoinEdge>& edge);
  // Every row that holds one of these says of it who was chosen.
  void set_choices(std::span<const JoinEdge> edges);
  // Where each record stands, once these are the edges: the one that stands for all and those that stand alone where
  // they came from, the others where their workflow puts joined ones. Deleted ones stay as they are.
  void settle(std::span<const JoinEdge> edges);

  // What keeps it from being done: a workflow in open conflict, which joining would hide. What could be done is in the
  // drafts all the same.
  const std::vector<RefusedPart>& refused() const { return refused_; }

  const std::map<RecordId, Draft>& drafts() const { return drafts_; }
  std::vector<Draft> drafts_in(const StudioId& studio) const;
  // The studios in which something is written, `first` at the front.
  std::vector<StudioId> studios(const StudioId& first) const;

 private:
  const Row& row_of(const RecordId& record) const { return matter_.records.at(record).seen.row; }
  void write(const Row& row, const Address& at, Op op, Value value);
  void set_edge_in(const RecordId& end, const RecordId& other, const std::optional<JoinEdge>& edge,
                   const StudioPlace* other_place);
  void settle_one(const Row& row, bool lesser);

  const Desk& desk_;
  const Matter& matter_;
  std::string reason_;
  std::map<RecordId, Draft> drafts_;
  std::vector<RefusedPart> refused_;
};

}  // namespace lianxin::server
