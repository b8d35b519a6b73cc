#include "server/review/join_acts.h"

#include <algorithm>
#include <set>

#include "server/review/join.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "sync/rules/gates.h"

namespace lianxin::server {
namespace {

// The edge between the two as a row says it; none: there is none.
using Edge = std::optional<JoinEdge>;

// Everything that hangs together with either end.
using Matter = std::map<RecordId, JoinedRecord>;

struct Ends {
  Pair smaller, larger;

  bool in_two_studios() const { return smaller.place->studio != larger.place->studio; }
  bool joins(const JoinEdge& edge) const { return edge.smaller == smaller.record && edge.larger == larger.record; }
};

Ends ends_of(Pair a, Pair b) { return b.record < a.record ? Ends{b, a} : Ends{a, b}; }

struct Found {
  Matter matter;
  std::vector<JoinEdge> edges;
};

Result<Found> found_around(const Desk& desk, const Ends& ends) {
  Found found;
  for (const Pair& end : {ends.smaller, ends.larger}) {
    LX_TRY(Component component, component_of(desk, *end.place, end.record));
    for (JoinedRecord& joined : component.records) {
      const RecordId id = joined.seen.row.record;
      found.matter.emplace(id, std::move(joined));
    }
    for (const JoinEdge& edge : component.edges) {
      if (std::find(found.edges.begin(), found.edges.end(), edge) == found.edges.end()) found.edges.push_back(edge);
    }
  }
  return found;
}

// What is to be written, one draft a record, so that a record's step and its edge are one change.
class Plan {
 public:
  Plan(const Desk& desk, const Matter& matter, std::string reason)
      : desk_(desk), matter_(matter), reason_(std::move(reason)) {}

  // Both ends say `edge` afterwards where `in_both`, else the smaller alone does; none: neither does.
  void set_edge(const Ends& ends, const Edge& edge) {
    const bool both = ends.in_two_studios();
    set_edge_in(ends.smaller, ends.larger, edge, both);
    set_edge_in(ends.larger, ends.smaller, both ? edge : Edge(), both);
  }

  // Where each record stands, once these are the edges.
  void settle(std::span<const JoinEdge> edges) {
    std::set<RecordId> done;
    for (const auto& [id, joined] : matter_) {
      if (done.contains(id)) continue;
      std::vector<RecordId> together = joined_with(id, edges);
      done.insert(together.begin(), together.end());
      std::erase_if(together, [&](const RecordId& each) { return !matter_.contains(each); });
      std::vector<RecordId> standing = together;
      std::erase_if(standing, [&](const RecordId& each) { return matter_.at(each).deleted; });
      for (const RecordId& each : together) {
        const bool lesser = !matter_.at(each).deleted && primary_of(standing, edges) != each;
        settle_one(matter_.at(each), lesser);
      }
    }
  }

  std::vector<Draft> drafts_in(const StudioId& studio) const {
    std::vector<Draft> drafts;
    for (const auto& [id, draft] : drafts_) {
      if (matter_.at(id).studio == studio) drafts.push_back(draft);
    }
    return drafts;
  }
  // The studios in which something is written, that of `first` at the front.
  std::vector<StudioId> studios(const StudioId& first) const {
    std::vector<StudioId> studios;
    for (const auto& [id, draft] : drafts_) {
      const StudioId& studio = matter_.at(id).studio;
      if (std::find(studios.begin(), studios.end(), studio) == studios.end()) studios.push_back(studio);
    }
    std::stable_partition(studios.begin(), studios.end(), [&](const StudioId& each) { return each == first; });
    return studios;
  }

 private:
  void write(const Row& row, const Address& at, Op op, Value value) {
    const auto [draft, fresh] = drafts_.try_emplace(row.record, Draft{row.record, row.kind, reason_, {}, row.last_seq});
    draft->second.writes.push_back(edit_of(desk_.catalog, row.kind, row, at, op, std::move(value)));
  }

  void set_edge_in(const Pair& end, const Pair& other, const Edge& edge, bool two_studios) {
    const Row& row = matter_.at(end.record).seen.row;
    const std::string field(alias_field), key = other.record.text();
    if (!edge) {
      const bool there = shown_elements(desk_.catalog, row, alias_field).contains(key);
      if (there) write(row, {field, key, {}}, Op::remove, {});
      return;
    }
    write(row, {field, key, {}}, Op::add, {});
    write(row, {field, key, "counters"}, Op::put, edge->sum ? "sum" : "larger");
    // What an edge said that was taken away would be said again by the next one.
    const Address primary{field, key, "primary"};
    if (edge->primary || row.cell(primary.text())) {
      write(row, primary, Op::put, edge->primary ? Value(edge->primary->text()) : Value());
    }
    if (two_studios) write(row, {field, key, "studio"}, Op::put, other.place->studio.text());
  }

  void settle_one(const JoinedRecord& joined, bool lesser) {
    const Row& row = joined.seen.row;
    const Kind* kind = desk_.catalog.kind(row.kind);
    if (!kind) return;
    const Address mark{std::string(alias_field), row.record.text(), {}};
    const bool stepped = stepped_by_joining(row);
    bool steps = false;
    for (const Field& field : kind->fields) {
      const Ladder* ladder = field.merge == Merge::ladder ? desk_.catalog.ladder(field.ladder) : nullptr;
      if (!ladder || ladder->joined.empty()) continue;
      const bool there = state_of(desk_.catalog, row, field.name) == ladder->joined;
      const Address at{field.name, {}, {}};
      if (lesser && !there) {
        write(row, at, Op::step, Value(ladder->joined));
        steps = true;
      }
      if (!lesser && there && stepped) {
        write(row, at, Op::step, Value(how_reached(desk_.catalog, row, field.name).from));
      }
    }
    if (steps && !stepped) write(row, mark, Op::add, {});
    if (!lesser && stepped) write(row, mark, Op::remove, {});
  }

  const Desk& desk_;
  const Matter& matter_;
  std::string reason_;
  std::map<RecordId, Draft> drafts_;
};

Status take_back(const Desk& desk, const Ends& ends, const Edge& before, std::span<const JoinEdge> edges_before,
                 std::span<const StudioId> done, const std::string& reason) {
  LX_TRY(const Found found, found_around(desk, ends));
  Plan plan(desk, found.matter, reason);
  plan.set_edge(ends, before);
  plan.settle(edges_before);
  for (const StudioId& studio : done) {
    const std::vector<Draft> drafts = plan.drafts_in(studio);
    if (!drafts.empty()) LX_CHECK(act_in(desk, *desk.places.place(studio), drafts));
  }
  return {};
}

// Makes `edge` what stands between the two, and every step that follows.
Result<Acted> change_edge(const Desk& desk, const Ends& ends, const Edge& edge, const std::string& reason) {
  LX_TRY(const Found found, found_around(desk, ends));
  Edge before;
  std::vector<JoinEdge> edges;
  for (const JoinEdge& each : found.edges) {
    if (ends.joins(each)) before = each;
    if (!ends.joins(each)) edges.push_back(each);
  }
  if (!edge && !before) return failure(Errc::not_found, "the two records are not joined");
  if (edge) {
    edges.push_back(*edge);
    if (!edge->primary && before) edges.back().primary = before->primary;  // chosen earlier, and nobody says otherwise
  }
  Plan plan(desk, found.matter, reason);
  plan.set_edge(ends, edge ? Edge(edges.back()) : Edge());
  plan.settle(edges);

  Acted first;
  std::vector<StudioId> done;
  for (const StudioId& studio : plan.studios(ends.smaller.place->studio)) {
    Result<Acted> acted = act_in(desk, *desk.places.place(studio), plan.drafts_in(studio));
    if (!acted || !acted->ok()) {
      // No transaction spans two studios: what was done in one is taken back, so that nobody sees half of it.
      LX_CHECK(take_back(desk, ends, before, found.edges, done, reason));
      return acted;
    }
    if (done.empty()) first = std::move(*acted);
    done.push_back(studio);
  }
  return first;
}

}  // namespace

Result<Acted> join_records(const Desk& desk, Pair a, Pair b, const JoinAsked& asked) {
  if (a.record == b.record) return failure(Errc::invalid_argument, "a record is not joined with itself");
  const Ends ends = ends_of(a, b);
  if (asked.primary && *asked.primary != a.record && *asked.primary != b.record) {
    return failure(Errc::invalid_argument, "\"primary\" is one of the two");
  }
  LX_TRY(const Component one, component_of(desk, *a.place, a.record));
  LX_TRY(const Component other, component_of(desk, *b.place, b.record));
  if (one.records.front().seen.row.kind != other.records.front().seen.row.kind) {
    return failure(Errc::invalid_argument, "the two records are of different kinds");
  }
  return change_edge(desk, ends, JoinEdge{ends.smaller.record, ends.larger.record, asked.sum, asked.primary},
                     asked.reason);
}

Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason) {
  return change_edge(desk, ends_of(a, b), std::nullopt, reason);
}

}  // namespace lianxin::server
