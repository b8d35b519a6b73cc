#include "tests/fuzz/story.h"

namespace lianxin::fuzz {

Story read_story(std::string_view input) {
  Story story;
  while (!input.empty() && story.size() < parts_max) {
    const std::size_t end = input.find(between_parts);
    const std::string_view part = input.substr(0, end);
    input = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
    if (!part.empty()) story.push_back({part[0], std::string(part.substr(1))});
  }
  return story;
}

std::string write_story(const Story& story) {
  std::string text;
  for (const Sent& sent : story) {
    if (!text.empty()) text += between_parts;
    text += sent.sender;
    text += sent.body;
  }
  return text;
}

}  // namespace lianxin::fuzz
