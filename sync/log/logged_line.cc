#include "sync/log/logged_line.h"

#include <set>
#include <utility>

namespace lianxin {
namespace {

bool is_covered(const Erasures& erasures, const ChangeId& id, const Write& write) {
  if (write.op == Op::erased || write.at.field.starts_with('_')) return false;
  const std::optional<ChangeId> given_back = witnessed_id(write);
  return covers(erasures, id, write.at.field) || (given_back && covers(erasures, *given_back, write.at.field));
}

// An element's key may be a name: of a set no more than the field is left, and nothing that it built on.
Write trace_of(const Write& write) {
  Write trace{{write.at.field, {}, {}}, Op::erased, {}, {}, {}, {}};
  if (write.at.element.empty()) trace.bases = write.bases;
  return trace;
}

}  // namespace

std::optional<Change> change_in(const Logged& logged) {
  Result<Change> change = parse_line(logged.line);
  return change && change->id == logged.id ? std::optional(std::move(*change)) : std::nullopt;
}

Hash line_hash(const Logged& logged) { return logged.as_logged ? *logged.as_logged : sha256(logged.line); }

std::optional<Logged> left_of(const Logged& logged, const Erasures& erasures) {
  std::optional<Change> change = change_in(logged);
  Logged left = logged;
  left.as_logged = line_hash(logged);
  left.field = logged.field.substr(0, logged.field.find('/'));
  if (!change) {
    if (logged.line.empty() || !covers(erasures, logged.id, all_of_line)) return std::nullopt;
    left.line.clear();
    return left;
  }
  std::vector<Write> writes;
  std::set<std::string> erased;
  for (Write& write : std::exchange(change->writes, {})) {
    if (!is_covered(erasures, logged.id, write)) {
      writes.push_back(std::move(write));
    } else if (erased.insert(write.at.field).second) {
      writes.push_back(trace_of(write));
    }
  }
  if (erased.empty()) return std::nullopt;
  change->writes = std::move(writes);
  change->reason.clear();
  left.line = line_of(*change);
  return left;
}

}  // namespace lianxin
