// What one phone may ask of the server in an hour: one device, and all that came of it by taking new keys, counted by
// the first of them (Devices::first_of()). Generous to phones that are what they seem: one that comes back after weeks
// with 20,000 lines gets through at once, and so does one that pushes 500 changes a second for a minute. Somebody who
// holds a phone's token gets no further than this. Past a bound a request is answered 429 with Retry-After and nothing
// of it is taken: the phone keeps what it has and sends it then. In memory alone: see allowances.h.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "schema/ids.h"
#include "server/people/allowances.h"

namespace lianxin::server {

// Thread-safe.
class DeviceLimits {
 public:
  // A phone asks a few times a minute while it has something to say. Whoever brings nothing finds the bucket empty when
  // a fifth is left: what was recorded in the field comes in before anything goes out.
  static constexpr Allowance requests{3000, 3600};
  // Three times what a phone holds that was away for weeks; a second such load the next hours.
  static constexpr Allowance lines{60'000, 20'000};
  static constexpr Allowance bytes{48.0 * 1024 * 1024, 12.0 * 1024 * 1024};
  // Pulls of one studio from its beginning. A coordinator's new phone begins with some sixty studios, and may be set
  // back to the beginning a few times; each such pull reads as much as it can.
  static constexpr Allowance pulls_from_zero{256, 64};
  // A phone has one request at a time, and perhaps an earlier one whose reply it does not wait for any more.
  static constexpr int at_a_time_max = 4;
  // New keys: a copy of a phone's file takes one, and asks again while the network loses the answers.
  static constexpr Allowance rekeys{20, 2};
  static constexpr std::size_t kept_max = 20'000;  // devices; some hundred bytes each

  // A held line longer than this counts four times over: no form fills it, and the server keeps what nobody reads.
  static constexpr std::size_t held_line_bytes = 16 * 1024;

  struct Asked {
    std::size_t bytes = 0, lines = 0, from_zero = 0;
  };

  // A request of a device while it is answered. `wait_ms` above 0: it is not, and nothing was taken of any bucket.
  class Turn {
   public:
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    const std::int64_t wait_ms;
    const bool without_page;  // it brings something, and asks for too much: what it brings is taken

   private:
    friend class DeviceLimits;
    Turn(DeviceLimits& limits, const DeviceId& device, std::int64_t wait, bool no_page)
        : wait_ms(wait), without_page(no_page), limits_(limits), device_(device) {}
    DeviceLimits& limits_;
    const DeviceId device_;
  };
  Turn begin(const DeviceId& device, const Asked& asked, std::int64_t now_ms);

  std::int64_t take_rekey(const DeviceId& device, std::int64_t now_ms);  // 0, or for how long it has to wait

  // What became of the lines of a request: so many of them were held.
  void note_held(const DeviceId& device, const Asked& asked, std::size_t held, std::int64_t now_ms);

 private:
  std::int64_t take(const std::string& key, const Asked& asked, std::int64_t now_ms, bool& without_page);

  Allowances requests_{requests, kept_max}, lines_{lines, kept_max}, bytes_{bytes, kept_max},
      from_zero_{pulls_from_zero, kept_max}, rekeys_{rekeys, kept_max};
  std::mutex mutex_;
  std::map<DeviceId, int> at_work_;
};

}  // namespace lianxin::server
