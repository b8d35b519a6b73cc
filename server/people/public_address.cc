#include "server/people/public_address.h"

#include "schema/json.h"
#include "server/disk/files.h"
#include "sync/model/parts.h"
#include "sync/wire/enrolment_uri.h"
#include "sync/wire/server_move.h"

namespace lianxin::server {
namespace {

constexpr std::size_t file_bytes_max = 4096;

constexpr auto place_parts = [](auto& part, auto& place) {
  part.present("address", place.address);
  part.texts("pins", place.pins, When::always);
};

Error wrong(std::string_view name) { return {Errc::corrupt, "the file of the server's address: " + std::string(name)}; }

}  // namespace

Status PublicAddress::set(const Place& place) const {
  return write_durably(place_, to_json(written(place_parts, place)) + "\n");
}

Result<PublicAddress::Place> PublicAddress::place() const {
  LX_TRY(const std::string text, read_text(place_, file_bytes_max));
  LX_TRY(const Value parts, parse_json(text));
  return read_parts<Place>(place_parts, parts, wrong);
}

Result<std::string> PublicAddress::enrolment_uri(std::string_view code) const {
  LX_TRY(Place found, place());
  return lianxin::enrolment_uri({std::move(found.address), std::move(found.pins), std::string(code)});
}

Status PublicAddress::announce(const SelfDevice& self, const Place& place, std::int64_t now_ms) const {
  return write_durably(move_, sign_move(self.secret, {place.address, place.pins, now_ms}));
}

Status PublicAddress::take_back() const { return write_durably(move_, {}); }

Result<std::string> PublicAddress::announced() const {
  Result<std::string> text = read_text(move_, file_bytes_max);
  if (!text && text.error().code == Errc::not_found) return std::string();
  return text;
}

}  // namespace lianxin::server
