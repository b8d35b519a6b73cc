// An input of sync_body: what several devices send, one after another. Each part is the letter of its sender (county.h)
// and the body of one POST /v1/sync; parts are set apart by the byte 0x1e, which no JSON holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lianxin::fuzz {

struct Sent {
  char sender = 'a';
  std::string body;
};
using Story = std::vector<Sent>;

inline constexpr char between_parts = '\x1e';

// At most `parts_max` of them; what follows is left out. An empty input is an empty story.
inline constexpr std::size_t parts_max = 12;
Story read_story(std::string_view input);
std::string write_story(const Story& story);

}  // namespace lianxin::fuzz
