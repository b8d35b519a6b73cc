// Where phones find this server, and how they follow it elsewhere.
#include <algorithm>
#include <iostream>

#include "server/commands/commands.h"
#include "server/people/public_address.h"

namespace lianxin::server {
namespace {

// https://host or https://host:port, as phones take it.
Status check_address(const std::string& address) {
  constexpr std::string_view https = "https://", http = "http://";
  const std::size_t scheme = address.starts_with(https) ? https.size() : address.starts_with(http) ? http.size() : 0;
  const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view(":/.-_[]").find(c) != std::string::npos;
  });
  if (scheme > 0 && plain && address.size() > scheme && address.find('/', scheme) == std::string::npos) return {};
  return failure(Errc::invalid_argument, "an address is https://HOST or https://HOST:PORT, in small letters");
}

// By what phones believe the server at that address: what was said, or the server's own key.
Result<std::vector<std::string>> pins_for(const ServerOptions& options, const AddressOptions& address) {
  if (address.by_system || address.address.starts_with("http://")) return std::vector<std::string>();
  std::vector<std::string> pins = address.pins;
  if (!std::all_of(pins.begin(), pins.end(), [](const std::string& pin) { return pin.size() == 43; })) {
    return failure(Errc::invalid_argument, "a pin has 43 characters");
  }
  LX_TRY(const OwnTls own, own_tls(options.data));
  if (pins.empty() || address.own_too) pins.push_back(own.pin);
  return pins;
}

void tell(const PublicAddress::Place& place) {
  std::cout << place.address << "\n";
  for (const std::string& pin : place.pins) std::cout << "pin " << pin << "\n";
}

}  // namespace

Result<int> run_address(const ServerOptions& options, const AddressOptions& address) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  if (!address.address.empty()) {
    LX_CHECK(check_address(address.address));
    LX_TRY(std::vector<std::string> pins, pins_for(options, address));
    LX_CHECK(parts->address->set({address.address, std::move(pins)}));
  }
  const auto place = parts->address->place();
  if (place) {
    tell(*place);
    return 0;
  }
  if (place.error().code != Errc::not_found) return tl::unexpected(place.error());
  std::cerr << "No address was said yet: lianxin-server address https://HOST:PORT\n";
  return 1;
}

Result<int> run_announce(const ServerOptions& options, const AddressOptions& address) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  if (address.take_back) {
    LX_CHECK(parts->address->take_back());
    return 0;
  }
  LX_CHECK(check_address(address.address));
  AddressOptions with_own = address;
  with_own.own_too = true;  // the server that says so may be the one that answers there
  LX_TRY(std::vector<std::string> pins, pins_for(options, with_own));
  const PublicAddress::Place place{address.address, std::move(pins)};
  LX_CHECK(parts->address->announce(parts->self, place, parts->now_ms()));
  tell(place);
  std::cerr << "Each phone hears of it with its next sync, keeps the old address until the server has answered at the "
               "new one, and enrols nowhere anew.\n";
  return 0;
}

}  // namespace lianxin::server
