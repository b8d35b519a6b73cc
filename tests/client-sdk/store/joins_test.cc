#include "client-sdk/store/joins.h"

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/phone_fixture.h"

using namespace lianxin;
using namespace lianxin::client;

TEST_SUITE("client-sdk/store/joins") {
  constexpr Query forget_edges{"forget_edges", "DELETE FROM join_edge"};
  constexpr Query as_migrated{"as_migrated", "UPDATE list_entry SET search_sealed = NULL"};

  TEST_CASE("a file of an app that knew of no joining tells its lists anew before it searches") {
    TwoPhones phones("joins-behind");
    const std::string first = phones.a.make("{}", "concern"), second = phones.a.make("{}", "concern");
    phones.a.sync();
    const std::string smaller = std::min(first, second), larger = std::max(first, second);
    REQUIRE(
        phones.server.desk(*RecordId::parse(smaller), "concern", {{{"_alias", larger, {}}, Op::add, {}, {}, {}, {}}})
            .has_value());
    phones.a.sync();
    ListOptions options;
    options.kind = "concern";
    CHECK(must(phones.a.phone->list(options)).items.size() == 1);
    Database& db = PhoneInternals::core(*phones.a.phone).db();
    const Status older = db.write([&]() -> Status {
      db.exec(forget_edges);
      db.exec(as_migrated);
      return {};
    });
    REQUIRE(older.has_value());
    CHECK(must(phones.a.phone->list(options)).items.size() == 2);
    Phone again = phones.a.open_again();
    CHECK(must(again.find("路灯")).size() == 2);
    CHECK(must(again.list(options)).items.size() == 1);
    CHECK(must(again.record(larger)).joined.primary == smaller);
  }
}
