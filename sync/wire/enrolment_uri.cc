#include "sync/wire/enrolment_uri.h"

#include <algorithm>

#include "sync/crypto/hash.h"

namespace lianxin {
namespace {

constexpr std::string_view scheme = "lianxin:", version = "1";

tl::unexpected<Error> refused(std::string_view why) { return failure(Errc::invalid_argument, std::string(why)); }

// What stands in a part as it is, without any escape.
bool is_plain(std::string_view part) {
  return std::all_of(part.begin(), part.end(), [](char c) { return c > ' ' && c < 0x7F && c != '&' && c != '='; });
}

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_whole(const EnrolmentUri& parts) {
  return !parts.address.empty() && !parts.code.empty() && parts.pins.size() <= enrolment_pins_max &&
         std::all_of(parts.pins.begin(), parts.pins.end(), is_pin);
}

void take_part(std::string_view part, EnrolmentUri& parts) {
  const std::string_view name = part.substr(0, part.find('='));
  const std::string value(part.substr(std::min(part.size(), name.size() + 1)));
  if (name == "a") parts.address = value;
  if (name == "p") parts.pins.push_back(value);
  if (name == "c") parts.code = value;
}

}  // namespace

bool is_pin(std::string_view text) {
  const auto bytes = from_base64url(text);
  return bytes && bytes->size() == Hash{}.size();
}

Result<std::string> enrolment_uri(const EnrolmentUri& parts) {
  if (!is_whole(parts) || !is_plain(parts.address) || !is_plain(parts.code)) return refused("enrolment");
  std::string uri = std::string(scheme) + std::string(version) + "?a=" + parts.address;
  for (const std::string& pin : parts.pins) uri += "&p=" + pin;
  uri += "&c=" + parts.code;
  if (uri.size() > enrolment_uri_bytes_max) return failure(Errc::out_of_range, "enrolment_uri_bytes_max");
  return uri;
}

Result<EnrolmentUri> read_enrolment_uri(std::string_view text) {
  text = without_blanks(text);
  if (!text.starts_with(scheme) || text.size() > enrolment_uri_bytes_max) return refused("not_ours");
  text.remove_prefix(scheme.size());
  const std::size_t mark = std::min(text.find('?'), text.size());
  if (text.substr(0, mark) != version) return refused("too_new");
  EnrolmentUri parts;
  for (std::string_view rest = text.substr(mark); !rest.empty();) {
    rest.remove_prefix(1);  // '?' or '&'
    const std::string_view part = rest.substr(0, rest.find('&'));
    take_part(part, parts);
    rest.remove_prefix(part.size());
  }
  if (!is_whole(parts)) return refused("incomplete");
  return parts;
}

}  // namespace lianxin
