#include "server/backup/backup.h"

#include <atomic>
#include <fstream>
#include <thread>

#include "schema/json.h"
#include "server/backup/drill.h"
#include "server/backup/restore.h"
#include "server/backup/times.h"
#include "server/disk/files.h"
#include "server/telemetry/log.h"
#include "server/upkeep/backup_keeper.h"
#include "tests/server/backup/copied_file.h"
#include "tests/server/test_phone.h"
#include "tests/support/database_beside.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t hour_ms = 3'600'000;

const auto never = [] { return false; };

// The filled data folder, copied, with a folder for its backups.
struct Office {
  Office() {
    fs::copy(FilledData::one().data, data, fs::copy_options::recursive);
    options.keys = FilledData::one().options.keys;
  }

  BackupMade back_up(std::int64_t at_ms) const {
    return must(make_backup(data / "lianxin.db", backups, options, at_ms));
  }
  ServerOptions server() const { return {data, LIANXIN_KINDS_DIR, {}}; }
  void sql(const std::string& statements) const { test::open_beside(data / "lianxin.db").exec(statements); }

  test::TempFolder folder;
  fs::path data = folder / "data", backups = folder / "backups";
  VerifyOptions options;
};

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Result<Backup> pick(const Office& office, std::optional<std::int64_t> as_of_ms,
                    std::vector<std::string>* passed_over = nullptr) {
  return pick_backup(office.backups, as_of_ms, office.options, [&](const std::string& why) {
    if (passed_over) passed_over->push_back(why);
  });
}

std::map<StudioId, StudioPoint> points_of(const Office& office) { return must(points_in(office.data / "lianxin.db")); }

// Events of the log while it lives.
struct LoggedEvents {
  LoggedEvents() {
    set_log_sink([this](const std::string& line) { text += line + "\n"; });
  }
  ~LoggedEvents() { set_log_sink({}); }
  std::string text;
};

}  // namespace

TEST_SUITE_BEGIN("server/backup/backup");

TEST_CASE("a backup is one private file with a manifest that tells what is in it") {
  const Office office;
  const BackupMade made = office.back_up(noon_ms);
  REQUIRE(made.good);
  CHECK(names_in(office.backups) ==
        std::vector<std::string>{".lock", "lianxin-20261120T120000.000Z.db", "lianxin-20261120T120000.000Z.json"});
  CHECK(fs::status(made.backup.file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  const std::vector<Backup> found = backups_in(office.backups);
  REQUIRE(found.size() == 1);
  CHECK(found[0].manifest.made_ms == noon_ms);
  CHECK(found[0].manifest.studios == points_of(office));
  CHECK(found[0].manifest.studios.size() == 3);
  CHECK(found[0].manifest.program == LIANXIN_VERSION);
  CHECK(found[0].manifest.migrations.at("log") >= 2);
  CHECK(check_bytes(found[0]));
  CHECK(dump(made.backup.file) == dump(FilledData::one().database));
}

TEST_CASE("a backup beside busy writers is whole and they go on") {
  TestServer server;
  TestPhone phone = phone_of(server, 1, studio_1, hao);
  std::atomic<bool> done = false;
  int pushes = 0;
  std::thread writer([&] {
    for (; !done || pushes == 0; ++pushes) {
      phone.record(studio_1, hao, record_id(static_cast<std::uint8_t>(pushes % 200)), "outreach_visit",
                   {put("visit_kind", "household")});
      if (pushes % 250 == 249) break;  // ids of that phone's changes run out
      phone.sync(server, phone.request(studio_1));
    }
  });
  test::TempFolder folder;
  const VerifyOptions options{{}, must(keys_in(server.folder() + "/data/keys")), {}};
  for (int i = 0; i < 5; ++i) {
    const BackupMade made =
        must(make_backup(server.folder() + "/data/lianxin.db", folder / "backups", options, noon_ms + i));
    CHECK(made.good);
  }
  done = true;
  writer.join();
  CHECK(pushes > 0);
  const std::vector<Backup> backups = backups_in(folder / "backups");
  REQUIRE(backups.size() == 5);
  for (std::size_t i = 1; i < backups.size(); ++i) {
    CHECK(backups[i].manifest.studios.at(reference_studio_of("990121")) ==
          backups[i - 1].manifest.studios.at(reference_studio_of("990121")));
    CHECK(backups[i].manifest.made_ms < backups[i - 1].manifest.made_ms);
  }
}

TEST_CASE("a copy of a damaged database is kept aside and is no backup") {
  const Office office;
  office.sql("UPDATE device SET name = 'another'");
  const BackupMade made = office.back_up(noon_ms);
  CHECK_FALSE(made.good);
  CHECK(made.verified.damage.has("seal_wrong"));
  CHECK(made.backup.file.extension() == ".damaged");
  CHECK(fs::exists(made.backup.file));
  CHECK(backups_in(office.backups).empty());
}

TEST_CASE("two backups into one folder do not meet and what a crash left is removed") {
  const Office office;
  REQUIRE(make_private_folder(office.backups));
  std::ofstream(office.backups / ".lianxin-20260101T000000.000Z.part") << "half";
  {
    const auto held = FileLock::take(office.backups / ".lock");
    REQUIRE(held);
    const auto made = make_backup(office.data / "lianxin.db", office.backups, office.options, noon_ms);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::conflict);
    CHECK(names_in(office.backups).size() == 2);
  }
  CHECK(office.back_up(noon_ms).good);
  CHECK(names_in(office.backups).size() == 3);
}

TEST_CASE("a keeper that starts sweeps what a crash left and nothing else") {
  TestServer server;
  const BackupPlan plan{server.folder() + "/data", server.folder() + "/backups", 6 * hour_ms, 2};
  REQUIRE(make_private_folder(plan.folder));
  const auto leave = [](const fs::path& file) { std::ofstream(file) << "half"; };
  // A copy, its manifest by half or whole; one that was about to be removed; others are somebody else's.
  for (const char* left :
       {".lianxin-1.part", ".lianxin-1.part-journal", "lianxin-1.json.part", ".lianxin-2.part", "lianxin-2.json"}) {
    leave(plan.folder / left);
  }
  const std::vector<std::string> kept = {".lianxin-3.db.Xa8f2z", ".lock", "lianxin-3.json", "lianxin-4.db",
                                         "notes.part"};
  for (const std::string& name : kept) leave(plan.folder / name);
  for (const char* left : {"lianxin.db.restored", "lianxin.db.restored.part", "restoring.part"})
    leave(plan.data / left);
  const auto left_in_data = [&] { return fs::exists(plan.data / "lianxin.db.restored"); };
  {
    const auto held = FileLock::take(plan.folder / ".lock");
    leave(plan.data / DataFolder::restoring_name);
    const BackupKeeper keeper(*server->moments, *server->marks, *server->audit, server->metrics, plan);
    CHECK(names_in(plan.folder).size() == 10);
    CHECK(left_in_data());  // what the word tells of is for a restore to finish
    fs::remove(plan.data / DataFolder::restoring_name);
  }
  const BackupKeeper keeper(*server->moments, *server->marks, *server->audit, server->metrics, plan);
  CHECK(names_in(plan.folder) == kept);
  CHECK_FALSE(left_in_data());
  CHECK_FALSE(fs::exists(plan.data / "lianxin.db.restored.part"));
  CHECK_FALSE(fs::exists(plan.data / "restoring.part"));
}

TEST_CASE("the newest are kept and never fewer than one") {
  const Office office;
  for (int i = 0; i < 4; ++i) (void)office.back_up(noon_ms + i * hour_ms);
  for (const char* name : {"lianxin-1.damaged", "lianxin-2.damaged", "lianxin-3.damaged"}) {
    std::ofstream(office.backups / name) << "x";
  }
  CHECK(must(prune_backups(office.backups, 3)) == 2);  // one good, one damaged
  CHECK(backups_in(office.backups).size() == 3);
  CHECK(backups_in(office.backups).front().manifest.made_ms == noon_ms + 3 * hour_ms);
  CHECK_FALSE(fs::exists(office.backups / "lianxin-1.damaged"));
  CHECK(must(prune_backups(office.backups, 0)) == 2);
  REQUIRE(backups_in(office.backups).size() == 1);
  CHECK(backups_in(office.backups).front().manifest.made_ms == noon_ms + 3 * hour_ms);
}

TEST_CASE("a backup of a clock that was wrong is neither the newest nor kept in place of a real one") {
  for (const std::int64_t wrong_by_ms : {9000 * hour_ms, -200'000 * hour_ms}) {
    CAPTURE(wrong_by_ms);
    const Office office;
    const std::string first = office.back_up(noon_ms + wrong_by_ms).backup.file;
    const std::string second = office.back_up(noon_ms).backup.file;
    CHECK(must(pick(office, std::nullopt)).file == second);
    CHECK(must(prune_backups(office.backups, 1)) == 1);
    REQUIRE(backups_in(office.backups).size() == 1);
    CHECK(backups_in(office.backups)[0].file == second);
    // The clock goes wrong again: what is made then is the newest all the same.
    const std::string third = office.back_up(noon_ms + wrong_by_ms).backup.file;
    CHECK(must(prune_backups(office.backups, 1)) == 1);
    CHECK(backups_in(office.backups)[0].file == third);
  }
}

TEST_CASE("what holds most is taken and kept whatever was made after it") {
  const Office office;
  const std::string fullest = office.back_up(noon_ms).backup.file;
  for (int i = 1; i <= 3; ++i) {  // after a restore the logs are shorter for a while
    const fs::path file = office.back_up(noon_ms + i * hour_ms).backup.file;
    BackupManifest manifest = backups_in(office.backups).front().manifest;
    --manifest.studios.begin()->second.seq;
    if (i < 3) manifest.number = 0;  // those of an earlier program are not counted
    must(write_durably(fs::path(file).replace_extension(".json"), manifest_text(manifest)));
  }
  std::vector<std::string> passed_over;
  CHECK(must(pick(office, std::nullopt, &passed_over)).file == fullest);
  REQUIRE(passed_over.size() == 1);
  CHECK(passed_over[0].find("was made last") != std::string::npos);
  CHECK(must(pick(office, noon_ms + 9 * hour_ms)).manifest.made_ms == noon_ms + 3 * hour_ms);
  CHECK(must(prune_backups(office.backups, 1)) == 2);
  const std::vector<Backup> kept = backups_in(office.backups);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].manifest.made_ms == noon_ms + 3 * hour_ms);
  CHECK(kept[1].file == fullest);
}

TEST_CASE("backups are made at their hour and a failure is told and tried again") {
  TestServer server;
  const fs::path folder = server.folder() + "/backups";
  BackupKeeper keeper(*server->moments, *server->marks, *server->audit, server->metrics,
                      {server.folder() + "/data", folder, 6 * hour_ms, 2});
  const auto made = [&] { return backups_in(folder).size(); };
  const auto told = [&](std::int64_t made_ms) {
    char line[64];
    std::snprintf(line, sizeof line, "\nlianxin_last_backup_seconds %.15g\n", static_cast<double>(made_ms) / 1000);
    return server.ask("GET", "/metrics").body.find(line) != std::string::npos;
  };
  keeper.look(never);
  CHECK(made() == 0);  // not the instant that the server starts
  CHECK(told(0));
  server.now_ms += BackupKeeper::first_after_ms;
  keeper.look(never);
  CHECK(made() == 1);
  server.now_ms += 5 * hour_ms;
  keeper.look(never);
  CHECK(made() == 1);
  const std::int64_t made_ms = server.now_ms - 5 * hour_ms;
  CHECK(told(made_ms));

  LoggedEvents events;
  fs::rename(folder, folder.string() + ".away");
  std::ofstream(folder) << "in the way";
  server.now_ms += hour_ms;
  keeper.look(never);
  CHECK(events.text.find("error backup_failed") != std::string::npos);
  CHECK(server.ask("GET", "/metrics").body.find("lianxin_backups_total{outcome=\"failed\"} 1") != std::string::npos);
  CHECK(told(made_ms));
  fs::remove(folder);
  fs::rename(folder.string() + ".away", folder);
  keeper.look(never);
  CHECK(made() == 1);
  server.now_ms += BackupKeeper::again_after_ms;
  keeper.look(never);
  CHECK(made() == 2);
  server.now_ms += 6 * hour_ms;
  keeper.look(never);
  CHECK(made() == 2);  // two are kept
  CHECK(server.ask("GET", "/metrics").body.find("lianxin_backups_total{outcome=\"good\"} 3") != std::string::npos);
}

TEST_CASE("copies of a damaged database neither fill the disk nor the log and wait for the next hour") {
  TestServer server;
  const fs::path folder = server.folder() + "/backups";
  BackupKeeper keeper(*server->moments, *server->marks, *server->audit, server->metrics,
                      {server.folder() + "/data", folder, 6 * hour_ms, 2});
  {
    SQLite::Database database = test::open_beside(server.folder() + "/data/lianxin.db");
    for (int i = 0; i < 40; ++i) {
      database.exec(
          "INSERT INTO role_grant (member, role, studio, from_ms, to_ms, clearance) "
          "VALUES (zeroblob(3), 'nobody', zeroblob(2), 9, 1, 'none')");
    }
  }
  server.now_ms += BackupKeeper::first_after_ms;
  for (int round = 1; round <= 4; ++round) {
    CAPTURE(round);
    LoggedEvents events;
    keeper.look(never);
    std::size_t told = 0;
    for (std::size_t at = 0; (at = events.text.find(" damage ", at)) != std::string::npos; ++at) ++told;
    CHECK(told > 0);
    CHECK(told <= BackupKeeper::findings_logged);
    events.text.clear();
    server.now_ms += BackupKeeper::again_after_ms;
    keeper.look(never);
    CHECK(events.text.empty());
    server.now_ms += 6 * hour_ms;
  }
  const std::vector<std::string> names = names_in(folder);
  CHECK(std::count_if(names.begin(), names.end(), [](const std::string& name) { return name.ends_with(".damaged"); }) ==
        static_cast<std::ptrdiff_t>(damaged_kept));
}

TEST_CASE("a server that starts goes on from the backups that there are") {
  TestServer server;
  const fs::path folder = server.folder() + "/backups";
  const BackupPlan plan{server.folder() + "/data", folder, 6 * hour_ms, 28};
  const VerifyOptions options{{}, must(keys_in(plan.data / "keys")), {}};
  (void)must(make_backup(plan.data / "lianxin.db", folder, options, server.now_ms - 5 * hour_ms));
  BackupKeeper keeper(*server->moments, *server->marks, *server->audit, server->metrics, plan);
  CHECK(server->metrics.last_backup_ms() == server.now_ms - 5 * hour_ms);
  server.now_ms += hour_ms - 1;
  keeper.look(never);
  CHECK(backups_in(folder).size() == 1);
  server.now_ms += 1;
  keeper.look(never);
  CHECK(backups_in(folder).size() == 2);
}

TEST_CASE("the newest good backup at or before a moment is picked") {
  const Office office;
  for (int i = 0; i < 3; ++i) (void)office.back_up(noon_ms + i * hour_ms);
  CHECK(must(pick(office, std::nullopt)).manifest.made_ms == noon_ms + 2 * hour_ms);
  CHECK(must(pick(office, noon_ms + 2 * hour_ms)).manifest.made_ms == noon_ms + 2 * hour_ms);
  CHECK(must(pick(office, noon_ms + 2 * hour_ms - 1)).manifest.made_ms == noon_ms + hour_ms);
  CHECK(pick(office, noon_ms - 1).error().code == Errc::not_found);

  const fs::path newest = backups_in(office.backups).front().file;
  {
    std::fstream bytes(newest, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(newest)) - 1);
    bytes << 'x';
  }
  std::vector<std::string> passed_over;
  CHECK(must(pick(office, std::nullopt, &passed_over)).manifest.made_ms == noon_ms + hour_ms);
  REQUIRE(passed_over.size() == 1);
  CHECK(passed_over[0].find(newest.filename().string()) != std::string::npos);
}

TEST_CASE("a backup takes the database's place and what was there is kept") {
  const Office office;
  const Backup backup = office.back_up(noon_ms).backup;
  const auto before = points_of(office);
  office.sql("DELETE FROM change_log");
  const fs::path aside = must(put_back(backup, office.data, noon_ms + 1));
  CHECK(points_of(office) == before);
  CHECK(dump(office.data / "lianxin.db") == dump(backup.file));
  SQLite::Database old = test::open_beside(aside / "lianxin.db", SQLite::OPEN_READONLY);
  CHECK(old.execAndGet("SELECT count(*) FROM change_log").getInt() == 0);
  CHECK_FALSE(fs::exists(office.data / DataFolder::restoring_name));
  CHECK(must(Parts::open(office.server(), Parts::Purpose::serve)) != nullptr);
}

TEST_CASE("a restore that was cut short anywhere is finished by the next one") {
  // Which files lie in the data folder, and which have been moved, at each instant after the word was written.
  for (int step = 0; step <= 4; ++step) {
    CAPTURE(step);
    const Office office;
    const Backup backup = office.back_up(noon_ms).backup;
    const fs::path aside = office.data / "replaced" / "then", database = office.data / "lianxin.db";
    std::ofstream(database.string() + "-wal") << "old";
    REQUIRE(write_durably(office.data / DataFolder::restoring_name, to_json(Value::Object{{"aside", "then"}})));
    fs::copy_file(backup.file, office.data / "lianxin.db.restored");
    if (step >= 1) fs::create_directories(aside);
    if (step >= 2) fs::rename(database.string() + "-wal", aside / "lianxin.db-wal");
    if (step >= 3) fs::rename(database, aside / "lianxin.db");
    if (step >= 4) fs::rename(office.data / "lianxin.db.restored", database);

    const auto server = Parts::open(office.server(), Parts::Purpose::serve);
    REQUIRE_FALSE(server);
    CHECK(server.error().code == Errc::conflict);
    CHECK(must(finish_put_back(office.data)));
    CHECK_FALSE(must(finish_put_back(office.data)));
    CHECK(fs::exists(aside / "lianxin.db"));
    CHECK(fs::exists(aside / "lianxin.db-wal"));
    CHECK_FALSE(fs::exists(database.string() + "-wal"));
    CHECK(dump(database) == dump(backup.file));
    CHECK(must(Parts::open(office.server(), Parts::Purpose::serve)) != nullptr);
  }
}

TEST_CASE("a restore that was cut short is finished though the data folder is called by another path") {
  const Office office;
  const Backup backup = office.back_up(noon_ms).backup;
  const fs::path from = fs::current_path(), in_the_way = office.data / "replaced";
  std::ofstream(in_the_way) << "x";
  fs::current_path(office.folder / ".");
  const auto cut = put_back(backup, "data", noon_ms + 1);
  fs::current_path(from);
  REQUIRE_FALSE(cut);
  fs::remove(in_the_way);
  CHECK(must(finish_put_back(office.data)));
  CHECK(fs::exists(in_the_way / utc_stamp(noon_ms + 1) / "lianxin.db"));
  CHECK(dump(office.data / "lianxin.db") == dump(backup.file));
}

TEST_CASE("a drill ends well on a good database and says what is wrong with a bad one") {
  const Office office;
  const Drill good = must(run_drill(office.data, office.folder / "scratch", noon_ms));
  for (const Finding& finding : good.differences.kept()) FAIL_CHECK(finding.text());
  CHECK(good.good());
  CHECK(good.steps.size() == 6);
  CHECK_FALSE(fs::exists(office.folder / "scratch"));
  CHECK_FALSE(fs::exists(office.data / "lianxin.db.restored"));

  office.sql("UPDATE change_log SET log_hash = randomblob(32) WHERE seq = 9");
  const Drill bad = must(run_drill(office.data, office.folder / "scratch", noon_ms));
  CHECK_FALSE(bad.good());
  CHECK(bad.differences.has("log_hash_wrong"));
  CHECK_FALSE(fs::exists(office.folder / "scratch"));

  fs::create_directories(office.folder / "scratch");
  CHECK(run_drill(office.data, office.folder / "scratch", noon_ms).error().code == Errc::conflict);
}

TEST_CASE("a moment is read with its zone or not at all") {
  CHECK(parse_time("1795176000000") == noon_ms);
  CHECK(parse_time("2026-11-20T12:00:00Z") == noon_ms);
  CHECK(parse_time("2026-11-20T20:00+08:00") == noon_ms);
  CHECK(parse_time("2026-11-20T20:00:00.5+0800") == noon_ms + 500);
  CHECK(parse_time("2026-11-20T06:30:00.123456-05:30") == noon_ms + 123);
  for (const char* wrong :
       {"", "latest", "2026-11-20", "2026-11-20T12:00", "2026-11-20 12:00Z", "2026-02-30T12:00Z", "2026-11-20T24:00Z",
        "2026-11-20T12:60Z", "2026-11-20T12:00Zx", "-5", "2026-11-20T12:00.Z"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_time(wrong));
  }
  CHECK(utc_text(noon_ms + 7) == "2026-11-20T12:00:00.007Z");
  CHECK(parse_time(utc_text(noon_ms + 7)) == noon_ms + 7);
}

TEST_CASE("a manifest is read back as it was written and anything else is none") {
  BackupManifest manifest;
  manifest.made_ms = noon_ms;
  manifest.bytes = 12;
  manifest.sha256.fill(3);
  manifest.program = "1.2";
  manifest.migrations = {{"auth", 2}, {"log", 3}};
  manifest.kinds_version = 4;
  manifest.studios[studio_1] = {7, Hash{}};
  const std::string text = manifest_text(manifest);
  const BackupManifest again = must(read_manifest(text));
  CHECK(manifest_text(again) == text);
  CHECK(again.studios == manifest.studios);
  CHECK(again.migrations == manifest.migrations);
  for (const std::string& wrong : {std::string(), std::string("{}"), text.substr(0, text.size() / 2)}) {
    CHECK(read_manifest(wrong).error().code == Errc::corrupt);
  }
}

TEST_SUITE_END();
