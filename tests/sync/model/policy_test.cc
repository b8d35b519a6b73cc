#include "sync/model/policy.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Access with(std::vector<std::string> roles, Sensitivity clearance) {
  return {numbered<MemberId>(1), std::move(roles), clearance};
}

TEST_SUITE("sync/model/policy") {
  TEST_CASE("a grant reaches its studio or all below its org unit while it lasts") {
    const StudioPlace place{numbered<StudioId>(1), "990121-S01", {"990121", "990100"}, false};
    const MemberId member = numbered<MemberId>(1);
    const std::vector<Grant> grants{
        {member, "convener", place.studio, {}, 100, 200, Sensitivity::internal},
        {member, "coordinator", {}, "990100", 150, INT64_MAX, Sensitivity::personal},
        {member, "auditor", {}, "990200", 0, INT64_MAX, Sensitivity::health},
        {numbered<MemberId>(2), "convener", place.studio, {}, 0, INT64_MAX, Sensitivity::health}};
    CHECK_FALSE(access_of(member, grants, place, 99).any());
    CHECK(access_of(member, grants, place, 100).roles == std::vector<std::string>{"convener"});
    CHECK(access_of(member, grants, place, 160).roles == std::vector<std::string>{"coordinator", "convener"});
    CHECK(access_of(member, grants, place, 160).clearance == Sensitivity::personal);
    CHECK_FALSE(access_of(member, grants, place, 200).has("convener"));
  }
  TEST_CASE("a grant that names a studio and an org unit is the studio's") {
    const StudioPlace here{numbered<StudioId>(1), "990121-S01", {"990121"}, false};
    const StudioPlace beside{numbered<StudioId>(2), "990121-S02", {"990121"}, false};
    const Grant both{numbered<MemberId>(1), "convener", here.studio, "990121", 0, INT64_MAX, Sensitivity::internal};
    CHECK(reaches(both, here));
    CHECK_FALSE(reaches(both, beside));
    CHECK(acts_on_shared(both));
  }
  TEST_CASE("on a shared phone a member is what the studio's own grants say") {
    const StudioPlace place{numbered<StudioId>(1), "990121-S01", {"990121"}, false};
    const MemberId member = numbered<MemberId>(1);
    const std::vector<Grant> grants{{member, "convener", place.studio, {}, 0, 200, Sensitivity::internal},
                                    {member, "coordinator", {}, "990121", 0, INT64_MAX, Sensitivity::health}};
    const Access access = access_on_shared(member, grants, place, 100);
    CHECK(access.roles == std::vector<std::string>{"convener"});
    CHECK(access.clearance == Sensitivity::internal);
    CHECK_FALSE(access_on_shared(member, grants, place, 200).any());
  }
  TEST_CASE("a clearance is that of its own role, and no more than the role has") {
    const StudioPlace place{numbered<StudioId>(1), "990121-S01", {"990121"}, false};
    const MemberId member = numbered<MemberId>(1);
    const std::vector<Grant> grants{{member, "convener", place.studio, {}, 0, INT64_MAX, Sensitivity::health},
                                    {member, "informant", place.studio, {}, 0, INT64_MAX, Sensitivity::health},
                                    {member, "admin", {}, "990121", 0, INT64_MAX, Sensitivity::health}};
    const Access access = access_of(member, grants, place, 1);
    CHECK(access.roles == std::vector<std::string>{"convener", "informant", "admin"});
    CHECK(access.clearances ==
          std::vector<Sensitivity>{Sensitivity::personal, Sensitivity::personal, Sensitivity::internal});
    CHECK(access.clearance == Sensitivity::personal);
  }
  TEST_CASE("what one role allows is not widened by the clearance of another") {
    const Catalog catalog = test_catalog(2);
    const StudioPlace place{numbered<StudioId>(1), "990121-S01", {"990121"}, false};
    const MemberId member = numbered<MemberId>(1);
    const std::vector<Grant> grants{{member, "convener", place.studio, {}, 0, INT64_MAX, Sensitivity::internal},
                                    {member, "informant", {}, "990121", 0, INT64_MAX, Sensitivity::personal}};
    const Access access = access_of(member, grants, place, 1);
    Relation own;
    own.own = true;
    CHECK(visibility(access, catalog, "visit", "phone", {}) == Visibility::withheld);
    CHECK(visibility(access, catalog, "visit", "phone", own) == Visibility::visible);
    CHECK_FALSE(level_of(access, catalog));
  }
  TEST_CASE("coordinators and administrators look after a studio and only coordinators make one") {
    CHECK(looks_after(with({"coordinator"}, Sensitivity::internal)));
    CHECK(looks_after(with({"admin"}, Sensitivity::internal)));
    CHECK_FALSE(looks_after(with({"convener", "city_supervisor"}, Sensitivity::health)));
    CHECK(may_make_studio(with({"coordinator"}, Sensitivity::internal)));
    CHECK_FALSE(may_make_studio(with({"admin"}, Sensitivity::internal)));
    CHECK(may_be_given("coordinator"));
    CHECK_FALSE(may_be_given("auditor"));
    CHECK(may_give_back_reference(with({"coordinator"}, Sensitivity::internal)));
    CHECK_FALSE(may_give_back_reference(reader_access(numbered<MemberId>(1))));
  }
  TEST_CASE("a kind is no less guarded than the least of its fields") {
    const Catalog catalog = test_catalog(2);
    CHECK(floor_of(catalog, "visit") == Sensitivity::internal);
    CHECK(floor_of(catalog, "patient") == Sensitivity::health);
    CHECK(sensitivity_of(catalog, "patient", "_deleted") == Sensitivity::health);
    CHECK(sensitivity_of(catalog, "visit", "_deleted") == Sensitivity::internal);
  }
  TEST_CASE("a field that no kind knows is as guarded as can be") {
    const Catalog catalog = test_catalog(1);
    CHECK(sensitivity_of(catalog, "visit", "weather") == Sensitivity::health);
    CHECK(sensitivity_of(catalog, "notice", "words") == Sensitivity::health);
  }
  TEST_CASE("a value is withheld above the clearance and masked from those who supervise, of accepted records") {
    const Catalog catalog = test_catalog(2);
    Relation accepted;
    accepted.accepted = true;
    CHECK(visibility(with({"convener"}, Sensitivity::internal), catalog, "visit", "phone", {}) == Visibility::withheld);
    CHECK(visibility(with({"convener"}, Sensitivity::personal), catalog, "visit", "phone", {}) == Visibility::visible);
    const Access supervisor = with({"city_supervisor"}, Sensitivity::personal);
    CHECK(visibility(supervisor, catalog, "visit", "phone", accepted) == Visibility::masked);
    CHECK(visibility(supervisor, catalog, "visit", "headcount", accepted) == Visibility::visible);
    CHECK(visibility(supervisor, catalog, "visit", "phone", {}) == Visibility::withheld);
    CHECK(visibility(with({}, Sensitivity::health), catalog, "visit", "title", accepted) == Visibility::withheld);
  }
  TEST_CASE("only those named may write and only coordinators decide what is held") {
    const Catalog catalog = test_catalog(2);
    const Kind& kind = *catalog.kind("visit");
    CHECK(may_write(with({"convener"}, Sensitivity::internal), kind, *kind.field("title"), {}));
    CHECK_FALSE(may_write(with({"auditor"}, Sensitivity::health), kind, *kind.field("title"), {}));
    CHECK(may_decide_held(with({"coordinator"}, Sensitivity::internal)));
    CHECK_FALSE(may_decide_held(with({"convener"}, Sensitivity::health)));
  }
}

}  // namespace
}  // namespace lianxin
