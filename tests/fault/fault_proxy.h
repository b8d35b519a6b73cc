// A TCP proxy inside the test process, between real clients and the real server, that does to connections what village
// networks do to them. What befalls a connection depends on nothing but its place in the order of acceptance, so a seed
// tells what a run was given, whatever the threads made of it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace lianxin::test {

enum class Fault {
  none,           // every byte passes
  refused,        // closed before a byte was read; the server hears nothing of it
  cut_request,    // both ends lose each other after `at_byte` bytes towards the server
  cut_reply,      // … after `at_byte` bytes towards the client
  dropped_reply,  // the server takes the request and answers; what it says is thrown away
  dripped,        // the first bytes of both directions come `piece_bytes` at a time, a millisecond apart
  delayed,        // `delay` passes before the request goes on its way, and once more before the reply does
};
inline constexpr std::size_t fault_kinds = 7;
const char* name_of(Fault fault);

struct Fate {
  Fault fault = Fault::none;
  std::size_t at_byte = 0;
  std::size_t piece_bytes = 1;
  std::chrono::milliseconds delay{0};
  bool reset = false;  // a cut shows as a reset of the connection; else as its orderly end
};
using Fates = std::function<Fate(std::uint64_t connection)>;  // called from one thread, with 0, 1, 2 …

// How many of a hundred connections meet each fault; the others pass.
struct FaultMix {
  int refused = 5, cut_request = 9, cut_reply = 9, dropped_reply = 9, dripped = 6, delayed = 8;
};
// Cuts fall anywhere in the first 64 KiB of a direction, half of them within 128 bytes and a quarter past 2 KiB: heads,
// envelopes, lines and pages are all hit.
Fates seeded_fates(std::uint64_t seed, const FaultMix& mix = {});

// Connections that met each fault. A cut whose byte never came, and a reply that never came to be dropped, are counted
// under `none`. So are those that found no server.
using FaultCounts = std::array<std::uint64_t, fault_kinds>;

class FaultProxy {
 public:
  // Listens on a free port of the loopback and connects on to `server_port` of the loopback, for each connection anew:
  // the server may die and come back meanwhile.
  FaultProxy(int server_port, Fates fates);
  ~FaultProxy();  // cuts what is open
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void calm() { calm_ = true; }  // from here on new connections pass
  FaultCounts counts() const;

 private:
  struct Line {
    std::thread thread;
    std::atomic<bool> done = false;
  };

  void accept_all();
  void serve(int client, const Fate& fate);
  void reap(bool all);

  const int server_port_;
  const Fates fates_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stopping_ = false, calm_ = false;
  mutable std::mutex counts_mutex_;
  FaultCounts counts_{};
  std::list<Line> lines_;  // the accepting thread's alone, until it has ended
  std::thread thread_;
};

}  // namespace lianxin::test
