#include "server/qr/qr_code.h"

#include <png.h>
#include <qrencode.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace lianxin::server {
namespace {

constexpr int quiet = 4;      // modules around it that are light (ISO/IEC 18004)
constexpr int png_scale = 8;  // pixels a module
constexpr std::size_t text_bytes_max = 1024;

}  // namespace

bool QrCode::at(int x, int y) const {
  if (x < 0 || y < 0 || x >= width || y >= width) return false;
  return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
}

Result<QrCode> qr_code(std::string_view text) {
  if (text.empty() || text.size() > text_bytes_max) return failure(Errc::out_of_range, "qr_text_bytes_max");
  const std::unique_ptr<QRcode, void (*)(QRcode*)> made(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_M),
      &QRcode_free);
  if (!made) return failure(Errc::unavailable, "no QR code could be made");
  QrCode code;
  code.width = made->width;
  const auto modules = static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
  code.dark.reserve(modules);
  for (std::size_t i = 0; i < modules; ++i) code.dark.push_back((made->data[i] & 1) != 0);
  return code;
}

std::string qr_terminal(const QrCode& code) {
  std::string text;
  for (int y = -quiet; y < code.width + quiet; y += 2) {
    text += "\x1b[40;97m";  // white on black: a half block is light
    for (int x = -quiet; x < code.width + quiet; ++x) {
      const bool above = code.at(x, y), below = code.at(x, y + 1);
      text += above ? (below ? " " : "▄") : (below ? "▀" : "█");
    }
    text += "\x1b[0m\n";
  }
  return text;
}

std::string qr_svg(const QrCode& code) {
  const std::string size = std::to_string(code.width + 2 * quiet);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + size + "v" + size +
                    "H0z\"/><path d=\"";
  for (int y = 0; y < code.width; ++y) {
    for (int x = 0; x < code.width; ++x) {
      if (code.at(x, y)) svg += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h1v1h-1z";
    }
  }
  return svg + "\"/></svg>\n";
}

Result<std::string> qr_png(const QrCode& code) {
  const int side = (code.width + 2 * quiet) * png_scale;
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) pixels.push_back(code.at(x / png_scale - quiet, y / png_scale - quiet) ? 0 : 255);
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  const bool measured = png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr) != 0;
  std::string png(measured ? size : 0, '\0');
  if (!measured || png_image_write_to_memory(&image, png.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
    return failure(Errc::unavailable, "no picture could be made");
  }
  png.resize(size);
  return png;
}

}  // namespace lianxin::server
