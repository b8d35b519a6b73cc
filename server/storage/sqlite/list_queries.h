// The statements behind server/storage/list_store.h. They are this engine's own: json_each and MATCH are SQLite's.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::queries {

// The lists give the same columns, in the order that read_listed() takes them, and share their parameters:
// $1 studio; ($2, $3) date and record that all lie before; $4 first date; $5 state; $6 review; $7 region's beginning;
// $8 to $10 only with conflicts, held changes, a revision; $11 deleted ones too; $12 a JSON list of kinds to leave out;
// $13 rows; $16 only those that are withheld. They are three so that each walks the index made for it.
inline constexpr Query list_rows{"list_rows", R"sql(
  SELECT r.studio, r.record, r.kind, r.last_seq, r.title, r.date, r.region, r.review, r.state, r.official_no, r.provisional_no,
         r.created_by, r.created_ms, r.deleted, r.revised, r.joined, r.conflicts, r.held, r.witnessed
  FROM record r
  WHERE r.studio = $1
    AND (r.date, r.record) < ($2, $3) AND r.date >= $4
    AND ($5 = '' OR r.state = $5) AND ($6 = '' OR r.review = $6) AND substr(r.region, 1, length($7)) = $7
    AND ($8 = 0 OR r.conflicts > 0) AND ($9 = 0 OR r.held > 0) AND ($10 = 0 OR r.revised = 1)
    AND ($11 = 1 OR r.deleted = 0)
    AND ($16 = 0 OR EXISTS (SELECT 1 FROM record_index w
                            WHERE w.studio = r.studio AND w.record = r.record AND w.field = '_withheld'))
    AND NOT EXISTS (SELECT 1 FROM json_each($12) AS unseen WHERE unseen.value = r.kind)
  ORDER BY r.date DESC, r.record DESC LIMIT $13
)sql"};

inline constexpr Query list_rows_of_kind{"list_rows_of_kind", R"sql(
  SELECT r.studio, r.record, r.kind, r.last_seq, r.title, r.date, r.region, r.review, r.state, r.official_no, r.provisional_no,
         r.created_by, r.created_ms, r.deleted, r.revised, r.joined, r.conflicts, r.held, r.witnessed
  FROM record r
  WHERE r.studio = $1 AND r.kind = $14
    AND (r.date, r.record) < ($2, $3) AND r.date >= $4
    AND ($5 = '' OR r.state = $5) AND ($6 = '' OR r.review = $6) AND substr(r.region, 1, length($7)) = $7
    AND ($8 = 0 OR r.conflicts > 0) AND ($9 = 0 OR r.held > 0) AND ($10 = 0 OR r.revised = 1)
    AND ($11 = 1 OR r.deleted = 0)
    AND ($16 = 0 OR EXISTS (SELECT 1 FROM record_index w
                            WHERE w.studio = r.studio AND w.record = r.record AND w.field = '_withheld'))
    AND NOT EXISTS (SELECT 1 FROM json_each($12) AS unseen WHERE unseen.value = r.kind)
  ORDER BY r.date DESC, r.record DESC LIMIT $13
)sql"};

// $14 the kind or empty, $15 what full text must match, the studio's token in it.
inline constexpr Query list_rows_with_words{"list_rows_with_words", R"sql(
  SELECT r.studio, r.record, r.kind, r.last_seq, r.title, r.date, r.region, r.review, r.state, r.official_no, r.provisional_no,
         r.created_by, r.created_ms, r.deleted, r.revised, r.joined, r.conflicts, r.held, r.witnessed
  FROM search
  JOIN search_document d ON d.id = search.rowid
  JOIN record r ON r.studio = d.studio AND r.record = d.record
  WHERE search MATCH $15 AND r.studio = $1 AND ($14 = '' OR r.kind = $14)
    AND (r.date, r.record) < ($2, $3) AND r.date >= $4
    AND ($5 = '' OR r.state = $5) AND ($6 = '' OR r.review = $6) AND substr(r.region, 1, length($7)) = $7
    AND ($8 = 0 OR r.conflicts > 0) AND ($9 = 0 OR r.held > 0) AND ($10 = 0 OR r.revised = 1)
    AND ($11 = 1 OR r.deleted = 0)
    AND ($16 = 0 OR EXISTS (SELECT 1 FROM record_index w
                            WHERE w.studio = r.studio AND w.record = r.record AND w.field = '_withheld'))
    AND NOT EXISTS (SELECT 1 FROM json_each($12) AS unseen WHERE unseen.value = r.kind)
  ORDER BY r.date DESC, r.record DESC LIMIT $13
)sql"};

inline constexpr Query rows_with_text{"rows_with_text", R"sql(
  SELECT DISTINCT r.studio, r.record, r.kind, r.last_seq, r.title, r.date, r.region, r.review, r.state, r.official_no, r.provisional_no,
         r.created_by, r.created_ms, r.deleted, r.revised, r.joined, r.conflicts, r.held, r.witnessed
  FROM record_index i
  JOIN record r ON r.studio = i.studio AND r.record = i.record
  WHERE i.studio = $1 AND i.field = $2 AND i.text = $3 AND r.kind = $4
  ORDER BY r.date DESC, r.record DESC
)sql"};

// $5: below which id; $6: at most so many.
inline constexpr Query last_with_text{"last_with_text", R"sql(
  SELECT DISTINCT i.record
  FROM record_index i
  JOIN record r ON r.studio = i.studio AND r.record = i.record
  WHERE i.studio = $1 AND i.field = $2 AND i.text = $3 AND r.kind = $4 AND ($5 IS NULL OR i.record < $5)
  ORDER BY i.record DESC LIMIT $6
)sql"};

inline constexpr Query rows_with_integer{"rows_with_integer", R"sql(
  SELECT DISTINCT r.studio, r.record, r.kind, r.last_seq, r.title, r.date, r.region, r.review, r.state, r.official_no, r.provisional_no,
         r.created_by, r.created_ms, r.deleted, r.revised, r.joined, r.conflicts, r.held, r.witnessed
  FROM record_index i
  JOIN record r ON r.studio = i.studio AND r.record = i.record
  WHERE i.studio = $1 AND i.field = $2 AND i.integer = $3 AND r.kind = $4
  ORDER BY r.date DESC, r.record DESC
)sql"};

// $3 a JSON list of texts.
inline constexpr Query rows_with_texts{"rows_with_texts", R"sql(
  SELECT i.text, i.record
  FROM json_each($3) AS wanted
  CROSS JOIN record_index i ON i.studio = $1 AND i.field = $2 AND i.text = wanted.value
)sql"};

inline constexpr Query rows_with_any_text{"rows_with_any_text", R"sql(
  SELECT text, record FROM record_index WHERE studio = $1 AND field = $2 AND text IS NOT NULL
)sql"};

// The partial index of those that are joined holds few rows.
inline constexpr Query joined_records{"joined_records", R"sql(
  SELECT record FROM record WHERE studio = $1 AND joined = 1 AND ($2 = '' OR kind = $2) ORDER BY record
)sql"};

// After the columns of read_logged() the kind of the record. $3 and $4: received and seq of the place to go on from.
inline constexpr Query held_open{"held_open", R"sql(
  SELECT l.seq, l.change_id, l.device, l.member, l.record, l.outcome, l.code, l.field, l.effective_clock, l.roles,
         l.received_ms, l.log_hash, l.applied_seq, l.line, l.as_logged, r.kind
  FROM held_open h
  JOIN change_log l ON l.studio = h.studio AND l.change_id = h.change_id
  JOIN record r ON r.studio = h.studio AND r.record = h.record
  WHERE h.studio = $1 AND (l.received_ms, l.seq) > ($3, $4)
  ORDER BY l.received_ms, l.seq LIMIT $2
)sql"};

// Of those that the index has come up with.
inline constexpr Query search_remains{"search_remains", R"sql(
  SELECT r.studio, r.seq, r.merging FROM search_remains r
  JOIN search_progress p ON p.studio = r.studio AND p.seq >= r.seq
)sql"};

inline constexpr Query note_search_merging{"note_search_merging", R"sql(
  UPDATE search_remains SET merging = 1 WHERE studio = $1 AND seq = $2
)sql"};

inline constexpr Query drop_search_remains{"drop_search_remains", R"sql(
  DELETE FROM search_remains WHERE studio = $1 AND seq = $2
)sql"};

inline constexpr Query merge_search{"merge_search", "INSERT INTO search (search, rank) VALUES ('merge', $1)"};
inline constexpr Query changes_made{"changes_made", "SELECT total_changes()"};

inline constexpr Query studio_totals{"studio_totals", R"sql(
  SELECT coalesce(sum(CASE WHEN deleted = 0 AND substr(kind, 1, 1) <> '_' THEN 1 ELSE 0 END), 0),
         coalesce(sum(conflicts), 0), coalesce(sum(held), 0)
  FROM record WHERE studio = $1
)sql"};

inline constexpr Query search_lag{"search_lag", R"sql(
  SELECT s.seq - coalesce(p.seq, 0)
  FROM studio s LEFT JOIN search_progress p ON p.studio = s.studio
  WHERE s.studio = $1
)sql"};

inline constexpr Query search_behind{"search_behind", R"sql(
  SELECT s.studio, s.seq, coalesce(p.seq, 0), coalesce(p.rebuilt, 0)
  FROM studio s LEFT JOIN search_progress p ON p.studio = s.studio
  WHERE s.seq > coalesce(p.seq, 0)
)sql"};

inline constexpr Query note_search_progress{"note_search_progress", R"sql(
  INSERT INTO search_progress (studio, seq, rebuilt) VALUES ($1, $2, $3)
  ON CONFLICT (studio) DO UPDATE SET seq = excluded.seq
)sql"};

// Sets what is there already, so that the id comes back in either case.
inline constexpr Query search_document_id{"search_document_id", R"sql(
  INSERT INTO search_document (studio, record) VALUES ($1, $2)
  ON CONFLICT (studio, record) DO UPDATE SET record = excluded.record
  RETURNING id
)sql"};

inline constexpr Query drop_search_words{"drop_search_words", R"sql(
  DELETE FROM search WHERE rowid = $1
)sql"};

inline constexpr Query put_search_words{"put_search_words", R"sql(
  INSERT INTO search (rowid, studio, words) VALUES ($1, $2, $3)
)sql"};

}  // namespace lianxin::server::queries
