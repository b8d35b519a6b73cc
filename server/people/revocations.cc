#include "server/people/revocations.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "server/disk/open_file.h"

namespace lianxin::server {
namespace {

Error system_error(const char* act) {
  return {Errc::unavailable, std::string(act) + " the list of revoked devices: " + std::strerror(errno)};
}

std::optional<DeviceStatus> status_named(std::string_view name) {
  for (const DeviceStatus status : {DeviceStatus::active, DeviceStatus::lost, DeviceStatus::revoked}) {
    if (name == name_of(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

Status Revocations::note(const std::vector<DeviceId>& devices, DeviceStatus status) const {
  if (devices.empty()) return {};
  // Behind an empty line: the one before may have been torn, and is known by that.
  std::string lines = "\n\n";
  for (const DeviceId& device : devices) lines += device.text() + " " + name_of(status) + "\n";
  const OpenFile file(file_, O_WRONLY | O_CREAT | O_APPEND);
  if (file.get() < 0 || ::write(file.get(), lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()) ||
      ::fsync(file.get()) != 0) {
    return tl::unexpected(system_error("write"));
  }
  const OpenFile folder(file_.parent_path(), O_RDONLY | O_DIRECTORY);
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return tl::unexpected(system_error("sync the folder of"));
  return {};
}

Result<std::map<DeviceId, DeviceStatus>> Revocations::all() const {
  std::map<DeviceId, DeviceStatus> cut_off;
  std::error_code error;
  if (!std::filesystem::exists(file_, error) && !error) return cut_off;
  std::ifstream file(file_, std::ios::binary);
  if (!file) return tl::unexpected(system_error("read"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string_view line = std::string_view(text).substr(at, end == std::string::npos ? end : end - at);
    at = end == std::string::npos ? text.size() : end + 1;
    if (line.empty()) continue;
    const auto device = DeviceId::parse(line.substr(0, line.find(' ')));
    const auto status = status_named(line.substr(std::min(line.size(), line.find(' ') + 1)));
    if (device && status) {
      cut_off.erase(*device);
      if (*status != DeviceStatus::active) cut_off.emplace(*device, *status);
      continue;
    }
    // A write that was torn was answered to nobody, and what follows it begins with an empty line.
    const bool torn = end == std::string::npos || text.compare(at, 1, "\n") == 0;
    if (!torn) return failure(Errc::corrupt, "the list of revoked devices: " + std::string(line));
  }
  return cut_off;
}

}  // namespace lianxin::server
