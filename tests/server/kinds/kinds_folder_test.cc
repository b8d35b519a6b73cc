#include "server/kinds/kinds_folder.h"

#include <fstream>

#include "schema/catalog.h"
#include "server/parts/all_routes.h"
#include "sync/model/view.h"
#include "tests/server/test_phone.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

const std::string note = R"({"kind": "note", "zh": "便条", "en": "Note", "writers": ["convener"], "fields": [
  {"name": "title", "zh": "标题", "en": "Title"}]})";
const std::string note_with_text = R"({"kind": "note", "zh": "便条", "en": "Note", "writers": ["convener"], "fields": [
  {"name": "title", "zh": "标题", "en": "Title"}, {"name": "text", "zh": "正文", "en": "Text"}]})";
const std::string lecture = R"({"kind": "lecture", "zh": "讲座", "en": "Lecture", "writers": ["convener"], "fields": [
  {"name": "topic", "type": "code", "code_list": "topics", "zh": "主题", "en": "Topic"}]})";
const std::string topics = R"({"code_lists": [{"name": "topics", "zh": "主题", "en": "Topics", "codes": [
  {"code": "health", "zh": "健康", "en": "Health"}]}]})";
const std::string guarded_note = R"({"kind": "note", "zh": "便条", "en": "Note", "writers": ["convener"], "fields": [
  {"name": "title", "zh": "标题", "en": "Title", "sensitivity": "personal"}]})";

struct WithFolder : TestServer {
  void drop_in(const std::string& text, const std::string& name = "note.json") {
    std::ofstream(folder() + "/data/kinds/" + name) << text;
    now_ms += KindsFolder::look_every_ms;
  }
  void take_out(const std::string& name) {
    std::filesystem::remove(folder() + "/data/kinds/" + name);
    now_ms += KindsFolder::look_every_ms;
  }
  std::vector<WrongKinds> left_out() { return (*this)->kinds->left_out(); }
  // The names of the files that are told of; a stranger hears only that there are some.
  std::string told() {
    std::string names;
    const Value health = json_of(ask("GET", "/healthz")), kinds = json_of(ask("GET", "/v1/kinds"));
    for (const Value& each : kinds.list_at("left_out")) names += std::string(each.text_at("file")) + " ";
    CHECK(health.text_at("status") == (names.empty() ? "ok" : "degraded"));
    CHECK(health.list_at("faults").size() == (names.empty() ? 0 : 1));
    const std::string count = std::to_string(kinds.list_at("left_out").size());
    CHECK(ask("GET", "/metrics").body.find("lianxin_kinds_files_left_out " + count + "\n") != std::string::npos);
    return names;
  }
  bool look() { return must((*this)->kinds->look(now_ms)); }
  const Catalog& catalog() { return (*this)->kinds->current()->catalog; }
};

}  // namespace

TEST_SUITE_BEGIN("server/kinds/kinds_folder");

TEST_CASE_FIXTURE(WithFolder, "a kind dropped in is in force without a restart") {
  CHECK(catalog().version == 1);
  drop_in(note);
  CHECK(look());
  CHECK(catalog().version == 2);
  CHECK(catalog().kind("note") != nullptr);
  CHECK(catalog().sensitivity_version == 1);
  const Response response = ask("GET", "/v1/kinds");
  CHECK(json_of(response).integer_at("version") == 2);
  CHECK(must(read_catalog_document(response.body)).kind("note") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "the folder is looked at no more than once a second") {
  drop_in(note);
  CHECK(look());
  std::ofstream(folder() + "/data/kinds/note.json") << note_with_text;
  CHECK_FALSE(look());
  now_ms += KindsFolder::look_every_ms;
  CHECK(look());
}

TEST_CASE_FIXTURE(WithFolder, "a file that cannot be read changes nothing") {
  drop_in(note);
  CHECK(look());
  drop_in("{ this is no JSON");
  CHECK_FALSE(look());
  CHECK(catalog().version == 2);
  CHECK(catalog().kind("note") != nullptr);
  reopen();  // nor is it in the way of the next start
  CHECK(catalog().version == 2);
  CHECK(catalog().kind("note") != nullptr);
  drop_in(note_with_text);
  CHECK(look());
  CHECK(catalog().version == 3);
}

TEST_CASE_FIXTURE(WithFolder, "a field is never taken away") {
  drop_in(note_with_text);
  CHECK(look());
  drop_in(note);
  CHECK_FALSE(look());
  CHECK(catalog().field("note", "text") != nullptr);
  std::filesystem::remove(folder() + "/data/kinds/note.json");
  now_ms += KindsFolder::look_every_ms;
  CHECK_FALSE(look());
  CHECK(catalog().kind("note") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "a wrong file holds up no right one, is told of, and is no more once it is mended") {
  CHECK(told().empty());
  drop_in(R"({"kind": "wrong", "zh": "错")", "a_wrong.json");
  drop_in(note);
  CHECK(look());
  CHECK(catalog().kind("note") != nullptr);
  CHECK(told() == "a_wrong.json ");
  CHECK(left_out().at(0).wrong.find("line 1") != std::string::npos);
  reopen();
  CHECK(told() == "a_wrong.json ");
  drop_in(R"({"kind": "wrong", "zh": "错", "en": "Wrong", "writers": ["convener"], "fields": [
             {"name": "title", "zh": "标题", "en": "Title"}]})",
          "a_wrong.json");
  CHECK(look());
  CHECK(told().empty());
  CHECK(catalog().kind("wrong") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "a wrong version of a file that is in use leaves its last good one in use") {
  drop_in(note_with_text);
  drop_in(topics, "topics.json");
  CHECK(look());
  drop_in(note);  // takes a field away
  drop_in("{", "topics.json");
  drop_in(lecture, "lecture.json");
  CHECK(look());
  CHECK(catalog().kind("lecture") != nullptr);
  CHECK(catalog().code_list("topics") != nullptr);
  CHECK(catalog().field("note", "text") != nullptr);
  CHECK(told() == "note.json topics.json ");
  CHECK(left_out().at(0).wrong.find("kind note, field text") != std::string::npos);
}

TEST_CASE_FIXTURE(WithFolder, "what only fits with a wrong file is left out with it, and comes in with it") {
  drop_in(lecture, "lecture.json");
  drop_in(topics + "}", "topics.json");
  drop_in(note);
  CHECK(look());
  CHECK(told() == "lecture.json topics.json ");
  CHECK(left_out().at(0).wrong.find("kind lecture, field topic: no code list \"topics\"") == 0);
  CHECK(catalog().kind("note") != nullptr);
  drop_in(topics, "topics.json");
  CHECK(look());
  CHECK(told().empty());
  CHECK(catalog().kind("lecture") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "a kind that is in use already is not taken from the file that has it") {
  drop_in(note);
  CHECK(look());
  drop_in(note_with_text, "another.json");  // sorted before note.json
  CHECK_FALSE(look());
  CHECK(told() == "another.json ");
  CHECK(catalog().field("note", "text") == nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "a part may move from one file to another, whatever else is wrong") {
  drop_in(R"({"code_lists": [{"name": "topics", "zh": "主题", "en": "Topics", "codes": [
             {"code": "health", "zh": "健康", "en": "Health"}]}, {"name": "rooms", "zh": "房间", "en": "Rooms", "codes": [
             {"code": "hall", "zh": "礼堂", "en": "Hall"}]}]})",
          "lists.json");
  CHECK(look());
  drop_in(R"({"code_lists": [{"name": "rooms", "zh": "房间", "en": "Rooms", "codes": [
             {"code": "hall", "zh": "礼堂", "en": "Hall"}]}]})",
          "lists.json");
  drop_in(topics, "topics.json");
  drop_in(R"({"adds_to": "nothing", "fields": []})", "nothing+more.json");
  CHECK(look());
  CHECK(told() == "nothing+more.json ");
}

TEST_CASE_FIXTURE(WithFolder, "a file that went stays in use, and that is told") {
  drop_in(note);
  CHECK(look());
  take_out("note.json");
  drop_in(topics, "topics.json");
  CHECK(look());
  CHECK(catalog().kind("note") != nullptr);
  CHECK(told() == "note.json ");
}

TEST_CASE_FIXTURE(WithFolder, "a folder with more files than one may have gives as many as it may") {
  for (std::size_t i = 0; i < kind_files_max + 20; ++i) {
    const std::string name = "list_" + std::to_string(i);
    drop_in(R"({"code_lists": [{"name": ")" + name + R"(", "zh": "单", "en": "List", "codes": []}]})", name + ".json");
  }
  CHECK(look());
  CHECK(must(catalog_files((*this)->kinds->current()->document)).size() == kind_files_max);
  CHECK(left_out().size() > 20);
  CHECK(left_out().front().wrong.find("at most") != std::string::npos);
  CHECK(catalog().kind("outreach_visit") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "what cannot be read is no reason to wait either, and is tried again") {
  std::filesystem::create_directory(folder() + "/data/kinds/lecture.json");
  drop_in(note);
  CHECK(look());
  CHECK(told() == "lecture.json ");
  now_ms += KindsFolder::look_every_ms;
  CHECK_FALSE(look());
  std::filesystem::remove(folder() + "/data/kinds/lecture.json");
  now_ms += KindsFolder::look_every_ms;
  CHECK_FALSE(look());
  CHECK(told().empty());
}

TEST_CASE_FIXTURE(WithFolder, "the version outlives a restart and does not grow by one") {
  drop_in(note);
  CHECK(look());
  reopen();
  CHECK(catalog().version == 2);
}

TEST_CASE_FIXTURE(WithFolder, "a version that another process took meanwhile is taken over and not made again") {
  drop_in(note);
  KindsFolder other(*(*this)->database, *(*this)->journal, LIANXIN_KINDS_DIR, folder() + "/data/kinds");
  must(other.load());
  CHECK(other.catalog()->version == 2);
  CHECK(look());
  CHECK(catalog().version == 2);
  drop_in(note_with_text);
  must(other.load());
  std::ofstream(folder() + "/data/kinds/other.json")
      << R"({"kind": "other", "zh": "其他", "en": "Other", "writers": ["convener"], "fields": [
             {"name": "title", "zh": "标题", "en": "Title"}]})";
  CHECK(look());
  CHECK(catalog().version == 4);  // 3 is the other's
  CHECK(catalog().field("note", "text") != nullptr);
  CHECK(catalog().kind("other") != nullptr);
}

TEST_CASE_FIXTURE(WithFolder, "an ETag says that the asker has this version") {
  const Response first = ask("GET", "/v1/kinds");
  std::string etag;
  for (const auto& [name, value] : first.headers) {
    if (name == "ETag") etag = value;
  }
  CHECK(etag == "\"kinds-1\"");
  Request request;
  request.method = "GET";
  request.path = "/v1/kinds";
  request.if_none_match = etag;
  CHECK(make_router(**this).answer(request).status == 304);
}

TEST_CASE_FIXTURE(WithFolder, "a change of newer kinds is held and released once they are known (PROTOCOL 4.4)") {
  TestPhone phone = phone_of(*this, 1, studio_1, hao);
  phone.kinds_version = 2;  // it has met a newer server
  const RecordId record = record_id(1);
  phone.record(studio_1, hao, record, "note", {put("title", "新")});
  phone.sync(*this, phone.request(studio_1));
  const auto row = [&] {
    Row found;
    must((*this)->store->read(studio_1, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const auto rows, snapshot.records(std::span(&record, 1)));
      if (rows[0]) {
        LX_TRY(found, decode_row(rows[0]->encoded));
      }
      return {};
    }));
    return found;
  };
  CHECK(row().cells.empty());
  REQUIRE(row().held.size() == 1);
  CHECK(row().held[0].code == "kinds_newer");
  must((*this)->kinds_settling->settle());
  CHECK(row().held.size() == 1);
  drop_in(note);
  CHECK(look());
  must((*this)->kinds_settling->settle());
  CHECK(row().held.empty());
  CHECK(shown_fields(catalog(), row())["title"] == Value("新"));
}

TEST_CASE_FIXTURE(WithFolder, "a changed sensitivity rebuilds the digests") {
  drop_in(note);
  CHECK(look());
  must((*this)->kinds_settling->settle());
  TestPhone phone = phone_of(*this, 1, studio_1, hao);
  phone.record(studio_1, hao, record_id(1), "note", {put("title", "原")});
  phone.sync(*this, phone.request(studio_1));
  drop_in(guarded_note);
  CHECK(look());
  CHECK(catalog().sensitivity_version == 3);
  const SyncReply before = phone.sync(*this, phone.request(studio_1));
  CHECK(before.studios[0].page.from_zero);
  CHECK_FALSE(before.studios[0].page.digest);
  must((*this)->kinds_settling->settle());
  const SyncReply after = phone.sync(*this, phone.request(studio_1));
  CHECK(after.studios[0].page.digest);
}

TEST_SUITE_END();
