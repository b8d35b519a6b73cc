#include <iostream>

#include "server/commands/commands.h"
#include "server/receipts/receipts.h"

namespace lianxin::server {

int run_receipt(const ServerOptions& options, const std::string& text) {
  const auto parts = Parts::open(options, Parts::Purpose::command);
  if (!parts) return failed("receipt", parts.error());
  const auto moment = (*parts)->moments->now();
  if (!moment) return failed("receipt", moment.error());
  const auto checked = check_receipt((*parts)->self, *(*parts)->store, text);
  if (!checked) return failed("receipt", checked.error());
  for (const char* language : {"zh", "en"}) {
    for (const std::string& sentence : sentences_of(*checked, *moment->places, language)) std::cout << sentence << "\n";
  }
  return checked->all_there() ? 0 : 1;
}

}  // namespace lianxin::server
