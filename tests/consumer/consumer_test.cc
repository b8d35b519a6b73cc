// A project outside the tree uses what is installed: installs to a folder of its own, then configures, builds and runs
// the README's example against a real server.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <sstream>

#include "tests/support/file_bytes.h"
#include "tests/support/server_process.h"

using namespace lianxin::test;

namespace {

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string out, line;
  while (std::getline(lines, line)) out += line.empty() ? "\n" : "    " + line + "\n";
  return out;
}

}  // namespace

TEST_SUITE("consumer") {
  TEST_CASE("a project outside the tree builds against the installed package and runs the example of the README") {
    TempFolder folder;
    run_ok({"cmake", "--install", LIANXIN_BUILD, "--component", "sdk", "--prefix", folder / "prefix"});
    run_ok({"cmake", "-S", LIANXIN_PROJECT, "-B", folder / "build", "-G", LIANXIN_GENERATOR,
            "-DCMAKE_PREFIX_PATH=" + folder / "prefix", std::string("-DCMAKE_CXX_COMPILER=") + LIANXIN_CXX,
            std::string("-DCMAKE_CXX_FLAGS=") + LIANXIN_CXX_FLAGS});
    run_ok({"cmake", "--build", folder / "build"});

    ServerProcess server(folder);
    server.start();
    const std::string told =
        run_ok({folder / "build/app", folder / "app.phone",
                "lianxin:1?a=" + server.url() + "&c=" + server.enrol_code("990121-S01", "米小满")});
    CHECK(told == "1 here, 1 on the server, 0 needs you\n");
  }

  TEST_CASE("the example in the README is the one that was built") {
    const std::string example = indented(bytes_of(std::string(LIANXIN_PROJECT) + "/app.cc"));
    CHECK(bytes_of(LIANXIN_README).find(example) != std::string::npos);
  }
}
