// A phone of the simulation: the SDK as apps get it, over a file of the simulated disk, with clocks and randomness that
// the simulation moves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client-sdk/core/phone_core.h"
#include "lianxin/phone.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::sim {

using namespace client;

// What a device's clocks say, given true time.
class SimClock final : public PhoneClock {
 public:
  explicit SimClock(const std::int64_t& true_ms) : true_ms_(true_ms), start_ms_(true_ms), booted_ms_(true_ms) {}

  std::int64_t offset_ms = 0;  // how wrong the wall clock is
  std::int64_t drift_ppm = 0;  // how fast it goes more wrong
  bool has_boot_clock = true;

  void reboot(std::string id);
  std::int64_t wall_ms() override { return true_ms_ + offset_ms + (true_ms_ - start_ms_) * drift_ppm / 1'000'000; }
  std::int64_t boot_ms() override { return true_ms_ - booted_ms_; }
  std::string boot_id() override { return has_boot_clock ? boot_id_ : std::string(); }

 private:
  const std::int64_t& true_ms_;
  std::int64_t start_ms_, booted_ms_;
  std::string boot_id_ = "boot";
};

class SimPhone {
 public:
  // `path`: on the simulated disk. `transport` and `true_ms` must outlive this.
  SimPhone(std::string path, Transport& transport, const std::int64_t& true_ms, std::uint64_t seed);

  Expected<void> open();  // starts the app
  void close() { phone_.reset(); }
  bool is_open() const { return phone_ != nullptr; }
  Expected<std::unique_ptr<Phone>> open_again();  // another process on the same file

  Phone& phone() { return *phone_; }
  PhoneCore& core() { return PhoneInternals::core(*phone_); }
  const std::string& path() const { return path_; }

  // What lies in the file, for the checks. Each fails the run with an exception when the file cannot be read: then no
  // promise about it can be kept.
  Identity identity();
  std::shared_ptr<const Catalog> catalog();
  Hlc last_clock();
  std::vector<StudioState> studios();
  StudioState studio(const StudioId& id);
  std::vector<OwnChange> own(const StudioId& studio);
  std::vector<OwnChange> own(const StudioId& studio, const RecordId& record);
  std::vector<DeliveredRow> rows(const StudioId& studio);
  std::vector<RecordId> records(const StudioId& studio);  // in view: delivered, or made here
  RecordState state(const RecordId& record);
  std::optional<RecordState> shown(const RecordId& record);  // none: handed over with its studio, not pulled again yet

  SimClock clock;

 private:
  class Randomness final : public RandomSource {
   public:
    explicit Randomness(std::uint64_t seed) : random_(seed) {}
    void fill(std::span<std::uint8_t> out) override { random_.fill(out); }

   private:
    SeededRandom random_;
  };

  PhoneOptions options();

  std::string path_;
  Transport& transport_;
  Randomness random_;
  std::unique_ptr<Phone> phone_;
};

}  // namespace lianxin::sim
