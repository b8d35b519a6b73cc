// What is said to a caller about his own input, in Chinese and in English, where a failure carries one text: the two
// parted by a line separator (U+2028). A command prints both; a problem document takes the half of its reader.
#pragma once

#include <string>
#include <string_view>

#include "schema/json.h"
#include "schema/result.h"

namespace lianxin::server {

inline constexpr std::string_view between_languages = "\u2028";

inline std::string both(std::string_view zh, std::string_view en) {
  return std::string(zh) + std::string(between_languages) + std::string(en);
}

// A failure whose asker is told what it was about. The message of every other failure is for the log alone.
inline tl::unexpected<Error> said(Errc code, std::string_view zh, std::string_view en) {
  return failure(code, both(zh, en));
}

inline bool in_both(std::string_view text) { return text.find(between_languages) != std::string_view::npos; }

// The half of that language; the whole where it is in one language only.
inline std::string_view half_of(std::string_view text, bool zh) {
  const std::size_t end = text.find(between_languages);
  if (end == std::string_view::npos) return text;
  return zh ? text.substr(0, end) : text.substr(end + between_languages.size());
}

// What the caller gave, in quotes and cut short.
inline std::string in_quotes(std::string_view given) {
  constexpr std::size_t bytes_max = 80;
  given = given.substr(0, given.find(between_languages));
  if (given.size() > bytes_max) {
    given = given.substr(0, bytes_max);
    while (!given.empty() && (static_cast<unsigned char>(given.back()) & 0xC0U) == 0x80U) given.remove_suffix(1);
    if (!given.empty()) given.remove_suffix(1);  // the lead byte of the character that was cut
  }
  std::string out;
  append_json_text(out, given);
  return out;
}

}  // namespace lianxin::server
