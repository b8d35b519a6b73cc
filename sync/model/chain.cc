#include "sync/model/chain.h"

namespace lianxin {

Hash chain_start(const StudioId& studio, const PublicKey& key) {
  return sha256(std::string(view(studio.bytes)) + std::string(view(key)));
}

Hash chain_next(const Hash& before, const Hash& line_hash) {
  return sha256(std::string(view(before)) + std::string(view(line_hash)));
}

Hash log_next(const Hash& before, const Hash& line_hash, Outcome outcome, Hlc effective) {
  std::string bytes(view(before));
  bytes += view(line_hash);
  bytes += static_cast<char>(outcome == Outcome::applied ? 0 : 1);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(effective.value >> shift & 255);
  return sha256(bytes);
}

ChangeId line_id(const StudioId& studio, const Hash& line_hash) {
  return {first_bytes<16>(sha256_of_parts({"lianxin line", view(studio.bytes), view(line_hash)}))};
}

std::string push_message(const DeviceId& device, const StudioId& studio, N first_n, const Hash& last_h) {
  return "lianxin push v1|" + device.text() + "|" + studio.text() + "|" + std::to_string(first_n) + "|" +
         to_hex(last_h);
}

}  // namespace lianxin
