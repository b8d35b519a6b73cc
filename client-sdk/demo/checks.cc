#include "client-sdk/demo/checks.h"

namespace lianxin::demo {

void Checks::that(bool so, std::string sentence) {
  lines_.push_back((so ? "✓ " : "✗ ") + std::move(sentence));
  if (!so) ++broken_;
}

void Checks::equal(std::int64_t found, std::int64_t promised, std::string sentence) {
  equal(std::to_string(found), std::to_string(promised), std::move(sentence));
}

void Checks::equal(std::string_view found, std::string_view promised, std::string sentence) {
  const bool so = found == promised;
  if (!so) sentence += "（应为 " + std::string(promised) + "，实为 " + std::string(found) + "）";
  that(so, std::move(sentence));
}

std::string Checks::text() const {
  std::string out;
  for (const std::string& line : lines_) out += "  " + line + "\n";
  return out;
}

}  // namespace lianxin::demo
