#include "server/storage/search_words.h"

#include "schema/text.h"

namespace lianxin::server {

std::string search_token(const StudioId& studio) { return to_hex(studio.bytes); }

std::string search_words(std::string_view text) {
  std::string words;
  for (const std::string& token : search_tokens(text)) {
    if (!words.empty()) words += ' ';
    words += token;
  }
  return words;
}

}  // namespace lianxin::server
