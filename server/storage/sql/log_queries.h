// The statements behind sync/log/store.h.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::queries {

inline constexpr Query studio_head{"studio_head", R"sql(
  SELECT seq, log_hash, digest_public, digest_internal, digest_personal, digest_health, sensitivity_version
  FROM studio WHERE studio = $1
)sql"};

inline constexpr Query put_studio_head{"put_studio_head", R"sql(
  INSERT INTO studio (studio, seq, log_hash, digest_public, digest_internal, digest_personal, digest_health,
                      sensitivity_version)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (studio) DO UPDATE SET
    seq = excluded.seq, log_hash = excluded.log_hash, digest_public = excluded.digest_public,
    digest_internal = excluded.digest_internal, digest_personal = excluded.digest_personal,
    digest_health = excluded.digest_health, sensitivity_version = excluded.sensitivity_version
)sql"};

inline constexpr Query studios_with_log{"studios_with_log", R"sql(
  SELECT studio FROM studio WHERE seq > 0 ORDER BY studio
)sql"};

inline constexpr Query chain_head{"chain_head", R"sql(
  SELECT n, h FROM chain WHERE studio = $1 AND device = $2 ORDER BY n DESC LIMIT 1
)sql"};

inline constexpr Query chain_entry{"chain_entry", R"sql(
  SELECT n, h, change_id FROM chain WHERE studio = $1 AND device = $2 AND n = $3
)sql"};

inline constexpr Query in_chain{"in_chain", R"sql(
  SELECT 1 FROM chain WHERE studio = $1 AND device = $2 AND change_id = $3 LIMIT 1
)sql"};

inline constexpr Query append_chain{"append_chain", R"sql(
  INSERT INTO chain (studio, device, n, h, change_id) VALUES ($1, $2, $3, $4, $5)
)sql"};

inline constexpr Query put_push_signature{"put_push_signature", R"sql(
  INSERT INTO push_signature (studio, device, last_n, first_n, signature) VALUES ($1, $2, $3, $4, $5)
)sql"};

inline constexpr Query append_change{"append_change", R"sql(
  INSERT INTO change_log (studio, seq, change_id, device, member, record, outcome, code, field, effective_clock, roles,
                          received_ms, log_hash, applied_seq, line, as_logged)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
)sql"};

inline constexpr Query change_took_effect{"change_took_effect", R"sql(
  UPDATE change_log SET applied_seq = $3 WHERE studio = $1 AND change_id = $2
)sql"};

inline constexpr Query leave_of_change{"leave_of_change", R"sql(
  UPDATE change_log SET line = $3, field = $4, as_logged = $5 WHERE studio = $1 AND change_id = $2
)sql"};

// The three that read lines give the same columns, in the order that read_logged() takes them.
inline constexpr Query change_by_id{"change_by_id", R"sql(
  SELECT seq, change_id, device, member, record, outcome, code, field, effective_clock, roles, received_ms, log_hash,
         applied_seq, line, as_logged
  FROM change_log WHERE studio = $1 AND change_id = $2
)sql"};

inline constexpr Query changes_after{"changes_after", R"sql(
  SELECT seq, change_id, device, member, record, outcome, code, field, effective_clock, roles, received_ms, log_hash,
         applied_seq, line, as_logged
  FROM change_log WHERE studio = $1 AND seq > $2 ORDER BY seq LIMIT $3
)sql"};

inline constexpr Query changes_of_record{"changes_of_record", R"sql(
  SELECT seq, change_id, device, member, record, outcome, code, field, effective_clock, roles, received_ms, log_hash,
         applied_seq, line, as_logged
  FROM change_log WHERE studio = $1 AND record = $2 AND seq < $3 ORDER BY seq DESC
)sql"};

inline constexpr Query log_hash_at{"log_hash_at", R"sql(
  SELECT log_hash FROM change_log WHERE studio = $1 AND seq = $2
)sql"};

inline constexpr Query record_by_id{"record_by_id", R"sql(
  SELECT record, kind, last_seq, encoded FROM record WHERE studio = $1 AND record = $2
)sql"};

inline constexpr Query records_after{"records_after", R"sql(
  SELECT record, kind, last_seq, encoded FROM record WHERE studio = $1 AND last_seq > $2 ORDER BY last_seq
)sql"};

inline constexpr Query records_showing{"records_showing", R"sql(
  SELECT DISTINCT record FROM record_index WHERE studio = $1 AND field = $2 AND text = $3 ORDER BY record LIMIT $4
)sql"};

inline constexpr Query put_record{"put_record", R"sql(
  INSERT INTO record (studio, record, kind, last_seq, title, date, region, review, state, official_no, provisional_no,
                      created_by, created_ms, deleted, revised, joined, conflicts, held, witnessed, encoded)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
  ON CONFLICT (studio, record) DO UPDATE SET
    kind = excluded.kind, last_seq = excluded.last_seq, title = excluded.title, date = excluded.date,
    region = excluded.region, review = excluded.review, state = excluded.state, official_no = excluded.official_no,
    provisional_no = excluded.provisional_no, created_by = excluded.created_by, created_ms = excluded.created_ms,
    deleted = excluded.deleted, revised = excluded.revised, joined = excluded.joined, conflicts = excluded.conflicts,
    held = excluded.held, witnessed = excluded.witnessed, encoded = excluded.encoded
)sql"};

inline constexpr Query drop_records{"drop_records", R"sql(
  DELETE FROM record WHERE studio = $1
)sql"};

inline constexpr Query drop_record_index{"drop_record_index", R"sql(
  DELETE FROM record_index WHERE studio = $1 AND record = $2
)sql"};

inline constexpr Query put_record_index{"put_record_index", R"sql(
  INSERT INTO record_index (studio, record, field, place, text, integer) VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

inline constexpr Query drop_held_open{"drop_held_open", R"sql(
  DELETE FROM held_open WHERE studio = $1 AND record = $2
)sql"};

inline constexpr Query put_held_open{"put_held_open", R"sql(
  INSERT INTO held_open (studio, record, change_id) VALUES ($1, $2, $3)
)sql"};

inline constexpr Query last_number{"last_number", R"sql(
  SELECT last FROM number WHERE studio = $1 AND key = $2
)sql"};

inline constexpr Query put_number{"put_number", R"sql(
  INSERT INTO number (studio, key, last) VALUES ($1, $2, $3)
  ON CONFLICT (studio, key) DO UPDATE SET last = excluded.last
)sql"};

inline constexpr Query owner_of_name{"owner_of_name", R"sql(
  SELECT org_code FROM belonging WHERE what = $1 AND name = $2
)sql"};

inline constexpr Query put_owner{"put_owner", R"sql(
  INSERT INTO belonging (what, name, org_code) VALUES ($1, $2, $3)
  ON CONFLICT (what, name) DO UPDATE SET org_code = excluded.org_code
)sql"};

// How far the search index has come in the studio's log.
inline constexpr Query search_progress{"search_progress", R"sql(
  SELECT seq, rebuilt FROM search_progress WHERE studio = $1
)sql"};

// The search index begins this studio anew: its rows are others now, at the same seqs.
inline constexpr Query search_anew{"search_anew", R"sql(
  INSERT INTO search_progress (studio, seq, rebuilt) VALUES ($1, 0, 1)
  ON CONFLICT (studio) DO UPDATE SET seq = 0, rebuilt = search_progress.rebuilt + 1
)sql"};

// What was erased up to there is to leave the search index for good.
inline constexpr Query put_search_remains{"put_search_remains", R"sql(
  INSERT INTO search_remains (studio, seq) VALUES ($1, $2)
  ON CONFLICT (studio) DO UPDATE SET seq = excluded.seq, merging = 0
)sql"};

}  // namespace lianxin::server::queries
