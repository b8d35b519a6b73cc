// The file that `lianxin-server import` takes, as far as its plan: over a server that has nothing yet, and over one
// that has a county. Every item is planned or refused, with why; what is planned has its place.
#include "schema/assert.h"
#include "schema/json.h"
#include "server/import/import_plan.h"
#include "server/people/secrets.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

const Places& empty_places() {
  static const Places places({}, {}, {}, {});
  return places;
}

const Places& county_places() {
  static const Places places(
      {{"990000", "province", "province", "990000", ""}, {"990121", "county", "county", "990121", "990000"}},
      {{id_of<StudioId>(0xA1), "990121-S01", "studio", "990121", "990121"}},
      {{id_of<MemberId>(1), {"郝商量", "990121"}}}, {{id_of<MemberId>(1), "convener", id_of<StudioId>(0xA1), {}}});
  return places;
}

// What an import makes of an org unit: the places are built anew with it.
void build_places(const ImportPlan& plan) {
  std::vector<OrgUnit> orgs;
  std::vector<StudioInfo> studios;
  const auto text = [](const PlannedRecord& record, const char* field) {
    const auto found = record.registers.find(field);
    return found != record.registers.end() && found->second.text() ? *found->second.text() : std::string();
  };
  for (const auto& [org, records] : plan.records) {
    for (const PlannedRecord& record : records) {
      if (record.kind == "org_unit") {
        orgs.push_back({text(record, "org_code"), text(record, "name"), text(record, "level"),
                        text(record, "region_code"), text(record, "parent_code")});
      } else if (record.kind == "studio") {
        studios.push_back({StudioId{record.record.bytes}, text(record, "studio_code"), text(record, "name"),
                           text(record, "region_code"), org});
      }
    }
  }
  const Places places(std::move(orgs), std::move(studios), {}, plan.grants);
  for (const StudioPlace& place : places.all()) {
    (void)places.references_above(place);
    (void)places.holders(place, County::noon_ms);
  }
  for (const Grant& grant : plan.grants) (void)places.reached_by(grant.member, County::noon_ms);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  using namespace lianxin::server;
  const Result<Value> file = parse_json(fuzz::text_of(data, size));
  if (!file) return 0;
  const StudiosByCode none;
  SystemRandom random;
  for (const Places* now : {&fuzz::empty_places(), &fuzz::county_places()}) {
    const Result<ImportPlan> plan = plan_import({fuzz::county().catalog, *now, none, random}, *file);
    if (!plan) {
      LX_ASSERT(plan.error().code == Errc::invalid_argument);
      continue;
    }
    for (const auto& [org, records] : plan->records) LX_ASSERT(!org.empty() && !records.empty());
    fuzz::build_places(*plan);
  }
  return 0;
}
