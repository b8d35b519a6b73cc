#include "sync/wire/certificate.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/wire/signed_text.h"

namespace lianxin {
namespace {

constexpr std::string_view purpose = "lianxin certificate v2";

template <std::size_t N>
bool read_bytes(std::string_view text, Bytes<N>& out) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != N) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
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
  certificate.ends_ms = parts->integer_at("ends_ms");
  certificate.rekeyed_from = DeviceId::parse(parts->text_at("rekeyed_from"));
  return certificate;
}

}  // namespace

std::string sign_certificate(const SecretKey& server, const Certificate& certificate) {
  Value::Object parts{
      {"device", certificate.device.text()}, {"public_key", to_base64url(certificate.key)},
      {"member", certificate.member.text()}, {"studio", certificate.studio.text()},
      {"shared", certificate.shared},        {"enrolled_ms", certificate.enrolled_ms},
      {"ends_ms", certificate.ends_ms},
  };
  if (certificate.rekeyed_from) parts.emplace("rekeyed_from", certificate.rekeyed_from->text());
  return write_signed(server, purpose, to_json(Value(std::move(parts))));
}

std::optional<Certificate> read_certificate(const PublicKey& server, std::string_view text) {
  const auto signed_text = read_signed(text);
  if (!signed_text || !signed_text->is_signed_by(server, purpose)) return std::nullopt;
  return certificate_of(signed_text->json);
}

std::optional<Certificate> certificate_in(std::string_view text) {
  const auto signed_text = read_signed(text);
  return signed_text ? certificate_of(signed_text->json) : std::nullopt;
}

}  // namespace lianxin
