#include "sync/server/push.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/log/rebuild.h"
#include "sync/model/view.h"
#include "sync/server/act.h"
#include "sync/server/push.h"
#include "sync/server/release.h"
#include "sync/server/witness.h"
#include "sync/wire/codes.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

Change of_kind(Change change, std::string kind) {
  change.kind = std::move(kind);
  return change;
}

std::string code_of(Bench& bench, const Change& change) {
  const auto pushed = bench.send(1, change);
  REQUIRE(pushed);
  REQUIRE_FALSE(bench.log().empty());
  return bench.log().back().code;
}

TEST_SUITE("sync/server/push") {
  TEST_CASE("a line is applied and numbered and acknowledged (PROTOCOL 4.3)") {
    Bench bench;
    const auto pushed = bench.send(1, bench.change(1, 1, {put("title", "a")}));
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 1);
    CHECK(pushed->applied == 1);
    CHECK(bench.shown_value("title") == Value("a"));
    CHECK(bench.log().back().seq == 1);
  }
  TEST_CASE("a push sent again changes nothing (PROTOCOL 4.1)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {count("headcount", 5)}));
    const auto again = push(bench.store, bench.studio, bench.rules(), bench.pusher(1), bench.last);
    REQUIRE(again);
    CHECK(again->acked_n == 1);
    CHECK(again->already_there == 1);
    CHECK(bench.log().size() == 1);
    CHECK(bench.shown_value("headcount") == Value(5));
  }
  TEST_CASE("a gap takes nothing and says what is there (PROTOCOL 4.1)") {
    Bench bench;
    bench.sender_of(1).n = 3;
    const auto pushed = bench.send(1, bench.change(1, 1, {put("title", "a")}));
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 0);
    CHECK(pushed->h == chain_start(bench.studio, Bench::device_of(1).key));
    CHECK(bench.log().empty());
  }
  TEST_CASE("a chain that is not the server's takes nothing (PROTOCOL 4.1)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    bench.sender_of(1) = {0, chain_start(bench.studio, Bench::device_of(1).key)};
    const auto forked = bench.send(
        1, {line_of(bench.change(1, 2, {put("title", "b")})), line_of(bench.change(1, 3, {put("title", "c")}))});
    REQUIRE(forked);
    CHECK(forked->acked_n == 1);
    CHECK(bench.log().size() == 1);
  }
  TEST_CASE(
      "a push that begins before the first change takes nothing and is not called wrongly signed (PROTOCOL 4.1)") {
    Bench bench;
    REQUIRE(bench.send(1, bench.change(1, 1, {put("title", "a")})));
    Push early = bench.last;
    early.first_n = 0;
    const SelfDevice device = Bench::device_of(1);
    early.signature = sign(device.secret, push_message(device.device, bench.studio, 0, bench.sender_of(1).h));
    const auto pushed = push(bench.store, bench.studio, bench.rules(), bench.pusher(1), early);
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 1);
    CHECK(bench.log().size() == 1);
  }
  TEST_CASE("a wrong signature takes nothing (PROTOCOL 4)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    Push push = bench.last;
    push.signature[0] = static_cast<std::uint8_t>(push.signature[0] ^ 1);
    const auto refused = lianxin::push(bench.store, bench.studio, bench.rules(), bench.pusher(1), push);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    CHECK(codes::of(refused.error()) == codes::bad_signature);
  }
  TEST_CASE("a line that another device brought first takes its n and no seq (PROTOCOL 4.2)") {
    Bench bench;
    const Change change = bench.change(1, 1, {count("headcount", 5)});
    (void)bench.send(1, change);
    const auto again = bench.send(2, change);
    REQUIRE(again);
    CHECK(again->acked_n == 1);
    CHECK(bench.log().size() == 1);
    CHECK(bench.shown_value("headcount") == Value(5));
  }
  TEST_CASE("a line that is stored under a name of the server's own is known by its hash as well (PROTOCOL 4.5)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    const std::string reused = line_of(bench.change(2, 1, {put("title", "b")})), unreadable = "no line at all";
    (void)bench.send(2, {reused, unreadable});
    REQUIRE(bench.log().size() == 3);
    // The same device under a new key, which kept of its lines the id and the hash.
    const SelfDevice fresh = Bench::device_of(3);
    Push push;
    push.before = chain_start(bench.studio, fresh.key);
    Hash h = push.before;
    for (const auto& [id, line] : {std::pair(c(1), reused), std::pair(c(9), unreadable)}) {
      push.entries.push_back({{}, std::pair(id, sha256(line))});
      h = chain_next(h, sha256(line));
    }
    push.signature = sign(fresh.secret, push_message(fresh.device, bench.studio, 1, h));
    const auto pushed = lianxin::push(bench.store, bench.studio, bench.rules(), bench.pusher(3), push);
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 2);
    CHECK(pushed->h == h);
    CHECK(pushed->already_there == 2);
    CHECK(bench.log().size() == 3);
  }
  TEST_CASE("other bytes under a known id are held and so are they once only (PROTOCOL 4.2)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    const std::string other = line_of(bench.change(1, 1, {put("title", "b")}));
    const auto pushed = bench.send(1, {other, other});
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 3);
    CHECK(bench.log().size() == 2);
    CHECK(bench.log().back().code == "id_reused");
    CHECK(bench.shown_value("title") == Value("a"));
    CHECK(bench.send(2, {other})->already_there == 1);
    CHECK(bench.log().size() == 2);
  }
  TEST_CASE("bytes that are no change are held as a record of their own (PROTOCOL 4.3)") {
    Bench bench;
    const auto pushed = bench.send(1, {"not a change", line_of(bench.change(1, 1, {put("title", "a")}))});
    REQUIRE(pushed);
    CHECK(pushed->acked_n == 2);
    CHECK(bench.log()[0].code == "unreadable");
    CHECK(bench.row_of(bench.log()[0].record).kind == unreadable_kind);
    CHECK(bench.shown_value("title") == Value("a"));
  }
  TEST_CASE("what cannot be applied is held with its code (PROTOCOL 4.3)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 100, {put("title", "a"), put("origin", "x")}));
    CHECK(code_of(bench, bench.change(1, 1, {put("title", 7)})) == "value_type");
    CHECK(code_of(bench, bench.change(1, 2, {put("nowhere", "x")})) == "field_unknown");
    CHECK(code_of(bench, of_kind(bench.change(1, 3, {put("title", "x")}), "patient")) == "kind_mismatch");
    CHECK(code_of(bench, bench.change(2, 4, {put("title", "x")})) == "member_not_on_device");
    CHECK(code_of(bench, bench.change(1, 5, {count("headcount", -1)})) == "reason_missing");
    CHECK(code_of(bench, bench.change(1, 6, {put("_deleted", true)})) == "reason_missing");
    CHECK(code_of(bench, bench.change(1, 7, {put("title", "x"), put("title", "y")})) == "cell_twice");
    CHECK(code_of(bench, bench.change(1, 8, {put("origin", "y", {c(100)})})) == "once");
    CHECK(code_of(bench, bench.change(1, 9, {step("state", "open", "done")})) == "step_unknown");
    CHECK(code_of(bench, bench.change(1, 10, {step("state", "triaged", "assigned", {c(77)})})) == "base_missing");
    CHECK(code_of(bench, bench.change(1, 11, {put("_held/" + c(1).text(), "dismiss")})) == "not_allowed");
    Change newer = bench.change(1, 12, {put("title", "x")});
    newer.kinds_version = 99;
    CHECK(code_of(bench, newer) == "kinds_newer");
    Change elsewhere = bench.change(1, 13, {put("title", "x")});
    elsewhere.studio = numbered<StudioId>(1);
    CHECK(code_of(bench, elsewhere) == "wrong_studio");
    CHECK(bench.shown_value("title") == Value("a"));
  }
  TEST_CASE("a change is applied whole or held whole (PROTOCOL 4.3)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("place", "p"), put("title", 7)}));
    CHECK(bench.shown_value("place") == Value());
    CHECK(bench.row().held.size() == 1);
  }
  TEST_CASE("a held first change decides nothing about its record (design 8 invariant 4)") {
    Bench bench;
    (void)bench.send(2, of_kind(bench.change(2, 1, {put("x", "y")}), "no_such_kind"));
    (void)bench.send(1, bench.change(1, 2, {put("title", "a")}));
    CHECK(bench.log().back().code.empty());
    CHECK(bench.row().kind == "visit");
    CHECK(bench.row().created_by == Bench::member(1));
  }
  TEST_CASE("a value nested deeply never makes its row unreadable (design 8 invariant 4)") {
    for (int depth = 1; depth <= 40; ++depth) {
      CAPTURE(depth);
      Bench bench;
      Value nested = "x";
      for (int i = 0; i < depth; ++i) nested = Value::List{nested};
      const Write entry{{"log", {}, {}}, Op::append, Value::Object{{"note", nested}}, {}, {}, {}};
      REQUIRE(bench.send(1, bench.change(1, 1, {entry})));
      const auto next = bench.send(1, bench.change(1, 2, {put("title", "a")}));
      REQUIRE(next);
      CHECK(next->acked_n == 2);
      CHECK(bench.shown_value("title") == Value("a"));
    }
  }
  TEST_CASE("a held line is looked through also when it comes after the one that names it (PROTOCOL 3.2)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    (void)bench.send(2, bench.change(2, 3, {put("title", "c", {c(2)})}));
    CHECK(bench.row().cell("title")->heads.size() == 2);
    (void)bench.send(1, bench.change(1, 2, {put("title", 7, {c(1)})}));
    REQUIRE(bench.row().cell("title")->heads.size() == 1);
    CHECK(bench.shown_value("title") == Value("c"));
  }
  TEST_CASE("a revoked device's lines are all held (PROTOCOL 4.6)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    Bench other;
    Pusher revoked = other.pusher(1);
    revoked.revoked = true;
    const auto pushed = push(other.store, other.studio, other.rules(), revoked, bench.last);
    REQUIRE(pushed);
    CHECK(pushed->held == 1);
    CHECK(other.log().back().code == "device_revoked");
  }
  TEST_CASE("a coordinator's release counts from its own seq (PROTOCOL 4.4)") {
    Bench bench;
    Change newer = bench.change(1, 1, {put("title", "a")});
    newer.kinds_version = 3;
    (void)bench.send(1, newer);
    bench.catalog.version = 3;
    const SelfDevice desk = Bench::device_of(9);
    const Draft release{bench.record, "visit", {}, {put("_held/" + c(1).text(), "release")}, 1};
    const auto done = act(bench.store, bench.studio, bench.rules(), desk, {{release}});
    REQUIRE(done);
    CHECK(done->refused.empty());
    CHECK(bench.shown_value("title") == Value("a"));
    CHECK(bench.row().held.empty());
    CHECK(bench.log()[0].applied_seq == 2);
    CHECK(bench.log()[0].outcome == Outcome::held);
  }
  TEST_CASE("a released write has its author's authority and not its releaser's (PROTOCOL 3.4 and 4.4)") {
    Bench bench;
    Change held = bench.change(1, 1, {put("verdict", "first")});
    held.kinds_version = 3;
    (void)bench.send(1, held);
    (void)bench.send(1, bench.change(1, 2, {put("verdict", "second", {c(1)})}));
    bench.catalog.version = 3;
    const Draft release{bench.record, "visit", {}, {put("_held/" + c(1).text(), "release")}, 1};
    REQUIRE(act(bench.store, bench.studio, bench.rules(), Bench::device_of(9), {{release}}));
    CHECK(bench.log()[0].applied_seq == 3);
    CHECK(bench.shown_value("verdict") == Value("second"));
    CHECK(bench.row().cell("verdict")->heads.size() == 1);
  }
  TEST_CASE("what waited for its author's grant is released with the authority of that grant (PROTOCOL 3.4 and 6.3)") {
    Bench bench;
    const std::vector<Grant> known = bench.grants;
    bench.grants.clear();
    const std::string line = line_of(bench.change(1, 1, {put("verdict", "first")}));
    const SelfDevice phone = Bench::device_of(1);
    Pusher pusher = bench.pusher(1);
    pusher.awaits_grant = true;
    Push push;
    push.before = chain_start(bench.studio, phone.key);
    push.entries.push_back({line, std::nullopt});
    push.signature =
        sign(phone.secret, push_message(phone.device, bench.studio, 1, chain_next(push.before, sha256(line))));
    REQUIRE(lianxin::push(bench.store, bench.studio, bench.rules(), pusher, push));
    REQUIRE(bench.log()[0].code == "awaits_grant");
    bench.grants = known;
    const ChangeId held[] = {c(1)};
    REQUIRE(release_granted(bench.store, bench.studio, bench.rules(), held) == 1U);
    const Row released = bench.row();
    REQUIRE(released.cell("verdict"));
    Bench other;  // where the grant was known all the time
    (void)other.send(1, std::vector{line});
    CHECK(released.cell("verdict")->heads[0].role == other.row().cell("verdict")->heads[0].role);
    REQUIRE(rebuild(bench.store, bench.studio, bench.catalog));
    CHECK(bench.row() == released);
  }
  TEST_CASE("a release of what still cannot be applied is refused and kept nowhere (PROTOCOL 4.4)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", 7)}));
    const Draft release{bench.record, "visit", {}, {put("_held/" + c(1).text(), "release")}, 1};
    const auto refused = act(bench.store, bench.studio, bench.rules(), Bench::device_of(9), {{release}});
    REQUIRE(refused);
    REQUIRE(refused->refused.size() == 1);
    CHECK(refused->refused[0].code == "value_type");
    CHECK(refused->refused[0].field == "title");
    CHECK(bench.log().size() == 1);
  }
  TEST_CASE("a correction and a dismissal leave the held line readable (PROTOCOL 4.4)") {
    for (const char* decision : {"correct", "dismiss"}) {
      Bench bench;
      (void)bench.send(1, bench.change(1, 1, {put("title", 7)}));
      std::vector<Write> writes{put("_held/" + c(1).text(), decision)};
      if (std::string_view(decision) == "correct") writes.push_back(put("title", "seven", {c(1)}));
      const Draft draft{bench.record, "visit", {}, writes, 1};
      REQUIRE(act(bench.store, bench.studio, bench.rules(), Bench::device_of(9), {{draft}}));
      const Row row = bench.row();
      REQUIRE(row.held.size() == 1);
      CHECK(row.held[0].decision != HeldMark::Decision::open);
      CHECK(bench.log()[0].line.find("\"put\":7") != std::string::npos);
    }
  }
  TEST_CASE("a step that waited for its base is released when the base is applied (PROTOCOL 3.7 and 4.4)") {
    Bench bench;
    (void)bench.send(2, bench.change(2, 2, {step("state", "triaged", "assigned", {c(1)})}));
    CHECK(bench.log().back().code == "base_missing");
    (void)bench.send(1, bench.change(1, 1, {step("state", "open", "triaged")}));
    CHECK(bench.shown_value("state") == Value("assigned"));
    CHECK(bench.row().held.empty());
  }
  TEST_CASE("an effective clock exceeds the device's last and every base (PROTOCOL 3.9)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    bench.now_ms -= 3'600'000;  // the server's own clock is set back
    (void)bench.send(1, bench.change(1, 2, {put("place", "p")}));
    (void)bench.send(2, bench.change(2, 3, {put("title", "b", {c(1)})}));
    const auto log = bench.log();
    CHECK(log[1].clock == log[0].clock.next());
    CHECK(log[2].clock == log[0].clock.next());
  }
  TEST_CASE("a delete and another's edit that had not seen each other are a conflict either way (PROTOCOL 3.8)") {
    for (const bool delete_first : {false, true}) {
      CAPTURE(delete_first);
      Bench bench;
      (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
      const Change deletion = bench.change(1, 2, {put("_deleted", true)}, "twice");
      const Change edit = bench.change(2, 3, {put("place", "b")});
      if (delete_first) (void)bench.send(1, deletion);
      (void)bench.send(2, edit);
      if (!delete_first) (void)bench.send(1, deletion);
      CHECK_FALSE(is_deleted(bench.catalog, bench.row()));
      CHECK(conflicts_of(bench.catalog, bench.row()).size() == 1);
    }
  }
  TEST_CASE("a delete that had seen everything deletes and an edit that had seen it raises nothing (PROTOCOL 3.8)") {
    Bench bench;
    (void)bench.send(2, bench.change(2, 1, {put("title", "a")}));
    Change deletion = bench.change(1, 2, {put("_deleted", true)}, "twice");
    deletion.seen = {1, {}};
    std::copy_n(bench.log()[0].log_hash.begin(), 8, deletion.seen.hash.begin());
    (void)bench.send(1, deletion);
    CHECK(is_deleted(bench.catalog, bench.row()));
    Change edit = bench.change(2, 3, {put("title", "b", {c(1)})});
    edit.seen = {2, {}};
    std::copy_n(bench.log()[1].log_hash.begin(), 8, edit.seen.hash.begin());
    (void)bench.send(2, edit);
    CHECK(is_deleted(bench.catalog, bench.row()));
  }
  TEST_CASE("a seen that this log does not have counts as nothing seen (PROTOCOL 3.8)") {
    Bench bench;
    (void)bench.send(2, bench.change(2, 1, {put("title", "a")}));
    Change deletion = bench.change(1, 2, {put("_deleted", true)}, "twice");
    deletion.seen = {1, {9, 9, 9, 9, 9, 9, 9, 9}};
    (void)bench.send(1, deletion);
    CHECK_FALSE(is_deleted(bench.catalog, bench.row()));
  }
  TEST_CASE("of two deletes the one that had not seen an edit keeps the record in sight (PROTOCOL 3.8)") {
    Bench bench;
    (void)bench.send(2, bench.change(2, 1, {put("title", "a")}));
    (void)bench.send(1, bench.change(1, 2, {put("_deleted", true)}, "blind"));
    Change seeing = bench.change(9, 3, {put("_deleted", true)}, "seeing");
    seeing.seen = {2, {}};
    std::copy_n(bench.log()[1].log_hash.begin(), 8, seeing.seen.hash.begin());
    (void)bench.send(9, seeing);
    CHECK_FALSE(is_deleted(bench.catalog, bench.row()));
  }
  TEST_CASE("a released edit counts from its release and a delete before that had not seen it (PROTOCOL 3.8 and 4.4)") {
    Bench bench;
    Change held = bench.change(2, 1, {put("title", "a")});
    held.kinds_version = 3;
    (void)bench.send(2, held);
    bench.catalog.version = 3;
    const Draft release{bench.record, "visit", {}, {put("_held/" + c(1).text(), "release")}, 1};
    REQUIRE(act(bench.store, bench.studio, bench.rules(), Bench::device_of(9), {{release}}));
    Change deletion = bench.change(1, 2, {put("_deleted", true)}, "it showed nothing");
    deletion.seen = {1, {}};
    std::copy_n(bench.log()[0].log_hash.begin(), 8, deletion.seen.hash.begin());
    (void)bench.send(1, deletion);
    CHECK_FALSE(is_deleted(bench.catalog, bench.row()));
    CHECK(conflicts_of(bench.catalog, bench.row()).size() == 1);
  }
  TEST_CASE("who cannot see every cell cannot delete (PROTOCOL 3.8)") {
    Bench bench;
    (void)bench.send(9, bench.change(9, 1, {put("phone", "139")}));
    (void)bench.send(1, bench.change(1, 2, {put("_deleted", true)}, "x"));
    CHECK(bench.log().back().code == "cannot_see_all");
  }
  TEST_CASE("the thirty-third unsettled head is held (PROTOCOL 7)") {
    Bench bench;
    for (std::uint8_t id = 1; id <= 33; ++id) {
      (void)bench.send(1, bench.change(1, id, {put("title", "v" + std::to_string(id))}));
    }
    CHECK(bench.log().back().code == "heads_full");
    CHECK(bench.row().cell("title")->heads.size() == 32);
  }
  TEST_CASE("replaying the log gives the same rows and digests (PROTOCOL 2.4)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a"), count("headcount", 3)}));
    (void)bench.send(2, bench.change(2, 2, {put("title", 7, {c(1)})}));
    (void)bench.send(2, bench.change(2, 3, {put("title", "b", {c(2)})}));
    const Row before = bench.row();
    const auto head = rebuild(bench.store, bench.studio, bench.catalog);
    REQUIRE(head);
    CHECK(bench.row() == before);
    CHECK(head->digests == row_digests(bench.catalog, before));
  }
  TEST_CASE(
      "an element removed before its add arrived stays out though the change also wrote an attribute (PROTOCOL 3.5)") {
    Bench bench;
    (void)bench.send(2, bench.change(2, 2, {Write{{"people", "k", {}}, Op::remove, {}, {}, {c(1)}, {}}}));
    (void)bench.send(1, bench.change(1, 1,
                                     {Write{{"people", "k", "unit"}, Op::put, "clinic", {}, {}, {}},
                                      Write{{"people", "k", {}}, Op::add, {}, {}, {}, {}}}));
    CHECK(shown_elements(bench.catalog, bench.row(), "people").empty());
  }
  TEST_CASE("what was seen of a log counts when that log comes back with it in one push (PROTOCOL 6.2)") {
    Bench before;
    const Change first = before.change(1, 1, {put("title", "a")}), second = before.change(1, 2, {put("place", "b")});
    Change step_up = before.change(1, 3, {step("_review", "draft", "submitted")});
    (void)before.send(1, first);
    (void)before.send(1, second);
    step_up.seen = {2, short_hash(before.log().back().log_hash)};
    (void)before.send(1, step_up);
    REQUIRE(before.row().cell("_review")->heads.at(0).seen == 2);

    Bench set_back;
    REQUIRE(set_back.send(1, {line_of(first), line_of(second), line_of(step_up)}));
    CHECK(set_back.log().back().log_hash == before.log().back().log_hash);
    CHECK(encode_row(set_back.row()) == encode_row(before.row()));
    REQUIRE(rebuild(set_back.store, set_back.studio, set_back.catalog));
    CHECK(encode_row(set_back.row()) == encode_row(before.row()));
  }
  TEST_CASE("an offered head that its author could not have written is passed over (PROTOCOL 6.2)") {
    Bench bench;
    OfferedHead offered{bench.record, "visit", {"state", {}, {}}, {}};
    offered.head.id = c(1);
    offered.head.value = 5;
    offered.head.cycle = 1;
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(1);
    const Access asker = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    CHECK(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), std::vector{offered}) ==
          std::size_t{0});
    offered.at = {"title", {}, {}};
    offered.head.value = "a";
    offered.head.role = "coordinator";
    CHECK(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), std::vector{offered}) ==
          std::size_t{0});
  }
  TEST_CASE("heads are taken only with this server's own cursor of a place that its log has no longer (PROTOCOL 6.2)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    OfferedHead offered{bench.record, "visit", {"place", {}, {}}, {}};
    offered.head.id = c(2);
    offered.head.value = "b";
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(2);
    const Access asker = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    const auto taken_with = [&](const std::optional<Cursor>& cursor) {
      return take_witnessed(bench.store, bench.studio, bench.rules(), asker, cursor, std::vector{offered});
    };
    Cursor forged = bench.lost();
    forged.mark->at(0) ^= 1;
    Cursor of_this_log{1, short_hash(bench.log().back().log_hash), {}, {}};
    of_this_log.mark = mark_of(of_this_log, bench.studio, bench.self.secret);
    const Cursor of_another_studio = lost_cursor(numbered<StudioId>(0xAB), bench.self);
    for (const std::optional<Cursor>& cursor :
         {std::optional<Cursor>(), std::optional(forged), std::optional(of_another_studio)}) {
      const auto taken = taken_with(cursor);
      REQUIRE_FALSE(taken);
      CHECK(taken.error().message == "history_unproved");
      CHECK(bench.log().size() == 1);
    }
    CHECK(taken_with(of_this_log) == std::size_t{0});
    CHECK(bench.log().size() == 1);
    CHECK(taken_with(bench.lost()) == std::size_t{1});
  }
  TEST_CASE("a step that nobody of its role can have taken is passed over (PROTOCOL 6.2)") {
    Bench bench;
    OfferedHead offered{bench.record, "visit", {"_review", {}, {}}, {}};
    offered.head.id = c(1);
    offered.head.value = "accepted";
    offered.head.cycle = 1;
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(1);
    offered.head.role = "convener";
    const Access asker = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    const auto taken = [&] {
      return take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), std::vector{offered});
    };
    CHECK(taken() == std::size_t{0});
    offered.head.member = Bench::member(9);
    offered.head.role = "coordinator";
    for (const std::int32_t never : {0, 1001}) {
      offered.head.cycle = never;
      CHECK(taken() == std::size_t{0});
    }
    offered.head.cycle = 1000;
    CHECK(taken() == std::size_t{1});
  }
  TEST_CASE("a head that is held when it is offered is logged once however often it is offered (PROTOCOL 1.2)") {
    Bench bench;
    (void)bench.send(1, bench.change(1, 1, {put("title", "a")}));
    OfferedHead offered{bench.record, "notice", {"words", {}, {}}, {}};  // the record is a visit here
    offered.head.id = c(2);
    offered.head.value = "b";
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(9);
    const std::vector<OfferedHead> offers{offered, offered};
    const Access asker = access_of(Bench::member(9), bench.grants, bench.place, bench.now_ms);
    for (int times = 0; times < 3; ++times) {
      CHECK(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), offers) == std::size_t{0});
      CHECK(bench.log().size() == 2);
    }
    CHECK(bench.log().back().code == "kind_mismatch");
  }
  TEST_CASE("a head given back is shown as witnessed until its author's line replaces it (PROTOCOL 6.2)") {
    Bench bench;
    const Change lost = bench.change(1, 1, {put("title", "a")});
    OfferedHead offered{bench.record, "visit", {"title", {}, {}}, {}};
    offered.head.id = c(1);
    offered.head.value = "a";
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(1);
    offered.head.own = true;  // of a page that left the value out, which no value does that is offered
    const std::vector<OfferedHead> offers{offered};
    const Access asker = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    CHECK(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), offers) == std::size_t{1});
    CHECK(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), offers) == std::size_t{0});
    CHECK(bench.row().cell("title")->heads[0].witnessed);
    CHECK_FALSE(bench.row().cell("title")->heads[0].own);
    CHECK(bench.shown_value("title") == Value("a"));
    (void)bench.send(1, lost);
    REQUIRE(bench.row().cell("title")->heads.size() == 1);
    CHECK_FALSE(bench.row().cell("title")->heads[0].witnessed);
  }
  TEST_CASE(
      "a line is applied where all that it writes was given back, though by now it would be held (PROTOCOL 6.2)") {
    Bench bench;
    Change lost = bench.change(1, 1, {put("_deleted", true)}, "made twice");
    OfferedHead offered{bench.record, "visit", {"_deleted", {}, {}}, {}};
    offered.head.id = c(1);
    offered.head.value = true;
    offered.head.clock = Hlc::at(bench.now_ms);
    offered.head.member = Bench::member(1);
    offered.head.reason = lost.reason;
    const std::vector<OfferedHead> offers{offered};
    const Access asker = access_of(Bench::member(1), bench.grants, bench.place, bench.now_ms);
    REQUIRE(take_witnessed(bench.store, bench.studio, bench.rules(), asker, bench.lost(), offers) == std::size_t{1});
    REQUIRE(bench.send(9, bench.change(9, 2, {put("diagnosis", "x")})));  // what its author may not see
    SUBCASE("all of it") {
      (void)bench.send(1, lost);
      CHECK(bench.log().back().outcome == Outcome::applied);
      REQUIRE(bench.row().cell("_deleted")->heads.size() == 1);
      CHECK_FALSE(bench.row().cell("_deleted")->heads[0].witnessed);
      CHECK(bench.row().held.empty());
    }
    SUBCASE("not one that writes more, another value or another reason, or whose author holds no role any more") {
      SUBCASE("more") { lost.writes.push_back(put("title", "x")); }
      SUBCASE("another value") { lost.writes[0] = put("_deleted", "yes"); }
      SUBCASE("another reason") { lost.reason += "!"; }
      SUBCASE("another kind") { lost.kind = "patient"; }
      SUBCASE("no role") { bench.grants[0].to_ms = bench.now_ms; }
      (void)bench.send(1, lost);
      CHECK(bench.log().back().outcome == Outcome::held);
    }
  }
  TEST_CASE("a claim of long ago is not older than its device may be (PROTOCOL 3.9)") {
    const auto clock_of = [](std::int64_t claimed_ms, std::int64_t enrolled_ms) {
      Bench bench;
      Change made = bench.change(1, 1, {put("title", "a")});
      made.claimed = Hlc::at(claimed_ms);
      made.made = {claimed_ms, 1000, "another boot"};
      Pusher pusher = bench.pusher(1);
      pusher.enrolled_ms = enrolled_ms;
      Push one;
      one.first_n = 1;
      one.before = chain_start(bench.studio, pusher.key);
      one.entries.push_back({line_of(made), std::nullopt});
      const Hash h = chain_next(one.before, sha256(one.entries[0].line));
      one.signature = sign(Bench::device_of(1).secret, push_message(pusher.device, bench.studio, 1, h));
      REQUIRE(push(bench.store, bench.studio, bench.rules(), pusher, one));
      return bench.log().back().clock.unix_ms();
    };
    const std::int64_t day_ms = 24LL * 60 * 60 * 1000, long_ago = Bench::noon_ms - 5000 * day_ms;
    CHECK(clock_of(long_ago, Bench::noon_ms) == Bench::noon_ms - 400 * day_ms);
    CHECK(clock_of(Bench::noon_ms - 30 * day_ms, Bench::noon_ms) == Bench::noon_ms - 30 * day_ms);
    CHECK(clock_of(long_ago, 0) == long_ago);
  }
}

}  // namespace
}  // namespace lianxin
