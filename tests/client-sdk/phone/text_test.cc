// Words that are no text: UTF-8 as Java's modified form has it, cut characters, a NUL.
#include <set>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

const std::string no_text[] = {"\xed\xa1\x82\xed\xbe\xb7", "路\xe8\xb7", "\xff", std::string("甲\0乙", 7)};

}  // namespace

TEST_SUITE("client-sdk/phone/text") {
  TEST_CASE("what is no text is refused at once wherever a person's words come in, and nothing is kept of it") {
    FakeServer server;
    const MemberId li = server.add_member("李红", "convener");
    TestPhone phone(server, "text");
    const std::string code = server.code_for(li, true);
    for (const std::string& words : no_text) {
      const auto named = phone.phone->enrol("https://lianxin.example", code, words);
      REQUIRE(!named);
      CHECK(named.problem().code == "text_malformed");
    }
    CHECK(server.calls == 0);
    phone.enrol(code);
    phone.sync();
    must(phone.phone->set_pin(li.text(), "1357"));
    const std::string record = phone.make(R"({"title":"甲"})");
    const auto is_refused = [](const auto& done) {
      REQUIRE(!done);
      CHECK(done.problem().code == "text_malformed");
    };
    for (const std::string& words : no_text) {
      is_refused(phone.phone->remove_record(record, words));
      is_refused(phone.phone->find(words));
      is_refused(phone.phone->set_pin(li.text(), words));
      is_refused(phone.phone->switch_member(words, "1357"));
      is_refused(phone.phone->switch_member(li.text(), words));
      Form form = must(phone.phone->begin_edit(record));
      must(form.set("title", "乙"));
      must(form.reason(words));
      is_refused(form.commit());
    }
    CHECK(phone.status().waiting == 1);
    phone.sync();
    CHECK(phone.view(record).held.empty());
  }

  TEST_CASE("neither is it taken where a conflict is settled") {
    TwoPhones phones("settled-text");
    const std::string record = phones.a.make(R"({"title":"甲"})");
    phones.a.sync();
    phones.b.sync();
    phones.a.edit(record, R"({"title":"乙"})");
    phones.b.edit(record, R"({"title":"丙"})");
    phones.a.sync();
    phones.b.sync();
    for (const std::string& words : no_text) {
      CHECK_FALSE(phones.b.phone->resolve(record, "title", "丁", words).ok());
      CHECK_FALSE(phones.b.phone->resolve(record, "title", words, "为何").ok());
    }
    CHECK(phones.b.status().waiting == 0);
    must(phones.b.phone->resolve(record, "title", "丁", "为何"));
  }

  TEST_CASE("the server is asked in the language that the app was told") {
    FakeServer server;
    TestPhone phone(server, "language");
    std::set<std::string> languages;
    server.on_call = [&](const TransportRequest& request) { languages.insert(request.language); };
    PhoneOptions options;
    options.path = phone.path;
    options.store_key = phone.store_key;
    options.clock = &phone.clock;
    options.transport = &server;
    options.language = "en";
    Phone english = must(Phone::open(options));
    must(english.enrol("https://lianxin.example", server.code_for(server.add_member("李红", "convener")), "phone"));
    must(english.sync());
    must(english.move_to("https://new.example"));
    CHECK(languages == std::set<std::string>{"en"});
  }
}

}  // namespace lianxin::client
