#include "client-sdk/store/own_changes.h"

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

struct Waiting {
  TwoPhones phones{"own-changes"};

  Waiting() {
    for (const char* title : {"甲", "乙", "丙"}) phones.a.make(std::string(R"({"title":")") + title + "\"}");
  }
  Database& db() { return PhoneInternals::core(*phones.a.phone).db(); }
  std::vector<OwnChange> after(N n, std::size_t changes_max, std::size_t bytes_max) {
    auto found = db().read([&] { return OwnChanges(db()).after(phones.server.studio, n, changes_max, bytes_max); });
    REQUIRE(found.has_value());
    return std::move(*found);
  }
  bool has_lines() {
    const auto has = db().read([&]() -> Result<bool> { return OwnChanges(db()).has_lines(phones.server.studio); });
    REQUIRE(has.has_value());
    return *has;
  }
};

TEST_SUITE("client-sdk/store/own-changes") {
  TEST_CASE("what waits is read as far as its bounds, and one line however long it is") {
    Waiting waiting;
    const std::vector<OwnChange> all = waiting.after(0, 10, SIZE_MAX);
    REQUIRE(all.size() == 3);
    const std::size_t two = all[0].line.size() + 1 + all[1].line.size() + 1;  // each with its newline
    CHECK(waiting.after(0, 10, two).size() == 2);
    CHECK(waiting.after(0, 10, two - 1).size() == 1);
    CHECK(waiting.after(0, 10, two + all[2].line.size()).size() == 2);
    CHECK(waiting.after(0, 10, two + all[2].line.size() + 1).size() == 3);
    CHECK(waiting.after(0, 10, 1).size() == 1);
    CHECK(waiting.after(0, 2, SIZE_MAX).size() == 2);
    REQUIRE(waiting.after(1, 1, SIZE_MAX).size() == 1);
    CHECK(waiting.after(1, 1, SIZE_MAX).front().line == all[1].line);
    CHECK(waiting.after(3, 10, SIZE_MAX).empty());
  }
  TEST_CASE("places whose lines were erased hold none") {
    Waiting waiting;
    CHECK(waiting.has_lines());
    REQUIRE(waiting.db().write([&]() -> Status {
      OwnChanges(waiting.db()).erase_lines(waiting.phones.server.studio);
      return {};
    }));
    CHECK(waiting.after(0, 10, SIZE_MAX).size() == 3);
    CHECK_FALSE(waiting.has_lines());
  }
  TEST_CASE("what a restored server lost of erased lines is dropped above what it has") {
    Waiting waiting;
    std::vector<OwnChange> lost;
    REQUIRE(waiting.db().write([&]() -> Status {
      OwnChanges own(waiting.db());
      own.erase_lines(waiting.phones.server.studio);
      own.forget_known(waiting.phones.server.studio, 1);
      lost = own.drop_lost(waiting.phones.server.studio, 2);
      return {};
    }));
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].n == 3);
    CHECK(waiting.after(0, 10, SIZE_MAX).size() == 2);
  }
  TEST_CASE("a change says of which version of the kinds it is") {
    Waiting waiting;
    const auto change = parse_line(waiting.after(0, 1, SIZE_MAX).front().line);
    REQUIRE(change);
    CHECK(change->kinds_version == KindSet::shipped().catalog.version);
    CHECK(change->kinds_version > 0);
  }
}

}  // namespace
}  // namespace lianxin::client
