#include "sync/server/compare.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

TEST_SUITE("sync/server/compare") {
  TEST_CASE("records are compared in stretches that meet and hold each once (PROTOCOL 5.6)") {
    Bench bench;
    const std::size_t records = limits::compared_records_max + 10;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < records; ++i) {
      Change change = bench.change(1, 1, {put("title", "t")});
      change.id.bytes[0] = static_cast<std::uint8_t>(i);
      change.id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
      change.record.bytes = change.id.bytes;
      lines.push_back(line_of(change));
      if (lines.size() == 500 || i + 1 == records) {
        REQUIRE(bench.send(1, lines));
        lines.clear();
      }
    }
    const Access access = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    const auto stretch = [&](Seq from) {
      Compared found;
      const Status read = bench.store.read(bench.studio, [&](ReadTxn& snapshot) -> Status {
        LX_TRY(found, compared_for(snapshot, bench.catalog, access, from));
        return {};
      });
      REQUIRE(read);
      return found;
    };
    const Compared first = stretch(0), second = stretch(first.to), beyond = stretch(second.to + 5);
    CHECK(first.records.size() == limits::compared_records_max);
    CHECK(first.more);
    CHECK(second.records.size() == 10);
    CHECK_FALSE(second.more);
    CHECK(beyond.records.empty());
    CHECK_FALSE(beyond.more);
  }
}

}  // namespace
}  // namespace lianxin
