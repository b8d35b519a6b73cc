#include "server/review/csv.h"

#include <map>
#include <set>

#include "tests/server/review/review_desk.h"
#include "tests/support/whole_stream.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

using Line = std::vector<std::string>;

// RFC 4180, as a spreadsheet reads it.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines(1, Line(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = lines.back().back();
    if (quoted && c == '"' && text.substr(i + 1, 1) == "\"") {
      cell += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      lines.back().emplace_back();
    } else if (!quoted && c == '\n') {
      lines.emplace_back(1);
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  lines.pop_back();
  return lines;
}

}  // namespace

TEST_SUITE("server/review/csv") {
  TEST_CASE("no cell begins a formula, in either width and behind whatever blanks") {
    for (const char* text :
         {"=1+1",     "+1+1",     "-1+1", "@SUM(1)", "＝cmd|'/C calc'!A0", "＋1",      "－1+1",     "＠SUM(1)",
          " =1",      "\t1",      "\n=1", "\r\n=1",  "\u3000=1",           "\u200B=1", "\u00A0 @x", "\uFEFF＝1",
          "\u2003=1", "\u202A=1", "-",    "-1,000=2"}) {
      CAPTURE(text);
      const std::string cell = csv_cell(text);
      CHECK(cell.starts_with("\"'"));
      CHECK(lines_of(cell + "\r\n").at(0).at(0) == "'" + std::string(text));
    }
    for (const char* text : {"-5", "-12.50", "12.50", "1=1", "上柳湾村", "", "3"}) {
      CAPTURE(text);
      CHECK(csv_cell(text) == text);
    }
  }

  TEST_CASE("a code stays a code and a text stays no day") {
    for (const char* text :
         {"990121100201", "13900000000", "0101", "12E5", "1.5e10", "2E-3", "3-2", "11/12", "1-2-2026", "3/4/26"}) {
      CAPTURE(text);
      CHECK(csv_cell(text) == "\"'" + std::string(text) + "\"");
    }
    for (const char* text : {"1234567890", "0", "0.5", "2026-05-12", "08:30", "990121-S01-微商-2026-0001", "12E", "E5",
                             "1.2.3", "1-2-3-4", "123-4"}) {
      CAPTURE(text);
      CHECK(csv_cell(text) == text);
    }
    CHECK(csv_cell("a;b") == "\"a;b\"");
  }

  struct Table : ReviewDesk {
    Table() {
      hao_phone.record(studio_1, hao, household, "household",
                       {put("head_name", "张大爷"), put("region_code", "990121100201")});
      const std::string gift = record_id(80).text(), other = record_id(81).text();
      hao_phone.record(
          studio_1, hao, visit, "outreach_visit",
          {put("visit_kind", "household"), put("occurred_on", "2026-11-18"), put("region_code", "990121100201"),
           put("household_id", household.text()), put("address_text", "三组"), add("visitors", hao.text()),
           add("visitors", "王乡贤"), add("gifts", gift), put("gifts/" + gift + "/name", "慰问金"),
           put("gifts/" + gift + "/value_fen", 50000), add("gifts", other), put("gifts/" + other + "/name", "大米"),
           put("gifts/" + other + "/qty", 2)});
      const std::string action = record_id(82).text();
      hao_phone.record(studio_1, hao, meeting, "micro_consultation",
                       whole("micro_consultation",
                             {put("title", "路口"), put("occurred_on", "2026-11-17"), put("moderator_id", mi.text()),
                              add("agreed_actions", action), put("agreed_actions/" + action + "/text", "修涵洞"),
                              put("agreed_actions/" + action + "/deadline_on", "2026-12-31"),
                              step("_review", "draft", "submitted")}));
      hao_phone.record(
          studio_1, hao, again, "micro_consultation",
          whole("micro_consultation", {put("title", "路口再记"), put("occurred_on", "2026-11-17"),
                                       count("headcount_total", 28), step("_review", "draft", "submitted")}));
      hao_phone.record(
          studio_1, hao, alone, "micro_consultation",
          whole("micro_consultation", {put("title", "别的"), put("occurred_on", "2026-11-16"),
                                       count("headcount_total", 11), step("_review", "draft", "submitted")}));
      sync(hao_phone, studio_1);
    }

    std::vector<Line> table(const std::string& query, const std::string& who = {}) {
      const Response response = ask("GET", "/v1/export.csv?" + query, {}, who);
      REQUIRE(response.status == 200);
      const std::string text = test::whole_of(response.stream).value();
      return lines_of(std::string_view(text).substr(3));
    }
    static std::string cell(const std::vector<Line>& table, const RecordId& record, const std::string& header) {
      const Line& head = table.front();
      const auto column = std::find(head.begin(), head.end(), header);
      const auto by_id = std::find(head.begin(), head.end(), "记录标识");
      REQUIRE(column != head.end());
      for (const Line& line : table) {
        if (line.at(static_cast<std::size_t>(by_id - head.begin())) == record.text())
          return line.at(static_cast<std::size_t>(column - head.begin()));
      }
      FAIL("no such record");
      return {};
    }

    const RecordId household = record_id(70), visit = record_id(1), meeting = record_id(2), again = record_id(3),
                   alone = record_id(4);
  };

  TEST_CASE_FIXTURE(Table, "the head of every kind's table names no column twice") {
    for (const auto& [kind, its] : server->kinds->catalog()->kinds) {
      CAPTURE(kind);
      const Line head = table("kind=" + kind).front();
      CHECK(std::set<std::string>(head.begin(), head.end()).size() == head.size());
    }
  }

  TEST_CASE_FIXTURE(Table,
                    "places, people and other records stand in a table by name, as far as its reader sees them") {
    const std::vector<Line> visits = table("kind=outreach_visit");
    CHECK(cell(visits, visit, "地点(区划)") == "上柳湾村（990121100201）");
    CHECK(cell(visits, visit, "户") == "张大爷");
    CHECK(cell(visits, visit, "走访人（人）") == "郝商量、王乡贤");
    const std::vector<Line> meetings = table("kind=micro_consultation");
    CHECK(cell(meetings, meeting, "主办工作室") == "柳湾镇区域委员工作室");
    CHECK(cell(meetings, meeting, "主持人") == "米小满");
    // What stands over his clearance he does not learn by the name of a household either.
    Grant clerk;
    clerk.member = MemberId{record_id(201).bytes};
    clerk.role = "coordinator";
    clerk.org_code = "990121";
    REQUIRE(must(server->grants->add(clerk)));
    server->directory->note_change();
    const std::vector<Line> of_clerk = table("kind=outreach_visit", sign_in("clerk", clerk.member));
    CHECK(cell(of_clerk, visit, "地点(区划)") == "上柳湾村（990121100201）");
    CHECK(cell(of_clerk, visit, "户").find("张大爷") == std::string::npos);
    // The same words in the record itself.
    const Value view = record(studio_1, visit);
    CHECK(cell_of(view, "household_id").text_at("text") == "张大爷");
    CHECK(cell_of(view, "region_code").text_at("text") == "上柳湾村（990121100201）");
    CHECK(cell_of(view, "gifts/" + record_id(80).text() + "/value_fen").text_at("label") == "慰问物资 · 慰问金 · 价值");
    CHECK(cell_of(view, "gifts/" + record_id(81).text()).text_at("text") == "名称：大米；数量：2");
  }

  TEST_CASE_FIXTURE(Table, "a code that an office added to an open list stands by its label") {
    must(server.import(R"({"org_units": [{"org_code": "990121", "name": "政协溪禾县委员会", "level": "county",
                                          "region_code": "990121", "parent": "990100"}],
                           "codes": [{"list": "appeal_categories", "code": "0977", "label_zh": "灌渠清淤"},
                                     {"list": "another_list", "code": "0978", "label_zh": "别的"}]})"));
    const RecordId added = record_id(90), unknown = record_id(91);
    hao_phone.record(studio_1, hao, added, "concern", {put("title", "淤泥"), put("category_code", "0977")});
    hao_phone.record(studio_1, hao, unknown, "concern", {put("title", "其他"), put("category_code", "0978")});
    sync(hao_phone, studio_1);
    const std::vector<Line> concerns = table("kind=concern");
    CHECK(cell(concerns, added, "分类") == "灌渠清淤");
    CHECK(cell(concerns, unknown, "分类") == "'0978");
    CHECK(cell_of(record(studio_1, added), "category_code").text_at("text") == "灌渠清淤");
  }

  TEST_CASE_FIXTURE(Table, "the elements of a set stand one a line with what is noted of them") {
    CHECK(cell(table("kind=outreach_visit"), visit, "慰问物资（项）") ==
          "名称：慰问金；价值：500.00\n名称：大米；数量：2");
    CHECK(cell(table("kind=micro_consultation"), meeting, "议定事项（项）") == "事项：修涵洞；期限：2026-12-31");
  }

  TEST_CASE_FIXTURE(Table, "the rows that are joined into no other one sum up to the totals") {
    for (const RecordId& id : {meeting, again, alone}) {
      post("/v1/verdicts", Value::Object{{"studio", "990121-S01"}, {"record", id.text()}, {"to", "accepted"}});
    }
    const auto sum_of_unjoined = [&] {
      const std::vector<Line> rows = table("kind=micro_consultation&review=accepted");
      std::int64_t sum = 0;
      for (const RecordId& id : {meeting, again, alone}) {
        if (cell(rows, id, "已并入").empty()) sum += std::stoll(cell(rows, id, "参加人次（人次）"));
      }
      return sum;
    };
    const auto total = [&] {
      const Value totals = get("/v1/totals?kind=micro_consultation&from=2026-11-01&to=2026-11-30");
      for (const Value& indicator : totals.list_at("indicators")) {
        if (indicator.text_at("name") == "p_consult") return indicator.integer_at("value");
      }
      return std::int64_t{-1};
    };
    CHECK(sum_of_unjoined() == 76);
    for (const char* counters : {"larger", "sum"}) {
      CAPTURE(counters);
      post("/v1/duplicates", Value::Object{{"a", Value::Object{{"studio", "990121-S01"}, {"record", meeting.text()}}},
                                           {"b", Value::Object{{"studio", "990121-S01"}, {"record", again.text()}}},
                                           {"counters", counters}});
      CHECK(sum_of_unjoined() == total());
      const std::vector<Line> rows = table("kind=micro_consultation");
      CHECK(cell(rows, again, "已并入") == record(studio_1, meeting).text_at("official_no"));
      CHECK(cell(rows, meeting, "已并入").empty());
      CHECK(cell(rows, again, "参加人次（人次）") == "28");
    }
  }
}
