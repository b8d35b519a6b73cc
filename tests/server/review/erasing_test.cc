// A resident asks to be forgotten: a privacy officer finds where else the person stands and has the record erased.
// Afterwards no file of the server holds the words, and none that it makes.
#include <filesystem>

#include "schema/json.h"
#include "server/backup/verify.h"
#include "server/recovery/journal_erasing.h"
#include "server/upkeep/search_indexing.h"
#include "tests/server/review/review_desk.h"
#include "tests/support/database_beside.h"
#include "tests/support/file_bytes.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

namespace fs = std::filesystem;

const char* const name = "Zhangsanfeng";
const char* const telephone = "13900001111";

struct Forgetting : ReviewDesk {
  Forgetting() {
    must(server.import(R"({"grants": [{"member": "26866b18-0865-421c-9318-8d0cfd515c9b", "role": "privacy_officer",
                                       "org_code": "990121", "clearance": "internal"}]})"));
    server->moments->note_change();
    officer = sign_in("mi", mi);
    hao_phone.record(studio_1, hao, resident, "resident", {put("name", name), put("contact_phone", telephone)});
    hao_phone.record(studio_1, hao, concern, "concern",
                     {put("title", "路灯"), put("description", std::string(name) + "家门口的灯坏了"),
                      put("appellant_resident_id", resident.text())});
    sync(hao_phone, studio_1);
    // What a desk writes is in the journal as well.
    post(path(studio_1, resident) + "/edits",
         Value::Object{{"writes", Value::List{Value::Object{{"at", "contact_phone"}, {"put", telephone}}}},
                       {"reason", "核对"}});
    index();
  }

  void index() {
    while (must(index_some(*server->lists, *server->kinds->catalog()))) {
    }
  }
  // All that upkeep does about it.
  void keep_house() {
    index();
    while (must(server->lists->forget_some())) {
    }
    must(leave_erased_out(server->recovery()));
  }

  Response erase(const RecordId& record, Value::List fields, const std::string& who) {
    return ask("POST", path(studio_1, record) + "/erase",
               Value::Object{{"fields", std::move(fields)}, {"reason", "本人 11 月 20 日申请"}}, who);
  }

  // What every file below the data folder says, read as the server could read it.
  std::string all_files() {
    std::string all;
    for (const fs::directory_entry& item : fs::recursive_directory_iterator(server.folder())) {
      if (!item.is_regular_file()) continue;
      all += test::bytes_of(item.path());
      const std::string file = item.path().filename().string();
      if (file.ends_with(".db") || file.starts_with("backup-")) all += test::bytes_of_database(item.path());
    }
    must(server->journal->each_after({}, [&](const JournalEntry& entry) -> Status {
      all += to_json(Value(entry.what));
      return {};
    }));
    return all;
  }

  const RecordId resident = record_id(1), concern = record_id(2);
  std::string officer;
};

}  // namespace

TEST_SUITE("server/review/erasing") {
  TEST_CASE_FIXTURE(Forgetting, "an officer finds where a person stands and sees no word of it") {
    const Response answer = ask("GET", path(studio_1, resident) + "/mentions", {}, officer);
    REQUIRE(answer.status == 200);
    CHECK(answer.body.find(name) == std::string::npos);
    const Value body = json_of(answer);
    REQUIRE(body.list_at("mentions").size() == 1);
    const Value& mention = body.list_at("mentions").front();
    CHECK(mention.text_at("record") == concern.text());
    CHECK(mention.list_at("linked").front() == Value("appellant_resident_id"));
    CHECK(mention.list_at("fields").front() == Value("description"));
    CHECK(ask("GET", path(studio_1, resident) + "/mentions").status == 403);
    CHECK(ask("GET", path(studio_1, resident), {}, officer).status == 404);
  }

  TEST_CASE_FIXTURE(Forgetting, "after an erasure no file of the server holds the words, nor a backup made then") {
    const fs::path old_backup = server.backup();
    CHECK(all_files().find(name) != std::string::npos);
    CHECK(all_files().find(telephone) != std::string::npos);
    CHECK(erase(resident, {}, token).status == 403);
    const Response done = erase(resident, {}, officer);
    CAPTURE(done.body);
    REQUIRE(done.status == 200);
    CHECK(json_of(done).integer_at("changes") == 2);
    REQUIRE(erase(concern, {"description"}, officer).status == 200);
    keep_house();
    server.backup();
    fs::remove(old_backup);
    CHECK(all_files().find(name) == std::string::npos);
    CHECK(all_files().find(telephone) == std::string::npos);
    // A search finds nothing, the record is there, and verification finds nothing wrong.
    CHECK(get("/v1/records?text=" + std::string(name)).list_at("records").empty());
    CHECK(get("/v1/records?text=" + std::string(telephone)).list_at("records").empty());
    CHECK(record(studio_1, concern).text_at("title") == "路灯");
    CHECK(ask("GET", path(studio_1, resident) + "/history").status == 200);
    const Verified verified = must(verify_file(server.folder() + "/data/lianxin.db", {}));
    CHECK(verified.damage.count() == 0);
    // It is in the audit log, by id alone.
    must(server->audit->tend());
    CHECK(all_files().find(name) == std::string::npos);
  }

  TEST_CASE_FIXTURE(Forgetting, "a server put back to before an erasure has erased again before anybody asks") {
    const fs::path backup = server.backup();
    REQUIRE(erase(resident, {}, officer).status == 200);
    keep_house();
    server.set_back(backup);
    fs::remove(backup);
    keep_house();
    CHECK(all_files().find(telephone) == std::string::npos);
    // Its phone comes back, and brings none of it.
    SyncRequest request = hao_phone.request(studio_1);
    request.studios[0].cursor.clear();
    const SyncReply reply = hao_phone.sync(server, request);
    for (const std::string& row : reply.studios[0].page.rows) {
      CHECK(row.find(telephone) == std::string::npos);
      CHECK(row.find(std::string("\"value\":\"") + name + "\"") == std::string::npos);
    }
    CHECK(all_files().find(telephone) == std::string::npos);
  }

  TEST_CASE_FIXTURE(Forgetting, "a reason stays for ever and so names nobody; states and ids of a workflow stay") {
    const auto asked = [&](Value::Object body) {
      return ask("POST", path(studio_1, resident) + "/erase", std::move(body), officer).status;
    };
    CHECK(asked({}) == 400);
    CHECK(asked({{"reason", "  "}}) == 400);
    CHECK(asked({{"reason", "13900001111 打来电话"}}) == 400);
    CHECK(asked({{"reason", "本人申请"}, {"fields", Value::List{"_review"}}}) == 400);
    CHECK(record(studio_1, resident).text_at("title") == name);
  }
}
