// The statements behind restoration.h. The tables are in migrations/, 0002 and 0003.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::restoration_sql {

// A number of another journal, which is no more, makes way.
inline constexpr Query free_journal_number{"free_journal_number", R"sql(
  UPDATE restoration SET journal_number = -restoration WHERE journal_number = $1 AND journal_hash <> $2
)sql"};

inline constexpr Query insert_restoration{"insert_restoration", R"sql(
  INSERT INTO restoration (at_ms, journal_number, journal_hash) VALUES ($1, $2, $3)
  ON CONFLICT (journal_number) DO NOTHING
  RETURNING restoration
)sql"};

inline constexpr Query noted_place{"noted_place", R"sql(
  SELECT journal_number, journal_hash FROM restoration WHERE journal_number > 0 ORDER BY restoration DESC LIMIT 1
)sql"};

// Under a number that no entry has: the journal did not tell.
inline constexpr Query insert_restoration_found{"insert_restoration_found", R"sql(
  INSERT INTO restoration (at_ms, journal_number)
  SELECT $1, -$1 WHERE NOT EXISTS (SELECT 1 FROM restoration WHERE at_ms >= $2)
  RETURNING restoration
)sql"};

inline constexpr Query last_restoration{"last_restoration", R"sql(
  SELECT restoration, at_ms FROM restoration ORDER BY restoration DESC LIMIT 1
)sql"};

inline constexpr Query insert_restored_studio{"insert_restored_studio", R"sql(
  INSERT INTO restored_studio (restoration, studio, seq_before, seq_found) VALUES ($1, $2, $3, $4)
)sql"};

inline constexpr Query restored_studios{"restored_studios", R"sql(
  SELECT studio, seq_before, seq_found FROM restored_studio WHERE restoration = $1 ORDER BY studio
)sql"};

// Every phone in use: what each had not handed over then is on it alone.
inline constexpr Query insert_awaited{"insert_awaited", R"sql(
  INSERT INTO restored_device (restoration, device, last_sync_ms, backlog)
  SELECT $1, device, last_sync_ms, backlog FROM device WHERE status = 'active'
  ON CONFLICT (restoration, device) DO NOTHING
)sql"};

inline constexpr Query note_sync_before{"note_sync_before", R"sql(
  UPDATE restored_device SET last_sync_ms = $3, backlog = $4
  WHERE restoration = $1 AND device = $2 AND last_sync_ms <= $3
)sql"};

// A phone that the restored database did not know: entered when its certificate was shown.
inline constexpr Query await_readmitted{"await_readmitted", R"sql(
  INSERT INTO restored_device (restoration, device, last_sync_ms, backlog)
  SELECT max(restoration), $1, 0, 0 FROM restoration HAVING count(*) > 0
  ON CONFLICT (restoration, device) DO NOTHING
)sql"};

inline constexpr Query note_return{"note_return", R"sql(
  UPDATE restored_device
  SET returned_ms = CASE WHEN returned_ms = 0 THEN $2 ELSE returned_ms END, lines = lines + $3, heads = heads + $4,
      settled = $5
  WHERE device = $1 AND settled = 0 AND restoration = (SELECT max(restoration) FROM restoration)
)sql"};

inline constexpr Query restored_devices{"restored_devices", R"sql(
  SELECT r.device, r.last_sync_ms, r.backlog, r.returned_ms, r.settled, r.lines, r.heads
  FROM restored_device r JOIN device d ON d.device = r.device
  WHERE r.restoration = $1 ORDER BY r.returned_ms, d.enrolled_ms, r.device
)sql"};

}  // namespace lianxin::server::restoration_sql
