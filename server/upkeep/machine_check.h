// Whether the machine below still does its part: a disk that takes what is written, a clock that can be right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "server/storage/sql.h"

namespace lianxin::server {

class Metrics;

// look(): one thread; the rest: any. All references must outlive this.
class MachineCheck {
 public:
  static constexpr std::uintmax_t free_bytes_min = 64 << 20;
  static constexpr std::int64_t ahead_ms_max = 10 * 60 * 1000;            // clocks of two machines differ by less
  static constexpr std::int64_t failures_told_ms = 60 * 1000;             // so long after the last write that failed
  static constexpr std::int64_t no_server_before_ms = 1'767'225'600'000;  // 2026-01-01: there was no such program

  // `data`: the data folder, on whose disk at least `free_bytes` should be free.
  MachineCheck(SqlDatabase& database, const Metrics& metrics, std::filesystem::path data,
               std::uintmax_t free_bytes = free_bytes_min)
      : database_(database), metrics_(metrics), data_(std::move(data)), free_bytes_(free_bytes) {}

  // Writes a little, durably, and looks at what is dated in the future. Waits for other writers, so nobody who answers
  // somebody should call it.
  void look(std::int64_t now_ms);

  // What somebody should look at, as last looked, or a write that has failed since: a sentence in Chinese and in
  // English; empty while all is well.
  struct Wrong {
    std::string disk, clock;
    friend bool operator==(const Wrong&, const Wrong&) = default;
  };
  Wrong wrong() const;

 private:
  std::string disk_wrong(std::int64_t now_ms);
  std::string clock_wrong(std::int64_t now_ms) const;

  SqlDatabase& database_;
  const Metrics& metrics_;
  const std::filesystem::path data_;
  const std::uintmax_t free_bytes_;
  std::int64_t failed_ms_ = INT64_MIN;
  mutable std::mutex mutex_;    // of the two below
  std::uint64_t failures_ = 0;  // of writes, when last looked
  Wrong wrong_;
};

}  // namespace lianxin::server
