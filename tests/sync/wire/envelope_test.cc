#include "sync/wire/envelope.h"

#include <doctest/doctest.h>

#include "sync/model/limits.h"
#include "sync/wire/codes.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

SyncRequest sample_request() {
  SyncRequest request;
  request.clocks = {5, 6, "boot"};
  request.kinds_version = 3;
  StudioRequest studio;
  studio.studio = numbered<StudioId>(0xAA);
  studio.push.first_n = 4;
  studio.push.before.fill(1);
  studio.push.signature.fill(2);
  studio.push.entries.push_back({"{\"a\":1}", std::nullopt});
  studio.push.entries.push_back({"", std::nullopt});
  studio.push.entries.push_back({{}, std::pair(c(7), sha256("x"))});
  studio.last_n = 6;
  studio.cursor = "AAAAAAAAAQIBAgMEBQYHCAkJCQk";
  studio.asked = {c(1), c(2)};
  studio.bytes_max = 1000;
  studio.differs = true;
  studio.compare_from = 3;
  OfferedHead offered{numbered<RecordId>(1), "visit", {"title", {}, {}}, {}};
  offered.head.id = c(3);
  offered.head.value = "v";
  studio.offered.push_back(offered);
  request.studios = {studio, studio};
  request.studios[1].push.entries.clear();
  return request;
}

SyncReply sample_reply() {
  SyncReply reply;
  reply.server_ms = 7;
  reply.kinds_version = 2;
  reply.grants.push_back({numbered<StudioId>(0xAA),
                          "990121-S01",
                          "工作室",
                          false,
                          {{numbered<MemberId>(1), "张", {"convener"}, Sensitivity::internal}}});
  StudioReply& studio = reply.studios.emplace_back();
  studio.studio = numbered<StudioId>(0xAA);
  studio.page.acked = ChainHead{6, {7}};
  studio.page.given = true;
  studio.page.more = true;
  studio.page.rows = {"{\"r\":1}", "{\"r\":2}"};
  studio.page.cursor.seq = 9;
  studio.page.digest = Digest{1, 2};
  studio.known = {{c(1), {1, 2, 3}}};
  SelfDevice server;
  server.secret.fill(3);
  server.key = public_key_of(server.secret);
  server.device = device_id_of(server.key);
  Receipt told;
  told.studio = studio.studio;
  told.acked_n = 6;
  told.seq = 9;
  studio.receipt = signed_by(server, told);
  studio.compared = Compared{3, 9, true, {{numbered<RecordId>(1), {1, 2}}, {numbered<RecordId>(2), {}}}};
  reply.studios.emplace_back().problem = "not_granted";
  return reply;
}

TEST_SUITE("sync/wire/envelope") {
  TEST_CASE("a request reads back as it was written and lines keep their bytes (PROTOCOL 5.1)") {
    const std::string body = encode_request(sample_request());
    const auto read = decode_request(body);
    REQUIRE(read);
    CHECK(encode_request(*read) == body);
    CHECK(read->studios[0].push.entries[0].line == "{\"a\":1}");
    CHECK(read->studios[0].push.entries[1].line.empty());
    CHECK(read->studios[0].push.entries[2].known->first == c(7));
    CHECK(read->studios[0].differs);
    CHECK(read->studios[0].compare_from == 3);
  }
  TEST_CASE("a reply reads back as it was written (PROTOCOL 5.1)") {
    const std::string body = encode_reply(sample_reply());
    const auto read = decode_reply(body);
    REQUIRE(read);
    CHECK(encode_reply(*read) == body);
    CHECK(read->studios[0].page.rows.size() == 2);
    CHECK(read->studios[0].page.acked == ChainHead{6, {7}});
    CHECK(read->studios[1].problem == "not_granted");
    CHECK_FALSE(read->studios[1].page.acked);  // zeroes on the wire: the server did not look
    CHECK(read->studios[0].known == sample_reply().studios[0].known);
    CHECK(read->studios[0].receipt == sample_reply().studios[0].receipt);
    CHECK(read->studios[0].compared->records == sample_reply().studios[0].compared->records);
  }
  TEST_CASE("a message cut at any byte is refused or whole and never half read") {
    const std::string request = encode_request(sample_request()), reply = encode_reply(sample_reply());
    for (std::size_t cut = 0; cut < request.size(); ++cut) {
      const auto read = decode_request(std::string_view(request).substr(0, cut));
      // A last line cut short still counts as a line: its chain will not fit, and so nothing of it is taken.
      if (read) CHECK(read->studios[0].push.entries.size() == 3);
    }
    for (std::size_t cut = 0; cut < reply.size(); ++cut) {
      const auto read = decode_reply(std::string_view(reply).substr(0, cut));
      if (read) CHECK(read->studios[0].page.rows.size() == 2);
    }
  }
  TEST_CASE("more lines than counted are refused") {
    CHECK_FALSE(decode_request(encode_request(sample_request()) + "{}\n"));
    CHECK_FALSE(decode_reply(encode_reply(sample_reply()) + "{}\n"));
  }
  TEST_CASE("another protocol and what is no message are refused") {
    for (const char* body : {"", "\n", "{}", "{\"protocol\":\"2\"}\n", "[1]\n", "{\"studios\":[{}]}\n",
                             "{\"studios\":7}\n", "{\"protocol\":2,\"studios\":[{}]}\n"}) {
      CAPTURE(body);
      CHECK(decode_request(body).error().code == Errc::invalid_argument);
      CHECK(decode_reply(body).error().code == Errc::invalid_argument);
    }
  }
  TEST_CASE("a version that is not spoken is told to be too old or too new (PROTOCOL 8)") {
    const auto told = [](std::int64_t version) {
      const std::string body = "{\"protocol\":" + std::to_string(version) + "}\n";
      CHECK(decode_reply(body).error().code == Errc::invalid_argument);
      return decode_reply(body).error().message;
    };
    CHECK(told(protocol_oldest - 1) == codes::protocol_too_old);
    CHECK(told(protocol_version + 1) == codes::protocol_too_new);
  }
  TEST_CASE("as many records are compared at once as the limit says, and no more (PROTOCOL 7)") {
    SyncReply reply = sample_reply();
    reply.studios[0].compared->records.assign(limits::compared_records_max, {numbered<RecordId>(1), {1, 2}});
    const auto read = decode_reply(encode_reply(reply));
    REQUIRE(read);
    CHECK(read->studios[0].compared->records.size() == limits::compared_records_max);
    reply.studios[0].compared->records.push_back({numbered<RecordId>(1), {1, 2}});
    CHECK(decode_reply(encode_reply(reply)).error().message == "compared_records_max");
  }
  TEST_CASE("a count beyond the limit is refused by name (PROTOCOL 7)") {
    SyncRequest request = sample_request();
    request.studios.resize(1);
    request.studios[0].push.entries.resize(501, {"{}", std::nullopt});
    const auto read = decode_request(encode_request(request));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::out_of_range);
    CHECK(read.error().message == "push_changes_max");
  }
  TEST_CASE("an id asked about many times is one and all studios together ask about only so many (PROTOCOL 7)") {
    SyncRequest request = sample_request();
    request.studios[0].asked.assign(limits::asked_ids_max, c(1));
    const auto once = decode_request(encode_request(request));
    REQUIRE(once);
    CHECK(once->studios[0].asked == std::vector<ChangeId>{c(1)});
    for (StudioRequest& studio : request.studios) {
      studio.asked.assign(limits::asked_ids_max / 2 + 1, {});
      for (std::size_t i = 0; i < studio.asked.size(); ++i) {
        studio.asked[i].bytes[0] = static_cast<std::uint8_t>(i);
        studio.asked[i].bytes[1] = static_cast<std::uint8_t>(i >> 8);
      }
    }
    const auto many = decode_request(encode_request(request));
    REQUIRE_FALSE(many);
    CHECK(many.error().message == "asked_ids_max");
  }
}

}  // namespace
}  // namespace lianxin
