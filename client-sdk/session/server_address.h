// The server's address: as people type it, and as a redirect names it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lianxin/transport.h"
#include "schema/result.h"

namespace lianxin::client {

// https://host or http://host:port, from what was typed or pasted: blanks around it, capitals, characters of a Chinese
// keyboard, a slash at the end. server_url_wrong, whose sentence names what is wrong with it.
Result<std::string> server_address(std::string_view typed);

// By what the server there is believed (lianxin/transport.h), as it was typed or pasted: none, or several with commas
// or blanks between them. server_url_wrong where one is none, or the address is not of https.
Result<std::vector<std::string>> server_pins(std::string_view server, std::string_view typed);

// What an office's QR code holds, its parts as if they had been typed. enrolment_wrong, which says what is wrong.
struct OfficeCode {
  std::string server, pins, code;
};
Result<OfficeCode> office_code(std::string_view uri);

// Where `server` says for good that it has moved to, by its answer to a request for `path`: the same path elsewhere,
// and never from https to http. None: the answer says no such thing, as that of a network's sign-in page.
std::optional<std::string> moved_to(std::string_view server, std::string_view path, const TransportReply& answer);

}  // namespace lianxin::client
