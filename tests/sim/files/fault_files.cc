#include "tests/sim/files/fault_files.h"

#include <sqlite3.h>

#include <bit>

#include "schema/assert.h"
#include "tests/sim/files/disk_state.h"
#include "tests/sim/files/memory_faults.h"
#include "tests/sim/files/sim_vfs.h"

namespace lianxin::sim {
namespace {

int on_new_connection(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  const char* path = sqlite3_db_filename(connection, "main");
  const WithoutMemoryFaults spared;
  const std::lock_guard lock(disks_mutex());
  const int pages = path ? disk_with(path).checkpoint_pages : 0;
  if (pages > 0) sqlite3_wal_autocheckpoint(connection, pages);
  return SQLITE_OK;
}

constexpr const char* journal_ends[] = {"", "-wal", "-journal"};

}  // namespace

std::recursive_mutex& disks_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

FaultDisk& disk_of_folder(const std::string& folder) {
  const std::lock_guard lock(disks_mutex());
  static auto* disks = new std::map<std::string, FaultDisk*>;
  FaultDisk*& disk = (*disks)[folder];
  if (!disk) disk = new FaultDisk;
  return *disk;
}

DiskState& state_of(const FaultDisk& disk) { return *disk.state_; }

DiskState& disk_with(const std::string& path) { return state_of(disk_of_folder(path.substr(0, path.rfind('/')))); }

Verdict DiskState::enter(unsigned call, Done& done) {
  done = Done::not_at_all;
  if (!on) return Verdict::fail;
  ++counted[static_cast<std::size_t>(std::countr_zero(call))];
  if (fault == Fault::none || (call & fault_calls) == 0) return Verdict::go_on;
  if (calls_left > 1) {
    --calls_left;
    return Verdict::go_on;
  }
  struck = true;
  done = fault_done;
  if (times_left > 0 && --times_left == 0) {
    const Fault now = fault;
    fault = Fault::none;
    if (now == Fault::crash) return Verdict::crash;
    return now == Fault::short_read ? Verdict::cut_short : Verdict::fail;
  }
  return Verdict::fail;
}

void DiskState::cut_power() {
  on = false;
  ++power_cycle;
  fault = Fault::none;
}

std::int64_t DiskState::used_bytes() const {
  std::int64_t used = 0;
  for (const auto& [name, inode] : names) used += static_cast<std::int64_t>(inode->file.size());
  return used;
}

FaultDisk::FaultDisk() : state_(std::make_unique<DiskState>()) {}
FaultDisk::~FaultDisk() = default;

void FaultDisk::crash_at(unsigned of, std::int64_t k, Done done) {
  const std::lock_guard lock(disks_mutex());
  state_->fault = DiskState::Fault::crash;
  state_->fault_calls = of;
  state_->calls_left = k;
  state_->times_left = 1;
  state_->fault_done = done;
}

void FaultDisk::fail_at(unsigned of, std::int64_t k, std::int64_t times, Done done) {
  crash_at(of, k, done);
  const std::lock_guard lock(disks_mutex());
  state_->fault = DiskState::Fault::fail;
  state_->times_left = times;
}

void FaultDisk::short_read_at(std::int64_t k) {
  crash_at(call_read, k);
  const std::lock_guard lock(disks_mutex());
  state_->fault = DiskState::Fault::short_read;
}

void FaultDisk::hold_at_most(std::int64_t bytes) {
  const std::lock_guard lock(disks_mutex());
  state_->room = bytes;
}

void FaultDisk::heal() {
  const std::lock_guard lock(disks_mutex());
  state_->fault = DiskState::Fault::none;
  state_->room = -1;
  state_->struck = false;
}

void FaultDisk::checkpoint_every(int pages) {
  const std::lock_guard lock(disks_mutex());
  state_->checkpoint_pages = pages;
}

std::int64_t FaultDisk::calls(unsigned of) const {
  const std::lock_guard lock(disks_mutex());
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < state_->counted.size(); ++i) {
    if (of & (1u << i)) sum += state_->counted[i];
  }
  return sum;
}

bool FaultDisk::struck() const {
  const std::lock_guard lock(disks_mutex());
  return state_->struck;
}

std::int64_t FaultDisk::used_bytes() const {
  const std::lock_guard lock(disks_mutex());
  return state_->used_bytes();
}

void FaultDisk::cut_power() {
  const std::lock_guard lock(disks_mutex());
  if (state_->on) state_->cut_power();
}

bool FaultDisk::is_on() const {
  const std::lock_guard lock(disks_mutex());
  return state_->on;
}

void FaultDisk::power_on(Power left, std::uint64_t seed) {
  const std::lock_guard lock(disks_mutex());
  LX_ASSERT(!state_->on);
  SeededRandom random(seed);
  DiskState::Names found = left == Power::lost ? state_->durable_names : state_->names;
  if (left == Power::torn) {  // each change of a name survived, or did not
    for (const auto& [name, inode] : state_->durable_names) {
      if (!found.contains(name) && random.chance(50)) found[name] = inode;
    }
    std::erase_if(found,
                  [&](const auto& entry) { return !state_->durable_names.contains(entry.first) && random.chance(50); });
  }
  state_->names.clear();
  for (const auto& [name, inode] : found) {
    auto now = std::make_shared<Inode>();  // the dead handles keep the old one, with its locks
    now->file = inode->file;
    if (left == Power::lost) now->file.lose_unsynced();
    if (left == Power::torn) now->file.tear_unsynced(random);
    now->file.sync();
    state_->names[name] = std::move(now);
  }
  state_->names_are_durable();
  state_->on = true;
}

FaultFiles& FaultFiles::install() {
  static FaultFiles* files = [] {
    MemoryFaults::install();  // which SQLite takes only before all else
    register_sim_vfs();
    LX_ASSERT(sqlite3_auto_extension(reinterpret_cast<void (*)()>(on_new_connection)) == SQLITE_OK);
    return new FaultFiles;
  }();
  return *files;
}

void FaultFiles::seed(std::uint64_t seed) {
  seed_sim_vfs(seed);
  sqlite3_randomness(0, nullptr);  // the next draw begins anew from the VFS
}

void FaultFiles::set_now_ms(std::int64_t now_ms) { set_sim_now_ms(now_ms); }

FaultDisk& FaultFiles::disk(const std::string& folder) { return disk_of_folder(folder); }

void FaultFiles::wipe(const std::string& folder) {
  const std::lock_guard lock(disks_mutex());
  DiskState& state = state_of(disk(folder));
  const std::uint64_t cycle = state.power_cycle + 1;
  state = DiskState();
  state.power_cycle = cycle;
}

std::string FaultFiles::read(const std::string& path) const {
  const std::lock_guard lock(disks_mutex());
  const DiskState& state = disk_with(path);
  const auto at = state.names.find(path);
  return at == state.names.end() ? std::string() : at->second->file.bytes();
}

void FaultFiles::put(const std::string& path, std::string bytes) {
  const std::lock_guard lock(disks_mutex());
  DiskState& state = disk_with(path);
  InodePtr& inode = state.names[path];
  if (!inode) inode = std::make_shared<Inode>();
  inode->file.put(std::move(bytes));
  state.durable_names[path] = inode;
}

void FaultFiles::remove(const std::string& path) {
  const std::lock_guard lock(disks_mutex());
  DiskState& state = disk_with(path);
  state.names.erase(path);
  state.durable_names.erase(path);
}

bool FaultFiles::exists(const std::string& path) const {
  const std::lock_guard lock(disks_mutex());
  return disk_with(path).names.contains(path);
}

std::vector<std::string> FaultFiles::files(const std::string& folder) const {
  const std::lock_guard lock(disks_mutex());
  std::vector<std::string> paths;
  for (const auto& [name, inode] : state_of(disk_of_folder(folder)).names) paths.push_back(name);
  return paths;
}

void FaultFiles::copy_database(const std::string& from, const std::string& to) {
  const std::lock_guard lock(disks_mutex());
  for (const char* end : journal_ends) {
    remove(to + end);
    if (exists(from + end)) put(to + end, read(from + end));
  }
}

}  // namespace lianxin::sim
