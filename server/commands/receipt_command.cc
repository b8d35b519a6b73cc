#include <iostream>

#include "server/commands/commands.h"
#include "server/receipts/receipts.h"

namespace lianxin::server {

Result<int> run_receipt(const ServerOptions& options, const std::string& text) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const CheckedReceipt checked, check_receipt(parts->self, *parts->store, text));
  for (const char* language : {"zh", "en"}) {
    for (const std::string& sentence : sentences_of(checked, *moment.places, language)) std::cout << sentence << "\n";
  }
  return checked.all_there() ? 0 : 1;
}

}  // namespace lianxin::server
