#include <iostream>

#include "server/commands/commands.h"
#include "server/review/receipts.h"

namespace lianxin::server {

int run_receipt(const ServerOptions& options, const std::string& text) {
  const auto server = Server::open(options, Server::Purpose::command);
  if (!server) return failed("receipt", server.error());
  const auto moment = (*server)->moment();
  if (!moment) return failed("receipt", moment.error());
  const auto checked = check_receipt(**server, text);
  if (!checked) return failed("receipt", checked.error());
  for (const char* language : {"zh", "en"}) {
    for (const std::string& sentence : sentences_of(*checked, *moment->places, language)) std::cout << sentence << "\n";
  }
  return checked->all_there() ? 0 : 1;
}

}  // namespace lianxin::server
