#include "server/reports/numbers.h"

namespace lianxin::server {

std::string quotient_text(std::int64_t dividend, std::int64_t divisor, int places) {
  if (divisor == 0) return "—";
  __extension__ using Wide = __int128;  // a sum of fen times a hundred may pass 64 bits
  Wide scaled = dividend, by = divisor;
  for (int i = 0; i < places; ++i) scaled *= 10;
  const bool below = (scaled < 0) != (by < 0);
  if (scaled < 0) scaled = -scaled;
  if (by < 0) by = -by;
  Wide rounded = (2 * scaled + by) / (2 * by);
  const bool negative = below && rounded != 0;
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rounded % 10)));
    rounded /= 10;
  } while (rounded != 0);
  const auto fraction = static_cast<std::size_t>(places);
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - fraction, 1, '.');
  return (negative ? "-" : "") + digits;
}

std::string wan_yuan_text(std::int64_t fen) { return quotient_text(fen, 1'000'000, 2); }

std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
  return product;
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return a < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

}  // namespace lianxin::server
