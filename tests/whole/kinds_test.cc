// The server program and phones together: kinds are data that reach phones while everything runs.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr const char* studio = "990121-S01";

void drop_in(const ServerProcess& server, const std::string& name, const std::string& text) {
  std::filesystem::create_directories(server.data() + "/kinds");
  std::ofstream(server.data() + "/kinds/" + name) << text;
}

bool knows_field(Phone& phone, const std::string& kind, const std::string& field) {
  for (const KindInfo& info : must(phone.kinds())) {
    if (info.name != kind) continue;
    for (const FieldInfo& each : info.fields) {
      if (each.name == field) return true;
    }
  }
  return false;
}

FieldValue value_of(Phone& phone, const std::string& record, const std::string& field) {
  const RecordView view = must(phone.record(record));
  const FieldView* shown = view.field(field);
  return shown ? shown->value : FieldValue();
}

constexpr const char* new_field = R"({"adds_to":"outreach_visit","fields":[
  {"name":"solar_lamp","type":"text","length_max":50,"zh":"太阳能路灯","en":"Solar lamp"}]})";

}  // namespace

TEST_SUITE("whole/kinds") {
  TEST_CASE("a field dropped in as a file reaches a phone at its next sync without rebuild or restart") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    Phone phone = enrolled_phone(server, folder / "phone", studio, "米小满");
    must(phone.sync());
    CHECK(!knows_field(phone, "outreach_visit", "solar_lamp"));

    drop_in(server, "outreach_visit+lamp.json", new_field);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the server looks at most once a second
    must(phone.sync());
    CHECK(knows_field(phone, "outreach_visit", "solar_lamp"));
  }

  TEST_CASE("an old phone that edits a record loses no field it does not know") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    Phone old_phone = enrolled_phone(server, folder / "old", studio, "米小满");
    Phone new_phone = enrolled_phone(server, folder / "new", studio, "郝商量");
    must(old_phone.sync());

    drop_in(server, "outreach_visit+lamp.json", new_field);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    must(new_phone.sync());
    Form visit = must(new_phone.begin_new("outreach_visit", studio));
    must(visit.set("solar_lamp", "三组路口一盏"));
    must(visit.set("address_text", "上柳湾村三组"));
    must(visit.commit());
    must(new_phone.sync());

    // The old phone meets the record with the kinds of its day and edits it: it saves before it fetches new kinds.
    must(old_phone.sync());
    Form edit = must(old_phone.begin_edit(visit.record()));
    must(edit.set("address_text", "上柳湾村三组五号"));
    must(edit.commit());
    must(old_phone.sync());
    must(new_phone.sync());
    CHECK(value_of(new_phone, visit.record(), "solar_lamp") == FieldValue("三组路口一盏"));
    CHECK(value_of(new_phone, visit.record(), "address_text") == FieldValue("上柳湾村三组五号"));
    CHECK(value_of(old_phone, visit.record(), "solar_lamp") == FieldValue("三组路口一盏"));
  }

  TEST_CASE("a kinds file that takes something away changes nothing") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    Phone phone = enrolled_phone(server, folder / "phone", studio, "米小满");
    must(phone.sync());
    const std::int64_t version = must(phone.status()).kinds_version;
    drop_in(server, "outreach_visit.json", R"({"kind":"outreach_visit","zh":"走访","en":"Visit","writers":["convener"],
      "fields":[{"name":"notes_text","type":"long_text","zh":"备注","en":"Notes"}]})");
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    must(phone.sync());
    CHECK(must(phone.status()).kinds_version == version);
    CHECK(knows_field(phone, "outreach_visit", "visit_kind"));
    CHECK(server.log().find("kinds") != std::string::npos);
  }
}
