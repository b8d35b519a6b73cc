// What opens a phone's file: a key, a PIN, and what is told where they do not fit.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

namespace fs = std::filesystem;

constexpr const char* pin = "桥头第六户人家";
constexpr const char* right_pin = "246810";

struct Guarded {
  FakeServer server;
  TestPhone phone;
  std::string record;

  explicit Guarded(const std::string& name) : phone(server, name) {
    phone.enrol(server.code_for(server.add_member("李红", "convener")));
    phone.sync();
    record = phone.make(R"({"title":"路灯"})");
  }
  PhoneOptions options(const std::string& store_pin = {}) {
    PhoneOptions options;
    options.path = phone.path;
    options.clock = &phone.clock;
    options.transport = &server;
    options.store_key = phone.store_key;
    options.store_pin = store_pin;
    return options;
  }
  std::string refused(const PhoneOptions& with) {
    const auto opened = Phone::open(with);
    REQUIRE_FALSE(opened.ok());
    return opened.problem().code;
  }
  std::string refused(const std::string& store_pin) { return refused(options(store_pin)); }
  bool opens(const std::string& store_pin) {
    auto opened = Phone::open(options(store_pin));
    return opened.ok() && must(opened->record(record)).title == "路灯";
  }
  void set_pin(const std::string& now, const std::string& next) { must(phone.phone->change_store_pin(now, next)); }
};

std::string key_file_of(const Guarded& guarded) { return guarded.phone.path + ".key"; }

struct Beside {  // a key file that a test made
  explicit Beside(std::string at) : path(std::move(at)) { fs::remove(path); }
  ~Beside() { fs::remove(path); }
  std::string path;
};

}  // namespace

TEST_SUITE("client-sdk/store/store-key") {
  TEST_CASE("a file without its key, or with another's, is told so and stays as it is") {
    Guarded guarded("key-wrong");
    PhoneOptions none = guarded.options(), other = guarded.options();
    none.store_key = [] { return std::nullopt; };
    other.store_key = [] { return StoreKey{8}; };
    CHECK(guarded.refused(none) == "store_key_missing");
    none.store_key = {};
    CHECK(guarded.refused(none) == "store_key_missing");
    CHECK(guarded.refused(other) == "store_key_wrong");
    CHECK_FALSE(fs::exists(key_file_of(guarded)));
    CHECK(guarded.opens(""));
  }

  TEST_CASE(
      "a phone whose app hands in no key keeps one beside its file, for its owner only, and does without neither") {
    Guarded guarded("key-file");
    const Beside file(key_file_of(guarded));
    must(guarded.phone.phone->change_store_key({}));
    guarded.phone.store_key = {};
    struct stat about {};
    REQUIRE(::stat(file.path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(guarded.opens(""));
    fs::rename(file.path, file.path + ".away");
    CHECK(guarded.refused("") == "store_key_missing");
    std::ofstream(file.path) << std::string(64, 'a') << "\n";
    CHECK(guarded.refused("") == "store_key_wrong");
    std::ofstream(file.path) << "no key";
    CHECK(guarded.refused("") == "store_key_missing");
    fs::rename(file.path + ".away", file.path);
    CHECK(guarded.opens(""));

    guarded.phone.phone.reset();
    guarded.phone.phone = std::make_unique<Phone>(guarded.phone.open_again());
    must(guarded.phone.phone->change_store_key([] { return StoreKey{9}; }));
    CHECK_FALSE(fs::exists(file.path));
    guarded.phone.store_key = [] { return StoreKey{9}; };
    CHECK(guarded.opens(""));
  }

  TEST_CASE("a PIN opens the file, another is counted, and to change it writes no record anew") {
    Guarded guarded("key-pin");
    CHECK(guarded.phone.phone->change_store_pin("", "12345").problem().code == "store_pin_too_short");
    CHECK(guarded.opens(""));
    constexpr Query one_row{"test_line", "SELECT line_sealed FROM own_change LIMIT 1"};
    Database& db = PhoneInternals::core(*guarded.phone.phone).db();
    const auto line = [&] { return *db.read([&] { return Result<std::string>(*db.one(one_row, first_blob)); }); };
    const std::string before = line();
    guarded.set_pin("", right_pin);
    CHECK(line() == before);
    CHECK(guarded.refused("") == "store_pin_missing");
    CHECK(guarded.refused("246811") == "store_pin_wrong");
    CHECK(guarded.opens(right_pin));
    CHECK(guarded.phone.phone->change_store_pin("999999", pin).problem().code == "store_pin_wrong");
    guarded.set_pin(right_pin, pin);
    CHECK(guarded.refused(right_pin) == "store_pin_wrong");
    CHECK(guarded.opens(pin));
    guarded.set_pin(pin, "");
    CHECK(guarded.opens(""));
    CHECK(line() == before);
  }

  TEST_CASE("after five wrong PINs none is looked at for a while that grows, whatever is restarted") {
    Guarded guarded("key-wait");
    guarded.set_pin("", right_pin);
    TestClock& clock = guarded.phone.clock;
    for (int i = 0; i < 5; ++i) CHECK(guarded.refused("000000") == "store_pin_wrong");
    CHECK(guarded.refused(right_pin) == "store_pin_wait");
    clock.now_ms += 59'000;
    CHECK(guarded.refused(right_pin) == "store_pin_wait");
    clock.boot = "boot-2";  // the phone was switched off and on
    clock.booted_ms = clock.now_ms;
    CHECK(guarded.refused(right_pin) == "store_pin_wait");
    clock.now_ms += 60'000;
    CHECK(guarded.refused("000000") == "store_pin_wrong");
    clock.now_ms += 60'000;
    const auto opened = Phone::open(guarded.options(right_pin));
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.problem().code == "store_pin_wait");
    CHECK(opened.problem().zh.ends_with("还要等 1 分钟。"));
    clock.now_ms += 60'000;
    CHECK(guarded.opens(right_pin));
    for (int i = 0; i < 5; ++i) CHECK(guarded.refused("000000") == "store_pin_wrong");
  }

  TEST_CASE("where a phone has no clock but the wall's, to set that back waits no longer than from then on") {
    Guarded guarded("key-wall");
    guarded.set_pin("", right_pin);
    TestClock& clock = guarded.phone.clock;
    clock.boot = "";
    for (int i = 0; i < 5; ++i) CHECK(guarded.refused("000000") == "store_pin_wrong");
    clock.offset_ms = -1'000'000'000;
    CHECK(guarded.refused(right_pin) == "store_pin_wait");
    clock.now_ms += 60'000;
    CHECK(guarded.opens(right_pin));
  }

  TEST_CASE("a locked phone does nothing but unlock, and another process goes on") {
    Guarded guarded("key-locked");
    guarded.set_pin("", right_pin);
    Phone service = must(Phone::open(guarded.options(right_pin)));
    Phone& phone = *guarded.phone.phone;
    Form form = must(phone.begin_new("micro_consultation"));
    phone.lock();
    phone.lock();
    CHECK(phone.record(guarded.record).problem().code == "store_locked");
    CHECK(phone.status().problem().code == "store_locked");
    CHECK(phone.sync().problem().code == "store_locked");
    CHECK(form.set("title", "井盖").problem().code == "store_locked");
    CHECK(must(service.record(guarded.record)).title == "路灯");
    CHECK(phone.unlock().problem().code == "store_pin_missing");
    CHECK(phone.unlock("000000").problem().code == "store_pin_wrong");
    CHECK(phone.status().problem().code == "store_locked");
    must(phone.unlock(right_pin));
    must(form.set("title", "井盖"));
    CHECK(must(phone.record(guarded.record)).title == "路灯");
    CHECK(guarded.phone.sync().pushed > 0);
  }

  TEST_CASE("a key that is damaged in the file opens it by its copy, and both are damage and no wrong key") {
    Guarded guarded("key-damaged");
    const auto harm = [&](const Query& query) {
      guarded.phone.phone = std::make_unique<Phone>(guarded.phone.open_again());
      Database& db = PhoneInternals::core(*guarded.phone.phone).db();
      REQUIRE(db.write([&]() -> Status {
        db.exec(query);
        return {};
      }));
      guarded.phone.phone.reset();
    };
    constexpr Query one{"test_harm_key", "UPDATE file_key SET wrap = x'01'"};
    constexpr Query id{"test_harm_id", "UPDATE file_key SET id = zeroblob(8)"};
    constexpr Query gone{"test_drop_key", "DELETE FROM file_key"};
    constexpr Query copy{"test_harm_copy", "UPDATE file_key_copy SET wrap = zeroblob(110)"};
    for (const Query* query : {&one, &id, &gone, &copy}) {
      CAPTURE(query->name);
      harm(*query);
      CHECK(guarded.opens(""));
    }
    harm(copy);
    constexpr Query both{"test_harm_both", "UPDATE file_key SET wrap = (SELECT wrap FROM file_key_copy)"};
    guarded.phone.phone.reset();
    harm(one);  // mends the copy first
    CHECK(guarded.opens(""));
    guarded.phone.phone = std::make_unique<Phone>(guarded.phone.open_again());
    Database& db = PhoneInternals::core(*guarded.phone.phone).db();
    REQUIRE(db.write([&]() -> Status {
      db.exec(copy);
      db.exec(both);
      return {};
    }));
    guarded.phone.phone.reset();
    CHECK(guarded.refused("") == "file_damaged");
  }
}

}  // namespace lianxin::client
