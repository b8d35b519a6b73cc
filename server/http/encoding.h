// Compression of bodies: gzip (RFC 1952) both ways, zstd (RFC 8878) inwards. A few kilobytes can unpack to gigabytes,
// so unpacking is bounded by what comes out, never by what went in.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace lianxin::server {

// Whether Content-Encoding names one that decompress() knows; "" and "identity" are the body as it is.
[[nodiscard]] bool is_known_encoding(std::string_view content_encoding);

enum class [[nodiscard]] Decompressed{done, too_large, malformed};

// Replaces `body` by what it unpacks to, at most `bytes_max` bytes; on anything but done, `body` is left unspecified.
// Memory used besides: the unpacked part, and a window of at most 8 MiB for zstd (RFC 9659). Anything after the first
// gzip member or zstd frame is malformed: two readers could see two bodies.
Decompressed decompress(std::string_view content_encoding, std::size_t bytes_max, std::string& body);

std::string gzip(std::string_view text);
std::shared_ptr<const FixedBody> fixed_body(std::string text);

// Compresses a text that comes piece by piece. One thread.
class GzipWriter {
 public:
  GzipWriter();
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void write(std::string_view piece, std::string& out);  // appends what is ready
  void finish(std::string& out);                         // once, last

 private:
  struct State;
  void pump(std::string_view piece, int flush, std::string& out);
  std::unique_ptr<State> state_;
};

}  // namespace lianxin::server
