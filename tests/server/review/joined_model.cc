#include "tests/server/review/joined_model.h"

#include <algorithm>

namespace lianxin::server_test {
namespace {

int worth(const Made& one) {
  if (one.deleted) return 0;
  if (one.review == "accepted") return 3;
  return one.review == "submitted" ? 2 : 1;
}

}  // namespace

void JoinedModel::join(const RecordId& a, const RecordId& b, Edge edge) {
  const Ends ends = std::minmax(a, b);
  const bool chooses = edge.chosen.has_value();
  if (const auto there = edges.find(ends); there != edges.end() && !chooses) edge.chosen = there->second.chosen;
  edges[ends] = edge;
  if (!chooses) return;
  const std::vector<RecordId> together = with(a);
  for (auto& [others, other] : edges) {
    if (others != ends && std::binary_search(together.begin(), together.end(), others.first)) other.chosen.reset();
  }
}

std::vector<RecordId> JoinedModel::reached(const RecordId& record, Looks looks, bool larger_only) const {
  std::set<RecordId> met{record};
  for (std::size_t before = 0; before != met.size();) {
    before = met.size();
    for (const auto& [ends, edge] : edges) {
      if (larger_only && edge.sum) continue;
      if (!in_sight(ends.first, looks) || !in_sight(ends.second, looks)) continue;
      if (met.contains(ends.first) || met.contains(ends.second)) met.insert({ends.first, ends.second});
    }
  }
  return {met.begin(), met.end()};
}

std::vector<RecordId> JoinedModel::with(const RecordId& record, Looks looks) const {
  return reached(record, looks, false);
}

RecordId JoinedModel::head(const RecordId& record, Looks looks) const {
  const std::vector<RecordId> together = with(record, looks);
  int most = 0;
  for (const RecordId& each : together) most = std::max(most, worth(made.at(each)));
  std::optional<RecordId> first, chosen;
  for (const RecordId& each : together) {
    if (worth(made.at(each)) != most) continue;
    if (!first) first = each;
    for (const auto& [ends, edge] : edges) {
      const bool here = std::binary_search(together.begin(), together.end(), ends.first) &&
                        std::binary_search(together.begin(), together.end(), ends.second);
      if (here && edge.chosen == each && !chosen) chosen = each;
    }
  }
  return chosen ? *chosen : *first;
}

std::string JoinedModel::state(const RecordId& record) const {
  const Made& one = made.at(record);
  if (one.deleted) return one.state_when_deleted;
  return lesser(record) ? "merged" : one.state;
}

std::vector<RecordId> JoinedModel::standing(const RecordId& record, Looks looks) const {
  std::vector<RecordId> together = with(record, looks);
  std::erase_if(together, [&](const RecordId& each) { return made.at(each).deleted; });
  return together;
}

std::string JoinedModel::urgency(const RecordId& record) const {
  std::string worst = "normal";
  for (const RecordId& part : standing(record)) {
    const std::string& its = made.at(part).urgency;
    if (its == "emergency" || (its == "urgent" && worst == "normal")) worst = its;
  }
  return worst;
}

std::set<std::string> JoinedModel::people(const RecordId& record) const {
  std::set<std::string> people;
  for (const RecordId& part : standing(record)) {
    for (const auto& [key, wants] : made.at(part).people) people.insert(key);
  }
  return people;
}

std::set<std::string> JoinedModel::owed(const RecordId& record) const {
  std::set<std::string> owed;
  for (const RecordId& part : standing(record)) {
    for (const auto& [key, wants] : made.at(part).people) {
      if (wants) owed.insert(key);
    }
  }
  for (const RecordId& part : standing(record)) {
    for (const std::string& key : made.at(part).told) owed.erase(key);
  }
  return owed;
}

std::size_t JoinedModel::entries(const RecordId& record) const {
  std::size_t entries = 0;
  for (const RecordId& part : standing(record)) entries += made.at(part).entries;
  return entries;
}

std::set<std::string> JoinedModel::heads_of(const std::string& kind, Looks looks) const {
  std::set<std::string> heads;
  for (const auto& [id, one] : made) {
    if (one.kind == kind && !one.deleted && in_sight(id, looks)) heads.insert(head(id, looks).text());
  }
  return heads;
}

}  // namespace lianxin::server_test
