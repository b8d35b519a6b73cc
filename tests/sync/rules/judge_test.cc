#include "sync/rules/judge.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

// One record, and those who come before it.
struct Court {
  Bench bench;
  Row row;
  Access convener = access("convener", Sensitivity::internal), coordinator = access("coordinator", Sensitivity::health);
  Access nobody = access("", Sensitivity::public_);

  static Access access(const std::string& role, Sensitivity clearance) {
    Access made;
    made.member = Bench::member(1);
    made.clearance = clearance;
    if (!role.empty()) made.roles = {role};
    return made;
  }
  void show(const std::string& address, Value value) {
    Cell& cell = row.cells[address];
    cell.heads.emplace_back();
    cell.heads.back().id = c(0x77);
    cell.heads.back().value = std::move(value);
    row.kind = "visit";
    row.last_seq = 1;
  }
  void hold(std::uint8_t id) {
    row.held.push_back({c(id), "value_range", "title", Bench::member(1), HeldMark::Decision::open});
  }

  // "" where it is applied, else code and address.
  std::string judged(const Change& change, const Access& by) {
    const auto refusal = judge(bench.catalog, row, change, by);
    if (!refusal) return "";
    return refusal->field.empty() ? refusal->code : refusal->code + " " + refusal->field;
  }
  std::string judged(std::vector<Write> writes, const Access& by, std::string reason = {}) {
    return judged(bench.change(1, 1, std::move(writes), std::move(reason)), by);
  }
  std::string judged(std::vector<Write> writes) { return judged(std::move(writes), convener); }
};

Write decision(std::uint8_t held, const char* what) {
  Write write = put("title", what);
  write.at = {std::string(held_field), c(held).text(), {}};
  return write;
}
Write at(Write write, const char* address) {
  write.at = *Address::parse(address);
  return write;
}
Value nested(int levels) {
  Value value = "here";
  for (int i = 0; i < levels; ++i) value = Value::List{value};
  return value;
}

TEST_SUITE("sync/rules/judge") {
  TEST_CASE("what is of newer kinds waits for them before anything else is asked (PROTOCOL 3)") {
    Court court;
    Change change = court.bench.change(1, 1, {put("nothing", "a")});
    change.kinds_version = court.bench.catalog.version + 1;
    change.kind = "no_such_kind";
    CHECK(court.judged(change, court.nobody) == "kinds_newer");
    change.kinds_version = court.bench.catalog.version;
    CHECK(court.judged(change, court.nobody) == "kind_unknown");
  }
  TEST_CASE("an unknown kind is said whoever asks; a line that could not be read is of none") {
    Court court;
    Change change = court.bench.change(1, 1, {put("title", "a")});
    change.kind = "no_such_kind";
    CHECK(court.judged(change, court.convener) == "kind_unknown");
    CHECK(court.judged(change, court.nobody) == "kind_unknown");
    change.kind = unreadable_kind;
    CHECK(court.judged(change, court.nobody) == "not_granted");
    CHECK(court.judged(change, court.convener) == "kind_unknown");
  }
  TEST_CASE("a record stays of its kind, once something of it was applied") {
    Court court;
    court.row.kind = "patient";
    CHECK(court.judged({put("title", "a")}).empty());
    court.show("title", "a");
    CHECK(court.judged({put("title", "b")}).empty());
    Change other = court.bench.change(1, 1, {put("name", "a")});
    other.kind = "patient";
    CHECK(court.judged(other, court.coordinator) == "kind_mismatch");
  }
  TEST_CASE("who holds no role writes nothing") {
    Court court;
    CHECK(court.judged({put("title", "a")}, court.nobody) == "not_granted");
    CHECK(court.judged({put("title", "a")}, Court::access("auditor", Sensitivity::health)) == "not_allowed title");
  }
  TEST_CASE("a change writes a cell once, and decides one held change") {
    Court court;
    CHECK(court.judged({put("title", "a"), put("title", "b")}) == "cell_twice title");
    CHECK(court.judged({put("title", "a"), put("place", "b")}).empty());
    court.hold(5);
    court.hold(6);
    CHECK(court.judged({decision(5, "dismiss"), decision(6, "dismiss")}, court.coordinator) ==
          "cell_twice " + decision(6, "").at.text());
    CHECK(court.judged({put("title", "a"), decision(6, "dismiss")}, court.coordinator).empty());
  }
  TEST_CASE("a decision is one of three words, of who may decide, about what is still held") {
    Court court;
    court.hold(5);
    const std::string there = " " + decision(5, "").at.text();
    CHECK(court.judged({decision(5, "release")}, court.coordinator).empty());
    CHECK(court.judged({decision(5, "correct")}, court.coordinator).empty());
    CHECK(court.judged({decision(5, "dismiss")}, court.coordinator).empty());
    CHECK(court.judged({decision(5, "forget")}, court.coordinator) == "value_range" + there);
    CHECK(court.judged({decision(5, "release")}, court.convener) == "not_allowed" + there);
    CHECK(court.judged({decision(6, "release")}, court.coordinator) == "held_unknown " + decision(6, "").at.text());
    court.row.held[0].decision = HeldMark::Decision::dismissed;
    CHECK(court.judged({decision(5, "release")}, court.coordinator) == "held_unknown" + there);

    Write wrong = decision(5, "release");
    wrong.op = Op::add;
    CHECK(court.judged({wrong}, court.coordinator) == "value_range" + there);
    wrong = decision(5, "release");
    wrong.at.attribute = "unit";
    CHECK(court.judged({wrong}, court.coordinator) == "value_range " + wrong.at.text());
    wrong = decision(5, "release");
    wrong.value = 3;
    CHECK(court.judged({wrong}, court.coordinator) == "value_range" + there);
  }
  TEST_CASE("what is held may be of a kind that nobody knows, and is decided all the same") {
    Court court;
    court.hold(5);
    Change change = court.bench.change(1, 1, {decision(5, "dismiss")});
    change.kind = "no_such_kind";
    CHECK(court.judged(change, court.coordinator).empty());
    change.writes.push_back(put("title", "a"));
    CHECK(court.judged(change, court.coordinator) == "kind_unknown");
  }
  TEST_CASE("only the server gives a witnessed value back") {
    Court court;
    CHECK(court.judged({at({{}, Op::witness, "a", {}, {}, {}}, "title")}, court.coordinator) == "not_allowed title");
    CHECK(court.judged({at({{}, Op::witness, "a", {}, {}, {}}, "title")}, server_access(Bench::member(0xEE))).empty());
  }
  TEST_CASE("each merge has its acts, at its addresses") {
    Court court;
    const auto judged = [&](Write write) { return court.judged({std::move(write)}); };
    CHECK(judged(put("nothing", "a")) == "field_unknown nothing");
    CHECK(judged(put("title", "a")).empty());
    CHECK(judged(at(put("title", "a"), "title/x")) == "value_type title/x");
    CHECK(judged(at(put("title", "a"), "title/x/unit")) == "value_type title/x/unit");
    CHECK(judged(element("title/x", Op::add)) == "value_type title/x");
    CHECK(judged(element("people/x", Op::add)).empty());
    CHECK(judged(element("people/x", Op::remove)).empty());
    CHECK(judged(at(put("title", "a"), "people")) == "value_type people");
    CHECK(judged(at(put("title", "a"), "people/x")) == "value_type people/x");
    CHECK(judged(at(put("title", "a"), "people/x/unit")).empty());
    CHECK(judged(count("headcount", 3)).empty());
    CHECK(judged(count("title", 3)) == "value_type title");
    CHECK(judged(count("people", 3)) == "value_type people");
    CHECK(judged(at(count("headcount", 3), "headcount/x")) == "value_type headcount/x");
    CHECK(judged(at(count("headcount", 3), "headcount/x/unit")) == "value_type headcount/x/unit");
    CHECK(judged(put("headcount", 3)) == "value_type headcount");
    CHECK(judged(step("state", "open", "triaged")).empty());
    CHECK(judged(step("title", "open", "triaged")) == "value_type title");
    CHECK(judged(put("state", "triaged")) == "value_type state");
    CHECK(judged(at({{}, Op::append, Value::Object{}, {}, {}, {}}, "title")) == "value_type title");
    CHECK(judged(put("log", "a")) == "value_type log");
  }
  TEST_CASE("a counter of several kinds is counted by its elements alone") {
    Court court;
    Field tally = *court.bench.catalog.field("visit", "headcount");
    tally.name = "tally";
    tally.element_kind = "text";
    court.bench.catalog.kinds.at("visit").fields.push_back(tally);
    CHECK(court.judged({at(count("headcount", 3), "tally/x")}).empty());
    CHECK(court.judged({count("tally", 3)}) == "value_type tally");
    CHECK(court.judged({at(count("headcount", 3), "tally/x/unit")}) == "value_type tally/x/unit");
  }
  TEST_CASE("a value has a length and a depth that are not passed") {
    Court court;
    Field free = *court.bench.catalog.field("visit", "place");
    free.name = "free";
    free.type = FieldType::any;
    court.bench.catalog.kinds.at("visit").fields.push_back(free);
    const auto judged = [&](Value value) { return court.judged({put("free", std::move(value))}); };
    CHECK(judged(std::string(limits::value_bytes_max, 'a')).empty());
    CHECK(judged(std::string(limits::value_bytes_max + 1, 'a')) == "value_too_long free");
    CHECK(judged(Value::List{std::string(limits::value_bytes_max - 4, 'a')}).empty());
    CHECK(judged(Value::List{std::string(limits::value_bytes_max - 3, 'a')}) == "value_too_long free");
    CHECK(judged(Value::Object{{"a", std::string(limits::value_bytes_max, 'a')}}) == "value_too_long free");
    CHECK(judged(nested(limits::value_depth_max)).empty());
    CHECK(judged(nested(limits::value_depth_max + 1)) == "value_range free");
    CHECK(judged(Value::List{"flat", nested(limits::value_depth_max)}) == "value_range free");
    CHECK(judged(Value::Object{{"a", nested(limits::value_depth_max)}}) == "value_range free");
  }
  TEST_CASE("a number is taken off, and a record deleted, with a reason") {
    Court court;
    CHECK(court.judged({count("headcount", -1)}) == "reason_missing headcount");
    CHECK(court.judged({count("headcount", -1)}, court.convener, "counted twice").empty());
    CHECK(court.judged({count("headcount", 0)}).empty());
    CHECK(court.judged({put("_deleted", true)}) == "reason_missing _deleted");
    CHECK(court.judged({put("_deleted", true)}, court.convener, "made twice").empty());
    CHECK(court.judged({put("_deleted", false)}).empty());
  }
  TEST_CASE("who cannot see all of a record does not delete it") {
    Court court;
    court.show("title", "a");
    CHECK(court.judged({put("_deleted", true)}, court.convener, "made twice").empty());
    court.show("phone", "13800000000");
    CHECK(court.judged({put("_deleted", true)}, court.convener, "made twice") == "cannot_see_all _deleted");
    CHECK(court.judged({put("_deleted", true)}, court.coordinator, "made twice").empty());
  }
  TEST_CASE("a field that is written once takes a second write only where it settles what differs") {
    Court court;
    CHECK(court.judged({put("origin", "a")}).empty());
    CHECK(court.judged({put("origin", "a", {c(0x77)})}) == "once origin");
    court.show("origin", "a");
    court.show("origin", "b");
    court.row.cells["origin"].heads[1].id = c(0x78);
    CHECK(court.judged({put("origin", "a", {c(0x77), c(0x78)})}).empty());
    CHECK(court.judged({put("origin", "a", {c(0x77), c(0x79)})}) == "base_missing origin");
    court.row.cells["origin"].heads[1].value = "a";
    CHECK(court.judged({put("origin", "a", {c(0x77), c(0x78)})}) == "once origin");
  }
  TEST_CASE("a register takes no more heads than its bound, but one in the place of another") {
    Court court;
    for (std::size_t i = 0; i < limits::register_heads_max; ++i) {
      CHECK(court.judged({put("title", "z")}).empty());
      court.show("title", "a");
      court.row.cells["title"].heads.back().id = c(static_cast<std::uint8_t>(i + 1));
    }
    CHECK(court.judged({put("title", "z")}) == "heads_full title");
    CHECK(court.judged({put("title", "z", {c(0xF0)})}) == "heads_full title");
    CHECK(court.judged({put("title", "z", {c(1)})}).empty());
  }
  TEST_CASE("a step back down needs its reason where the ladder says so, and a refusal names the step") {
    Court court;
    court.show("_review", "submitted");
    Head& head = court.row.cells["_review"].heads.back();
    head.rank = 10;
    const auto judged = [&](const char* to, const Access& by, std::string reason) {
      return court.judged({step("_review", "submitted", to, {c(0x77)})}, by, std::move(reason));
    };
    CHECK(judged("returned", court.coordinator, "") == "reason_missing _review");
    CHECK(judged("returned", court.coordinator, "no day").empty());
    CHECK(judged("accepted", court.coordinator, "").empty());
    CHECK(judged("accepted", court.convener, "") == "step_not_allowed _review");
    CHECK(judged("draft", court.coordinator, "") == "step_unknown _review");
    CHECK(court.judged({step("_review", "draft", "submitted", {c(0x77)})}) == "step_from_mismatch _review");
    CHECK(court.judged({step("_review", "submitted", "accepted", {c(0x79)})}, court.coordinator) ==
          "base_missing _review");
  }
}

}  // namespace
}  // namespace lianxin
