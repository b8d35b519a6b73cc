// The values of heads that travelled without them, because their line stands in this phone's own chain (PROTOCOL 5.3).
#pragma once

#include <map>
#include <optional>

#include "client-sdk/store/own_changes.h"
#include "client-sdk/store/rows.h"

namespace lianxin::client {

// For one record. References must outlive this.
class OwnValues {
 public:
  OwnValues(OwnChanges& own, Rows& rows, const StudioId& studio, const RecordId& record)
      : own_(own), rows_(rows), studio_(studio), record_(record) {}

  // From the line; where it was erased or is not what was saved any more, from the row as it lies here: a head's value never
  // changes. False: from neither.
  Result<bool> fill_in(const std::string& address, Head& head);

 private:
  Result<bool> from_line(const std::string& address, Head& head);
  Result<bool> from_row(const std::string& address, Head& head);

  OwnChanges& own_;
  Rows& rows_;
  const StudioId studio_;
  const RecordId record_;
  std::map<ChangeId, std::optional<Change>> lines_;  // a line usually wrote most cells of a row; none: not to be read
  std::optional<std::optional<Row>> before_;         // the row as it lies here, once it was looked for
};

}  // namespace lianxin::client
