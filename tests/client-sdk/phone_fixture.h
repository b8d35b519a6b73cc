// Phones for the tests: a file each, a clock that the test moves, one server for all.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "lianxin/phone.h"
#include "tests/client-sdk/fake_server.h"
#include "tests/client-sdk/test_clock.h"

namespace lianxin::client {

// All that a consultation owes to be submitted.
inline constexpr const char* whole_consultation =
    R"({"session_kind":"micro_consult","title":"路灯","topic_class":"livelihood","topic_source":"public",
        "category_code":"市政/路灯","occurred_on":"2027-01-15","region_code":"990121100201",
        "host_studio_id":"1f8f1f53-00f4-468e-814a-ac3b4f890743","moderator_id":"26866b18-0865-421c-9318-8d0cfd515c9b",
        "participants":{"张三":{"name":"张三"}},"headcount_total":3,"opinions_text":"要修","consensus_text":"月底前修好"})";

// The shipped kinds with one thing said otherwise in one file: an older server, a newer or a stricter one.
KindSet kinds_with(const std::string& name, const std::string& text, const std::string& instead,
                   std::int64_t version = 1);

class TestPhone {
 public:
  TestPhone(FakeServer& server, const std::string& name);
  ~TestPhone();

  void enrol(const std::string& code);
  Phone open_again() const;  // another process on the same file
  bool opens() const { return Phone::open(options()).ok(); }
  void copy_file_to(const std::string& name) const;
  void take_file_from(const std::string& name);  // a backup put back
  void make_plain();                             // closes it; its file is then as one was that sealed nothing

  Expected<SyncReport> try_sync(std::int64_t retry_for_ms = 0);
  SyncReport sync();  // must work
  std::string make(const std::string& json, const std::string& kind = "micro_consultation");
  Saved edit(const std::string& record, const std::string& json);
  RecordView view(const std::string& record);
  std::string shown(const std::string& record, const std::string& field);
  StatusView status();

  FakeServer& server;
  TestClock clock;
  StoreKeySource store_key = [] { return StoreKey{7}; };
  std::string path;
  std::unique_ptr<Phone> phone;

 private:
  PhoneOptions options() const;
};

// Two conveners of one studio, enrolled and synced once.
struct TwoPhones {
  FakeServer server;
  TestPhone a, b;
  MemberId li, wang;

  explicit TwoPhones(const std::string& name);
};

template <class T>
T must(Expected<T> expected) {
  if (!expected) {
    INFO(expected.problem().code << " " << expected.problem().field << " " << expected.problem().detail);
    REQUIRE(expected.ok());
  }
  return std::move(expected).value();
}
inline void must(Expected<void> expected) {
  if (!expected) {
    INFO(expected.problem().code << " " << expected.problem().field << " " << expected.problem().detail);
    REQUIRE(expected.ok());
  }
}

}  // namespace lianxin::client
