#include "server/storage/search_words.h"

#include "schema/text.h"

namespace lianxin::server {

std::string search_token(const StudioId& studio) { return to_hex(studio.bytes); }

std::string parted_by_blanks(const std::vector<std::string>& tokens) {
  std::string words;
  for (const std::string& token : tokens) {
    if (!words.empty()) words += ' ';
    words += token;
  }
  return words;
}

std::string search_words(std::string_view text) { return parted_by_blanks(search_tokens(text)); }

}  // namespace lianxin::server
