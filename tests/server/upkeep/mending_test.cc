// What a server does about its own rows, and what it signs of a device's work, through the real route and store.
#include "server/receipts/receipts.h"
#include "server/upkeep/row_check.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

const std::vector<Write> visit = {put("visit_kind", "household"), put("address_text", "上柳湾村三组")};

std::vector<StoredRow> rows_of(TestServer& server, const StudioId& studio) {
  std::vector<StoredRow> rows;
  must(server->store->read(studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(rows, txn.rows_after(0, 10'000, SIZE_MAX >> 1));
    return {};
  }));
  return rows;
}

// Behind the API: the rows are put in the place of what is there, and the head says nothing of it.
void set_rows(TestServer& server, const StudioId& studio, const std::vector<StoredRow>& rows) {
  must(server->store->write(studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    return txn.replace_rows(rows, head);
  }));
}

bool same(const std::vector<StoredRow>& one, const std::vector<StoredRow>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const StoredRow& a, const StoredRow& b) {
    return a.record == b.record && a.last_seq == b.last_seq && a.encoded == b.encoded;
  });
}

// A studio with two visits, caught up.
struct Studio {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  std::vector<StoredRow> right;

  Studio() {
    phone.record(studio_1, hao, record_id(1), "outreach_visit", visit);
    phone.record(studio_1, hao, record_id(2), "outreach_visit", visit);
    sync();
    right = rows_of(server, studio_1);
    REQUIRE(right.size() == 2);
  }
  StudioReply sync() { return phone.sync(server, phone.request(studio_1)).studios[0]; }
  StudioReply sync_differing() {
    SyncRequest request = phone.request(studio_1);
    request.studios[0].differs = true;
    return phone.sync(server, request).studios[0];
  }
  void damage(std::string_view from, std::string_view to) {
    std::vector<StoredRow> rows = right;
    const std::size_t at = rows[0].encoded.find(from);
    REQUIRE(at != std::string::npos);
    rows[0].encoded.replace(at, from.size(), to);
    set_rows(server, studio_1, rows);
  }
  bool mended() { return same(rows_of(server, studio_1), right); }
};

std::string signed_in(TestServer& server, const std::string& login, const MemberId& member) {
  must(server->accounts->add(login, member, "long enough to be taken", false));
  return std::string(json_of(server.ask("POST", "/v1/sessions",
                                        R"({"login":")" + login + R"(","password":"long enough to be taken"})"))
                         .text_at("token"));
}

}  // namespace

TEST_SUITE_BEGIN("server/upkeep/mending");

TEST_CASE("damaged rows are found within ten minutes and made anew from the log though no phone comes (PROTOCOL 5.6)") {
  Studio studio;
  TestServer& server = studio.server;
  RowCheck check(*server->store, *server->mender);
  const auto look_after = [&](std::int64_t ms, bool stop = false) {
    server.now_ms += ms;
    must(check.look(*server->kinds->catalog(), server.now_ms, [stop] { return stop; }));
  };
  look_after(0);
  studio.damage("上柳湾村三组", "上柳湾村四组");
  studio.sync();
  CHECK_FALSE(studio.mended());  // no request looks of its own
  look_after(limits::rows_summed_every_ms, true);
  CHECK_FALSE(studio.mended());
  look_after(0);
  CHECK(studio.mended());
  SUBCASE("and once more in the next ten") {
    look_after(0);
    studio.damage("上柳湾村三组", "上柳湾村四组");
    look_after(limits::rows_summed_every_ms - 1);
    CHECK(studio.mended());
  }
  SUBCASE("and when the clock was set back") {
    look_after(-2 * limits::rows_summed_every_ms);
    studio.damage("上柳湾村三组", "上柳湾村四组");
    look_after(limits::rows_summed_every_ms);
    CHECK(studio.mended());
  }
  SUBCASE("and a row that cannot be read is no error") {
    studio.damage("{", "[");
    look_after(limits::rows_summed_every_ms);
    look_after(limits::rows_summed_every_ms);
    CHECK(studio.mended());
  }
}

TEST_CASE("the rows of all studios are checked at an even pace (PROTOCOL 5.6)") {
  Studio studio;
  TestServer& server = studio.server;
  RowCheck check(*server->store, *server->mender);
  const auto slices_after = [&](std::int64_t ms) {
    server.now_ms += ms;
    int slices = 0;
    must(check.look(*server->kinds->catalog(), server.now_ms, [&] { return ++slices < 0; }));
    return slices;
  };
  const int studios = static_cast<int>(must(server->store->studios()).size());
  CHECK(slices_after(0) == 0);
  CHECK(slices_after(1000) == 1);
  CHECK(slices_after(0) == 0);
  CHECK(slices_after(limits::rows_summed_every_ms - 1000) == studios - 1);
}

TEST_CASE("a phone that differs is believed at once (PROTOCOL 5.6)") {
  Studio studio;
  studio.damage("上柳湾村三组", "上柳湾村四组");
  studio.sync_differing();
  CHECK(studio.mended());
  std::vector<StoredRow> one(studio.right.begin(), studio.right.begin() + 1);
  set_rows(studio.server, studio_1, one);
  studio.sync_differing();
  CHECK(studio.mended());
}

TEST_CASE("a row that cannot be read stops neither push nor page (PROTOCOL 5.6)") {
  Studio studio;
  studio.damage("{", "[");
  studio.phone.record(studio_1, hao, record_id(1), "outreach_visit", {put("occurred_on", "2026-11-19")});
  const StudioReply reply = studio.sync();
  CHECK(reply.problem.empty());
  CHECK(reply.page.acked_n() == 3);
  CHECK(reply.page.given);
  CHECK(reply.page.rows.size() == 1);
}

TEST_CASE("a row of reference data that cannot be read does not leave everybody unanswered") {
  Studio studio;
  const StudioId county = reference_studio_of("990121");
  std::vector<StoredRow> rows = rows_of(studio.server, county);
  REQUIRE_FALSE(rows.empty());
  for (StoredRow& row : rows) row.encoded = "not a row";
  set_rows(studio.server, county, rows);
  studio.server.reopen();
  CHECK(studio.sync().problem.empty());
}

TEST_CASE("records are compared in the snapshot of the last page (PROTOCOL 5.6)") {
  Studio studio;
  SyncRequest request = studio.phone.request(studio_1);
  request.studios[0].compare_from = 0;
  const StudioReply all = studio.phone.sync(studio.server, request).studios[0];
  REQUIRE(all.compared);
  CHECK(all.compared->records.size() == 2);
  CHECK_FALSE(all.compared->more);
  CHECK(all.compared->to == studio.right.back().last_seq);
  Digest sum;
  for (const RecordDigest& one : all.compared->records) sum += one.digest;
  CHECK(sum == *all.page.digest);
  request.studios[0].compare_from = studio.right.front().last_seq;
  CHECK(studio.phone.sync(studio.server, request).studios[0].compared->records.size() == 1);
  request.studios[0].last_n += 1;  // something is unpushed: no page, and nothing to compare with
  CHECK_FALSE(studio.phone.sync(studio.server, request).studios[0].compared);
}

TEST_CASE("what is in the log is signed in every reply and nothing where nothing is (PROTOCOL 5.7)") {
  Studio studio;
  const StudioReply reply = studio.sync();
  REQUIRE(reply.receipt);
  const Receipt& told = *reply.receipt;
  CHECK(told.signed_with(studio.server->self.key));
  CHECK(told.device == studio.phone.device());
  CHECK(told.acked_n == 2);
  CHECK(told.h == reply.page.acked->h);
  CHECK(told.seq == reply.page.cursor.seq);
  CHECK(told.server_ms == studio.server.now_ms);
  TestPhone other = phone_of(studio.server, 2, studio_1, mi);
  CHECK_FALSE(other.sync(studio.server, other.request(studio_1)).studios[0].receipt);
}

TEST_CASE("an acknowledgement is checked letter by letter (PROTOCOL 5.7)") {
  Studio studio;
  const std::string text = studio.sync().receipt->text();
  const auto verdict = [&](const std::string& shown) {
    return must(check_receipt(studio.server->self, *studio.server->store, shown)).verdict;
  };
  using Verdict = CheckedReceipt::Verdict;
  CHECK(verdict(text) == Verdict::genuine);
  CHECK(verdict(" " + text.substr(0, 100) + "\r\n" + text.substr(100) + "\n") == Verdict::genuine);
  CHECK(verdict(text.substr(1)) == Verdict::unreadable);
  CHECK(verdict("") == Verdict::unreadable);
  for (std::size_t at = 0; at < text.size(); at += 7) {
    CAPTURE(at);
    std::string altered = text;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    CHECK(verdict(altered) != Verdict::genuine);
  }
  TestServer other;
  CHECK(must(check_receipt(other->self, *other->store, text)).verdict == Verdict::another_server);
}

TEST_CASE("a coordinator is told what is still there and nobody else of that studio (PROTOCOL 5.7)") {
  Studio studio;
  const std::string text = studio.sync().receipt->text();
  const std::string body = R"({"text":")" + text + R"("})";
  const std::string desk = signed_in(studio.server, "cxy", coordinator);
  const Response told = studio.server.ask("POST", "/v1/receipts/check", body, desk);
  REQUIRE(told.status == 200);
  const Value answer = json_of(told);
  CHECK(answer.text_at("verdict") == "genuine");
  CHECK(answer.integer_at("acked_n") == 2);
  REQUIRE(answer.find("now"));
  CHECK(answer.find("now")->boolean_at("changes_there"));
  CHECK(answer.find("now")->boolean_at("log_there"));
  CHECK(answer.list_at("sentences").size() == 4);
  const Response unreadable = studio.server.ask("POST", "/v1/receipts/check", R"({"text":"x"})", desk);
  CHECK(json_of(unreadable).text_at("verdict") == "unreadable");
  CHECK(studio.server.ask("POST", "/v1/receipts/check", body, signed_in(studio.server, "hao", hao)).status == 404);
  CHECK(studio.server.ask("POST", "/v1/receipts/check", body, "nonsense").status == 401);
}

TEST_CASE("what was lost since an acknowledgement is named (PROTOCOL 5.7)") {
  Studio studio;
  Receipt told = *studio.sync().receipt;
  // As if the server had had more when it signed: what it has now is what a backup brought back.
  told.acked_n += 3;
  told.seq += 5;
  told = signed_by(studio.server->self, told);
  const CheckedReceipt checked = must(check_receipt(studio.server->self, *studio.server->store, told.text()));
  CHECK(checked.verdict == CheckedReceipt::Verdict::genuine);
  CHECK_FALSE(checked.all_there());
  CHECK(checked.now.acked_n == 2);
  const auto places = must(studio.server->moments->now()).places;
  const std::vector<std::string> said = sentences_of(checked, *places, "en");
  REQUIRE(said.size() == 4);
  CHECK(said[1].find("990121-S01") != std::string::npos);
  CHECK(said[2].find("Changes 3 to 5 are missing") != std::string::npos);
  CHECK(said[3].find("The log is at 2 now") != std::string::npos);
  CHECK(sentences_of(checked, *places, "zh")[2].find("缺少第 3 至 5 条") != std::string::npos);
}

TEST_SUITE_END();
