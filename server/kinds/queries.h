// Every statement of this room. The table is in migrations/.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::kinds_sql {

inline constexpr Query latest_kinds{"latest_kinds", R"sql(
  SELECT document FROM kinds_version ORDER BY version DESC LIMIT 1
)sql"};

inline constexpr Query insert_kinds{"insert_kinds", R"sql(
  INSERT INTO kinds_version (version, sensitivity_version, document) VALUES ($1, $2, $3)
)sql"};

}  // namespace lianxin::server::kinds_sql
