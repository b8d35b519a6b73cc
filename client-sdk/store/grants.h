// Who may do what in the studios of this phone, as the server said last. It stands in the studios' table: what was
// taken away stays known, because the lines that wait were written under it.
#pragma once

#include <vector>

#include "client-sdk/store/database.h"
#include "sync/model/policy.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

// Roles empty: none there.
Access access_in(const GrantedStudio& grant, const MemberId& member);

class Grants {
 public:
  explicit Grants(Database& db) : db_(db) {}

  // Of a studio that is here. corrupt: what is kept cannot be read; the server's next list that has the studio mends
  // it.
  Result<GrantedStudio> of(const StudioId& studio);

  // The server's list replaces ours: what is not in it is kept as taken away, what is new begins without a row.
  Status replace(const std::vector<GrantedStudio>& grants);

 private:
  Database& db_;
};

}  // namespace lianxin::client
