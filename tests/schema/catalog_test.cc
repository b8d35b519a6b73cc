// What a kinds file may not say, and how files are put together.
#include "schema/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "schema/kind.h"
#include "schema/takes_away.h"
#include "tests/schema/kinds_folder.h"

namespace lianxin {
namespace {

std::string why_not(const std::vector<KindFile>& files) {
  const auto loaded = load_catalog(files);
  return loaded ? std::string() : loaded.error().message;
}

bool says(const std::string& message, std::string_view part) { return message.find(part) != std::string::npos; }

constexpr const char* title = R"({"name":"title","zh":"标题","en":"Title"})";

TEST_SUITE("schema/catalog") {
  TEST_CASE("a mistyped key is refused with its file and its place") {
    const std::string message = why_not(visit_with(R"({"name":"title","zh":"标题","en":"Title","lenght_max":5})"));
    CHECK(says(message, "visit.json"));
    CHECK(says(message, "lenght_max"));
    CHECK(says(message, "visit"));
  }

  TEST_CASE("names that lead nowhere are refused") {
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","type":"number"})")), "number"));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","merge":"last"})")), "last"));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","type":"code","code_list":"shapes"})")), "shapes"));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","merge":"ladder","ladder":"stairs"})")), "stairs"));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","writers":["king"]})")), "king"));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","required":{"when":"b","in":["x"]}})")), "\"b\""));
    CHECK(says(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","sensitivity":"secret"})")), "secret"));
  }

  TEST_CASE("a code without a list and a set without a kind of key are refused") {
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","type":"code"})")).empty());
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","merge":"set"})")).empty());
  }

  TEST_CASE("a rule of registers is refused elsewhere") {
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","merge":"counter","once":true})")).empty());
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","quiet":true,"authority":["convener"]})")).empty());
  }

  TEST_CASE("a restrictive value must be one of the field's own") {
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","type":"boolean","restrictive":"no"})")).empty());
    CHECK(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","type":"boolean","restrictive":false})")).empty());
  }

  TEST_CASE("what stands twice is refused") {
    CHECK(says(why_not(visit_with(std::string(title) + "," + title)), "title"));
    auto files = visit_with(title);
    files.push_back({"visit_again.json", files.front().text});
    CHECK(says(why_not(files), "two files"));
    CHECK(says(why_not({{"a.json", R"({"kind":"a","kind":"b"})"}}), "twice"));
    files = visit_with(title);
    files.push_back({"more_lists.json", R"({"code_lists":[{"name":"colours","zh":"a","en":"a","codes":[]}]})"});
    CHECK(says(why_not(files), "colours"));
  }

  TEST_CASE("a field whose name begins with _ belongs to every record") {
    CHECK_FALSE(why_not(visit_with(R"({"name":"_title","zh":"a","en":"a"})")).empty());
    CHECK_FALSE(why_not(visit_with(R"({"name":"a","zh":"a","en":"a","only_reviewed":true})")).empty());
  }

  TEST_CASE("a file KIND+anything.json adds fields to the kind") {
    auto files = visit_with(title);
    files.push_back(
        {"visit+ours.json", R"({"adds_to":"visit","fields":[{"name":"weather","zh":"天气","en":"Weather"}]})"});
    const auto loaded = load_catalog(files);
    REQUIRE(loaded);
    REQUIRE(loaded->field("visit", "weather"));
    CHECK(loaded->field("visit", "weather")->writers == std::vector<std::string>{"convener"});
  }

  TEST_CASE("a file that adds says to what and only adds") {
    auto files = visit_with(title);
    files.push_back({"visit+ours.json", R"({"adds_to":"visit","fields":[{"name":"title","zh":"a","en":"a"}]})"});
    CHECK(says(why_not(files), "title"));
    files.back() = {"visit+ours.json", R"({"adds_to":"other","fields":[]})"};
    CHECK_FALSE(why_not(files).empty());
    files.back() = {"ours.json", R"({"adds_to":"visit","fields":[]})"};
    CHECK_FALSE(why_not(files).empty());
    files.back() = {"trip+ours.json", R"({"adds_to":"trip","fields":[]})"};
    CHECK(says(why_not(files), "trip"));
  }

  TEST_CASE("the order of the files changes nothing") {
    auto files = shipped_kind_files();
    std::reverse(files.begin(), files.end());
    const auto reversed = load_catalog(files);
    REQUIRE(reversed);
    for (const auto& [name, kind] : shipped_catalog().kinds) {
      const Kind* other = reversed->kind(name);
      REQUIRE(other);
      REQUIRE(other->fields.size() == kind.fields.size());
      for (std::size_t i = 0; i < kind.fields.size(); ++i) CHECK(other->fields[i].name == kind.fields[i].name);
    }
  }

  TEST_CASE("a common field is guarded no less than the least guarded of the kind's own") {
    auto files = visit_with(R"({"name":"complaint","zh":"主诉","en":"Complaint","sensitivity":"health"})");
    files.push_back(
        {"every.json", R"({"every_record":[{"name":"_deleted","zh":"作废","en":"Deleted","type":"boolean"}]})"});
    const auto loaded = load_catalog(files);
    REQUIRE(loaded);
    CHECK(loaded->field("visit", "_deleted")->sensitivity == Sensitivity::health);
  }

  TEST_CASE("a ladder names only its own states and no step twice") {
    const auto with = [](const std::string& steps, const std::string& initial) {
      return why_not({{"l.json", R"({"ladders":[{"name":"l","initial":")" + initial +
                                     R"(","states":[{"state":"a","rank":0,"zh":"a","en":"a"},{"state":"b","rank":1,)"
                                     R"("zh":"b","en":"b"}],"steps":[)" +
                                     steps + "]}]}"}});
    };
    const std::string step = R"({"from":"a","to":"b","roles":["convener"]})";
    CHECK(with(step, "a").empty());
    CHECK_FALSE(with(step, "c").empty());
    CHECK_FALSE(with(step + "," + step, "a").empty());
    CHECK_FALSE(with(R"({"from":"a","to":"c","roles":["convener"]})", "a").empty());
    CHECK(with(R"({"from":"a","to":"a","roles":["convener"]})", "a").empty());  // it confirms where it stands
    CHECK_FALSE(with(R"({"from":"a","to":"b","roles":[]})", "a").empty());
  }

  TEST_CASE("a file that is no JSON or no object or holds nothing is refused") {
    for (const char* text : {"", "{", "[]", "null", "{}", "\xff"}) {
      CAPTURE(text);
      CHECK(says(why_not({{"bad.json", text}}), "bad.json"));
    }
  }

  TEST_CASE("every start of a good file is refused and none is a crash") {
    const std::string text = visit_with(title).front().text;
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(why_not({{"visit.json", text.substr(0, size)}}).empty());
    }
  }

  TEST_CASE("a folder too large to be one is refused with out_of_range") {
    const auto many = load_catalog(std::vector<KindFile>(kind_files_max + 1));
    REQUIRE_FALSE(many);
    CHECK(many.error().code == Errc::out_of_range);
    const std::vector<KindFile> one = {{"big.json", std::string(kind_file_bytes_max + 1, ' ')}};
    const auto big = load_catalog(one);
    REQUIRE_FALSE(big);
    CHECK(big.error().code == Errc::out_of_range);
  }

  TEST_CASE("the document that phones fetch comes back as the same kinds") {
    const auto files = shipped_kind_files();
    Catalog catalog = shipped_catalog();
    catalog.version = 12;
    catalog.sensitivity_version = 7;
    const auto back = read_catalog_document(catalog_document(catalog, files));
    REQUIRE(back);
    CHECK(back->version == 12);
    CHECK(back->sensitivity_version == 7);
    CHECK(back->kinds.size() == catalog.kinds.size());
    CHECK_FALSE(takes_away(catalog, *back));
    CHECK_FALSE(takes_away(*back, catalog));
  }

  TEST_CASE("a document without versions is refused") {
    CHECK_FALSE(read_catalog_document(R"({"files":[]})"));
    CHECK_FALSE(read_catalog_document("nothing"));
  }

  TEST_CASE("names go there and back") {
    for (const Sensitivity each :
         {Sensitivity::public_, Sensitivity::internal, Sensitivity::personal, Sensitivity::health}) {
      CHECK(sensitivity_named(name_of(each)) == each);
    }
    for (const Merge each : {Merge::register_, Merge::set, Merge::counter, Merge::ladder, Merge::append}) {
      CHECK(merge_named(name_of(each)) == each);
    }
    CHECK_FALSE(sensitivity_named("secret"));
    for (const char* role : {"convener", "admin"}) CHECK(role_label(role, "zh") != role);
    CHECK(role_label("of a later kinds file", "zh") == "of a later kinds file");
  }
}

}  // namespace
}  // namespace lianxin
