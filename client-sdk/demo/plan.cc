#include "client-sdk/demo/plan.h"

#include "client-sdk/demo/planner.h"

namespace lianxin::demo {

Plan plan_of(const Story& story) { return Planner(story).run(); }

std::map<std::string, int> count_by_kind(const std::vector<Entry>& entries) {
  std::map<std::string, int> counts;
  for (const Entry& entry : entries) counts[entry.kind] += entry.is_new && !entry.begun_elsewhere ? 1 : 0;
  return counts;
}

}  // namespace lianxin::demo
