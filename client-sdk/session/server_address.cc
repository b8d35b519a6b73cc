#include "client-sdk/session/server_address.h"

#include <algorithm>
#include <charconv>

#include "client-sdk/core/problems.h"
#include "schema/text.h"
#include "sync/wire/enrolment_uri.h"

namespace lianxin::client {
namespace {

tl::unexpected<Error> wrong(const char* zh, const char* en) {
  return refuse_with(problem_code::server_url_wrong, {zh, en});
}

bool is_blank(char32_t c) {
  return c <= U' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 || c == 0x2060 ||
         c == 0xFEFF;
}

// As a keyboard for Latin letters writes it; 0 for what stands for no character of an address.
char plain(char32_t c) {
  constexpr char32_t full_width = 0xFF01 - U'!';
  if (c >= 0xFF01 && c <= 0xFF5E) c -= full_width;
  if (c == 0x3002 || c == 0xFF61) c = U'.';  // the full stops of Chinese keyboards
  if (c >= U'A' && c <= U'Z') c = c - U'A' + U'a';
  return c > U' ' && c < 0x7F ? static_cast<char>(c) : '\0';
}

Result<std::string> without_blanks(std::string_view typed) {
  std::string address;
  bool blank = false;
  while (!typed.empty()) {
    const char32_t c = take_character(typed);
    if (is_blank(c)) {
      blank = true;
      continue;
    }
    if (blank && !address.empty()) return wrong("地址中间有空格。", "There is a blank in it.");
    blank = false;
    const char letter = plain(c);
    if (letter == '\0') return wrong("地址里有不能用的字符。", "It has a character that no address has.");
    address += letter;
  }
  return address;
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// host, host:port, [IPv6], [IPv6]:port.
Status check_place(std::string_view place) {
  const bool bracketed = place.starts_with('[');
  const std::size_t closed = bracketed ? place.find(']') : 0;
  if (closed == std::string_view::npos) return wrong("地址不完整。", "It is not whole.");
  const std::size_t colon = place.find(':', closed);
  const std::string_view host = place.substr(0, colon);
  const bool named = std::all_of(host.begin(), host.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    return letter || (bracketed && (c == '[' || c == ']' || c == ':'));
  });
  if (host.empty() || (bracketed && host.size() < 4)) return wrong("没有主机名。", "It names no host.");
  if (!named) return wrong("主机名里有不能用的字符。", "Its host has a character that no host has.");
  if (colon != std::string_view::npos && !is_port(place.substr(colon + 1))) {
    return wrong("端口应为 1 到 65535 的数字。", "The port is a number from 1 to 65535.");
  }
  return {};
}

}  // namespace

Result<std::string> server_address(std::string_view typed) {
  LX_TRY(std::string address, without_blanks(typed));
  if (address.empty()) return wrong("没有填写地址。", "Nothing was given.");
  const std::size_t scheme = address.find("://");
  if (!address.starts_with("https://") && !address.starts_with("http://")) {
    return scheme == std::string::npos ? wrong("开头缺少 https://。", "It does not begin with https://.")
                                       : wrong("开头应为 https://。", "It begins with something else than https://.");
  }
  while (address.ends_with('/') && address.size() > scheme + 3) address.pop_back();
  const std::string_view place = std::string_view(address).substr(scheme + 3);
  if (place.find('@') != std::string_view::npos) return wrong("不要带用户名或密码。", "It names a user.");
  if (place.find_first_of("/?#") != std::string_view::npos) {
    return wrong("主机后面不要带路径。", "Nothing but a port may stand behind the host.");
  }
  LX_CHECK(check_place(place));
  return address;
}

Result<std::vector<std::string>> server_pins(std::string_view server, std::string_view typed) {
  std::vector<std::string> pins;
  for (std::size_t end = 0; !typed.empty(); typed.remove_prefix(std::min(typed.size(), end + 1))) {
    end = std::min(typed.find_first_of(" ,\t\r\n"), typed.size());
    if (end == 0) continue;
    const std::string_view pin = typed.substr(0, end);
    if (!is_pin(pin)) return wrong("服务器身份码（pin）应为 43 个字符。", "The server's pin has 43 characters.");
    pins.emplace_back(pin);
  }
  if (!pins.empty() && !server.starts_with("https://")) {
    return wrong("有身份码（pin）时，地址开头应为 https://。", "With a pin it begins with https://.");
  }
  return pins;
}

Result<OfficeCode> office_code(std::string_view uri) {
  Result<EnrolmentUri> parts = read_enrolment_uri(uri);
  if (!parts && parts.error().message == "too_new") {
    return refuse_with(problem_code::enrolment_wrong,
                       {"它的版本比本应用新，请更新应用。", "It is of a newer version than this app; update the app."});
  }
  if (!parts && parts.error().message == "incomplete") {
    return refuse_with(problem_code::enrolment_wrong,
                       {"内容不完整，请重新扫描。", "It is not whole; scan it once more."});
  }
  if (!parts) {
    return refuse_with(problem_code::enrolment_wrong,
                       {"开头应为 lianxin:。请扫描办公室给的二维码。",
                        "It begins with lianxin:. Scan the code that the office gives."});
  }
  OfficeCode code{std::move(parts->address), {}, std::move(parts->code)};
  for (const std::string& pin : parts->pins) code.pins += (code.pins.empty() ? "" : ",") + pin;
  return code;
}

std::optional<std::string> moved_to(std::string_view server, std::string_view path, const TransportReply& answer) {
  constexpr int for_good = 301, for_good_as_it_is = 308;
  if (answer.delivery != Delivery::answered || (answer.status != for_good && answer.status != for_good_as_it_is)) {
    return std::nullopt;
  }
  std::string_view there = answer.location;
  if (!there.ends_with(path)) return std::nullopt;
  there.remove_suffix(path.size());
  const Result<std::string> address = server_address(there);
  if (!address || *address == server) return std::nullopt;
  if (server.starts_with("https://") && !address->starts_with("https://")) return std::nullopt;
  return *address;
}

}  // namespace lianxin::client
