#include "sync/wire/signed_request.h"

#include "schema/json.h"
#include "sync/model/limits.h"
#include "sync/model/parts.h"
#include "sync/wire/codes.h"
#include "sync/wire/messages.h"

namespace lianxin {
namespace {

struct FirstLine {
  std::int64_t protocol = 0, at_ms = 0;
  Signature signature{};
};

constexpr auto first_line_parts = [](auto& part, auto& line) {
  part.plain("protocol", line.protocol);
  part.plain("at_ms", line.at_ms);
  part.base64url("signature", line.signature);
};

tl::unexpected<Error> refused(std::string_view why) { return failure(Errc::invalid_argument, std::string(why)); }

Error wrong(std::string_view name) { return {Errc::invalid_argument, "first line: " + std::string(name)}; }

// Begins with its purpose and its version, so that no text signed for one purpose passes for another.
std::string signed_text(const DeviceId& device, std::int64_t at_ms, std::string_view request) {
  return "lianxin sync v2|" + device.text() + "|" + std::to_string(at_ms) + "|" + to_hex(sha256(request));
}

bool is_apart(std::int64_t at_ms, std::int64_t now_ms) {
  return at_ms < now_ms - limits::signature_ms_max || at_ms > now_ms + limits::signature_ms_max;
}

}  // namespace

std::string signed_request(const Signer& signer, std::int64_t at_ms, std::string_view request) {
  const Signature signature = sign(signer.secret, signed_text(signer.device, at_ms, request));
  std::string body = to_json(written(first_line_parts, FirstLine{protocol_version, at_ms, signature}));
  body += '\n';
  body += request;
  return body;
}

Result<std::string_view> request_signed_by(const PublicKey& key, std::int64_t now_ms, std::string_view body) {
  const std::size_t end = body.substr(0, limits::signature_line_bytes_max + 1).find('\n');
  // The envelope of version 1 was the first line, and is longer with a single studio.
  if (end == std::string_view::npos) {
    return refused(body.starts_with("{\"boot\"") ? codes::protocol_too_old : "the first line is none of a signature");
  }
  LX_TRY(const Value first, parse_json(body.substr(0, end)));
  const Value* version = first.find("protocol");
  if (!version || !version->integer()) return refused("first line: protocol");
  if (is_too_old(*version->integer())) return refused(codes::protocol_too_old);
  if (is_too_new(*version->integer())) return refused(codes::protocol_too_new);
  LX_TRY(const FirstLine line, read_parts<FirstLine>(first_line_parts, first, wrong));
  if (is_apart(line.at_ms, now_ms)) return refused(codes::clock_apart);
  const std::string_view request = body.substr(end + 1);
  if (!verify(key, signed_text(device_id_of(key), line.at_ms, request), line.signature)) {
    return refused(codes::bad_signature);
  }
  return request;
}

}  // namespace lianxin
