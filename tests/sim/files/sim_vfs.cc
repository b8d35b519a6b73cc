#include "tests/sim/files/sim_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "schema/assert.h"
#include "tests/sim/files/disk_state.h"
#include "tests/sim/files/memory_faults.h"

namespace lianxin::sim {
namespace {

constexpr int path_bytes_max = 512;
std::int64_t now_ms = 1'800'000'000'000;
SeededRandom* randomness = nullptr;

// What SQLite holds of one open file.
struct Handle {
  DiskState& disk;
  std::string path;  // empty: temporary, without a name
  InodePtr inode;
  std::uint64_t power_cycle = 0;
  bool syncs_folder = false;  // a new journal: its first sync makes its name durable too (as SQLite on Unix)
  bool removed_on_close = false;
  int lock = SQLITE_LOCK_NONE;
  bool maps_shm = false;

  bool dead() const { return !disk.on || power_cycle != disk.power_cycle; }
};

struct OpenFile : sqlite3_file {
  Handle* handle;
};
Handle& handle_of(sqlite3_file* file) { return *static_cast<OpenFile*>(file)->handle; }

// Every call is under the lock, and none of its own allocations is one that a test makes fail: an exception thrown
// through SQLite would be no fault of the program under test.
struct Call {
  std::lock_guard<std::recursive_mutex> lock{disks_mutex()};
  WithoutMemoryFaults spared;
};

std::string_view text_of(const void* data, std::size_t bytes) { return {static_cast<const char*>(data), bytes}; }

// Does `effect(done)` so far as the verdict on this call lets it be done, and turns off the power where it says so.
template <class F>
int faulty(Handle& handle, unsigned kind, int error, F&& effect) {
  if (handle.dead()) return error;
  Done done;
  const Verdict verdict = handle.disk.enter(kind, done);
  if (verdict == Verdict::go_on) return effect(Done::whole);
  if (done != Done::not_at_all) (void)effect(done);
  if (verdict == Verdict::crash) handle.disk.cut_power();
  return error;
}

int file_close(sqlite3_file* file) {
  const Call call;
  Handle& handle = handle_of(file);
  if (!handle.dead()) {
    Inode& inode = *handle.inode;
    if (handle.lock >= SQLITE_LOCK_SHARED) --inode.shared;
    if (inode.reserved == &handle) {
      inode.reserved = nullptr;
      inode.pending = false;
    }
    if (handle.removed_on_close) handle.disk.names.erase(handle.path);
  }
  delete &handle;
  return SQLITE_OK;
}

int file_read(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_READ;
  Done done;
  const Verdict verdict = handle.disk.enter(call_read, done);
  if (verdict == Verdict::crash) handle.disk.cut_power();
  if (verdict == Verdict::crash || verdict == Verdict::fail) return SQLITE_IOERR_READ;
  const std::string& content = handle.inode->file.bytes();
  const std::size_t wanted = static_cast<std::size_t>(bytes), from = static_cast<std::size_t>(offset);
  std::size_t there = from < content.size() ? std::min(wanted, content.size() - from) : 0;
  if (verdict == Verdict::cut_short) there = std::min(there, wanted / 2);
  if (there > 0) std::memcpy(out, content.data() + from, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + there, 0, wanted - there);  // as SQLite asks of every VFS
  return SQLITE_IOERR_SHORT_READ;
}

int file_write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  const Call call;
  Handle& handle = handle_of(file);
  return faulty(handle, call_write, SQLITE_IOERR_WRITE, [&](Done done) {
    const std::size_t at = static_cast<std::size_t>(offset), all = static_cast<std::size_t>(bytes);
    SimFile& content = handle.inode->file;
    if (at + all > content.size() && handle.disk.room >= 0) {
      const auto grows = static_cast<std::int64_t>(at + all - content.size());
      if (handle.disk.used_bytes() + grows > handle.disk.room) {
        handle.disk.struck = true;
        return SQLITE_FULL;
      }
    }
    content.write(at, text_of(data, done == Done::half ? all / 2 : all));
    return SQLITE_OK;
  });
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  const Call call;
  Handle& handle = handle_of(file);
  return faulty(handle, call_truncate, SQLITE_IOERR_TRUNCATE, [&](Done) {
    handle.inode->file.truncate(static_cast<std::size_t>(size));
    return SQLITE_OK;
  });
}

int file_sync(sqlite3_file* file, int) {
  const Call call;
  Handle& handle = handle_of(file);
  return faulty(handle, call_sync, SQLITE_IOERR_FSYNC, [&](Done done) {
    if (done == Done::half) {
      handle.inode->file.sync_half();
      return SQLITE_OK;
    }
    handle.inode->file.sync();
    if (handle.syncs_folder) handle.disk.names_are_durable();
    handle.syncs_folder = false;
    return SQLITE_OK;
  });
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(handle.inode->file.size());
  return SQLITE_OK;
}

int file_lock(sqlite3_file* file, int level) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_LOCK;
  if (handle.lock >= level) return SQLITE_OK;
  Inode& inode = *handle.inode;
  const bool others_write = inode.reserved && inode.reserved != &handle;
  if (handle.lock == SQLITE_LOCK_NONE) {
    if (inode.pending) return SQLITE_BUSY;
    ++inode.shared;
    handle.lock = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) return SQLITE_OK;
  if (others_write) return SQLITE_BUSY;
  inode.reserved = &handle;
  if (level == SQLITE_LOCK_RESERVED) {
    handle.lock = SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
  }
  inode.pending = true;
  handle.lock = SQLITE_LOCK_PENDING;
  if (inode.shared > 1) return SQLITE_BUSY;
  handle.lock = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int file_unlock(sqlite3_file* file, int level) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead() || handle.lock <= level) return SQLITE_OK;
  Inode& inode = *handle.inode;
  if (inode.reserved == &handle) {
    inode.reserved = nullptr;
    inode.pending = false;
  }
  if (level == SQLITE_LOCK_NONE) --inode.shared;
  handle.lock = level;
  return SQLITE_OK;
}

int file_check_reserved(sqlite3_file* file, int* reserved) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *reserved = handle.inode->reserved != nullptr;
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int file_sector_size(sqlite3_file*) { return 4096; }  // what SQLite takes on Unix
// What SQLite takes for granted on Unix too: a write that the power interrupts harms no byte beside it.
int file_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  const Call call;
  *out = nullptr;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_SHMMAP;
  Inode& inode = *handle.inode;
  if (!handle.maps_shm) ++inode.shm_users;
  handle.maps_shm = true;
  while (extend && inode.shm.size() <= static_cast<std::size_t>(region)) {
    inode.shm.push_back(std::make_unique<char[]>(static_cast<std::size_t>(bytes)));
  }
  if (static_cast<std::size_t>(region) < inode.shm.size()) *out = inode.shm[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int first, int count, int flags) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead()) return SQLITE_IOERR_SHMLOCK;
  Inode& inode = *handle.inode;
  const auto begin = static_cast<std::size_t>(first), end = begin + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if (flags & SQLITE_SHM_UNLOCK) {
    for (std::size_t slot = begin; slot < end; ++slot) {
      if (!exclusive) {
        --inode.shm_shared[slot];
      } else if (inode.shm_exclusive[slot] == &handle) {
        inode.shm_exclusive[slot] = nullptr;
      }
    }
    return SQLITE_OK;
  }
  for (std::size_t slot = begin; slot < end; ++slot) {
    if (inode.shm_exclusive[slot] || (exclusive && inode.shm_shared[slot] > 0)) return SQLITE_BUSY;
  }
  for (std::size_t slot = begin; slot < end; ++slot) {
    if (exclusive) {
      inode.shm_exclusive[slot] = &handle;
    } else {
      ++inode.shm_shared[slot];
    }
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); }

int shm_unmap(sqlite3_file* file, int) {
  const Call call;
  Handle& handle = handle_of(file);
  if (handle.dead() || !handle.maps_shm) return SQLITE_OK;
  handle.maps_shm = false;
  // On Unix too the first to come after the last has left finds it empty.
  if (--handle.inode->shm_users == 0) handle.inode->shm.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods file_methods = {2,
                                             file_close,
                                             file_read,
                                             file_write,
                                             file_truncate,
                                             file_sync,
                                             file_size,
                                             file_lock,
                                             file_unlock,
                                             file_check_reserved,
                                             file_control,
                                             file_sector_size,
                                             file_characteristics,
                                             shm_map,
                                             shm_lock,
                                             shm_barrier,
                                             shm_unmap,
                                             nullptr,
                                             nullptr};

int vfs_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const Call call;
  file->pMethods = nullptr;
  const std::string path = name ? name : "";
  DiskState& disk = disk_with(path);
  Done done;
  if (const Verdict verdict = disk.enter(call_open, done); verdict != Verdict::go_on) {
    if (verdict == Verdict::crash) disk.cut_power();
    return SQLITE_CANTOPEN;
  }
  auto handle = std::make_unique<Handle>(Handle{disk, path, nullptr, disk.power_cycle});
  if (!name) {
    handle->inode = std::make_shared<Inode>();
  } else if (const auto there = disk.names.find(path); there != disk.names.end()) {
    if (flags & SQLITE_OPEN_EXCLUSIVE) return SQLITE_CANTOPEN;
    handle->inode = there->second;
  } else {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    handle->inode = disk.names[path] = std::make_shared<Inode>();
    handle->syncs_folder = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  }
  handle->removed_on_close = name && (flags & SQLITE_OPEN_DELETEONCLOSE);
  static_cast<OpenFile*>(file)->handle = handle.release();
  file->pMethods = &file_methods;
  if (flags_out) *flags_out = flags;
  return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const Call call;
  DiskState& disk = disk_with(name);
  Done done;
  const Verdict verdict = disk.enter(call_remove, done);
  const bool goes = verdict == Verdict::go_on || done != Done::not_at_all;
  const bool was_there = disk.names.contains(name);
  if (goes && disk.names.erase(name) > 0 && sync_folder && done != Done::half) disk.names_are_durable();
  if (verdict == Verdict::crash) disk.cut_power();
  if (verdict != Verdict::go_on) return SQLITE_IOERR_DELETE;
  return was_there ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int vfs_access(sqlite3_vfs*, const char* name, int what, int* out) {
  const Call call;
  const DiskState& disk = disk_with(name);
  if (!disk.on) return SQLITE_IOERR_ACCESS;
  const auto there = disk.names.find(name);
  // SQLite on Unix too takes an empty file for none.
  *out = there != disk.names.end() && (what != SQLITE_ACCESS_EXISTS || there->second->file.size() > 0);
  return SQLITE_OK;
}

int vfs_full_path(sqlite3_vfs*, const char* name, int bytes_max, char* out) {
  const Call call;
  const std::string path = name[0] == '/' ? name : std::string("/") + name;
  if (path.size() >= static_cast<std::size_t>(bytes_max)) return SQLITE_CANTOPEN;
  std::memcpy(out, path.c_str(), path.size() + 1);
  return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs*, int bytes, char* out) {
  const Call call;
  randomness->fill({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(bytes)});
  return bytes;
}

int vfs_sleep(sqlite3_vfs*, int microseconds) {
  std::this_thread::yield();  // another thread may hold the lock that is waited for
  return microseconds;
}

int vfs_now(sqlite3_vfs*, sqlite3_int64* out) {
  const Call call;
  constexpr sqlite3_int64 unix_epoch_ms = 210'866'760'000'000;  // of the Julian days that SQLite counts
  *out = unix_epoch_ms + now_ms;
  return SQLITE_OK;
}

int vfs_now_days(sqlite3_vfs* vfs, double* out) {
  sqlite3_int64 ms = 0;
  (void)vfs_now(vfs, &ms);
  *out = static_cast<double>(ms) / 86'400'000.0;
  return SQLITE_OK;
}

int vfs_last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

void register_sim_vfs() {
  seed_sim_vfs(1);
  static sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = path_bytes_max;
  vfs.zName = "lianxin-sim";
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.xAccess = vfs_access;
  vfs.xFullPathname = vfs_full_path;
  vfs.xRandomness = vfs_randomness;
  vfs.xSleep = vfs_sleep;
  vfs.xCurrentTime = vfs_now_days;
  vfs.xGetLastError = vfs_last_error;
  vfs.xCurrentTimeInt64 = vfs_now;
  LX_ASSERT(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

void seed_sim_vfs(std::uint64_t seed) {
  const Call call;
  delete randomness;
  randomness = new SeededRandom(seed);
}

void set_sim_now_ms(std::int64_t to_ms) {
  const Call call;
  now_ms = to_ms;
}

}  // namespace lianxin::sim
