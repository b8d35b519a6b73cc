// The program itself, started as an office would: init, import, enrol-code, serve, and a signal to stop.
#include <doctest/doctest.h>
#include <httplib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "schema/json.h"
#include "tests/support/file_bytes.h"
#include "tests/support/process.h"

using namespace lianxin;
using lianxin::test::Ended;
using lianxin::test::Process;
using lianxin::test::TempFolder;

namespace {

const char* const reference = R"({
  "org_units": [{"org_code": "990121", "name": "政协溪禾县委员会", "level": "county", "region_code": "990121"}],
  "studios": [{"id": "1f8f1f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990121-S01", "name": "柳湾镇工作室",
               "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121"}],
  "members": [{"id": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "name": "郝商量", "person_kind": "member",
               "studios": ["990121-S01"]}],
  "grants": [{"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "convener", "studio": "990121-S01",
              "clearance": "personal"}]})";

struct Office {
  TempFolder folder;
  std::string data = folder / "data";

  Ended run(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.begin(), LIANXIN_SERVER);
    words.insert(words.end(), {"--data", data});
    return lianxin::test::run(words, input);
  }

  Ended import() const {
    std::ofstream(folder / "reference.json") << reference;
    return run({"import", folder / "reference.json"});
  }
};

// The port that a server with --listen HOST:0 says it has.
int port_of(const std::string& log, const std::string& event = "listening") {
  for (int tries = 0; tries < 1000; ++tries) {
    const std::string text = test::bytes_of(log);
    const std::size_t at = text.find(" port=", std::min(text.find(" info " + event), text.size()));
    if (at != std::string::npos && text.find('\n', at) != std::string::npos) return std::stoi(text.substr(at + 6));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 0;
}

}  // namespace

TEST_SUITE_BEGIN("server/commands/program");

TEST_CASE("an office is set up served and stopped") {
  Office office;
  REQUIRE(office.run({"init"}).code == 0);
  CHECK(office.run({"init"}).code == 1);
  const Ended imported = office.import();
  CAPTURE(imported.err);
  CHECK(imported.code == 0);
  CHECK(imported.out == "added 3, edited 0, unchanged 0, grants 1\n");
  CHECK(office.import().out == "added 0, edited 0, unchanged 3, grants 0\n");
  const Ended code = office.run({"enrol-code", "--studio", "990121-S01", "--member", "郝商量"});
  CHECK(code.code == 0);
  CHECK(code.out.size() == 20);
  CHECK(office.run({"enrol-code", "--studio", "990121-S77", "--member", "郝商量"}).code == 1);
  CHECK(office.run({"enrol-code", "--studio", "990121-S01", "--member", "无此人"}).code == 1);
  CHECK(office.run({"account", "add", "--login", "hao", "--member", "郝商量"}, "good password\n").code == 0);
  const Ended made = office.run({"account", "password", "--login", "hao"});
  CHECK(made.code == 0);
  CHECK(made.out.size() == 17);
  CHECK(office.run({"account", "password", "--login", "hao"}, "good password\n").out.empty());
  CHECK(office.run({"account", "disable", "--login", "hao"}).code == 0);
  CHECK(office.run({"account", "list"}).out == "hao\t14f926da-ba08-429b-90ab-09d89e0c2a5d\tdisabled\n");
  CHECK(office.run({"account", "enable", "--login", "hao"}).code == 0);
  CHECK(office.run({"account", "enable", "--login", "nobody"}).code == 1);
  CHECK(office.run({"account", "list"}).out == "hao\t14f926da-ba08-429b-90ab-09d89e0c2a5d\tactive\n");

  const std::string log = office.folder / "log";
  Process server({LIANXIN_SERVER, "serve", "--plain", "--data", office.data, "--listen", "127.0.0.1:0", "--metrics",
                  "127.0.0.1:0"},
                 log);
  const int port = port_of(log, "listening"), metrics_port = port_of(log, "metrics");
  CAPTURE(test::bytes_of(log));
  REQUIRE(port > 0);
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(true);
  const auto not_here = client.Get("/metrics");
  REQUIRE(not_here);
  CHECK(not_here->status == 404);
  const auto metrics = httplib::Client("127.0.0.1", metrics_port).Get("/metrics");
  REQUIRE(metrics);
  CHECK(metrics->body.find("\nlianxin_connections_open 1\n") != std::string::npos);
  CHECK(httplib::Client("127.0.0.1", metrics_port).Get("/healthz")->status == 404);
  CHECK(office.run({"serve", "--listen", "127.0.0.1:0", "--metrics", "0.0.0.0:0"}).code == 1);
  const auto health = client.Get("/healthz");
  REQUIRE(health);
  CHECK(health->status == 200);
  const auto signed_in =
      client.Post("/v1/sessions", R"({"login": "hao", "password": "good password"})", "application/json");
  REQUIRE(signed_in);
  CHECK(signed_in->status == 201);
  CHECK(test::bytes_of(log).find("good password") == std::string::npos);
  // Commands work beside a running server, a second server does not.
  CHECK(office.run({"enrol-code", "--studio", "990121-S01", "--member", "郝商量"}).code == 0);
  CHECK(office.run({"serve", "--listen", "127.0.0.1:0"}).code == 1);
  CHECK(server.stop() == 0);
  CHECK(test::bytes_of(log).find(" info stopped") != std::string::npos);
  CHECK(office.run({"rebuild"}).code == 0);
}

TEST_CASE("a folder that was there before becomes its owner's alone") {
  namespace fs = std::filesystem;
  Office office;
  fs::create_directories(office.data);
  fs::permissions(office.data, fs::perms(0755));
  REQUIRE(office.run({"init"}).code == 0);
  CHECK(fs::status(office.data).permissions() == fs::perms::owner_all);
}

TEST_CASE("a server that is killed has noted whom it let in, and what it refused before anybody was asked is counted") {
  Office office;
  REQUIRE(office.run({"init"}).code == 0);
  REQUIRE(office.import().code == 0);
  REQUIRE(office.run({"account", "add", "--login", "hao", "--member", "郝商量"}, "good password\n").code == 0);
  const std::string log = office.folder / "log", second_log = office.folder / "second";
  Process server({LIANXIN_SERVER, "serve", "--plain", "--data", office.data, "--listen", "127.0.0.1:0"}, log);
  {
    httplib::Client client("127.0.0.1", port_of(log));
    const auto signed_in =
        client.Post("/v1/sessions", R"({"login": "hao", "password": "good password"})", "application/json");
    REQUIRE(signed_in);
    REQUIRE(signed_in->status == 201);
  }
  server.kill9();
  const Ended killed = office.run({"audit", "export"});
  CHECK(killed.out.find("\"act\":\"sign_in\"") != std::string::npos);
  CHECK(killed.out.find("\"act\":\"server_started\"") != std::string::npos);
  const Ended verified = office.run({"audit", "verify"});
  CAPTURE(verified.out);
  CHECK(verified.code == 0);

  Process second({LIANXIN_SERVER, "serve", "--plain", "--data", office.data, "--listen", "127.0.0.1:0"}, second_log);
  {
    httplib::Client client("127.0.0.1", port_of(second_log));
    for (int i = 0; i < 5; ++i) {
      const auto refused = client.Get("/v1/records");
      REQUIRE(refused);
      CHECK(refused->status == 401);
    }
  }
  CHECK(second.stop() == 0);
  const std::string all = office.run({"audit", "export"}).out;
  CHECK(all.find(R"("act":"records_listed","at_ms":)") != std::string::npos);
  CHECK(all.find(R"("outcome":"not_signed_in")") != std::string::npos);
  CHECK(all.find(R"("count":4)") != std::string::npos);
  CHECK(all.find(R"("act":"server_stopped")") != std::string::npos);
  CHECK(office.run({"audit", "verify"}).code == 0);
}

TEST_CASE("what is done by command is in the audit log, which an auditor can verify and take out") {
  Office office;
  REQUIRE(office.run({"init"}).code == 0);
  REQUIRE(office.import().code == 0);
  REQUIRE(office.run({"enrol-code", "--studio", "990121-S01", "--member", "郝商量"}).code == 0);
  REQUIRE(office.run({"account", "add", "--login", "hao", "--member", "郝商量"}, "good password\n").code == 0);
  REQUIRE(office.run({"account", "password", "--login", "hao"}, "good password\n").code == 0);
  REQUIRE(office.run({"account", "disable", "--login", "hao"}).code == 0);
  REQUIRE(office.run({"account", "enable", "--login", "hao"}).code == 0);
  REQUIRE(office.run({"backup"}).code == 0);
  REQUIRE(office.run({"restore", "--as-of", "latest"}).code == 0);
  REQUIRE(office.run({"rebuild"}).code == 0);
  const Ended verified = office.run({"audit", "verify"});
  CAPTURE(verified.out + verified.err);
  CHECK(verified.code == 0);
  const std::size_t at = verified.err.find("\nhead ");
  REQUIRE(at != std::string::npos);
  const std::string head = verified.err.substr(at + 6, verified.err.find(' ', at + 6) - at - 6);

  const Ended given = office.run({"audit", "export"});
  CHECK(given.code == 0);
  for (const char* act : {"initialised", "imported", "code_issued", "account_added", "password_changed",
                          "account_disabled", "account_enabled", "backup_made", "restored", "rows_rebuilt"}) {
    CAPTURE(act);
    CHECK(given.out.find("\"act\":\"" + std::string(act) + "\"") != std::string::npos);
  }
  CHECK(given.out.find("\"uid\":\"" + std::to_string(::getuid()) + "\"") != std::string::npos);
  CHECK(given.out.find("good password") == std::string::npos);
  CHECK(given.out.find("郝商量") == std::string::npos);
  const Ended table = office.run({"audit", "export", "--csv", "--actor", "14f926da-ba08-429b-90ab-09d89e0c2a5d"});
  CHECK(table.out.starts_with("number,at_ms,act,"));
  CHECK(table.out.find("account_added") != std::string::npos);
  CHECK(table.out.find("imported") == std::string::npos);
  CHECK(office.run({"audit", "export"}).out.find("audit_exported") != std::string::npos);
  CHECK(office.run({"audit", "export", "--from", "yesterday"}).code == 1);
  CHECK(office.run({"audit", "export", "--actor", "郝商量"}).code == 1);
  CHECK(office.run({"audit", "affected"}).code == 1);
  CHECK(office.run({"audit", "prune", "--keep-days", "100"}).code == 1);
  CHECK(office.run({"audit", "prune", "--dry-run"}).code == 0);
  CHECK(office.run({"audit", "verify", "--head", head}).code == 0);
  CHECK(office.run({"audit", "verify", "--head", "3:nonsense"}).code == 1);

  const std::string file = office.data + "/audit/000000000001.ndjson";
  std::string bytes = test::bytes_of(file);
  bytes.replace(bytes.find("account_disabled"), 16, "account_xisabled");
  std::ofstream(file, std::ios::binary) << bytes;
  const Ended damaged = office.run({"audit", "verify"});
  CHECK(damaged.code == 1);
  CHECK(damaged.out.find("altered line ") != std::string::npos);
  CHECK(damaged.out.find("000000000001.ndjson:") != std::string::npos);
}

TEST_CASE("a database that was put back by a copy of files is noticed by the first command that opens it") {
  Office office;
  REQUIRE(office.run({"init"}).code == 0);
  REQUIRE(office.import().code == 0);
  CHECK(office.run({"restored"}).out == "never\n");
  std::filesystem::copy(office.data + "/lianxin.db", office.folder / "copy");
  REQUIRE(office.run({"account", "add", "--login", "hao", "--member", "郝商量"}, "good password\n").code == 0);
  for (const char* ending : {"-wal", "-shm"}) std::filesystem::remove(office.data + "/lianxin.db" + ending);
  std::filesystem::copy(office.folder / "copy", office.data + "/lianxin.db",
                        std::filesystem::copy_options::overwrite_existing);
  CHECK(office.run({"account", "list"}).out == "hao\t14f926da-ba08-429b-90ab-09d89e0c2a5d\tactive\n");
  const Ended restored = office.run({"restored"});
  CHECK(restored.code == 0);
  CHECK(restored.out.starts_with("restored\t"));
  CHECK(restored.out.find("account\thao\tneeds a new password\n") != std::string::npos);
}

TEST_CASE("kinds files are tried before a server meets them") {
  Office office;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(office.folder / name) << text;
    return office.folder / name;
  };
  const std::string title = R"("writers": ["convener"], "fields": [{"name": "title", "zh": "标题", "en": "Title"}]})";
  const std::string right = write("note.json", R"({"kind": "note", "zh": "便条", "en": "Note", )" + title);
  const auto check = [](std::vector<std::string> words) {
    words.insert(words.begin(), {LIANXIN_SERVER, "kinds", "check"});
    return lianxin::test::run(words);
  };
  CHECK(check({right}).code == 0);
  CHECK(check({right}).out == right + ": right\n");
  const std::string wrong = write("wrong.json", "{\n \"kind\": wrong");
  const std::string list = write("lecture.json", R"({"kind": "lecture", "zh": "讲座", "en": "Lecture",
    "writers": ["convener"], "fields": [
    {"name": "topic", "type": "code", "code_list": "topics", "zh": "主题", "en": "Topic"}]})");
  const Ended folder = check({office.folder.path()});
  CHECK(folder.code == 1);
  CHECK(folder.out == list + ": kind lecture, field topic: no code list \"topics\"\n" + right + ": right\n" + wrong +
                          ": not JSON: invalid literal: line 2, column 10\n");
  // Beside what a server has in use: it must not be taken away.
  REQUIRE(office.run({"init"}).code == 0);
  std::filesystem::copy(right, office.data + "/kinds/note.json");
  REQUIRE(office.run({"restored"}).code == 0);  // has looked at the folder
  write("note.json", R"({"kind": "note", "zh": "便条", "en": "Note", "writers": ["convener"], "fields": [
    {"name": "text", "zh": "正文", "en": "Text"}]})");
  CHECK(check({right}).code == 0);
  const Ended beside = check({right, "--data", office.data});
  CHECK(beside.code == 1);
  CHECK(beside.out == right + ": would take away or alter: kind note, field title; versions only add\n");
  CHECK(check({office.folder / "none.json"}).code != 0);
  CHECK(check({office.data}).code == 1);  // a folder without a kinds file
  CHECK(check({right, "--data", office.folder / "no-data"}).code == 1);
}

TEST_CASE("a data folder that this user may not enter is not called missing") {
  Office office;
  office.data = office.folder / "closed/data";
  std::filesystem::create_directory(office.folder / "closed");
  REQUIRE(office.run({"init"}).code == 0);
  if (::geteuid() == 0) {  // root enters everywhere: as somebody else
    std::filesystem::permissions(office.folder.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    const Ended other = lianxin::test::run({"/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534",
                                            "--clear-groups", LIANXIN_SERVER, "serve", "--data", office.data});
    if (other.code == 127) return;
    CHECK(other.code != 0);
    CHECK(other.err.find("no data folder") == std::string::npos);
    return;
  }
  std::filesystem::permissions(office.folder / "closed", std::filesystem::perms::none);
  const Ended closed = office.run({"serve"});
  std::filesystem::permissions(office.folder / "closed", std::filesystem::perms::owner_all);
  CHECK(closed.code == 1);
  CHECK(closed.err.find("Permission denied") != std::string::npos);
}

TEST_CASE("what is missing is said") {
  Office office;
  CHECK(office.run({"serve"}).code == 1);
  CHECK(office.run({"import", "no-such-file"}).code != 0);
  CHECK(office.run({}).code != 0);
  const Ended version = lianxin::test::run({LIANXIN_SERVER, "--version"});
  CHECK(version.code == 0);
  CHECK(version.out.starts_with("lianxin-server "));
  CHECK(office.run({"serve"}).err.find("no data folder") != std::string::npos);
  REQUIRE(office.run({"init"}).code == 0);
  CHECK(office.run({"serve", "--listen", "nonsense"}).code == 1);
  const std::string file = office.folder / "file";
  std::ofstream(file) << "x";
  CHECK(lianxin::test::run({LIANXIN_SERVER, "serve", "--data", file}).err.find(" is no folder") != std::string::npos);
  CHECK(lianxin::test::run({LIANXIN_SERVER, "serve", "--data", file + "/data"}).err.find("Not a directory") !=
        std::string::npos);
  const Ended open = office.run({"serve", "--listen", "0.0.0.0:0"});
  CHECK(open.code == 1);
  CHECK(open.err.find("not_allowed") != std::string::npos);
}

TEST_SUITE_END();
