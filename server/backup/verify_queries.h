// The statements behind verify.h. They read all of a studio in the order of its keys, so that nothing is sorted.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::queries {

inline constexpr Query every_studio{"every_studio", R"sql(
  SELECT studio FROM studio UNION SELECT studio FROM change_log UNION SELECT studio FROM chain
  UNION SELECT studio FROM push_signature UNION SELECT studio FROM record UNION SELECT studio FROM record_index
  UNION SELECT studio FROM held_open UNION SELECT studio FROM number UNION SELECT studio FROM search_document
  UNION SELECT studio FROM search_progress
  ORDER BY studio
)sql"};

inline constexpr Query every_head{"every_head", "SELECT studio, seq, log_hash FROM studio ORDER BY studio"};

inline constexpr Query last_migrations{"last_migrations", R"sql(
  SELECT module, max(number), count(*) FROM migration GROUP BY module ORDER BY module
)sql"};

inline constexpr Query every_kinds_version{"every_kinds_version", R"sql(
  SELECT version, sensitivity_version, document FROM kinds_version ORDER BY version
)sql"};

inline constexpr Query every_device{"every_device", R"sql(
  SELECT device, public_key, member, studio, shared, certificate, enrolled_ms, rekeyed_from, superseded_by, status
  FROM device ORDER BY device
)sql"};

inline constexpr Query every_grant{"every_grant", R"sql(
  SELECT grant_id, role, clearance, from_ms, to_ms FROM role_grant ORDER BY grant_id
)sql"};

inline constexpr Query directory_versions{"directory_versions", "SELECT one, version FROM directory_version"};

// The columns that read_logged() takes, in its order.
inline constexpr Query whole_log{"whole_log", R"sql(
  SELECT seq, change_id, device, member, record, outcome, code, field, effective_clock, roles, received_ms, log_hash,
         applied_seq, line, as_logged
  FROM change_log WHERE studio = $1 ORDER BY seq
)sql"};

inline constexpr Query whole_chains{"whole_chains", R"sql(
  SELECT device, n, h, change_id FROM chain WHERE studio = $1 ORDER BY device, n
)sql"};

inline constexpr Query whole_signatures{"whole_signatures", R"sql(
  SELECT first_n, last_n, signature FROM push_signature WHERE studio = $1 AND device = $2 ORDER BY last_n
)sql"};

inline constexpr Query signatures_without_chain{"signatures_without_chain", R"sql(
  SELECT s.device, s.last_n FROM push_signature s
  WHERE s.studio = $1
    AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.studio = s.studio AND c.device = s.device AND c.n = s.last_n)
)sql"};

inline constexpr Query whole_rows{"whole_rows", R"sql(
  SELECT record, kind, last_seq, encoded, title, date, region, review, state, official_no, provisional_no, created_by,
         created_ms, deleted, revised, joined, conflicts, held, witnessed
  FROM record WHERE studio = $1 ORDER BY record
)sql"};

inline constexpr Query whole_record_index{"whole_record_index", R"sql(
  SELECT record, field, place, text, integer FROM record_index WHERE studio = $1 ORDER BY record, field, place
)sql"};

inline constexpr Query whole_held_open{"whole_held_open", R"sql(
  SELECT record, change_id FROM held_open WHERE studio = $1 ORDER BY record, change_id
)sql"};

inline constexpr Query whole_numbers{"whole_numbers", R"sql(
  SELECT key, last FROM number WHERE studio = $1 ORDER BY key
)sql"};

inline constexpr Query whole_search{"whole_search", R"sql(
  SELECT d.record, s.studio, s.words
  FROM search_document d LEFT JOIN search s ON s.rowid = d.id
  WHERE d.studio = $1 ORDER BY d.record
)sql"};

inline constexpr Query studio_with_code{"studio_with_code", R"sql(
  SELECT i.record FROM record_index i JOIN record r ON r.studio = i.studio AND r.record = i.record
  WHERE i.field = 'studio_code' AND i.text = $1 AND r.kind = 'studio'
)sql"};

}  // namespace lianxin::server::queries
