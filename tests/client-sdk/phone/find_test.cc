// What a convener finds by the words and numbers that she knows.
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
    for (const std::string words :
         {"灯", "𠮷", "㳇", "3组", "3 㳇", "བོད་ཡིག", "ལམ", "vivo", "ＶＩＶＯ", "Vivo 灯", "路灯，3组"}) {
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
    CHECK(phones.a.view(record).conflicts.empty());  // both stand: neither says that the other is wrong
    CHECK(phones.b.view(record).conflicts.empty());
    CHECK(phones.server.row(record).held.empty());
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

  TEST_CASE("a search reads one text after another until it has enough, and a number no text at all") {
    TwoPhones phones("find-many");
    PhoneCore& core = PhoneInternals::core(*phones.a.phone);
    const std::string record = phones.a.make(R"({"title":"彩石路口路灯"})");
    const std::string number = phones.a.view(record).provisional_no;
    RecordState state = *core.db().read([&] { return core.state_of(record); });
    REQUIRE(core.db().write([&]() -> Status {
      LX_TRY(const auto kinds, core.catalog());
      Lists lists(core.db(), *kinds);
      state.row.cells.erase("_provisional_no");
      for (int made = 1; made < 1'000; ++made) {
        state.row.record = core.random_id<RecordId>();
        lists.put(state, Sensitivity::health);
      }
      return {};
    }));
    constexpr int beside_texts = 20;  // who uses the phone, its studios, titles
    const auto read_by = [&](const auto& search) {
      const std::int64_t before = core.db().opened();
      search();
      return core.db().opened() - before;
    };
    CHECK(read_by([&] { CHECK(must(phones.a.phone->find("路灯", 1)).size() == 1); }) < beside_texts);
    CHECK(read_by([&] { CHECK(must(phones.a.phone->find("没有的词")).empty()); }) < 1'000 + beside_texts);
    CHECK(read_by([&] { CHECK(must(phones.a.phone->record(number)).id == record); }) < beside_texts);
    CHECK(read_by([&] { CHECK_FALSE(phones.a.phone->record("临-没有-1").ok()); }) < beside_texts);
  }

  TEST_CASE("marks at the ends of a word are no part of it, and a code is found by its name in both languages") {
    TwoPhones phones("find-ends");
    const std::string talk = phones.a.make(R"({"title":"路灯"})");
    for (const char* words : {"路灯.", "-路灯", "_路灯_", ". 路灯 -"}) {
      CAPTURE(words);
      CHECK(finds(phones.a, words, talk));
    }
    CHECK(must(phones.a.phone->find("..")).empty());
    const auto& codes = KindSet::shipped().catalog.code_list("event_roles")->codes;
    const std::string first = codes.front().code;
    const std::string other =
        phones.a.make("{\"title\":\"水渠\",\"participants\":{\"李四\":{\"role_in_event\":\"" + first + "\"}}}");
    CHECK(finds(phones.a, "水渠 " + codes.front().label_zh, other));
    CHECK(finds(phones.a, "水渠 " + codes.front().label_en, other));
  }

  TEST_CASE("words that a record no longer shows do not find it") {
    TwoPhones phones("find-old");
    const std::string edited = phones.a.make(R"({"title":"路灯"})"), deleted = phones.a.make(R"({"title":"井盖"})");
    phones.a.edit(edited, R"({"title":"水渠"})");
    must(phones.a.phone->remove_record(deleted, "重复"));
    CHECK(must(phones.a.phone->find("路灯")).empty());
    CHECK(finds(phones.a, "水渠", edited));
    CHECK(must(phones.a.phone->find("井盖")).empty());

    const std::string personal = phones.b.make(R"({"title":"桥","participants":{"赵小六":{"unit":"交警队"}}})");
    phones.b.sync();
    phones.a.sync();
    CHECK(finds(phones.a, "交警队", personal));
    phones.server.set_clearance(phones.li, phones.server.studio, Sensitivity::internal);
    phones.a.sync();
    CHECK(must(phones.a.phone->find("交警队")).empty());
    CHECK(finds(phones.a, "桥", personal));

    const std::string number = phones.b.view(personal).provisional_no;
    CHECK(must(phones.a.phone->record(number)).id == personal);
    phones.server.now_ms = phones.a.clock.now_ms;
    phones.server.end_grants(phones.li, phones.server.studio);
    for (int i = 0; i < 3; ++i) {
      phones.a.clock.now_ms += 1000;
      static_cast<void>(phones.a.try_sync());
    }
    CHECK(must(phones.a.phone->find("桥")).empty());
    CHECK_FALSE(phones.a.phone->record(number).ok());
  }

  TEST_CASE("a name is found whichever dot parts it, and a number with whatever blanks and dashes it was pasted") {
    TwoPhones phones("dots");
    const std::string record = phones.a.make(R"({"title":"阿依古丽•买买提反映用水","_provisional_no":"临-3F2A-0007"})");
    for (const char* typed : {"古丽·买买提", "古丽・买买提", "古丽•买买提", "古丽．买买提"}) {
      CAPTURE(typed);
      const auto found = must(phones.a.phone->find(typed));
      REQUIRE(found.size() == 1);
      CHECK(found.front().id == record);
    }
    for (const char* typed : {" 临-3F2A-0007 ", "临—3f2a—0007", "临－３Ｆ２Ａ－０００７", "临–3F2A–0007\u3000"}) {
      CAPTURE(typed);
      CHECK(must(phones.a.phone->record(typed)).id == record);
    }
  }

  TEST_CASE("a text that went bad hides no other") {
    TwoPhones phones("find-unread");
    const std::string lost = phones.a.make(R"({"title":"路灯"})"), other = phones.a.make(R"({"title":"路灯"})");
    Database& db = PhoneInternals::core(*phones.a.phone).db();
    constexpr Query harm{"test_harm", "UPDATE list_entry SET search_sealed = x'00' WHERE record = $1"};
    REQUIRE(db.write([&]() -> Status {
      db.exec(harm, *RecordId::parse(lost));
      return {};
    }));
    CHECK(finds(phones.a, "路灯", other));
    phones.a.edit(lost, R"({"title":"路灯和井盖"})");
    CHECK(must(phones.a.phone->find("路灯")).size() == 2);
  }

  TEST_CASE("on a shared duty phone nobody looks people up, and each finds what is of use to all") {
    FakeServer server;
    const MemberId li = server.add_member("李红", "convener"), wang = server.add_member("王青", "convener");
    TestPhone duty(server, "find-shared"), own(server, "find-own");
    duty.enrol(server.code_for(li, true));
    own.enrol(server.code_for(li));
    duty.sync();
    own.sync();
    const std::string talk =
        own.make(R"({"title":"路灯","participants":{"赵小六":{"unit":"交警队"}},"remarks":"雨后路滑"})");
    const std::string resident = own.make(R"({"name":"赵小六"})", "resident");
    own.sync();
    duty.sync();
    const std::string here =
        duty.make(R"({"address_text":"彩石村三组","on_spot_solved":"换了灯泡"})", "outreach_visit");
    CHECK(must(own.phone->find("赵小六")).size() == 2);
    CHECK(must(duty.phone->find("赵小六")).empty());
    CHECK(must(duty.phone->find("交警队")).empty());
    CHECK(must(duty.phone->find("三组")).empty());
    CHECK(finds(duty, "灯泡", here));
    CHECK(finds(duty, "路滑", talk));
    CHECK(must(duty.phone->record(duty.view(talk).provisional_no)).id == talk);
    CHECK_FALSE(resident.empty());

    must(duty.phone->set_pin(wang.text(), "2468"));
    server.set_clearance(wang, server.studio, Sensitivity::public_);
    duty.sync();
    must(duty.phone->switch_member(wang.text(), "2468"));
    CHECK(must(duty.phone->find("路滑")).empty());
  }
}

}  // namespace lianxin::client
