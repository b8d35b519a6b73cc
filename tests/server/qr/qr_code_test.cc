#include "server/qr/qr_code.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace lianxin::server {
namespace {

const std::string uri =
    "lianxin:1?a=https://lianxin.example:8640&p=4Qgn0_J7vKbBpV0Kq3c5yRk5o8dN2m1ZxWcUeF6hTjA&c=ABCD-EFGH-JKMN-PQRS";

// The pattern of a corner, by which a camera finds the code.
bool has_finder_at(const QrCode& code, int left, int top) {
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x) {
      const bool ring = x == 0 || x == 6 || y == 0 || y == 6, core = x >= 2 && x <= 4 && y >= 2 && y <= 4;
      if (code.at(left + x, top + y) != (ring || core)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_SUITE("server/qr/qr_code") {
  TEST_CASE("an enrolment is a code that a poor camera reads, and the same each time") {
    const auto code = qr_code(uri);
    REQUIRE(code);
    CHECK(code->width <= 49);  // version 8
    CHECK(has_finder_at(*code, 0, 0));
    CHECK(has_finder_at(*code, code->width - 7, 0));
    CHECK(has_finder_at(*code, 0, code->width - 7));
    CHECK_FALSE(code->at(-1, 0));
    CHECK(qr_code(uri)->dark == code->dark);
    CHECK(qr_code(uri + "A")->dark != code->dark);
  }

  TEST_CASE("terminal, page and picture show every module, with light around it") {
    const QrCode code = *qr_code(uri);
    std::size_t dark = 0;
    for (const bool one : code.dark) dark += one ? 1 : 0;
    const std::string svg = qr_svg(code);
    std::size_t drawn = 0;
    for (std::size_t at = svg.find("h1v1h-1z"); at != std::string::npos; at = svg.find("h1v1h-1z", at + 1)) ++drawn;
    CHECK(drawn == dark);
    CHECK(svg.find("viewBox=\"0 0 " + std::to_string(code.width + 8) + " ") != std::string::npos);
    const auto png = qr_png(code);
    REQUIRE(png);
    CHECK(png->starts_with("\x89PNG\r\n\x1a\n"));
    const std::string terminal = qr_terminal(code);
    CHECK(static_cast<int>(std::count(terminal.begin(), terminal.end(), '\n')) == (code.width + 8 + 1) / 2);
  }

  TEST_CASE("nothing, and what is longer than a code holds, makes none") {
    CHECK_FALSE(qr_code(""));
    CHECK(qr_code(std::string(5000, 'a')).error().code == Errc::out_of_range);
  }
}

}  // namespace lianxin::server
