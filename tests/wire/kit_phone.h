// A real phone of the SDK in a case: its file, its own lines, the pages that it took. It has no network: the player
// hands it what the server answered.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "client-sdk/core/phone_core.h"
#include "sync/wire/messages.h"
#include "tests/wire/kit_files.h"

namespace lianxin::kit {

using namespace client;

class KitPhone {
 public:
  static Result<std::unique_ptr<KitPhone>> open(const std::filesystem::path& file, const SelfDevice& device);

  // What it holds before it is asked anything: kinds, its grant, and its own lines (those it has are passed over).
  Status prepare(const Kinds& kinds, const GrantedStudio& grant, const std::vector<std::string>& lines);

  // Takes the answer to `cursor`. {"fork": true} where it shows that the phone was set back or cloned: then nothing of
  // it is taken. Else {"digest": "equal" | "differs" | "none"}.
  Result<Value> take(const StudioId& studio, const std::string& cursor, const Page& page, std::int64_t server_ms);

  // The row and what waits above it, as the phone shows them: reading.h, and beside that "waiting": [change id],
  // "held": {change id: {address: value}} of its own, "stuck": {change id: code} of waiting changes that the record no
  // longer takes. Null where the phone has no such record.
  Result<Value> view(const RecordId& record);

 private:
  KitPhone(SelfDevice device, Phone phone) : device_(std::move(device)), phone_(std::move(phone)) {}
  PhoneCore& core() { return PhoneInternals::core(phone_); }

  SelfDevice device_;
  Phone phone_;
};

}  // namespace lianxin::kit
