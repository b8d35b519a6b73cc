// Which devices were cut off, in a file beside the keys: with database and journal lost, the certificate of a revoked
// phone makes it no active one again. Of a device only what was done to it here can be known: one that took its place
// and of which this file does not tell is known by its certificate, which names the device before it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>

#include "schema/result.h"
#include "server/people/devices.h"

namespace lianxin::server {

// One line a device and status, the last of a device stands; appended, and durable, before what it tells is answered.
// The file is read anew each time: another process may have added to it. Safe from any thread.
class Revocations {
 public:
  explicit Revocations(const std::filesystem::path& keys) : file_(keys / "revoked") {}

  Status note(const std::vector<DeviceId>& devices, DeviceStatus status) const;

  // Those that are cut off. corrupt where a line cannot be read, but for a last one that was torn.
  Result<std::map<DeviceId, DeviceStatus>> all() const;

 private:
  std::filesystem::path file_;
};

}  // namespace lianxin::server
