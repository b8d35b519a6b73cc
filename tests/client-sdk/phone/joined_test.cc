#include <algorithm>

#include "tests/client-sdk/phone_fixture.h"

using namespace lianxin;
using namespace lianxin::client;

TEST_SUITE("client-sdk/phone/joined") {
  struct Joined : TwoPhones {
    explicit Joined(const std::string& name) : TwoPhones(name) {
      first = make(a, R"({"title":"路灯不亮","urgency":"normal","reporters":{"张三":{"callback_wanted":true}}})");
      second = make(b, R"({"title":"灯坏了","urgency":"emergency","reporters":{"张三":{"name":"张三"},"李四":{}}})");
      both();
      smaller = std::min(first, second);
      larger = std::max(first, second);
    }
    static std::string make(TestPhone& phone, const std::string& json) { return phone.make(json, "concern"); }
    void both() {
      for (int i = 0; i < 2; ++i) {
        a.sync();
        b.sync();
      }
    }
    Write at_edge(const char* attribute, Op op, Value value) const {
      return {{"_alias", larger, attribute}, op, std::move(value), {}, {}, {}};
    }
    void join(const std::string& primary) {
      const Status joined = server.desk(
          *RecordId::parse(smaller), "concern",
          {at_edge("", Op::add, {}), at_edge("counters", Op::put, "sum"), at_edge("primary", Op::put, primary)});
      REQUIRE(joined.has_value());
      both();
    }
    void part() {
      Write remove = at_edge("", Op::remove, {});
      for (const char* attribute : {"", "/counters", "/primary"}) {
        const Row row = server.row(smaller);
        for (const Head& head : row.cells.at("_alias/" + larger + attribute).heads) remove.bases.push_back(head.id);
      }
      std::sort(remove.bases.begin(), remove.bases.end());
      remove.bases.erase(std::unique(remove.bases.begin(), remove.bases.end()), remove.bases.end());
      REQUIRE(server.desk(*RecordId::parse(smaller), "concern", {remove}).has_value());
      both();
    }
    static std::vector<ListItem> concerns(Phone& phone, bool parts = false) {
      ListOptions options;
      options.kind = "concern";
      options.parts = parts;
      return must(phone.list(options)).items;
    }
    std::string first, second, smaller, larger;
  };

  TEST_CASE("joined records are one in a list and each is found, on every phone that holds them") {
    Joined phones("joined-list");
    CHECK(Joined::concerns(*phones.a.phone).size() == 2);
    phones.join(phones.second);
    for (TestPhone* phone : {&phones.a, &phones.b}) {
      const std::vector<ListItem> listed = Joined::concerns(*phone->phone);
      REQUIRE(listed.size() == 1);
      CHECK(listed.front().id == phones.second);
      CHECK(listed.front().joins == std::vector<std::string>{phones.first});
      CHECK(Joined::concerns(*phone->phone, true).size() == 2);
      const std::vector<ListItem> found = must(phone->phone->find("路灯"));
      REQUIRE(found.size() == 1);
      CHECK(found.front().joined_into == phones.second);
    }
    phones.part();
    for (const ListItem& item : Joined::concerns(*phones.a.phone)) {
      CHECK(item.joins.empty());
      CHECK(item.joined_into.empty());
    }
    CHECK(Joined::concerns(*phones.a.phone).size() == 2);
  }

  TEST_CASE("entries of joined records name who wrote them") {
    Joined phones("joined-authors");
    phones.a.edit(phones.first, R"({"progress_log":[{"text":"已报修"}]})");
    phones.join(phones.first);
    const JoinedView joined = phones.a.view(phones.second).joined;
    const JoinedField* log = joined.field("progress_log");
    REQUIRE(log);
    REQUIRE(log->entries.size() == 1);
    CHECK(log->entries.front().member_label.zh == "李红");
    CHECK(log->entries.front().named.attributes.at("text").to_text() == "已报修");
    CHECK(phones.a.view(phones.second).to_json().find("\"member_label\"") != std::string::npos);
  }

  TEST_CASE("pages of a list hold each matter once") {
    Joined phones("joined-pages");
    for (int i = 0; i < 5; ++i) Joined::make(phones.a, R"({"title":"另一件"})");
    phones.join(phones.first);
    ListOptions options;
    options.kind = "concern";
    options.limit = 2;
    std::size_t listed = 0;
    do {
      const ListPageView page = must(phones.a.phone->list(options));
      listed += page.items.size();
      CHECK((page.next.empty() || page.items.size() == 2));
      options.after = page.next;
    } while (!options.after.empty());
    CHECK(listed == 6);
  }

  TEST_CASE("a joined record shows what the others on this phone hold") {
    Joined phones("joined-view");
    CHECK(phones.a.view(phones.first).joined.parts.empty());
    phones.join(phones.first);
    for (const std::string& id : {phones.first, phones.second}) {
      const JoinedView joined = phones.a.view(id).joined;
      CHECK(joined.primary == phones.first);
      REQUIRE(joined.parts.size() == 2);
      CHECK(joined.parts.front().primary);
      const JoinedField* reporters = joined.field("reporters");
      REQUIRE(reporters);
      REQUIRE(reporters->elements.size() == 2);
      const JoinedField* urgency = joined.field("urgency");
      REQUIRE(urgency);
      CHECK(urgency->value.to_text() == "emergency");
      CHECK(urgency->value_label.zh == "特急");
      CHECK(urgency->part == phones.second);
      const JoinedField* title = joined.field("title");
      REQUIRE(title);
      CHECK(title->value.to_text() == "路灯不亮");
      REQUIRE(title->others.size() == 1);
      CHECK(title->others.front().value.to_text() == "灯坏了");
      REQUIRE(joined.owed.size() == 1);
      CHECK(joined.owed.front().key == "张三");
      CHECK(joined.owed.front().parts.size() == 2);
      CHECK(joined.owed.front().label.zh == "反映人 · 张三");
      CHECK(reporters->elements.front().labels.at("callback_wanted").zh == "需要回访");
      CHECK(reporters->elements.front().value_labels.at("callback_wanted").zh == "是");
      CHECK(joined.parts.at(1).numbers.size() == 1);
    }
    // What was entered here and waits is told too.
    phones.a.edit(phones.second, R"({"reporters":{"张三":{"fed_back_on":"2027-01-15"}}})");
    CHECK(phones.a.view(phones.first).joined.owed.empty());
    phones.part();
    CHECK(phones.a.view(phones.first).joined.parts.empty());
  }
}
