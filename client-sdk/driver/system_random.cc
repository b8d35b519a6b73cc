#include "client-sdk/driver/system_random.h"

#include <openssl/rand.h>

#include "schema/assert.h"

namespace lianxin::client {
namespace {

class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    LX_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);  // a guessable key is worse than none
  }
};

}  // namespace

RandomSource& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace lianxin::client
