#include "server/telemetry/log.h"

#include <doctest/doctest.h>

#include <string>

namespace lianxin::server {

TEST_SUITE("server/telemetry/log") {
  TEST_CASE("a line of the log is one line whatever is in it") {
    CHECK(log_line(1'700'000'000'123, LogLevel::info, "sync",
                   {{"device", "7f3a"}, {"note", "a \"b\"\nc=\x01"}, {"x", ""}}) ==
          "2023-11-14T22:13:20.123Z info sync device=7f3a note=\"a \\\"b\\\"\\nc=\\x01\" x=\"\"");
    CHECK(log_line(0, LogLevel::error, "e", {{"v", std::string(5000, 'a')}}).size() < 1100);
  }
}

}  // namespace lianxin::server
