#include "server/review/join_acts.h"

#include <algorithm>

#include "server/language/said.h"
#include "server/review/join_plan.h"

namespace lianxin::server {
namespace {

// Each turn ends what another act put beside the one before; nobody acts so often that a fourth is needed.
constexpr int settle_turns_max = 3;

Ends ends_of(const Pair& a, const Pair& b) {
  if (b.record < a.record) return {b.place, a.place, b.record, a.record};
  return {a.place, b.place, a.record, b.record};
}

// Everything that hangs together with either end.
Result<Matter> matter_around(const Desk& desk, const Ends& ends) {
  Matter matter;
  LX_TRY(Component smaller, component_of(desk, *ends.smaller_place, ends.smaller, Sight::whole));
  matter.take(std::move(smaller));
  LX_TRY(Component larger, component_of(desk, *ends.larger_place, ends.larger, Sight::whole));
  matter.take(std::move(larger));
  return matter;
}

// not_found where he may not see it.
Result<std::string> kind_in_sight(const Desk& desk, const Pair& end) {
  LX_TRY(const Row row, row_of(desk, end.place->studio, end.record));
  if (!seen_in(desk, *end.place, row)) return no_record(end.record);
  return row.kind;
}

// Whether either row holds the edge, which takes both where they lie in two studios.
bool any_half(const Desk& desk, const Matter& matter, const Ends& ends) {
  for (const RecordId& end : {ends.smaller, ends.larger}) {
    const RowEdges own = edges_of(desk.catalog, matter.records.at(end).seen.row);
    if (std::any_of(own.edges.begin(), own.edges.end(), [&](const JoinEdge& edge) { return ends.joins(edge); })) {
      return true;
    }
  }
  return false;
}

Status take_back(const Desk& desk, const Ends& ends, const Matter& before, std::span<const StudioId> done,
                 const std::string& reason) {
  LX_TRY(const Matter matter, matter_around(desk, ends));
  JoinPlan plan(desk, matter, reason);
  const auto edge =
      std::find_if(before.edges.begin(), before.edges.end(), [&](const JoinEdge& each) { return ends.joins(each); });
  std::vector<JoinEdge> others = before.edges;
  std::erase_if(others, [&](const JoinEdge& each) { return ends.joins(each); });
  plan.set_edge(ends, edge == before.edges.end() ? std::nullopt : std::optional(*edge));
  plan.set_choices(others);
  plan.settle(before.edges);
  for (const StudioId& studio : done) {
    const std::vector<Draft> drafts = plan.drafts_in(studio);
    if (drafts.empty()) continue;
    LX_TRY(const Acted acted, act_in(desk, *desk.places.place(studio), drafts));
    if (!acted.ok()) {
      return said(
          Errc::conflict, "另一工作室没有接受，已写下的一半也未能撤回，请再合并或拆分一次",
          "the other studio refused, and the half that was written could not be taken back: join or part once more");
    }
  }
  return {};
}

// Makes `edge` what stands between the two, and every step that follows.
Result<Acted> change_edge(const Desk& desk, const Ends& ends, std::optional<JoinEdge> edge, const std::string& reason) {
  LX_TRY(const Matter matter, matter_around(desk, ends));
  if (!edge && !any_half(desk, matter, ends)) return failure(Errc::not_found, "the two records are not joined");
  const bool chooses = edge && edge->primary;
  std::vector<JoinEdge> others;
  for (const JoinEdge& each : matter.edges) {
    if (!ends.joins(each)) others.push_back(each);
    // Chosen earlier, and nobody says otherwise.
    if (ends.joins(each) && edge && !chooses) edge->primary = each.primary;
  }
  for (JoinEdge& other : others) {
    if (chooses) other.primary.reset();
  }
  std::vector<JoinEdge> edges = others;
  if (edge) edges.push_back(*edge);
  JoinPlan plan(desk, matter, reason);
  plan.set_edge(ends, edge);
  plan.set_choices(others);
  plan.settle(edges);
  if (edge && !plan.refused().empty()) return Acted{0, plan.refused()};

  Acted first;
  std::vector<StudioId> done;
  for (const StudioId& studio : plan.studios(ends.smaller_place->studio)) {
    Result<Acted> acted = act_in(desk, *desk.places.place(studio), plan.drafts_in(studio));
    if (!acted || !acted->ok()) {
      // No transaction spans two studios: what was done in one is taken back, so that nobody sees half of it.
      LX_CHECK(take_back(desk, ends, matter, done, reason));
      return acted;
    }
    if (done.empty()) first = std::move(*acted);
    done.push_back(studio);
  }
  // Somebody else may have joined or parted one of them meanwhile. The act is done whatever comes of that: what cannot
  // be settled now is settled by the next one.
  static_cast<void>(settle_matter(desk, *ends.smaller_place, ends.smaller));
  static_cast<void>(settle_matter(desk, *ends.larger_place, ends.larger));
  return first;
}

}  // namespace

Result<Acted> join_records(const Desk& desk, Pair a, Pair b, const JoinAsked& asked) {
  if (a.record == b.record) return failure(Errc::invalid_argument, "a record is not joined with itself");
  if (asked.primary && *asked.primary != a.record && *asked.primary != b.record) {
    return failure(Errc::invalid_argument, "\"primary\" is one of the two");
  }
  LX_TRY(const std::string kind, kind_in_sight(desk, a));
  LX_TRY(const std::string other_kind, kind_in_sight(desk, b));
  if (kind != other_kind) return failure(Errc::invalid_argument, "the two records are of different kinds");
  const Ends ends = ends_of(a, b);
  return change_edge(desk, ends, JoinEdge{ends.smaller, ends.larger, asked.sum, asked.primary}, asked.reason);
}

Result<Acted> part_records(const Desk& desk, Pair a, Pair b, const std::string& reason) {
  LX_TRY(const std::string kind, kind_in_sight(desk, a));
  LX_TRY(const std::string other_kind, kind_in_sight(desk, b));
  return change_edge(desk, ends_of(a, b), std::nullopt, reason);
}

Status settle_matter(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  for (int turn = 0; turn < settle_turns_max; ++turn) {
    LX_TRY(Component component, component_of(desk, place, record, Sight::whole));
    Matter matter;
    matter.take(std::move(component));
    JoinPlan plan(desk, matter, {});
    plan.settle(matter.edges);
    bool written = false;
    for (const auto& [id, draft] : plan.drafts()) {
      LX_TRY(const Acted acted, act_in(desk, *desk.places.place(matter.records.at(id).studio), std::span(&draft, 1)));
      written |= acted.ok();
    }
    if (!written) break;
  }
  return {};
}

}  // namespace lianxin::server
