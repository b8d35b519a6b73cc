#include "tests/client-sdk/session/damage.h"

namespace lianxin::client {
namespace {

using Rows = std::map<std::string, std::string>;

// Two records and an older version of the first, on both phones.
struct Damaged {
  TwoPhones phones;
  std::string first, second;
  Rows old_rows;

  explicit Damaged(const std::string& name) : phones(name) {
    first = phones.a.make(R"({"title":"甲","headcount_total":3})");
    second = phones.a.make(R"({"title":"乙"})");
    phones.a.sync();
    phones.b.sync();
    old_rows = phone_rows(phones.b, studio());
    phones.a.edit(first, R"({"title":"丙"})");
    phones.a.sync();
    phones.b.sync();
  }
  const StudioId& studio() const { return phones.server.studio; }
};

// A record that nobody made: the first row under another id.
std::string stranger_id() { return "0190aaaa-0000-7000-8000-00000000aaaa"; }

struct Harm {
  const char* name;
  void (*apply)(const Damaged&, Rows&);
};
constexpr Harm harms[] = {
    {"a value flipped", [](const Damaged& d, Rows& rows) { rows[d.first] = replaced(rows[d.first], "丙", "丁"); }},
    {"a row deleted", [](const Damaged& d, Rows& rows) { rows.erase(d.second); }},
    {"a row added",
     [](const Damaged& d, Rows& rows) { rows[stranger_id()] = replaced(rows[d.first], d.first, stranger_id()); }},
    {"an older row put back", [](const Damaged& d, Rows& rows) { rows[d.first] = d.old_rows.at(d.first); }},
    {"a row that is none", [](const Damaged& d, Rows& rows) { rows[d.first] = "{\"cells\":"; }},
    {"a name that is none",
     [](const Damaged& d, Rows& rows) { rows[d.first] = replaced(rows[d.first], "title", "ti\\qle"); }},
    {"two rows exchanged", [](const Damaged& d, Rows& rows) { std::swap(rows[d.first], rows[d.second]); }},
};

// What is beside the cells that a digest covers.
struct HarmBeside {
  const char* name;
  void (*apply)(Row&);
};
constexpr HarmBeside harms_beside[] = {
    {"an own value above the clearance", [](Row& row) { row.cells.at("notes_text").heads.at(0).value = "缺一张床"; }},
    {"its cell", [](Row& row) { row.cells.erase("notes_text"); }},
    {"who made the record", [](Row& row) { row.created_by.bytes[0] ^= 1; }},
    {"a mark of a held change",
     [](Row& row) {
       row.held.push_back({ChangeId{}, "kinds_newer", "title", row.created_by});
     }},
    {"who wrote last", [](Row& row) { row.last_writes.clear(); }},
};

void harm_phone(Damaged& damaged, const Harm& harm) {
  const Rows before = phone_rows(damaged.phones.b, damaged.studio());
  Rows after = before;
  harm.apply(damaged, after);
  for (const auto& [record, text] : before) {
    if (!after.contains(record)) drop_phone_row(damaged.phones.b, damaged.studio(), record);
  }
  for (const auto& [record, text] : after) put_phone_row(damaged.phones.b, damaged.studio(), record, text);
  REQUIRE(phone_rows(damaged.phones.b, damaged.studio()) != before);
}

// Every page of a reply says something else of the title than the digest beside it does.
void lie_about(FakeServer& server, const std::string& is, const std::string& lie) {
  server.on_reply = [is, lie](SyncReply& reply) {
    for (StudioReply& part : reply.studios) {
      for (std::string& row : part.page.rows) {
        if (row.find(is) != std::string::npos) row = replaced(row, is, lie);
      }
    }
  };
}

}  // namespace

TEST_SUITE("client-sdk/session/mend") {
  TEST_CASE("whatever was done to a phone's rows is found at the next catch-up and mended (PROTOCOL 5.6)") {
    for (const Harm& harm : harms) {
      CAPTURE(harm.name);
      Damaged damaged("harm-phone");
      harm_phone(damaged, harm);
      const SyncReport report = damaged.phones.b.sync();
      CHECK(!report.trouble);
      CHECK(report.round_trips == 3);  // it differs, the server was told, one pull
      CHECK(phone_rows(damaged.phones.b, damaged.studio()) == server_rows(damaged.phones.server, damaged.studio()));
      CHECK(damaged.phones.b.shown(damaged.first, "title") == "丙");
      CHECK(damaged.phones.b.sync().round_trips == 1);
    }
  }

  TEST_CASE("what no digest covers is found by the phone's own sum and pulled again (PROTOCOL 5.4 and 5.6)") {
    for (const HarmBeside& harm : harms_beside) {
      CAPTURE(harm.name);
      TwoPhones phones("beside-digest");
      phones.server.set_clearance(phones.wang, phones.server.studio, Sensitivity::internal);
      const std::string record = phones.b.make(R"({"notes_text":"缺一张轮椅"})", "outreach_visit");
      phones.b.sync();
      const Rows right = phone_rows(phones.b, phones.server.studio);
      Row row = *decode_row(right.at(record));
      REQUIRE(row.above == std::vector<std::string>{"notes_text"});
      harm.apply(row);
      const std::string text = encode_row(row);
      REQUIRE(text != right.at(record));
      REQUIRE(*delivered_digest_of(text) == *delivered_digest_of(right.at(record)));
      put_phone_row(phones.b, phones.server.studio, record, text);
      CHECK(phones.b.sync().round_trips == 3);
      CHECK(phone_rows(phones.b, phones.server.studio) == right);
      CHECK(phones.b.shown(record, "notes_text") == "缺一张轮椅");
      CHECK(phones.b.sync().round_trips == 1);
    }
  }

  TEST_CASE("a reader who is told no digest finds by his own sum what was done to his rows") {
    TwoPhones phones("no-digest");
    TestPhone informant(phones.server, "no-digest-informant");
    informant.enrol(phones.server.code_for(phones.server.add_member("信息员", "informant")));
    bool digest_told = false;
    phones.server.on_reply = [&](SyncReply& reply) {
      for (const StudioReply& part : reply.studios) digest_told = digest_told || part.page.digest;
    };
    const std::string record = informant.make(R"({"title":"甲"})", "concern");
    informant.sync();
    const Rows right = phone_rows(informant, phones.server.studio);
    put_phone_row(informant, phones.server.studio, record, replaced(right.at(record), "甲", "乙"));
    CHECK(informant.sync().round_trips == 3);
    CHECK(phone_rows(informant, phones.server.studio) == right);
    CHECK(informant.sync().round_trips == 1);
    CHECK(!digest_told);
  }

  TEST_CASE("what stands beside a row's text is found as well when it goes bad") {
    TwoPhones phones("beside-text");
    const std::string record = phones.a.make(R"({"headcount_total":3})");
    phones.a.sync();
    phones.b.sync();
    phones.b.edit(record, R"({"headcount_total":4})");
    set_phone_row_acked(phones.b, phones.server.studio, record, 1);  // what waits looks as if it were in the row
    REQUIRE(phones.b.shown(record, "headcount_total") == "3");
    CHECK(phones.b.sync().round_trips > 1);
    CHECK(phones.b.shown(record, "headcount_total") == "7");
    set_phone_row_acked(phones.b, phones.server.studio, record, 9);
    CHECK(phones.b.sync().round_trips == 3);
    CHECK(phones.b.sync().round_trips == 1);
  }

  TEST_CASE("a file that no sum was kept in yet is summed at the next sync and nothing is pulled") {
    Damaged damaged("no-sum");
    const Rows right = phone_rows(damaged.phones.b, damaged.studio());
    forget_phone_sums(damaged.phones.b);
    const SyncReport report = damaged.phones.b.sync();
    CHECK(report.round_trips == 1);
    CHECK(report.rows == 0);
    const std::string text = replaced(right.at(damaged.second), "\"created\":\"1", "\"created\":\"2");
    put_phone_row(damaged.phones.b, damaged.studio(), damaged.second, text);
    CHECK(damaged.phones.b.sync().round_trips == 3);
    CHECK(phone_rows(damaged.phones.b, damaged.studio()) == right);

    forget_phone_sums(damaged.phones.b);
    damaged.phones.a.edit(damaged.first, R"({"title":"戊"})");  // the next page replaces a row
    damaged.phones.a.sync();
    CHECK(damaged.phones.b.sync().round_trips == 1);
    CHECK(damaged.phones.b.sync().round_trips == 1);
  }

  TEST_CASE("whatever was done to the server's rows is mended from its log and no phone pulls anew (PROTOCOL 5.6)") {
    for (const Harm& harm : harms) {
      CAPTURE(harm.name);
      Damaged damaged("harm-server");
      FakeServer& server = damaged.phones.server;
      const Rows right = server_rows(server, damaged.studio());
      Rows rows = right;
      harm.apply(damaged, rows);
      set_server_rows(server, damaged.studio(), rows);
      REQUIRE(server_rows(server, damaged.studio()) != right);
      const SyncReport report = damaged.phones.b.sync();
      CHECK(report.round_trips == 1);
      CHECK(report.rows == 0);
      CHECK(server.rebuilds == 1);
      CHECK(server_rows(server, damaged.studio()) == right);
    }
  }

  TEST_CASE("a damaged server row stops neither a push that writes to it nor the pages (PROTOCOL 5.6)") {
    Damaged damaged("server-unreadable");
    FakeServer& server = damaged.phones.server;
    Rows rows = server_rows(server, damaged.studio());
    rows[damaged.first] = "not a row";
    set_server_rows(server, damaged.studio(), rows);
    damaged.phones.a.edit(damaged.first, R"({"headcount_total":4})");
    damaged.phones.a.sync();
    damaged.phones.b.sync();
    CHECK(damaged.phones.b.shown(damaged.first, "headcount_total") == "7");
    CHECK(server_rows(server, damaged.studio()) == rows_of_log(server, damaged.studio()));
  }

  TEST_CASE("the server is told first and on a phone's word alone it rebuilds once for each head of its log") {
    Damaged damaged("told");
    FakeServer& server = damaged.phones.server;
    std::vector<bool> told;
    server.on_request = [&](SyncRequest& request) { told.push_back(request.studios.front().differs); };
    harm_phone(damaged, harms[0]);
    damaged.phones.b.sync();
    CHECK(told == std::vector<bool>{false, true, false});
    CHECK(server.rebuilds == 1);
    harm_phone(damaged, harms[1]);
    damaged.phones.b.sync();
    CHECK(server.rebuilds == 1);
    damaged.phones.a.edit(damaged.second, R"({"place_text":"村口"})");
    damaged.phones.a.sync();
    harm_phone(damaged, harms[0]);
    damaged.phones.b.sync();
    CHECK(server.rebuilds == 2);
  }

  TEST_CASE("replies lost on the way leave the mending where it was") {
    for (int lost = 0; lost < 3; ++lost) {
      CAPTURE(lost);
      Damaged damaged("mend-lost");
      harm_phone(damaged, harms[1]);
      damaged.phones.server.fates.assign(static_cast<std::size_t>(lost), FakeServer::Fate::well);
      damaged.phones.server.fates.push_back(FakeServer::Fate::lost_after);
      CHECK(!damaged.phones.b.try_sync());
      damaged.phones.b.phone = std::make_unique<Phone>(damaged.phones.b.open_again());
      damaged.phones.b.sync();
      CHECK(phone_rows(damaged.phones.b, damaged.studio()) == server_rows(damaged.phones.server, damaged.studio()));
    }
  }

  TEST_CASE("a server that was set back while a phone mends is offered what it lost all the same (PROTOCOL 6.2)") {
    for (const bool cut_short : {false, true}) {
      CAPTURE(cut_short);
      Damaged damaged("mend-restored");
      FakeServer& server = damaged.phones.server;
      TestPhone& phone = damaged.phones.b;
      const std::string backup = server.backup();
      const std::string late = damaged.phones.a.make(R"({"title":"戊"})");
      damaged.phones.a.sync();
      phone.clock.now_ms = damaged.phones.a.clock.now_ms;
      phone.sync();
      harm_phone(damaged, harms[2]);
      if (cut_short) server.page_bytes = 1;  // the pull from zero has begun
      server.fates.assign(cut_short ? 3 : 2, FakeServer::Fate::well);
      server.fates.push_back(FakeServer::Fate::lost_before);
      CHECK(!phone.try_sync());
      server.restore(backup);
      phone.sync();  // A's phone has not come back
      CHECK(phone.shown(late, "title") == "戊");
      CHECK(server.row(late).cell("title"));
    }
  }

  TEST_CASE("a row that cannot be read does not stand in the way of new kinds") {
    Damaged damaged("new-kinds");
    harm_phone(damaged, harms[4]);
    bool told = false;
    damaged.phones.server.on_reply = [&](SyncReply& reply) {
      if (!told) reply.kinds_version += 1;
      told = true;
    };
    damaged.phones.b.sync();
    CHECK(told);
    CHECK(phone_rows(damaged.phones.b, damaged.studio()) == server_rows(damaged.phones.server, damaged.studio()));
  }

  TEST_CASE("what two pulls do not mend is flagged and the records that differ are named (PROTOCOL 5.6)") {
    Damaged damaged("named");
    FakeServer& server = damaged.phones.server;
    lie_about(server, "丙", "戊");
    drop_phone_row(damaged.phones.b, damaged.studio(), damaged.second);
    const SyncReport report = must(damaged.phones.b.try_sync());
    CHECK(report.trouble);
    CHECK(report.complete);
    const StudioStatus status = damaged.phones.b.status().studios.front();
    CHECK(status.trouble);
    CHECK(status.differing == std::vector<std::string>{damaged.first});
    const std::vector<InboxItem> inbox = must(damaged.phones.b.phone->inbox());
    REQUIRE(inbox.size() == 2);
    CHECK(inbox[0].kind == InboxKind::trouble);
    CHECK(inbox[0].record.empty());
    CHECK(inbox[1].record == damaged.first);
    CHECK(inbox[1].title == "戊");
    server.on_reply = {};
    CHECK(must(damaged.phones.b.try_sync()).round_trips == 1);  // stopped for today
    damaged.phones.b.clock.now_ms += 24LL * 3600 * 1000;
    CHECK(!damaged.phones.b.sync().trouble);
    CHECK(damaged.phones.b.status().studios.front().differing.empty());
    CHECK(damaged.phones.b.shown(damaged.first, "title") == "丙");
  }

  TEST_CASE("a record that only one of the two has is named as well") {
    Damaged damaged("one-side");
    FakeServer& server = damaged.phones.server;
    server.on_reply = [&](SyncReply& reply) {  // the second record never comes, and a stranger always does
      for (StudioReply& part : reply.studios) {
        std::string from;
        std::erase_if(part.page.rows, [&](const std::string& row) {
          if (row.find(damaged.first) != std::string::npos) from = row;
          return row.find(damaged.second) != std::string::npos;
        });
        if (!from.empty()) part.page.rows.push_back(replaced(from, damaged.first, stranger_id()));
      }
    };
    drop_phone_row(damaged.phones.b, damaged.studio(), damaged.second);
    CHECK(must(damaged.phones.b.try_sync()).trouble);
    std::vector<std::string> both{stranger_id(), damaged.second};
    std::sort(both.begin(), both.end());
    CHECK(damaged.phones.b.status().studios.front().differing == both);
  }

  TEST_CASE("pulls for repair are few in a day and a new day brings new ones (PROTOCOL 7)") {
    Damaged damaged("capped");
    for (int incident = 0; incident < 4; ++incident) {
      harm_phone(damaged, harms[0]);
      CHECK(!damaged.phones.b.sync().trouble);
    }
    harm_phone(damaged, harms[0]);
    const SyncReport fifth = must(damaged.phones.b.try_sync());
    CHECK(fifth.trouble);
    CHECK(fifth.rows == 0);
    CHECK(damaged.phones.b.status().studios.front().differing == std::vector<std::string>{damaged.first});
    damaged.phones.b.clock.now_ms += 24LL * 3600 * 1000;
    CHECK(!damaged.phones.b.sync().trouble);
    CHECK(phone_rows(damaged.phones.b, damaged.studio()) == server_rows(damaged.phones.server, damaged.studio()));
  }

  TEST_CASE("a long comparison goes on where it was") {
    Damaged damaged("stretches");
    FakeServer& server = damaged.phones.server;
    lie_about(server, "丙", "戊");
    int stretches = 0;
    const auto lie = server.on_reply;
    server.on_reply = [&](SyncReply& reply) {
      lie(reply);
      for (StudioReply& part : reply.studios) {
        if (!part.compared || part.compared->records.size() < 2) continue;
        // As if one reply took one record only.
        const Seq first = stretches == 0 ? 2 : 0;  // the second record's place in the log
        if (first == 0) continue;
        std::erase_if(part.compared->records,
                      [&](const RecordDigest& one) { return one.record.text() != damaged.second; });
        part.compared->to = first;
        part.compared->more = true;
        ++stretches;
      }
    };
    drop_phone_row(damaged.phones.b, damaged.studio(), damaged.second);
    CHECK(must(damaged.phones.b.try_sync()).trouble);
    CHECK(stretches == 1);
    CHECK(damaged.phones.b.status().studios.front().differing == std::vector<std::string>{damaged.first});
  }
}

}  // namespace lianxin::client
