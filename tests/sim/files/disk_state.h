// The inside of a simulated disk: names, files with their locks and shared memory, and the fault that waits. Everything
// here is under disks_mutex().
#pragma once

#include <array>
#include <map>
#include <mutex>

#include "tests/sim/files/fault_files.h"
#include "tests/sim/files/sim_file.h"

namespace lianxin::sim {

// What a name stands for. Locks and shared memory are those of the handles opened since the last power cut.
struct Inode {
  static constexpr int shm_slots = 8;  // SQLITE_SHM_NLOCK

  SimFile file;

  int shared = 0;                  // handles with SHARED or more
  const void* reserved = nullptr;  // the handle with RESERVED or more
  bool pending = false;            // it waits for the readers to go

  std::vector<std::unique_ptr<char[]>> shm;
  int shm_users = 0;
  std::array<int, shm_slots> shm_shared{};
  std::array<const void*, shm_slots> shm_exclusive{};
};
using InodePtr = std::shared_ptr<Inode>;

// What becomes of one call.
enum class Verdict { go_on, fail, crash, cut_short };

struct DiskState {
  enum class Fault { none, crash, fail, short_read };
  using Names = std::map<std::string, InodePtr>;

  // Counts one call and says what becomes of it. `done`: how much of it is done all the same.
  Verdict enter(unsigned call, Done& done);
  void cut_power();
  void names_are_durable() { durable_names = names; }
  std::int64_t used_bytes() const;

  Names names;          // by the whole path
  Names durable_names;  // as of the last sync of the folder
  bool on = true;
  std::uint64_t power_cycle = 0;  // handles of an earlier one are dead

  Fault fault = Fault::none;
  unsigned fault_calls = 0;
  std::int64_t calls_left = 0;  // before it strikes
  std::int64_t times_left = 0;  // that it strikes; -1: for ever
  Done fault_done = Done::not_at_all;
  bool struck = false;
  std::int64_t room = -1;    // bytes; -1: no end
  int checkpoint_pages = 0;  // 0: SQLite's own number
  std::array<std::int64_t, 6> counted{};
};

std::recursive_mutex& disks_mutex();

FaultDisk& disk_of_folder(const std::string& folder);  // made where there is none
DiskState& state_of(const FaultDisk& disk);
DiskState& disk_with(const std::string& path);  // the disk that a file of this path lies on

}  // namespace lianxin::sim
