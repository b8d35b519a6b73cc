#include "client-sdk/session/own_values.h"

namespace lianxin::client {

Result<bool> OwnValues::fill_in(const std::string& address, Head& head) {
  LX_TRY(const bool filled, from_line(address, head));
  if (filled) return true;
  return from_row(address, head);
}

Result<bool> OwnValues::from_line(const std::string& address, Head& head) {
  auto line = lines_.find(head.id);
  if (line == lines_.end()) {
    std::optional<Change> change;
    LX_TRY(const std::optional<OwnChange> mine, own_.find(head.id));
    if (mine && mine->is_sound()) {
      if (auto read = parse_line(mine->line)) change = std::move(*read);
    }
    line = lines_.emplace(head.id, std::move(change)).first;
  }
  if (!line->second) return false;
  for (const Write& write : line->second->writes) {
    if (write.at.text() != address) continue;
    head.value = write.value;
    head.own = false;
    return true;
  }
  return false;
}

Result<bool> OwnValues::from_row(const std::string& address, Head& head) {
  if (!before_) {
    Result<std::optional<DeliveredRow>> found = rows_.find(studio_, record_);
    if (!found && found.error().code != Errc::corrupt) return tl::unexpected(found.error());
    before_.emplace();
    if (found && *found) *before_ = std::move((*found)->row);
  }
  const Cell* cell = *before_ ? (*before_)->cell(address) : nullptr;
  if (!cell) return false;
  for (const std::vector<Head>* heads : {&cell->heads, &cell->history}) {
    for (const Head& there : *heads) {
      if (there.id != head.id || there.value.is_null()) continue;
      head.value = there.value;
      head.own = false;
      return true;
    }
  }
  return false;
}

}  // namespace lianxin::client
