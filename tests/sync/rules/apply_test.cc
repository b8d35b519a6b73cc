#include "sync/rules/apply.h"

#include <doctest/doctest.h>

#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Write attribute(const char* at, std::vector<ChangeId> bases) {
  return {*Address::parse(at), Op::put, "x", {}, std::move(bases), {}};
}

TEST_SUITE("sync/rules/apply") {
  TEST_CASE(
      "what a change names at an element is what it names there and at its attributes, each once (PROTOCOL 3.5)") {
    const Bench bench;
    const Change change =
        bench.change(1, 1,
                     {element("people/ann", Op::add, {c(3)}), attribute("people/ann/unit", {c(3), c(2)}),
                      attribute("people/bob/unit", {c(4)}), put("title", "a", {c(5)})});
    CHECK(bases_at(change, *Address::parse("people/ann")) == std::vector<ChangeId>{c(2), c(3)});
    CHECK(bases_at(change, *Address::parse("people/ann/unit")) == std::vector<ChangeId>{c(2), c(3)});
    CHECK(bases_at(change, *Address::parse("people/bob")) == std::vector<ChangeId>{c(4)});
    CHECK(bases_at(change, *Address::parse("title")) == std::vector<ChangeId>{c(5)});
    CHECK(bases_at(change, *Address::parse("people/eve")).empty());
  }
}

}  // namespace
}  // namespace lianxin
