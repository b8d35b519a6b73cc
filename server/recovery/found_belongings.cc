#include "server/recovery/found_belongings.h"

#include <algorithm>
#include <tuple>

#include "server/people/places.h"

namespace lianxin::server {
namespace {

constexpr std::size_t lines_at_a_time = 500;

struct Arrival {
  std::int64_t received_ms;
  Seq seq;
  Belonging belonging;
};

Status read_log(Store& store, const std::string& org_code, std::vector<Arrival>& arrivals) {
  return store.read(reference_studio_of(org_code), [&](ReadTxn& snapshot) -> Status {
    for (Seq after = 0;;) {
      LX_TRY(const std::vector<Logged> lines, snapshot.log_after(after, lines_at_a_time));
      if (lines.empty()) return {};
      after = lines.back().seq;
      for (const Logged& line : lines) {
        const Result<Change> change = line.applied_seq > 0 ? parse_line(line.line) : Result<Change>(Change{});
        if (!change) continue;  // nobody can read it, and nothing of it is in effect
        for (ReferenceName& name : names_in(*change)) {
          arrivals.push_back({line.received_ms, line.seq, {std::move(name), org_code}});
        }
      }
    }
  });
}

}  // namespace

Status find_belongings(Belongings& belongings, Grants& grants, Store& store) {
  LX_TRY(const bool found, belongings.are_found());
  if (found) return {};
  std::vector<Arrival> arrivals;
  LX_TRY(const std::vector<std::string> codes, grants.orgs());
  for (const std::string& code : codes) LX_CHECK(read_log(store, code, arrivals));
  std::sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) {
    return std::tie(a.received_ms, a.belonging.org_code, a.seq) < std::tie(b.received_ms, b.belonging.org_code, b.seq);
  });
  std::vector<Belonging> in_order;
  for (Arrival& arrival : arrivals) in_order.push_back(std::move(arrival.belonging));
  return belongings.find(in_order);
}

}  // namespace lianxin::server
