#include "sync/wire/certificate.h"

#include <algorithm>

#include "schema/json.h"

namespace lianxin {
namespace {

// The signed bytes begin with their purpose, so that no other text signed by this key can pass for a certificate.
std::string signed_text(std::string_view json) { return "lianxin certificate v1|" + std::string(json); }

template <std::size_t N>
bool read_bytes(std::string_view text, Bytes<N>& out) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != N) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

struct Parts {
  std::string json;
  Signature signature{};
};

std::optional<Parts> parts_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.size() > 2048) return std::nullopt;
  auto json = from_base64url(text.substr(0, dot));
  Parts parts;
  if (!json || !read_bytes(text.substr(dot + 1), parts.signature)) return std::nullopt;
  parts.json = std::move(*json);
  return parts;
}

std::optional<Certificate> certificate_of(std::string_view json) {
  const auto parts = parse_json(json);
  if (!parts) return std::nullopt;
  Certificate certificate;
  const auto device = DeviceId::parse(parts->text_at("device"));
  const auto member = MemberId::parse(parts->text_at("member"));
  const auto studio = StudioId::parse(parts->text_at("studio"));
  if (!device || !member || !studio || !read_bytes(parts->text_at("public_key"), certificate.key)) return std::nullopt;
  certificate.device = *device;
  certificate.member = *member;
  certificate.studio = *studio;
  certificate.shared = parts->boolean_at("shared");
  certificate.enrolled_ms = parts->integer_at("enrolled_ms");
  certificate.rekeyed_from = DeviceId::parse(parts->text_at("rekeyed_from"));
  return certificate;
}

}  // namespace

std::string sign_certificate(const SecretKey& server, const Certificate& certificate) {
  Value::Object parts{
      {"device", certificate.device.text()}, {"public_key", to_base64url(certificate.key)},
      {"member", certificate.member.text()}, {"studio", certificate.studio.text()},
      {"shared", certificate.shared},        {"enrolled_ms", certificate.enrolled_ms},
  };
  if (certificate.rekeyed_from) parts.emplace("rekeyed_from", certificate.rekeyed_from->text());
  const std::string json = to_json(Value(std::move(parts)));
  return to_base64url(as_bytes(json)) + "." + to_base64url(sign(server, signed_text(json)));
}

std::optional<Certificate> read_certificate(const PublicKey& server, std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts || !verify(server, signed_text(parts->json), parts->signature)) return std::nullopt;
  return certificate_of(parts->json);
}

std::optional<Certificate> certificate_in(std::string_view text) {
  const auto parts = parts_of(text);
  return parts ? certificate_of(parts->json) : std::nullopt;
}

}  // namespace lianxin
