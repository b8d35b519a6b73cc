// What came back since the database was last put back from a backup, and what is still awaited.
#include <iostream>

#include "server/commands/commands.h"
#include "server/people/restoration.h"

namespace lianxin::server {
namespace {

void print_studios(const Places& places, const Restoration& last) {
  for (const RestoredStudio& studio : last.studios) {
    const StudioPlace* place = places.place(studio.studio);
    std::cout << "studio\t" << (place ? place->code : studio.studio.text()) << "\tbefore " << studio.seq_before
              << "\tfound " << studio.seq_found << "\n";
  }
}

Status print_devices(Devices& devices, const Places& places, const Restoration& last) {
  for (const RestoredDevice& restored : last.devices) {
    LX_TRY(const std::optional<Device> device, devices.find(restored.device));
    if (!device) continue;
    const StudioPlace* place = places.place(device->studio);
    std::cout << "device\t" << device->id.text() << "\t" << (place ? place->code : device->studio.text()) << "\t"
              << places.name_of(device->member) << "\t" << name_of(device->status) << "\tlast sync before "
              << time_text(restored.last_sync_ms) << "\tbacklog then " << restored.backlog << "\t";
    if (restored.returned_ms == 0) {
      std::cout << (device->status == DeviceStatus::active ? "awaited\n" : "not awaited\n");
    } else {
      std::cout << (restored.settled ? "returned " : "returning since ") << time_text(restored.returned_ms)
                << "\tlines " << restored.lines << "\theads " << restored.heads << "\n";
    }
  }
  return {};
}

}  // namespace

Result<int> run_restored(const ServerOptions& options) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const std::optional<Restoration> last, last_restoration(*parts->database));
  if (!last) {
    std::cout << "never\n";
    return 0;
  }
  LX_TRY(const Moment moment, parts->moments->now());
  std::cout << "restored\t" << time_text(last->at_ms) << "\n";
  if (const std::size_t waiting = parts->recovered.waiting; waiting > 0) {
    std::cout << "journal\t" << waiting << " entries wait for what they need\n";
  }
  print_studios(*moment.places, *last);
  LX_CHECK(print_devices(*parts->devices, *moment.places, *last));
  LX_TRY(const std::vector<std::string> logins, parts->accounts->without_password());
  for (const std::string& login : logins) std::cout << "account\t" << login << "\tneeds a new password\n";
  return 0;
}

}  // namespace lianxin::server
