// What a connection brings before any route sees it: heads, framing, chunked bodies, content encodings, queries,
// tokens. However the bytes are cut into packets the same requests come out, and no body unpacks past its bound.
#include <algorithm>
#include <optional>

#include "schema/assert.h"
#include "server/http/encoding.h"
#include "server/http/head.h"
#include "server/http/router.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

constexpr std::size_t body_bytes_max = 64 << 10;

const Router& router() {
  static const Router made = [] {
    Router routes;
    const Handler nothing = [](const Request&) { return no_content(); };
    routes.add("POST", "/v1/sync", nothing);
    routes.add("GET", "/v1/records/{id}", nothing);
    routes.add("GET", "/console/{file...}", nothing);
    return routes;
  }();
  return made;
}

struct Chunked {
  ChunkedDecoder::Step step = ChunkedDecoder::Step::needs_more;
  std::string body, left;
};

Chunked take_in_pieces(std::string_view bytes, std::size_t piece) {
  Chunked taken;
  ChunkedDecoder decoder;
  while (taken.step == ChunkedDecoder::Step::needs_more && !bytes.empty()) {
    taken.left += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    taken.step = decoder.take(taken.left, taken.body, body_bytes_max);
    LX_ASSERT(taken.body.size() <= body_bytes_max);
  }
  taken.left += bytes;
  return taken;
}

// The body, or nothing where it has not all come or is none; `bytes` is then what follows it.
std::optional<std::string> take_body(const RequestHead& head, std::string_view& bytes) {
  switch (head.framing) {
    case RequestHead::Framing::none: return std::string();
    case RequestHead::Framing::length: {
      if (head.content_length > std::min(bytes.size(), body_bytes_max)) return std::nullopt;
      std::string body(bytes.substr(0, head.content_length));
      bytes.remove_prefix(head.content_length);
      return body;
    }
    case RequestHead::Framing::chunked: {
      const Chunked whole = take_in_pieces(bytes, bytes.size());
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        const Chunked cut = take_in_pieces(bytes, piece);
        LX_ASSERT(cut.step == whole.step);
        LX_ASSERT(cut.step != ChunkedDecoder::Step::done || (cut.body == whole.body && cut.left == whole.left));
      }
      if (whole.step != ChunkedDecoder::Step::done) return std::nullopt;
      bytes.remove_prefix(bytes.size() - whole.left.size());
      return whole.body;
    }
  }
  return std::nullopt;
}

void read_fields(const RequestHead& head, std::string body) {
  LX_ASSERT(head.path.starts_with('/') && head.fields.size() <= head_fields_max);
  (void)language_of(head.field("accept-language"));
  (void)accepts_gzip(head.field("accept-encoding"));
  (void)etag_matches(head.field("if-none-match"), "\"kinds-1\"");
  LX_ASSERT(bearer_token_of(head.field("authorization")).size() <= 512);
  NamedTexts query;
  if (parse_query(head.query, query)) LX_ASSERT(query.size() <= 64);
  Request request;
  request.method = head.method;
  request.path = head.path;
  LX_ASSERT(router().answer(request).status >= 200);
  const std::string encoding(head.field("content-encoding"));
  if (!is_known_encoding(encoding)) return;
  if (decompress(encoding, body_bytes_max, body) != Decompressed::done) return;
  LX_ASSERT(body.size() <= body_bytes_max);
  std::string packed = gzip(body);
  LX_ASSERT(decompress("gzip", body.size(), packed) == Decompressed::done && packed == body);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  using namespace lianxin::server;
  std::string_view bytes = fuzz::text_of(data, size);
  for (int request = 0; request < 8; ++request) {
    const std::size_t end = end_of_head(bytes, 0);
    for (std::size_t seen : {bytes.size() / 3, bytes.size() / 2}) {
      if (end == std::string_view::npos || seen < end) LX_ASSERT(end_of_head(bytes, seen) == end);
    }
    if (end == std::string_view::npos) return 0;
    const auto head = parse_head(bytes.substr(0, end));
    bytes.remove_prefix(end);
    if (!head) continue;
    std::optional<std::string> body = fuzz::take_body(*head, bytes);
    if (!body) return 0;
    fuzz::read_fields(*head, std::move(*body));
  }
  return 0;
}
