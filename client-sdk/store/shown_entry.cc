#include "client-sdk/store/shown_entry.h"

namespace lianxin::client {
namespace {

constexpr std::string ShownEntry::*parts[] = {
    &ShownEntry::title,       &ShownEntry::region,     &ShownEntry::state,   &ShownEntry::provisional_no,
    &ShownEntry::official_no, &ShownEntry::created_by, &ShownEntry::missing, &ShownEntry::marked};
constexpr char after_each = '\0';  // which no text of a record has

}  // namespace

std::string ShownEntry::text() const {
  std::string text;
  for (const auto part : parts) text += this->*part + after_each;
  return text;
}

std::optional<ShownEntry> ShownEntry::parse(std::string_view text) {
  ShownEntry entry;
  for (const auto part : parts) {
    const std::size_t end = text.find(after_each);
    if (end == std::string_view::npos) return std::nullopt;
    entry.*part = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  return entry;
}

}  // namespace lianxin::client
