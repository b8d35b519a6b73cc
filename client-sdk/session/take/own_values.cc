#include "client-sdk/session/take/own_values.h"

#include <map>

#include "client-sdk/store/own_changes.h"
#include "client-sdk/store/rows.h"

namespace lianxin::client {
namespace {

// Of one record.
class OwnValues {
 public:
  OwnValues(Database& db, const StudioId& studio, const RecordId& record)
      : own_(db), rows_(db), studio_(studio), record_(record) {}

  Result<bool> fill_in(const std::string& address, Head& head);

 private:
  Result<bool> from_line(const std::string& address, Head& head);
  Result<bool> from_row(const std::string& address, Head& head);

  OwnChanges own_;
  Rows rows_;
  const StudioId studio_;
  const RecordId record_;
  std::map<ChangeId, std::optional<Change>> lines_;  // a line usually wrote most cells of a row; none: not to be read
  std::optional<Row> before_;  // the row as it lies here, once it was looked for; an empty one where there is none
};

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
    if (mine) {  // one that went bad on this disk does not read as a line
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
    before_ = found && *found ? std::move((*found)->row) : Row{};
  }
  const Cell* cell = before_->cell(address);
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

}  // namespace

Result<bool> fill_in_own_values(Database& db, const StudioId& studio, Row& row) {
  OwnValues values(db, studio, row.record);
  for (auto& [address, cell] : row.cells) {
    for (std::vector<Head>* heads : {&cell.heads, &cell.history}) {
      for (Head& head : *heads) {
        if (!head.own) continue;
        LX_TRY(const bool filled, values.fill_in(address, head));
        if (!filled) return false;
      }
    }
  }
  return true;
}

}  // namespace lianxin::client
