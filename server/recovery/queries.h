// Every statement of this room. The tables are in migrations/, but for those of server/people that some look at.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::recovery_sql {

inline constexpr Query journal_place{"journal_place", R"sql(
  SELECT number, hash, state_no FROM journal_place WHERE one = 1
)sql"};

inline constexpr Query put_journal_place{"put_journal_place", R"sql(
  INSERT INTO journal_place (one, number, hash, state_no) VALUES (1, $1, $2, $3)
  ON CONFLICT (one) DO UPDATE SET number = excluded.number, hash = excluded.hash, state_no = excluded.state_no
)sql"};

inline constexpr Query journal_marks{"journal_marks", R"sql(
  SELECT studio, seq FROM journal_mark
)sql"};

inline constexpr Query put_journal_mark{"put_journal_mark", R"sql(
  INSERT INTO journal_mark (studio, seq) VALUES ($1, $2) ON CONFLICT (studio) DO UPDATE SET seq = excluded.seq
)sql"};

inline constexpr Query put_waiting{"put_waiting", R"sql(
  INSERT INTO journal_waiting (hash, number, entry) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING
)sql"};

inline constexpr Query waiting{"waiting", R"sql(
  SELECT hash, number, entry FROM journal_waiting ORDER BY number, hash
)sql"};

inline constexpr Query delete_waiting{"delete_waiting", R"sql(
  DELETE FROM journal_waiting WHERE hash = $1
)sql"};

inline constexpr Query journal_erased{"journal_erased", R"sql(
  SELECT number, hash FROM journal_erased WHERE one = 1
)sql"};

inline constexpr Query put_journal_erased{"put_journal_erased", R"sql(
  INSERT INTO journal_erased (one, number, hash) VALUES (1, $1, $2)
  ON CONFLICT (one) DO UPDATE SET number = excluded.number, hash = excluded.hash
)sql"};

}  // namespace lianxin::server::recovery_sql
