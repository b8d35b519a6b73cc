// Every code that the SDK says it gives, given: one case a code.
#include "lianxin/codes.h"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <map>

#include "client-sdk/core/phone_core.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "sync/wire/enrolment.h"
#include "tests/client-sdk/phone_fixture.h"
#include "tests/support/full_disk.h"

namespace lianxin::client {
namespace {

// What came of a call that must fail.
template <class T>
Problem problem_of_call(const Expected<T>& expected) {
  REQUIRE_FALSE(expected.ok());
  return expected.problem();
}

// Who answers is not who is to be believed.
class Untrusted final : public Transport {
 public:
  TransportReply call(const TransportRequest&) override {
    TransportReply reply;
    reply.untrusted = true;
    return reply;
  }
};

struct Enrolled {
  FakeServer server;
  MemberId li = server.add_member("李红", "convener"), wang = server.add_member("王青", "convener");
  TestPhone phone;

  explicit Enrolled(bool shared = false) : phone(server, "codes") {
    phone.enrol(server.code_for(li, shared));
    phone.sync();
  }
  Phone& sdk() { return *phone.phone; }
  // The next sync, to which the server says this, as far as it is asked.
  Problem sync_answered(int status, const std::string& body) {
    FixedAnswer transport(status, body);
    return sync_over(transport);
  }
  // What is told to a phone that is to go where another server answers.
  Problem moved_to_another() {
    SecretKey other{};
    other.fill(9);
    FixedAnswer transport(200, to_json(to_value(prove_reply(other, {}))));
    return problem_of_call(opened_over(transport).move_to("https://b.example"));
  }
  Phone opened_over(Transport& transport) {
    PhoneOptions options;
    options.path = phone.path;
    options.clock = &phone.clock;
    options.store_key = phone.store_key;
    options.transport = &transport;
    return must(Phone::open(options));
  }
  Problem sync_over(Transport& transport) {
    Phone other = opened_over(transport);
    SyncOptions once;
    once.retry_for_ms = 0;
    return problem_of_call(other.sync(once));
  }

 private:
  class FixedAnswer final : public Transport {
   public:
    FixedAnswer(int status, std::string body) : status_(status), body_(std::move(body)) {}
    TransportReply call(const TransportRequest&) override { return {Delivery::answered, status_, body_, -1, {}}; }

   private:
    int status_;
    std::string body_;
  };
};

class NoMemory final : public Transport {
 public:
  TransportReply call(const TransportRequest&) override { throw std::bad_alloc(); }
};

Problem with_form(const std::function<Expected<void>(Form&)>& act) {
  Enrolled one;
  Form form = must(one.sdk().begin_new("micro_consultation"));
  return problem_of_call(act(form));
}

Problem unenrolled(const std::function<Problem(TestPhone&)>& act) {
  FakeServer server;
  TestPhone phone(server, "codes");
  return act(phone);
}

Problem kinds_that_cannot_be_read() {
  Enrolled one;
  KindSet broken = KindSet::shipped();
  broken.catalog.version = 2;
  broken.document = "{}";
  one.server.set_kinds(broken);
  return problem_of_call(one.phone.try_sync());
}

Problem nothing_moves() {
  Enrolled one;
  one.phone.make(R"({"title":"甲"})");
  one.server.on_reply = [](SyncReply& reply) {
    for (StudioReply& part : reply.studios) {
      part.page = {};
      part.receipt.reset();
    }
  };
  return problem_of_call(one.phone.try_sync());
}

Problem another_key() {
  Enrolled one;
  Untrusted transport;
  return one.sync_over(transport);
}

Problem overtaken() {
  Enrolled one;
  one.server.on_reply = [&](SyncReply&) {
    one.server.on_reply = {};
    Phone service = one.phone.open_again();
    must(service.sync());
  };
  return problem_of_call(one.phone.try_sync());
}

Problem sync_within_sync() {
  Enrolled one;
  std::optional<Problem> found;
  one.server.on_call = [&](const TransportRequest&) {
    one.server.on_call = {};
    found = problem_of_call(one.sdk().sync());
  };
  must(one.phone.try_sync());
  return found.value();
}

Problem lost(FakeServer::Fate fate) {
  Enrolled one;
  one.server.fates = {fate};
  return problem_of_call(one.phone.try_sync());
}

Problem pin(const std::function<Expected<void>(Enrolled&)>& act, bool shared = true) {
  Enrolled one(shared);
  return problem_of_call(act(one));
}

Problem locked_pin() {
  Enrolled one(true);
  must(one.sdk().set_pin("王青", "2468"));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(one.sdk().switch_member("王青", "0000"));
  return problem_of_call(one.sdk().switch_member("王青", "2468"));
}

Problem purged() {
  Enrolled one;
  one.server.on_reply = [](SyncReply& reply) { reply.purge = true; };
  CHECK(must(one.phone.try_sync()).purged);
  return problem_of_call(one.sdk().begin_new("micro_consultation"));
}

Problem full_disk() {
  Enrolled one;
  const FullDisk full;
  return problem_of_call(one.sdk().begin_new("micro_consultation"));
}

Problem opened(const std::function<void(const std::string& path)>& alter, const StoreKeySource& key = {}) {
  FakeServer server;
  TestPhone phone(server, "codes");
  phone.phone.reset();
  alter(phone.path);
  PhoneOptions options;
  options.path = phone.path;
  options.store_key = key;
  return problem_of_call(Phone::open(options));
}

// Opens a file that a PIN guards, so often with a wrong one before.
Problem opened_by(const std::string& pin, int wrong = 0) {
  FakeServer server;
  TestPhone phone(server, "codes");
  must(phone.phone->change_store_pin("", "246810"));
  PhoneOptions options;
  options.path = phone.path;
  options.store_key = phone.store_key;
  options.store_pin = "000000";
  for (int i = 0; i < wrong; ++i) CHECK_FALSE(Phone::open(options).ok());
  options.store_pin = pin;
  return problem_of_call(Phone::open(options));
}

// What stands at `at` in the file of a phone is overwritten.
Problem opened_with(std::streamoff at, const std::string& bytes) {
  return opened([&](const std::string& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  });
}

Problem two_studios() {
  Enrolled one;
  one.server.grant(one.li, one.server.second_studio, "convener", Sensitivity::personal);
  one.server.grant(one.li, one.server.add_studio(), "convener", Sensitivity::personal);
  one.server.end_grants(one.li, one.server.studio);
  one.phone.sync();
  return problem_of_call(one.sdk().begin_new("micro_consultation"));
}

Problem two_of_a_name() {
  Enrolled one(true);
  one.server.add_member("王青", "convener");
  one.phone.sync();
  return problem_of_call(one.sdk().set_pin("王青", "2468"));
}

Problem too_large() {
  Enrolled one;
  Form form = must(one.sdk().begin_new("concern"));
  for (int i = 0; i < 200; ++i) {
    must(form.append("progress_log", FieldValue::from_json("{\"text\":\"" + std::string(1500, 'x') + "\"}")));
  }
  must(form.reason(std::string(300'000, 'y')));
  return problem_of_call(form.commit());
}

const std::map<std::string_view, std::function<Problem()>>& cases() {
  using Fate = FakeServer::Fate;
  static const std::map<std::string_view, std::function<Problem()>> all = {
      {problem_code::not_enrolled,
       [] { return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->members()); }); }},
      {problem_code::already_enrolled,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().enrol("https://lianxin.example", one.server.code_for(one.li), "手机"));
       }},
      {problem_code::purged, purged},
      {problem_code::kinds_missing,
       [] {
         return unenrolled([](TestPhone& p) {
           p.server.fates = {Fate::well, Fate::lost_before};
           p.enrol(p.server.code_for(p.server.add_member("李红", "convener")));
           return problem_of_call(p.phone->begin_new("micro_consultation"));
         });
       }},
      {problem_code::storage, full_disk},
      {problem_code::file_damaged, [] { return opened_with(100, std::string(3000, 'x')); }},
      {problem_code::file_not_ours, [] { return opened_with(0, "a list of names"); }},
      {problem_code::file_too_new, [] { return opened_with(60, std::string("\0\0\0c", 4)); }},
      {problem_code::store_key_missing, [] { return opened([](const std::string&) {}); }},
      {problem_code::store_key_wrong, [] { return opened([](const std::string&) {}, [] { return StoreKey{8}; }); }},
      {problem_code::store_pin_missing, [] { return opened_by(""); }},
      {problem_code::store_pin_wrong, [] { return opened_by("135790"); }},
      {problem_code::store_pin_wait, [] { return opened_by("246810", 5); }},
      {problem_code::store_pin_too_short,
       [] { return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->change_store_pin("", "12345")); }); }},
      {problem_code::store_locked,
       [] {
         return unenrolled([](TestPhone& p) {
           p.phone->lock();
           return problem_of_call(p.phone->status());
         });
       }},
      {problem_code::no_memory,
       [] {
         Enrolled one;
         NoMemory transport;
         return one.sync_over(transport);
       }},
      {problem_code::record_unknown,
       [] { return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->put_away("none")); }); }},
      {problem_code::record_unclear,
       [] {
         Enrolled one;
         for (const char* title : {"甲", "乙"}) {
           one.phone.make(std::string("{\"_provisional_no\":\"7\",\"title\":\"") + title + "\"}");
         }
         return problem_of_call(one.sdk().record("7"));
       }},
      {problem_code::record_exists,
       [] {
         Enrolled one;
         const std::string record = one.phone.make(R"({"title":"甲"})");
         return problem_of_call(one.sdk().begin_new("micro_consultation", {}, record));
       }},
      {problem_code::record_id_wrong,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().begin_new("micro_consultation", {}, "7"));
       }},
      {problem_code::kind_unknown,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().begin_new("none"));
       }},
      {problem_code::studio_unknown,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().begin_new("micro_consultation", "none"));
       }},
      {problem_code::kind_not_yours,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().begin_new("clinic_encounter"));
       }},
      {problem_code::studio_unclear, two_studios},
      {problem_code::form_unknown,
       [] { return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->form("none")); }); }},
      {problem_code::nothing_written,
       [] {
         Enrolled one;
         return problem_of_call(must(one.sdk().begin_new("micro_consultation")).commit());
       }},
      {problem_code::field_unknown, [] { return with_form([](Form& form) { return form.set("none", 1); }); }},
      {problem_code::field_use_wrong, [] { return with_form([](Form& form) { return form.count("title", 1); }); }},
      {problem_code::fields_not_json, [] { return with_form([](Form& form) { return form.fill("{"); }); }},
      {problem_code::no_conflict,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().resolve(one.phone.make(R"({"title":"甲"})"), "title", "乙"));
       }},
      {problem_code::text_malformed,
       [] {
         Enrolled one;
         return problem_of_call(one.sdk().remove_record(one.phone.make(R"({"title":"甲"})"), "\xed\xa1\x82"));
       }},
      {problem_code::change_too_large, too_large},
      {problem_code::member_unknown, [] { return pin([](Enrolled& one) { return one.sdk().set_pin("无", "1357"); }); }},
      {problem_code::member_unclear, two_of_a_name},
      {problem_code::not_shared,
       [] { return pin([](Enrolled& one) { return one.sdk().switch_member("李红", "1357"); }, false); }},
      {problem_code::pin_too_short, [] { return pin([](Enrolled& one) { return one.sdk().set_pin("李红", "1"); }); }},
      {problem_code::pin_missing,
       [] { return pin([](Enrolled& one) { return one.sdk().switch_member("王青", "1357"); }); }},
      {problem_code::pin_wrong,
       [] {
         return pin([](Enrolled& one) {
           must(one.sdk().set_pin("王青", "2468"));
           return one.sdk().switch_member("王青", "1357");
         });
       }},
      {problem_code::pin_locked, locked_pin},
      {problem_code::member_locked,
       [] {
         return pin([](Enrolled& one) {
           must(one.sdk().set_pin("李红", "1357"));
           must(one.sdk().lock_member());
           return one.sdk().set_pin("李红", "2468");
         });
       }},
      {problem_code::pin_not_yours,
       [] {
         return pin([](Enrolled& one) {
           must(one.sdk().set_pin("王青", "2468"));
           return one.sdk().set_pin("王青", "1357");
         });
       }},
      {problem_code::server_url_wrong,
       [] {
         return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->enrol("lianxin", "code", "手机")); });
       }},
      {problem_code::device_name_too_long,
       [] {
         return unenrolled([](TestPhone& p) {
           return problem_of_call(p.phone->enrol("https://lianxin.example", "code", std::string(65, 'a')));
         });
       }},
      {problem_code::other_server,
       [] {
         Enrolled one;
         return one.moved_to_another();
       }},
      {problem_code::server_moved,
       [] {
         Enrolled one;
         one.server.moved = {{"https://lianxin.example", "https://b.example"},
                             {"https://b.example", "https://c.example"}};
         return problem_of_call(one.phone.try_sync());
       }},
      {problem_code::enrolment_wrong,
       [] { return unenrolled([](TestPhone& p) { return problem_of_call(p.phone->enrol_by("lianxin", "手机")); }); }},
      {problem_code::server_not_trusted, another_key},
      {problem_code::not_reached, [] { return lost(Fate::lost_before); }},
      {problem_code::no_answer, [] { return lost(Fate::lost_after); }},
      {problem_code::bad_reply, [] { return Enrolled().sync_answered(200, "?"); }},
      {problem_code::token_missing,
       [] { return Enrolled().sync_answered(401, R"({"type":"/problems/token_missing","code":"token_missing"})"); }},
      {problem_code::clock_apart,
       [] { return Enrolled().sync_answered(422, R"({"type":"/problems/clock_apart","code":"clock_apart"})"); }},
      {problem_code::change_not_passing,
       [] {
         Enrolled one;
         one.phone.make(R"({"title":"甲"})");
         return one.sync_answered(413, "<html>");
       }},
      {problem_code::protocol_too_old,
       [] {
         return Enrolled().sync_answered(400, R"({"type":"/problems/protocol_too_old","code":"protocol_too_old"})");
       }},
      {problem_code::protocol_too_new,
       [] {
         return Enrolled().sync_answered(400, R"({"type":"/problems/protocol_too_new","code":"protocol_too_new"})");
       }},
      {problem_code::server_busy, [] { return Enrolled().sync_answered(503, ""); }},
      {problem_code::server_error, [] { return Enrolled().sync_answered(500, ""); }},
      {problem_code::not_our_server, [] { return Enrolled().sync_answered(404, "<html>"); }},
      {problem_code::server_kinds_bad, kinds_that_cannot_be_read},
      {problem_code::no_progress, nothing_moves},
      {problem_code::sync_running, sync_within_sync},
      {problem_code::sync_overtaken, overtaken},
      {problem_code::cancelled,
       [] {
         Enrolled one;
         const std::atomic<bool> raised{true};
         SyncOptions options;
         options.cancel = &raised;
         return problem_of_call(one.sdk().sync(options));
       }},
  };
  return all;
}

}  // namespace

TEST_SUITE("client-sdk/core/codes") {
  TEST_CASE("each code is given where its header says, with its kind and its sentences") {
    for (const ProblemCode& one : problem_codes()) {
      CAPTURE(one.code);
      const auto found = cases().find(one.code);
      REQUIRE(found != cases().end());
      const Problem given = found->second();
      CHECK(given.code == one.code);
      CHECK(given.kind == one.kind);
      // What was entered and refused says in the words of the rules what became of it; some name what there is beside.
      const bool entered = !given.wrong.empty();
      CHECK(given.zh.starts_with(entered ? sentence_for(one.code, Fate::refused, "zh") : std::string(one.zh)));
      CHECK(given.en.starts_with(entered ? sentence_for(one.code, Fate::refused, "en") : std::string(one.en)));
      CHECK_FALSE(given.zh.empty());
      CHECK_FALSE(given.en.empty());
    }
    CHECK(cases().size() == problem_codes().size());
  }
}

}  // namespace lianxin::client
