// What the journal tells a database that was put back, where it cannot be taken at once or not to the end.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "server/people/restoration.h"
#include "server/recovery/waiting.h"
#include "server/storage/sql.h"
#include "sync/log/rebuild.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

namespace fs = std::filesystem;

constexpr Query spoil_waiting{"spoil_waiting", "UPDATE journal_waiting SET entry = '{'"};
constexpr Query count_restorations{"count_restorations", "SELECT count(*) FROM restoration"};

struct Office : ReviewDesk {
  const RecordId id = record_id(1);

  void set_back(const fs::path& backup) {
    server.set_back(backup);
    token = must(server->accounts->sign_in("cheng", "一个够长的口令，谁也猜不到", server.now_ms)).token;
  }
  void write_concern() { hao_phone.record(studio_1, hao, id, "concern", whole("concern")); }
  // What only a coordinator may.
  ChangeId write_what_is_held() {
    return hao_phone.record(studio_1, hao, id, "concern", {put("assigned_unit", "县住建局")});
  }
  Value decide(const ChangeId& change, Value::Object what) {
    return post("/v1/held/" + studio_1.text() + "/" + change.text(), std::move(what));
  }
  std::string assigned_to() { return std::string(cell_of(record(studio_1, id), "assigned_unit").text_at("value")); }
  void submit() {
    hao_phone.record(studio_1, hao, id, "micro_consultation", whole("micro_consultation"));
    hao_phone.record(studio_1, hao, id, "micro_consultation", {step("_review", "draft", "submitted")});
  }
  void accept() {
    const Value answer =
        post("/v1/verdicts", Value::Object{{"studio", studio_1.text()}, {"record", id.text()}, {"to", "accepted"}});
    REQUIRE(answer.list_at("results").at(0).text_at("outcome") == "done");
  }
  // Twice: it hears first how far it is acknowledged.
  void return_home() {
    sync(hao_phone, studio_1);
    sync(hao_phone, studio_1);
  }
  // Behind the API: no row of the studio can be read.
  void damage_rows() {
    must(server->store->write(studio_1, [](WriteTxn& txn) -> Status {
      LX_TRY(const StudioHead head, txn.head());
      LX_TRY(std::vector<StoredRow> rows, txn.rows_after(0, 100, SIZE_MAX >> 1));
      for (StoredRow& row : rows) row.encoded = "no row";
      return txn.replace_rows(rows, head);
    }));
  }
  void mend_rows() { (void)must(rebuild(*server->store, studio_1, *server->kinds->catalog())); }
  std::size_t waiting() { return must(waiting_entries(*server->database)).size(); }
};

StudioHead head_of(Parts& server) {
  StudioHead head;
  must(server.store->read(studio_1, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    return {};
  }));
  return head;
}

// Opens the data in a process that is killed when it asks for the time for the nth time. False: it never was.
bool open_and_kill(const fs::path& data, int nth) {
  const pid_t child = fork();
  if (child == 0) {
    int asked = 0;
    const auto clock = [&] {
      if (++asked == nth) _exit(1);
      return noon_ms;
    };
    const auto server = Parts::open({data, LIANXIN_KINDS_DIR, clock}, Parts::Purpose::command);
    _exit(server ? 0 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 1;
}

}  // namespace

TEST_SUITE_BEGIN("server/recovery/replay");

TEST_CASE_FIXTURE(Office, "a desk's line that cannot be taken waits and is taken once it can") {
  submit();
  sync(hao_phone, studio_1);
  damage_rows();
  const auto backup = server.backup();
  mend_rows();
  accept();
  const Value before = record(studio_1, id);
  set_back(backup);
  CHECK(server->recovered.waiting == 1);
  server.reopen();
  CHECK(server->recovered.waiting == 1);

  SUBCASE("while the server runs") {
    mend_rows();
    must(server->journal_settling->settle());
  }
  SUBCASE("when it is next opened") {
    mend_rows();
    server.reopen();
    CHECK(server->recovered.waiting == 0);
  }
  SUBCASE("though the journal is lost by then") {
    server.reopen();
    fs::remove_all(server.journal());
    server.reopen();
    mend_rows();
    must(server->journal_settling->settle());
  }
  CHECK(waiting() == 0);
  const Value after = record(studio_1, id);
  CHECK(after.text_at("review") == "accepted");
  CHECK(cell_of(after, "_review") == cell_of(before, "_review"));
  CHECK(after.text_at("official_no") == "990121-S01-微商-2026-0001");
}

TEST_CASE_FIXTURE(Office, "an entry of a kind that is not known yet waits") {
  const auto backup = server.backup();
  must(server->journal->append({{{"kind", "of a later program"}}}));
  set_back(backup);
  CHECK(server->recovered.waiting == 1);
  CHECK(get("/v1/restoration").integer_at("journal_waiting") == 0);  // it is about no studio of his
  server.reopen();
  CHECK(server->recovered.waiting == 1);
  CHECK(waiting() == 1);
}

TEST_CASE_FIXTURE(Office, "a decision of a held line takes effect when its phone has brought the line back") {
  write_concern();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  const ChangeId held = write_what_is_held();
  sync(hao_phone, studio_1);
  std::string right = "县住建局";
  SUBCASE("released") { decide(held, {{"decision", "release"}}); }
  SUBCASE("corrected") {
    right = "柳湾镇政府";
    decide(held,
           {{"decision", "correct"}, {"writes", Value::List{Value::Object{{"at", "assigned_unit"}, {"put", right}}}}});
  }
  SUBCASE("dismissed") {
    right = "";
    decide(held, {{"decision", "dismiss"}, {"reason", "尚未交办"}});
  }
  set_back(backup);
  CHECK(waiting() == 1);
  CHECK(get("/v1/held").list_at("held").empty());
  return_home();
  must(server->journal_settling->settle());
  CHECK(waiting() == 0);
  CHECK(assigned_to() == right);
  CHECK(get("/v1/held").list_at("held").empty());
}

TEST_CASE_FIXTURE(Office, "a decision of a line that began its record takes effect when that is back") {
  const auto backup = server.backup();
  const ChangeId held = hao_phone.record(
      studio_1, hao, id, "concern",
      {put("title", "路灯不亮"), put("region_code", "990121100201"), put("assigned_unit", "县住建局")});
  sync(hao_phone, studio_1);
  decide(held, {{"decision", "release"}});
  set_back(backup);
  return_home();
  CHECK(get("/v1/held").list_at("held").size() == 1);
  must(server->journal_settling->settle());
  CHECK(assigned_to() == "县住建局");
  CHECK(get("/v1/held").list_at("held").empty());
}

TEST_CASE_FIXTURE(Office, "a waiting entry that went bad keeps no server from starting") {
  const auto backup = server.backup();
  must(server->journal->append({{{"kind", "of a later program"}}}));
  set_back(backup);
  REQUIRE(waiting() == 1);
  must(server->database->write([](SqlConnection& connection) -> Status {
    connection.run(spoil_waiting).exec();
    return {};
  }));
  server.reopen();
  CHECK(server->recovered.waiting == 0);
}

TEST_CASE_FIXTURE(Office, "a decision waits also for what the held line builds on") {
  write_concern();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  const ChangeId base = mi_phone.record(studio_1, mi, id, "concern", {put("assigned_unit", "镇政府")});
  sync(mi_phone, studio_1);
  Write over = put("assigned_unit", "县住建局");
  over.bases = {base};
  const ChangeId held = hao_phone.record(studio_1, hao, id, "concern", {over});
  sync(hao_phone, studio_1);
  decide(held, {{"decision", "release"}});
  const std::string right = assigned_to();
  set_back(backup);
  return_home();
  must(server->journal_settling->settle());
  CHECK(waiting() == 1);
  sync(mi_phone, studio_1);
  sync(mi_phone, studio_1);
  must(server->journal_settling->settle());
  CHECK(waiting() == 0);
  CHECK(assigned_to() == right);
}

TEST_CASE_FIXTURE(Office, "a release that was decided anew meanwhile is superseded") {
  write_concern();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  const ChangeId held = write_what_is_held();
  sync(hao_phone, studio_1);
  decide(held, {{"decision", "release"}});
  set_back(backup);
  return_home();
  decide(held, {{"decision", "release"}});
  const StudioHead before = head_of(*server);
  must(server->journal_settling->settle());
  CHECK(waiting() == 0);
  CHECK(head_of(*server).seq == before.seq);
  CHECK(assigned_to() == "县住建局");
}

TEST_CASE_FIXTURE(Office, "what a command could not tell the journal any more is told by the server beside it") {
  submit();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  {
    // To the database its commit came through; its entries went where nobody reads them.
    const auto lost = must(Journal::open(server.folder() + "/lost", [] { return noon_ms; }));
    Accounts accounts(*server->database, *lost, server->random, server->sealing);
    must(accounts.add("late", coordinator, "一个够长的口令，谁也猜不到", false));
  }
  for (int minute = 0; minute < 3; ++minute) {
    phone_of(server, static_cast<std::uint8_t>(20 + minute), studio_1, mi);  // the agreement moves on
    must(server->marks->tell());
  }
  set_back(backup);
  CHECK(must(server->accounts->find("late")));
}

TEST_CASE_FIXTURE(Office, "rows that cannot be read keep no server from telling a new journal what it had decided") {
  submit();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  accept();
  damage_rows();
  const auto damaged = server.backup();
  fs::remove_all(server.journal());
  server.set_back(damaged);
  CHECK(server->recovered.told > 0);
  set_back(backup);
  CHECK(record(studio_1, id).text_at("review") == "accepted");
}

TEST_CASE_FIXTURE(Office, "what stands is done for who did it though the journal hears of it later") {
  submit();
  sync(hao_phone, studio_1);
  const auto backup = server.backup();
  const fs::path away = server.folder() + "/away";
  fs::rename(server.journal(), away);
  accept();  // demands that the answer says so
  CHECK_FALSE(server->marks->tell());
  fs::rename(away, server.journal());
  must(server->marks->tell());
  set_back(backup);
  CHECK(record(studio_1, id).text_at("review") == "accepted");
}

TEST_CASE_FIXTURE(Office, "a restore is remembered once wherever the first opening after it is killed") {
  submit();
  sync(hao_phone, studio_1);
  must(server->marks->tell());
  const StudioHead found = head_of(*server);
  const auto backup = server.backup();
  accept();  // the journal alone gives the whole log back: nothing of it shows afterwards that it was missing
  must(server->devices->set_status(mi_phone.device(), DeviceStatus::revoked));
  const StudioHead before = head_of(*server);
  const fs::path data = server.folder() + "/data", copy = server.folder() + "/copy";
  bool killed = true;
  for (int nth = 1; killed; ++nth) {
    CAPTURE(nth);
    fs::remove_all(copy);
    fs::copy(data, copy, fs::copy_options::recursive);
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(copy / (std::string("lianxin.db") + ending));
    fs::copy_file(backup, copy / "lianxin.db");
    killed = open_and_kill(copy, nth);
    for (int again = 0; again < 2; ++again) {
      const auto next = must(Parts::open({copy, LIANXIN_KINDS_DIR, [] { return noon_ms; }}, Parts::Purpose::command));
      CHECK(head_of(*next).log_hash == before.log_hash);
      const auto last = must(last_restoration(*next->database));
      REQUIRE(last);
      REQUIRE(last->studios.size() == 1);
      CHECK(last->studios[0].seq_before == before.seq);
      CHECK(last->studios[0].seq_found == found.seq);
      CHECK(last->devices.size() == 2);  // one was cut off since
      must(next->database->read([](SqlConnection& connection) -> Status {
        SqlRun run = connection.run(count_restorations);
        CHECK(run.step());
        CHECK(run.integer(0) == 1);
        return {};
      }));
      CHECK_FALSE(must(next->sessions->with_token(token, false, server.now_ms)));
    }
    REQUIRE(nth < 1000);
  }
}

TEST_SUITE_END();
