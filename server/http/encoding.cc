#include "server/http/encoding.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <new>

#include "schema/assert.h"

namespace lianxin::server {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest window, in the gzip wrapping
constexpr std::size_t piece_bytes = 16 * 1024;

Decompressed gunzip(std::string_view in, std::size_t bytes_max, std::string& out) {
  z_stream z{};
  if (inflateInit2(&z, gzip_window) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&z, &inflateEnd);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  std::array<char, piece_bytes> piece;
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = static_cast<uInt>(piece.size());
    const int outcome = inflate(&z, Z_NO_FLUSH);
    const std::size_t made = piece.size() - z.avail_out;
    if (made > bytes_max - out.size()) return Decompressed::too_large;
    out.append(piece.data(), made);
    if (outcome == Z_STREAM_END) return z.avail_in == 0 ? Decompressed::done : Decompressed::malformed;
    if (outcome != Z_OK || (made == 0 && z.avail_in == 0)) return Decompressed::malformed;
  }
}

Decompressed unzstd(std::string_view in, std::size_t bytes_max, std::string& out) {
  constexpr int window_log_max = 23;
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  if (ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log_max)) != 0U) {
    return Decompressed::malformed;
  }
  std::array<char, piece_bytes> piece;
  ZSTD_inBuffer source{in.data(), in.size(), 0};
  for (;;) {
    ZSTD_outBuffer target{piece.data(), piece.size(), 0};
    const std::size_t left = ZSTD_decompressStream(context.get(), &target, &source);
    if (ZSTD_isError(left) != 0U) return Decompressed::malformed;
    if (target.pos > bytes_max - out.size()) return Decompressed::too_large;
    out.append(piece.data(), target.pos);
    if (left == 0) return source.pos == source.size ? Decompressed::done : Decompressed::malformed;
    if (target.pos == 0 && source.pos == source.size) return Decompressed::malformed;  // cut short
  }
}

}  // namespace

bool is_known_encoding(std::string_view encoding) {
  return encoding.empty() || encoding == "identity" || encoding == "gzip" || encoding == "x-gzip" || encoding == "zstd";
}

Decompressed decompress(std::string_view encoding, std::size_t bytes_max, std::string& body) {
  LX_ASSERT(is_known_encoding(encoding));
  if (encoding.empty() || encoding == "identity") {
    return body.size() <= bytes_max ? Decompressed::done : Decompressed::too_large;
  }
  std::string out;
  const Decompressed outcome = encoding == "zstd" ? unzstd(body, bytes_max, out) : gunzip(body, bytes_max, out);
  body = std::move(out);
  return outcome;
}

std::string gzip(std::string_view text) {
  std::string out;
  GzipWriter writer;
  writer.write(text, out);
  writer.finish(out);
  return out;
}

std::shared_ptr<const FixedBody> fixed_body(std::string text) {
  std::string gzipped = gzip(text);
  return std::make_shared<const FixedBody>(FixedBody{std::move(text), std::move(gzipped)});
}

struct GzipWriter::State {
  z_stream z{};
  std::array<char, piece_bytes> piece{};
};

GzipWriter::GzipWriter() : state_(std::make_unique<State>()) {
  constexpr int level = 5;  // most of the gain at about half the work of 6
  constexpr int memory_level = 8;
  if (deflateInit2(&state_->z, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipWriter::~GzipWriter() { deflateEnd(&state_->z); }

void GzipWriter::pump(std::string_view in, int flush, std::string& out) {
  z_stream& z = state_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  do {
    z.next_out = reinterpret_cast<Bytef*>(state_->piece.data());
    z.avail_out = static_cast<uInt>(state_->piece.size());
    const int outcome = deflate(&z, flush);
    LX_ASSERT(outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR);
    out.append(state_->piece.data(), state_->piece.size() - z.avail_out);
  } while (z.avail_out == 0);
}

void GzipWriter::write(std::string_view piece, std::string& out) {
  constexpr std::size_t once_max = std::size_t{1} << 30;  // zlib counts in 32 bits
  while (!piece.empty()) {
    const std::string_view part = piece.substr(0, once_max);
    pump(part, Z_NO_FLUSH, out);
    piece.remove_prefix(part.size());
  }
}

void GzipWriter::finish(std::string& out) { pump({}, Z_FINISH, out); }

}  // namespace lianxin::server
