// A disk in memory under the real SQLite, for tests in which the power fails at a chosen call, the disk is full, or an
// I/O call fails. FaultFiles is a VFS that becomes the default of the process, so that a program's own code opens its
// databases on it unchanged, WAL included, with several connections in one process.
//
// A disk is a folder: the files of /phone-3 are one disk, with its own power and its own faults. Folders need not exist
// anywhere. A disk begins empty and switched on.
//
// After a power cut every open file is dead: each of its calls returns SQLITE_IOERR for ever, but closing works.
// Whoever had it open closes it and opens it again after power_on().
//
// Threads: any, under one lock. A run is as deterministic as the order in which its threads call: the server's engine
// has one thread that writes while its caller waits for it, so one caller means one order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lianxin::sim {

struct DiskState;

// The calls that a fault may count; several are added with |.
enum FileCall : unsigned {
  call_write = 1,
  call_sync = 2,
  call_truncate = 4,
  call_remove = 8,
  call_read = 16,
  call_open = 32,  // of a file; not the question whether one is there
};
inline constexpr unsigned calls_that_change = call_write | call_sync | call_truncate | call_remove;
inline constexpr unsigned calls_all = calls_that_change | call_read | call_open;

// How much of the call at which a fault strikes is done all the same. Half: of a write the first half of its bytes, of
// a sync the older half of what waits; other calls have no half and are done.
enum class Done { not_at_all, half, whole };

// What is on the disk when the power returns.
enum class Power {
  clean,  // everything written: only the process died
  lost,   // only what was synced
  torn,   // that, and of each later write some sectors
};

class FaultDisk {
 public:
  // At the k-th call of these kinds from now on, counted from 1, the power fails; the call returns an error.
  void crash_at(unsigned calls, std::int64_t k, Done done = Done::not_at_all);
  // From the k-th call on, `times` calls fail with an I/O error; -1: until heal().
  void fail_at(unsigned calls, std::int64_t k, std::int64_t times = 1, Done done = Done::not_at_all);
  // The k-th read returns only half of what was asked for, as at the end of a file. SQLite takes it for that and goes
  // on with zeroes, in its cache too: no real disk does this elsewhere, and a read that fails says so (fail_at).
  void short_read_at(std::int64_t k);
  // Its files together hold no more than this many bytes; what would grow past it: SQLITE_FULL.
  void hold_at_most(std::int64_t bytes);
  void heal();  // no fault is armed any more and the disk has room. It stays off where it is off

  // Connections opened from now on move the WAL into the database every so many pages, so that a short test has
  // checkpoints. 0: as SQLite does by itself, every 1000.
  void checkpoint_every(int pages);

  std::int64_t calls(unsigned of) const;  // so far
  bool struck() const;                    // a fault that was armed since the last heal() has struck
  std::int64_t used_bytes() const;

  void cut_power();
  bool is_on() const;
  void power_on(Power left, std::uint64_t seed = 0);  // `seed` decides what is torn. LX_ASSERT: it is off

 private:
  friend FaultDisk& disk_of_folder(const std::string& folder);
  friend DiskState& state_of(const FaultDisk& disk);
  FaultDisk();
  ~FaultDisk();
  std::unique_ptr<DiskState> state_;
};

class FaultFiles {
 public:
  // Makes itself the default VFS, and puts memory_faults.h between SQLite and its memory. Before the process opens its
  // first database; calling it again changes nothing. Lives for ever.
  static FaultFiles& install();

  // Everything that SQLite draws from now on (salts of the WAL, names of temporary files) follows from this.
  void seed(std::uint64_t seed);
  // What SQLite takes for the time, in Unix milliseconds. It moves only here.
  void set_now_ms(std::int64_t now_ms);

  FaultDisk& disk(const std::string& folder);  // lives for ever
  void wipe(const std::string& folder);        // a new empty disk in its place, on, without faults. Open files are dead

  // Behind SQLite's back. Paths are those by which a program opens the file; no file is the empty text. What is put
  // there is durable at once.
  std::string read(const std::string& path) const;
  void put(const std::string& path, std::string bytes);
  void remove(const std::string& path);
  bool exists(const std::string& path) const;
  std::vector<std::string> files(const std::string& folder) const;  // paths, sorted
  // The database and its journals, as bytes: a phone cloned, or set back. What was at `to` is gone.
  void copy_database(const std::string& from, const std::string& to);

 private:
  FaultFiles() = default;
};

}  // namespace lianxin::sim
