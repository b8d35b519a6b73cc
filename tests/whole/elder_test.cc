// A convener of sixty-four with the program as her phone: every line that she sees is printed here, and compared with
// what her file and the office's server then hold.
#include <doctest/doctest.h>

#include <ctime>
#include <regex>
#include <sstream>

#include "client-sdk/demo/desk.h"
#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr const char* studio = "990121-S01";

std::string day_before(int days) {
  const std::time_t seconds = static_cast<std::time_t>(system_clock().wall_ms() / 1000 + 8 * 3600 - days * 86400);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

struct Convener {
  std::string store;

  // What she sees after a command, both streams; `code` is what it must end with.
  std::string does(const std::string& what, std::vector<std::string> words, int code = 0,
                   const std::string& typed = {}) {
    words.insert(words.begin(), {LIANXIN_PHONE, "--store", store});
    const Ended ended = run(words, typed);
    const std::string seen = ended.out + ended.err;
    MESSAGE("【" << what << "】\n" << seen);
    CHECK_MESSAGE(ended.code == code, what);
    check_lines(seen);
    return seen;
  }

  Phone phone() const {
    PhoneOptions options;
    options.path = store;
    return must(Phone::open(options));
  }

 private:
  // Her language, and nothing of the program's own: no code, no field's name, no JSON.
  static void check_lines(const std::string& seen) {
    static const std::regex program_word("[a-z]+_[a-z_]+|\\{\"|\\bnull\\b|\\btrue\\b");
    std::istringstream lines(seen);
    for (std::string line; std::getline(lines, line);) {
      CHECK_MESSAGE(!std::regex_search(line, program_word), line);
    }
  }
};

bool says(const std::string& seen, const std::string& words) { return seen.find(words) != std::string::npos; }

// The word behind those words: up to a blank, a line's end or a mark.
std::string after(const std::string& seen, const std::string& words) {
  const std::size_t at = seen.find(words);
  REQUIRE_MESSAGE(at != std::string::npos, words << " in " << seen);
  std::string word = seen.substr(at + words.size());
  for (const char* end : {" ", "\n", "：", "；", "，", "。"}) word = word.substr(0, word.find(end));
  return word;
}

std::string text_of(const RecordView& record, const char* field) {
  const FieldView* shown = record.field(field);
  return shown ? shown->value.to_text() : std::string();
}

}  // namespace

TEST_SUITE("whole/elder") {
  TEST_CASE("a visit with a wrong date, put right, submitted, sent back with two fields marked, corrected, accepted") {
    TempFolder folder;
    ServerProcess server(folder);
    server.command({"account", "add", "--login", "cxy", "--member", "程协友"}, "a long enough password\n");
    server.start();
    demo::Desk desk("127.0.0.1", server.port());
    desk.sign_in("cxy", "a long enough password");
    Convener hao{folder / "phone"};
    const std::string yesterday = day_before(1), wrong = yesterday.substr(0, 5) + "13" + yesterday.substr(7);

    std::string seen = hao.does("登记", {"enrol", "--server", server.url(), "--code",
                                         server.enrol_code(studio, "郝商量"), "--name", "郝商量的手机"});
    CHECK(says(seen, "郝商量"));
    hao.does("第一次同步", {"sync"});

    // The month is wrong, and nothing else.
    const std::string typed = R"({"visit_kind":"key_group","occurred_on":")" + wrong +
                              R"(","region_code":"990121100201","address_text":"上柳湾村三组","visitors":["郝商量"],)"
                              R"("persons_reached":2,"households_reached":1,)"
                              R"("notes_text":"老人独居，路口的灯坏了两个月，夜里不敢出门"})";
    seen = hao.does("记一次走访，月份写错了", {"new", "outreach_visit"}, 1, typed);
    CHECK(says(seen, "日期"));
    CHECK(says(seen, "没有保存；您填的都还在草稿里"));
    CHECK_FALSE(says(seen, "内容已保存"));
    const std::string draft = after(seen, "草稿编号 ");
    CHECK(must(hao.phone().list({})).items.empty());  // it is true that nothing was saved
    REQUIRE(must(hao.phone().drafts()).size() == 1);

    seen = hao.does("看草稿", {"drafts"});
    for (const char* kept : {"上柳湾村三组", "郝商量", "夜里不敢出门", "重点人群"}) CHECK(says(seen, kept));
    CHECK(says(seen, wrong));
    CHECK(says(hao.does("有什么要办的", {"inbox"}, 4), "草稿"));

    seen = hao.does("只改日期", {"edit", "--commit", draft}, 0, R"({"occurred_on":")" + yesterday + "\"}");
    const std::string visit = after(seen, "已保存在本机 ");
    CHECK(visit.starts_with("临-"));
    {
      const RecordView saved = must(hao.phone().record(visit));
      CHECK(text_of(saved, "occurred_on") == yesterday);
      CHECK(text_of(saved, "notes_text") == "老人独居，路口的灯坏了两个月，夜里不敢出门");
      CHECK(text_of(saved, "address_text") == "上柳湾村三组");
      CHECK(saved.waiting);
    }
    CHECK(says(hao.does("草稿没有了", {"drafts"}), "没有草稿。"));

    seen =
        hao.does("记下反映的诉求", {"new", "concern"}, 0,
                 R"({"title":"路口路灯不亮","description":"上柳湾村三组路口的灯坏了两个月","source_kind":"outreach",)"
                 R"("source_record_id":")" +
                     visit +
                     R"(","appeal_type":"help","category_code":"市政/路灯",)"
                     R"("region_code":"990121100201","urgency":"normal"})");
    const std::string concern = after(seen, "已保存在本机 ");
    seen = hao.does("看诉求", {"show", concern});
    CHECK(says(seen, "上柳湾村"));
    CHECK(says(seen, "市政/路灯"));
    CHECK(text_of(must(hao.phone().record(concern)), "source_record_id") == must(hao.phone().record(visit)).id);

    CHECK(says(hao.does("提交走访", {"edit", visit}, 0, R"({"_review":"submitted"})"), "已保存在本机 " + visit));
    seen = hao.does("还没有信号", {"status"});
    const StatusView before = must(hao.phone().status());
    CHECK(before.waiting > 0);
    CHECK(says(seen, "待上传 " + std::to_string(before.waiting)));

    seen = hao.does("有信号了", {"sync"});
    CHECK(says(seen, "上传 " + std::to_string(before.waiting) + " 条修改"));
    CHECK(says(seen, "待上传 0"));
    const std::string id = must(hao.phone().record(visit)).id;
    CHECK(desk.record(studio, id).text_at("review") == "submitted");
    CHECK(says(hao.does("看走访", {"show", visit}), "审核：已提交"));

    desk.verdict(studio, id, "returned", "请写明门牌号，并说明老人有没有子女照看",
                 Value::List{"address_text", "notes_text"});
    seen = hao.does("又同步一次", {"sync"}, 4);
    CHECK(says(seen, "待上传 0"));
    seen = hao.does("有什么要办的", {"inbox"}, 4);
    CHECK(says(seen, "退回"));
    CHECK(says(seen, "请写明门牌号，并说明老人有没有子女照看"));
    CHECK(says(seen, "需补正：地址(到组)、走访记录"));
    seen = hao.does("看哪里要改", {"show", visit});
    CHECK(says(seen, "审核：退回"));
    CHECK(says(seen, "需补正：地址(到组)、走访记录"));

    seen = hao.does("补上这两栏，再提交", {"edit", visit}, 0,
                    R"({"address_text":"上柳湾村三组12号",)"
                    R"("notes_text":"老人独居，子女在外地，每周通话；路灯坏了两个月","_review":"submitted"})");
    CHECK(says(seen, "已保存在本机 " + visit));
    CHECK(must(hao.phone().record(visit)).review.state == "submitted");

    hao.does("同步", {"sync"});
    CHECK(desk.record(studio, id).text_at("review") == "submitted");
    desk.verdict(studio, id, "accepted");
    hao.does("再同步", {"sync"});
    seen = hao.does("看走访", {"show", visit});
    CHECK(says(seen, "审核：审核通过"));
    const std::string official(desk.record(studio, id).text_at("official_no"));
    REQUIRE_FALSE(official.empty());
    CHECK(says(seen, official));
    CHECK(says(seen, "上柳湾村三组12号"));
    CHECK(says(hao.does("还有什么要办的", {"inbox"}), "没有需要处理的事项。"));
    CHECK(says(hao.does("按编号找", {"find", official}), "上柳湾村三组12号"));
    CHECK(says(hao.does("按记录里的话找", {"find", "子女在外地"}), official));
    seen = hao.does("都在", {"list"});
    CHECK(says(seen, "路口路灯不亮"));
    CHECK(says(seen, official));
    const StatusView end = must(hao.phone().status());
    CHECK(says(hao.does("三个数字", {"status"}), "本机 " + std::to_string(end.here) + " · 已在服务器 " +
                                                     std::to_string(end.here) + " · 待上传 0 · 需要您处理 0"));
  }

  TEST_CASE("what is typed where no form opens is told as kept nowhere, and as a sentence of its own") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    Convener hao{folder / "phone"};
    hao.does("登记",
             {"enrol", "--server", server.url(), "--code", server.enrol_code(studio, "郝商量"), "--name", "手机"});
    hao.does("同步", {"sync"});
    const std::string typed = R"({"notes_text":"路口的灯坏了"})";
    const std::string clause = "。这次填的内容没有保存，也没有留作草稿，请先另外记下。";
    const std::vector<std::pair<std::vector<std::string>, int>> nowhere = {
        {{"new", "clinic_encounter"}, 1},
        {{"new", "outreach_visit", "--studio", "990121-S99"}, 2},
        {{"edit", "临-0000-0001"}, 2},
        {{"edit", "--commit", "0123"}, 2}};
    for (const auto& [words, code] : nowhere) {
      CHECK(says(hao.does("没有表单可填", words, code, typed), clause));
      CHECK(must(hao.phone().drafts()).empty());
    }
    const std::string gbk = "{\"notes_text\":\"\xC2\xB7\xB5\xC6\"}";
    CHECK(says(hao.does("别的编码", {"new", "outreach_visit"}, 2, gbk), clause));
    CHECK(must(hao.phone().drafts()).empty());
    CHECK(says(hao.does("什么都没填", {"new", "outreach_visit"}, 2, "{}"), "没有填写任何内容，未保存。"));
  }
}
