// How sums are written in a report. Whole numbers throughout: a report must foot on every machine.
#pragma once

#include <cstdint>
#include <string>

namespace lianxin::server {

// `dividend` / `divisor` with `places` decimals, halves away from zero: (5'420'000, 1'000'000, 2) is "5.42". Nothing is
// ever divided by nothing: "—" then.
std::string quotient_text(std::int64_t dividend, std::int64_t divisor, int places);

// Fen in units of ten thousand yuan, as official forms want them: "5.42".
std::string wan_yuan_text(std::int64_t fen);

// a * b and a + b, stopping at the ends of the range: a slip of the hand must not turn a sum negative.
std::int64_t times(std::int64_t a, std::int64_t b);
std::int64_t plus(std::int64_t a, std::int64_t b);

}  // namespace lianxin::server
