// What a convener finds by the words and numbers that she knows.
#include <chrono>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/store/lists.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

bool finds(TestPhone& phone, const std::string& words, const std::string& record) {
  const auto found = must(phone.phone->find(words));
  return found.size() == 1 && found.front().id == record;
}

}  // namespace

TEST_SUITE("client-sdk/phone/find") {
  TEST_CASE("texts of elements and entries are found, and personal ones of one's own") {
    TwoPhones phones("find-parts");
    const std::string talk = phones.a.make(
        R"({"title":"路灯","participants":{"26866b18-0865-421c-9318-8d0cfd515c9b":{"name":"赵小六","unit":"县交警大队"}},
            "agreed_actions":{"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e10":{"text":"涵洞方案","responsible_unit":"水利局"}}})");
    const std::string visit = phones.a.make(
        R"({"address_text":"彩石村三组","notes_text":"老人独居","findings":{"road":{"answer":"雨天难行"}},
            "gifts":{"6d5a2f6e-0b3e-4f0c-9d1e-2f6a1c9b7e11":{"name":"慰问金","value_fen":50000}}})",
        "outreach_visit");
    const std::string concern = phones.a.make(R"({"progress_log":[{"text":"已报修"}]})", "concern");
    phones.a.sync();
    phones.b.sync();
    for (TestPhone* phone : {&phones.a, &phones.b}) {
      for (const char* words : {"赵小六", "交警大队", "涵洞", "水利局", "路灯 涵洞"}) {
        CAPTURE(words);
        CHECK(finds(*phone, words, talk));
      }
      for (const char* words : {"三组", "独居", "慰问金", "雨天", "彩石 独居"}) {
        CAPTURE(words);
        CHECK(finds(*phone, words, visit));
      }
      CHECK(finds(*phone, "报修", concern));
      CHECK(must(phone->phone->find("路灯 井盖")).empty());
      CHECK(must(phone->phone->find("6d5a2f6e")).empty());
    }
  }

  TEST_CASE("one character is found, and any script") {
    TwoPhones phones("find-scripts");
    const std::string record =
        phones.a.make("{\"title\":\"𠮷祥村㳇河路灯3组\",\"place_text\":\"བོད་ཡིག་ལམ\",\"remarks\":\"ＶＩＶＯ手机拍照\"}");
    phones.a.make(R"({"title":"水渠"})");
    for (const char* words :
         {"灯", "𠮷", "㳇", "3组", "3", "བོད་ཡིག", "ལམ", "vivo", "ＶＩＶＯ", "Vivo 灯", "路灯，3组"}) {
      CAPTURE(words);
      CHECK(finds(phones.a, words, record));
    }
    CHECK(must(phones.a.phone->find("")).empty());
    CHECK(must(phones.a.phone->find("。，！ ")).empty());
  }

  TEST_CASE("each number of a record is found, and names it wherever an id is asked") {
    TwoPhones phones("find-numbers");
    Form mine = must(phones.a.phone->begin_new("micro_consultation"));
    must(mine.set("title", "路灯"));
    const std::string record = mine.record();
    Form theirs = must(phones.b.phone->begin_new("micro_consultation", "", record));
    must(theirs.set("place_text", "村口"));
    const std::string first = must(mine.commit()).provisional_no, second = must(theirs.commit()).provisional_no;
    REQUIRE(first != second);
    phones.a.sync();
    phones.b.sync();
    phones.a.sync();
    for (const std::string& number : {first, second}) {
      CHECK(finds(phones.a, number, record));
      CHECK(must(phones.a.phone->record(number)).id == record);
    }
    Form edit = must(phones.a.phone->begin_edit(second));
    CHECK(edit.record() == record);
    must(phones.a.phone->remove_record(first, "重复"));
    CHECK(must(phones.a.phone->record(first)).deleted);
    const auto unknown = phones.a.phone->record(first.substr(0, first.size() - 1));
    REQUIRE(!unknown);
    CHECK(unknown.problem().code == "record_unknown");
  }

  TEST_CASE("a number that two records have names both") {
    TwoPhones phones("find-unclear");
    const std::string one = phones.a.make(R"({"title":"路灯","_provisional_no":"临-纸-7"})");
    const std::string other = phones.a.make(R"({"title":"井盖","_provisional_no":"临-纸-7"})");
    const auto found = phones.a.phone->record("临-纸-7");
    REQUIRE(!found);
    CHECK(found.problem().code == "record_unclear");
    for (const std::string& part : {one, other, std::string("路灯"), std::string("井盖"), std::string("微协商")}) {
      CHECK(found.problem().zh.find(part) != std::string::npos);
    }
  }

  TEST_CASE("a search through ten thousand records is over before a finger is lifted") {
    TwoPhones phones("find-many");
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    RecordState state = [&] {
      const std::string record = phones.a.make("{\"title\":\"彩石路口路灯\",\"opinions_text\":\"" + [] {
        std::string text;
        for (int i = 0; i < 100; ++i) text += "群众反映夜里看不清路。";
        return text;
      }() + "\"}");
      return *core.db().read([&] { return core.state_of(record); });
    }();
    int made = 1;
    for (const int records : {1'000, 10'000}) {
      REQUIRE(core.db().write([&]() -> Status {
        LX_TRY(const auto kinds, core.catalog());
        Lists lists(core.db(), *kinds);
        for (; made < records; ++made) {
          state.row.record = core.random_id<RecordId>();
          lists.put(state);
        }
        return {};
      }));
      const auto begun = std::chrono::steady_clock::now();
      CHECK(must(phones.a.phone->find("没有的词")).empty());
      const auto ms =
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
      MESSAGE(records << " records of 1,100 characters: " << ms << " ms");
      CHECK(ms < 10'000);
    }
  }
}

}  // namespace lianxin::client
