// Every file of the kit against this code: what an SDK in another language must do, ours does.
#include <doctest/doctest.h>

#include <set>

#include "schema/json.h"
#include "tests/server/storage/engines.h"
#include "tests/wire/case_play.h"
#include "tests/wire/kit_files.h"
#include "tests/wire/vectors.h"

namespace lianxin::kit {
namespace {

const std::filesystem::path kit_folder = LIANXIN_WIRE_KIT;

Value file_of(const std::filesystem::path& file) {
  Result<Value> value = read_value(file);
  CAPTURE(file.string());
  REQUIRE(value);
  return std::move(*value);
}

template <class Engine>
Value play_with(const Value& inputs) {
  Engine engine;
  const test::TempFolder scratch;
  Result<Value> came = played(kit_folder, inputs, engine.store(), scratch.path());
  INFO((came ? std::string() : came.error().message));
  REQUIRE(came);
  return std::move(*came);
}

// Calls f(value) for every value within what a case or a vector expects.
template <class F>
void for_each_expected(Value& value, bool expected, const F& f) {
  if (Value::List* list = value.list()) {
    for (Value& item : *list) for_each_expected(item, expected, f);
  } else if (Value::Object* object = value.object()) {
    for (auto& [name, part] : *object) for_each_expected(part, expected || name == "expect", f);
  } else if (expected) {
    f(value);
  }
}

// One byte of a text, one of a number, or the other truth.
Value altered(const Value& value) {
  if (const std::string* text = value.text()) {
    std::string other = *text;
    if (other.empty()) return "x";
    other[other.size() / 2] = static_cast<char>(other[other.size() / 2] ^ 1);
    return other;
  }
  if (value.integer()) return *value.integer() + 1;
  if (value.boolean()) return !*value.boolean();
  return true;
}

TEST_SUITE("wire/kit") {
  TEST_CASE_TEMPLATE("every case comes out byte for byte", Engine, storage_test::MemoryEngine,
                     storage_test::SqliteEngine) {
    const auto files = json_files(kit_folder / "cases");
    REQUIRE(files.size() >= 40);
    for (const std::filesystem::path& file : files) {
      CAPTURE(file.filename().string());
      const Value expected = file_of(file);
      CHECK(first_difference(expected, play_with<Engine>(without_expectations(expected))) == "");
    }
  }
  TEST_CASE("every vector comes out as another program computed it") {
    std::set<std::string> functions;
    for (const std::filesystem::path& file : json_files(kit_folder / "vectors")) {
      const Value vectors = file_of(file);
      for (const Value& vector : vectors.list_at("vectors")) {
        const std::string function(vector.text_at("function"));
        CAPTURE(file.filename().string());
        CAPTURE(to_json(vector).substr(0, 400));
        REQUIRE(vector.find("in"));
        REQUIRE(vector.find("expect"));
        const Result<Value> came = vector_result(function, *vector.find("in"));
        REQUIRE(came);
        CHECK(first_difference(*vector.find("expect"), *came) == "");
        functions.insert(function);
      }
    }
    CHECK(functions.size() == 22);
  }
  TEST_CASE("whatever a case expects was observed and not only written") {
    for (const std::filesystem::path& file : json_files(kit_folder / "cases")) {
      CAPTURE(file.filename().string());
      Value expected = file_of(file);
      const Value came = play_with<storage_test::MemoryEngine>(without_expectations(expected));
      std::size_t places = 0;
      for_each_expected(expected, false, [&](Value& place) {
        const Value right = place;
        place = altered(right);
        CHECK(first_difference(expected, came) != "");
        place = right;
        ++places;
      });
      CHECK(places > 10);
      CHECK(first_difference(expected, came) == "");
    }
  }
  TEST_CASE("the kit is small enough to travel with an SDK") {
    std::size_t bytes = 0;
    for (const char* folder : {"cases", "vectors", "kinds/1", "kinds/2"}) {
      for (const std::filesystem::path& file : json_files(kit_folder / folder)) bytes += file_size(file);
    }
    CHECK(bytes < 1'500'000);
  }
}

}  // namespace
}  // namespace lianxin::kit
