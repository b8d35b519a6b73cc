// What the demo promises, each looked at while the story runs and printed at its end as ✓ or ✗.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lianxin::demo {

class Checks {
 public:
  void that(bool so, std::string sentence);
  // Says what was found where it is not what was promised.
  void equal(std::int64_t found, std::int64_t promised, std::string sentence);
  void equal(std::string_view found, std::string_view promised, std::string sentence);

  bool all() const { return broken_ == 0; }
  std::size_t count() const { return lines_.size(); }
  std::size_t kept() const { return lines_.size() - broken_; }
  std::string text() const;

 private:
  std::vector<std::string> lines_;
  std::size_t broken_ = 0;
};

}  // namespace lianxin::demo
