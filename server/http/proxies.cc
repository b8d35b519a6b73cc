#include "server/http/proxies.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace lianxin::server {

Result<std::vector<std::string>> addresses_of(const std::string& name) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int wrong = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found); wrong != 0) {
    return failure(Errc::not_found, "no address of " + name + ": " + ::gai_strerror(wrong));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, &::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

}  // namespace lianxin::server
