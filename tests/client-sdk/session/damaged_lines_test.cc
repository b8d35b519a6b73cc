// Own lines that went bad on the phone's disk: nothing waits behind them for ever, and the server is given what is
// left.
#include <algorithm>

#include "client-sdk/core/phone_core.h"
#include "tests/client-sdk/session/damage.h"

namespace lianxin::client {
namespace {

using Fate = FakeServer::Fate;

constexpr Query set_line{"test_set_line", "UPDATE own_change SET line_sealed = $3 WHERE studio = $1 AND n = $2"};
constexpr Query get_line{"test_get_line", "SELECT line_sealed FROM own_change WHERE studio = $1 AND n = $2"};
constexpr Query spoil_h{"test_spoil_h", "UPDATE own_change SET h = zeroblob(32) WHERE studio = $1 AND n = $2"};
constexpr Query spoil_line_hash{"test_spoil_line_hash", R"sql(
  UPDATE own_change SET line_hash = zeroblob(32) WHERE studio = $1 AND n = $2
)sql"};
constexpr Query spoil_n{"test_spoil_n", "UPDATE own_change SET n = n + 64 WHERE studio = $1 AND n = $2"};

std::vector<std::string> lines_in_log(FakeServer& server) {
  std::vector<std::string> lines;
  const Status read = server.store().read(server.studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(const std::vector<Logged> log, txn.log_after(0, 1000));
    for (const Logged& one : log) lines.push_back(one.line);
    return {};
  });
  REQUIRE(read.has_value());
  return lines;
}

// A phone with one change on the server and three that wait: an edit of the same record, a new one, an edit of that.
struct Waiting {
  TwoPhones phones;
  TestPhone& phone;
  std::string first, second;

  explicit Waiting(const std::string& name) : phones(name), phone(phones.a) {
    first = phone.make(R"({"title":"甲","headcount_total":1})");
    phone.sync();
    phone.edit(first, R"({"title":"乙"})");
    second = phone.make(R"({"title":"丙","headcount_total":10})");
    phone.edit(second, R"({"headcount_total":20})");
  }

  FakeServer& server() { return phones.server; }
  Database& db() { return PhoneInternals::core(*phone.phone).db(); }
  OwnChange change(N n) {
    const auto found = db().read([&] { return OwnChanges(db()).after(server().studio, n - 1, 1, SIZE_MAX); });
    REQUIRE(found.has_value());
    return found->front();
  }
  std::string line(N n) { return change(n).line; }
  void spoil(const Query& query, N n) {
    const Status written = db().write([&]() -> Status {
      CHECK(db().exec(query, server().studio, n) == 1);
      return {};
    });
    REQUIRE(written.has_value());
  }
  void set_sealed(N n, const std::string& sealed) {
    const Status written = db().write([&]() -> Status {
      db().exec(set_line, server().studio, n, Blob{sealed});
      return {};
    });
    REQUIRE(written.has_value());
  }
  void put_line(N n, const std::string& text) {
    const SealedAt at = sealed_at(Column::line, server().studio, change(n).id);
    std::string sealed;
    REQUIRE(db().read([&]() -> Status {
      sealed = db().seal(at, text);
      return {};
    }));
    set_sealed(n, sealed);
  }
  std::string sealed(N n) {
    const auto found =
        db().read([&] { return Result<std::string>(*db().one(get_line, first_blob, server().studio, n)); });
    REQUIRE(found.has_value());
    return *found;
  }
  std::vector<InboxItem> troubles() {
    std::vector<InboxItem> items = must(phone.phone->inbox());
    std::erase_if(items, [](const InboxItem& item) { return item.kind != InboxKind::trouble; });
    return items;
  }
  bool on_server(const std::string& text) {
    const std::vector<std::string> lines = lines_in_log(server());
    return std::find(lines.begin(), lines.end(), text) != lines.end();
  }
};

struct Harm {
  const char* name;
  void (*apply)(Waiting&, N);
};
constexpr Harm harms[] = {
    {"a letter", [](Waiting& w, N n) { w.put_line(n, replaced(w.line(n), "micro", "nicro")); }},
    {"a digit, so that it can still be read",
     [](Waiting& w, N n) { w.put_line(n, replaced(w.line(n), "\"wall_ms\":1", "\"wall_ms\":2")); }},
    {"a brace", [](Waiting& w, N n) { w.put_line(n, replaced(w.line(n), "{", "?")); }},
    {"an entry that names another",
     [](Waiting& w, N n) {
       const std::string one = w.line(1);
       w.put_line(n, "@" + parse_line(one)->id.text() + " " + to_hex(sha256(one)));
     }},
    {"a newline", [](Waiting& w, N n) { w.put_line(n, replaced(w.line(n), ",", "\n")); }},
    {"what was never sealed", [](Waiting& w, N n) { w.set_sealed(n, "@\n" + w.line(n)); }},
    {"all of it", [](Waiting& w, N n) { w.put_line(n, std::string(200, '\0')); }},
};

}  // namespace

TEST_SUITE("client-sdk/session/damaged-lines") {
  TEST_CASE("a line that went bad before it was sent goes as it is, holds up nothing and is told of") {
    for (const Harm& harm : harms) {
      for (const N n : {2, 3}) {
        CAPTURE(harm.name);
        CAPTURE(n);
        Waiting waiting("bad-line");
        const std::string record = n == 2 ? waiting.first : waiting.second;
        harm.apply(waiting, n);
        const std::string left = waiting.line(n);
        CHECK(left.front() == '!');  // nobody reads it as the person's words
        const SyncReport report = waiting.phone.sync();
        CHECK(report.waiting == 0);
        CHECK(!report.forked);
        CHECK(waiting.on_server(left));
        CHECK(waiting.on_server(waiting.line(4)));
        CHECK(lines_in_log(waiting.server()).size() == 4);
        const std::vector<InboxItem> told = waiting.troubles();
        REQUIRE(told.size() == 1);
        CHECK(told[0].record == record);
        must(waiting.phone.phone->put_away(told[0].change));
        CHECK(waiting.troubles().empty());
        CHECK(waiting.phone.sync().round_trips == 1);
      }
    }
  }

  TEST_CASE("of a line of which one bit flipped on the disk all other words reach the server") {
    Waiting waiting("bad-bit");
    const std::string saved = waiting.line(3);
    std::string sealed = waiting.sealed(3);
    const std::size_t at = saved.find("micro_consultation");
    REQUIRE(at != std::string::npos);
    sealed[1 + 12 + at] ^= 1;  // behind the version and the nonce
    waiting.set_sealed(3, sealed);
    CHECK(waiting.phone.sync().waiting == 0);
    CHECK(waiting.on_server("!" + replaced(saved, "micro_consultation", "licro_consultation")));
    CHECK(waiting.troubles().size() == 1);
  }

  TEST_CASE("a line that was put in another's place is taken for neither") {
    Waiting waiting("bad-swap");
    const std::string one = waiting.line(2), other = waiting.line(3);
    const std::string sealed = waiting.sealed(3);
    waiting.set_sealed(3, waiting.sealed(2));
    waiting.set_sealed(2, sealed);
    CHECK(waiting.line(2) == "!" + other);
    CHECK(waiting.line(3) == "!" + one);
    CHECK(waiting.phone.sync().waiting == 0);
    CHECK(waiting.troubles().size() == 2);
  }

  TEST_CASE("what went bad about a place in the chain alone is mended and every line is what it was") {
    for (const Query* query : {&spoil_h, &spoil_n, &spoil_line_hash}) {
      for (const N n : {1, 2, 3, 4}) {
        CAPTURE(query->name);
        CAPTURE(n);
        Waiting waiting("bad-place");
        std::vector<std::string> saved;
        for (const N at : {1, 2, 3, 4}) saved.push_back(waiting.line(at));
        waiting.spoil(*query, n);
        CHECK(waiting.phone.sync().waiting == 0);
        CHECK(lines_in_log(waiting.server()) == saved);
        CHECK(waiting.troubles().empty());
        CHECK(waiting.phone.shown(waiting.second, "headcount_total") == "30");
        CHECK(waiting.phone.sync().round_trips == 1);
      }
    }
  }

  TEST_CASE("a line that went bad after the server had it is there as it was saved (PROTOCOL 4.1)") {
    Waiting waiting("bad-after");
    const std::vector<std::string> saved{waiting.line(2), waiting.line(3), waiting.line(4)};
    waiting.server().fates = {Fate::lost_after};
    CHECK(!waiting.phone.try_sync());
    harms[0].apply(waiting, 3);
    CHECK(!waiting.phone.sync().forked);
    for (const std::string& line : saved) CHECK(waiting.on_server(line));
    CHECK(lines_in_log(waiting.server()).size() == 4);
    CHECK(waiting.troubles().empty());
  }

  TEST_CASE(
      "after a fork a bad line that the server has goes by the id and hash that it was saved with (PROTOCOL 6.1)") {
    Waiting waiting("bad-fork");
    waiting.phone.sync();
    waiting.phone.copy_file_to("bad-fork-backup");
    waiting.phone.edit(waiting.first, R"({"headcount_total":5})");
    waiting.phone.sync();
    waiting.phone.take_file_from("bad-fork-backup");
    harms[0].apply(waiting, 3);
    const std::vector<std::string> before = lines_in_log(waiting.server());
    CHECK(waiting.phone.sync().forked);
    CHECK(lines_in_log(waiting.server()) == before);
    CHECK(waiting.troubles().empty());
  }

  TEST_CASE("a value that stands in a bad line is taken from the row (PROTOCOL 5.3)") {
    Waiting waiting("bad-value");
    waiting.phone.sync();
    waiting.put_line(2, replaced(waiting.line(2), "乙", "丁"));
    waiting.phones.b.clock.now_ms = waiting.phone.clock.now_ms;
    waiting.phones.b.sync();
    waiting.phones.b.edit(waiting.first, R"({"place_text":"村口"})");
    waiting.phones.b.sync();
    waiting.phone.clock.now_ms = waiting.phones.b.clock.now_ms;
    CHECK(waiting.phone.sync().round_trips == 1);
    CHECK(waiting.phone.shown(waiting.first, "title") == "乙");
  }
}

}  // namespace lianxin::client
