// A text as a QR code, by libqrencode, and that as what a terminal, a page or a printer shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace lianxin::server {

struct QrCode {
  int width = 0;                // modules, without the quiet zone around them
  std::vector<bool> dark;       // row by row
  bool at(int x, int y) const;  // light outside
};

// With error correction of 15 %. out_of_range where it is longer than a code holds.
Result<QrCode> qr_code(std::string_view text);

std::string qr_terminal(const QrCode& code);  // of half blocks, whatever the terminal's colours are
std::string qr_svg(const QrCode& code);
Result<std::string> qr_png(const QrCode& code);

}  // namespace lianxin::server
