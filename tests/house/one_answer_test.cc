// Whoever answers phones runs the one answer of sync/server/answer.h, and nobody makes its steps a second time.
// one_answer.sh looks for it in the programs.
#include <doctest/doctest.h>

#include <regex>

#include "tests/house/sources.h"

using namespace lianxin::house;

namespace {

// Of which an answer is made.
const std::regex step(R"(\b(page_for|take_witnessed|compared_for|signed_by|mark_of)\(|lianxin::push\()");

// Those that try one of them by itself, or need one for what no phone asks.
bool may_use_steps(const std::string& path) {
  static const std::vector<std::string> allowed = {
      "tests/sync/",                               // the steps' own tests
      "tests/fault/commit_race.cc",                // what readers see of the store while others write
      "tests/support/filler.cc",                   // fills a server with more than phones would in a day
      "tests/support/lost_cursor.h",               // the proof of a history that never was
      "tests/server/storage/fair_writer_test.cc",  // whose turn it is to write
      "tests/server/upkeep/mending_test.cc",       // forges what only the server can sign
      "tests/wire/vectors.cc"};                    // what another SDK must be able to read
  for (const std::string& prefix : allowed) {
    if (path.starts_with(prefix)) return true;
  }
  return false;
}

bool calls(const std::string& path, const std::string& function) {
  return std::regex_search(code_of(text_of(path), false), std::regex("\\b" + function + "\\("));
}

}  // namespace

TEST_SUITE_BEGIN("house/one_answer");

TEST_CASE("the server, the simulation, the fuzz target and the conformance kit call it") {
  for (const char* path : {"server/routes/sync_answer.cc", "tests/client-sdk/fake_server.cc", "tests/fuzz/sync_body.cc",
                           "tests/support/one_studio_answering.h"}) {
    CAPTURE(path);
    CHECK(calls(path, "answer"));
  }
  for (const char* path : {"tests/wire/player.cc", "tests/sim/scenarios/server_story.cc"}) {
    CAPTURE(path);
    CHECK(calls(path, "answer_one"));
  }
}

TEST_CASE("no stand-in for the server, and no room of the server's, makes a step of it") {
  for (const auto& [path, text] : sources_under({"server", "tests"})) {
    if (may_use_steps(path)) continue;
    CAPTURE(path);
    CHECK_FALSE(std::regex_search(code_of(text, false), step));
  }
}
