// Randomness where the app hands in none.
#pragma once

#include "lianxin/device.h"

namespace lianxin::client {

RandomSource& system_random();  // OpenSSL's, seeded by the operating system

}  // namespace lianxin::client
