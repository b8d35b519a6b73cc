// Every statement of this room. The tables are in migrations/.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::people_sql {

// --- devices. The order of the columns is that of read_device() in device_rows.cc.

inline constexpr Query insert_device{"insert_device", R"sql(
  INSERT INTO device (device, public_key, name, member, studio, shared, certificate, token_hash, enrolled_ms,
                      enrolled_by, status, rekeyed_from, after_revocation, readmitted_ms, token_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
)sql"};

inline constexpr Query device_by_token{"device_by_token", R"sql(
  SELECT device, public_key, name, member, studio, shared, certificate, enrolled_ms, enrolled_by, status,
         rekeyed_from, superseded_by, last_sync_ms, backlog, skew_ms, after_revocation, readmitted_ms,
         purge_told_ms, token_ms, next_token_hash, next_token_ms
  FROM device WHERE token_hash = $1 OR next_token_hash = $1
)sql"};

inline constexpr Query device_by_id{"device_by_id", R"sql(
  SELECT device, public_key, name, member, studio, shared, certificate, enrolled_ms, enrolled_by, status,
         rekeyed_from, superseded_by, last_sync_ms, backlog, skew_ms, after_revocation, readmitted_ms,
         purge_told_ms, token_ms, next_token_hash, next_token_ms
  FROM device WHERE device = $1
)sql"};

inline constexpr Query all_devices{"all_devices", R"sql(
  SELECT device, public_key, name, member, studio, shared, certificate, enrolled_ms, enrolled_by, status,
         rekeyed_from, superseded_by, last_sync_ms, backlog, skew_ms, after_revocation, readmitted_ms,
         purge_told_ms, token_ms, next_token_hash, next_token_ms
  FROM device ORDER BY enrolled_ms, device
)sql"};

inline constexpr Query devices_after{"devices_after", R"sql(
  SELECT device, public_key, name, member, studio, shared, certificate, enrolled_ms, enrolled_by, status,
         rekeyed_from, superseded_by, last_sync_ms, backlog, skew_ms, after_revocation, readmitted_ms,
         purge_told_ms, token_ms, next_token_hash, next_token_ms
  FROM device
  WHERE $1 IS NULL OR (enrolled_ms, device) > (SELECT d.enrolled_ms, d.device FROM device d WHERE d.device = $1)
  ORDER BY enrolled_ms, device LIMIT $2
)sql"};

// Once, and only of one that is cut off still.
inline constexpr Query note_purge_told{"note_purge_told", R"sql(
  UPDATE device SET purge_told_ms = CASE WHEN purge_told_ms = 0 THEN $2 ELSE purge_told_ms END
  WHERE device = $1 AND status IN ('lost', 'revoked')
)sql"};

// Of the device and of all that came of it by rekeying: when one of them was first told to forget everything.
inline constexpr Query purge_told_in_line{"purge_told_in_line", R"sql(
  WITH RECURSIVE line (device) AS (
    SELECT device FROM device WHERE device = $1
    UNION
    SELECT d.device FROM device d JOIN line ON d.rekeyed_from = line.device)
  SELECT device FROM device WHERE device IN (SELECT device FROM line) AND purge_told_ms > 0
)sql"};

// One of an earlier moment does not take the place of a later one.
inline constexpr Query offer_token{"offer_token", R"sql(
  UPDATE device SET next_token_hash = $2, next_token_ms = $3
  WHERE device = $1 AND token_hash <> $2 AND (next_token_hash IS NULL OR next_token_ms <= $3)
)sql"};

inline constexpr Query take_offered_token{"take_offered_token", R"sql(
  UPDATE device SET token_hash = next_token_hash, token_ms = $3, next_token_hash = NULL
  WHERE device = $1 AND next_token_hash = $2
)sql"};

inline constexpr Query set_certificate{"set_certificate", R"sql(
  UPDATE device SET certificate = $2 WHERE device = $1
)sql"};

// One that is cut off stays so.
inline constexpr Query retire_device{"retire_device", R"sql(
  UPDATE device
  SET status = CASE WHEN status IN ('lost', 'revoked') THEN status ELSE 'retired' END, superseded_by = $2
  WHERE device = $1
)sql"};

// The first of the devices of which this one came by rekeying; itself where none is known.
inline constexpr Query first_of_line{"first_of_line", R"sql(
  WITH RECURSIVE line (device, came_of, steps) AS (
    SELECT device, rekeyed_from, 0 FROM device WHERE device = $1
    UNION
    SELECT d.device, d.rekeyed_from, line.steps + 1 FROM device d JOIN line ON d.device = line.came_of)
  SELECT device FROM line ORDER BY steps DESC LIMIT 1
)sql"};

// The worst that became of the device and of all that came of it by rekeying (no row where none of them is cut off),
// and the lines taken from them since.
inline constexpr Query cut_off_line{"cut_off_line", R"sql(
  WITH RECURSIVE line (device) AS (
    SELECT device FROM device WHERE device = $1
    UNION
    SELECT d.device FROM device d JOIN line ON d.rekeyed_from = line.device)
  SELECT max(status), (SELECT sum(after_revocation) FROM device WHERE device IN (SELECT device FROM line))
  FROM device
  WHERE device IN (SELECT device FROM line) AND status IN ('lost', 'revoked')
  HAVING count(*) > 0
)sql"};

// The device and all that came of it by rekeying. A retired one stays retired unless it is cut off.
inline constexpr Query set_device_status{"set_device_status", R"sql(
  WITH RECURSIVE line (device) AS (
    SELECT device FROM device WHERE device = $1
    UNION
    SELECT d.device FROM device d JOIN line ON d.rekeyed_from = line.device)
  UPDATE device SET status = CASE WHEN $2 = 'active' AND superseded_by IS NOT NULL THEN 'retired' ELSE $2 END
  WHERE device IN (SELECT device FROM line)
  RETURNING device
)sql"};

inline constexpr Query note_device_sync{"note_device_sync", R"sql(
  UPDATE device SET last_sync_ms = $2, backlog = $3, skew_ms = $4, after_revocation = after_revocation + $5
  WHERE device = $1
)sql"};

inline constexpr Query insert_code{"insert_code", R"sql(
  INSERT INTO enrol_code (code_hash, studio, member, shared, issued_by, issued_ms, expires_ms, name)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};

inline constexpr Query code_by_name{"code_by_name", R"sql(
  SELECT code_hash, studio, member, shared, issued_by, expires_ms, used_by, withdrawn_ms, wrong_tries
  FROM enrol_code WHERE name = $1
)sql"};

inline constexpr Query note_wrong_try{"note_wrong_try", R"sql(
  UPDATE enrol_code SET wrong_tries = wrong_tries + 1 WHERE code_hash = $1
)sql"};

inline constexpr Query use_code{"use_code", R"sql(
  UPDATE enrol_code SET used_by = $2 WHERE code_hash = $1
)sql"};

// A code is named by the first bytes of its hash. In the order in which they were issued.
inline constexpr Query open_codes_after{"open_codes_after", R"sql(
  SELECT code_hash, studio, member, shared, issued_by, issued_ms, expires_ms
  FROM enrol_code
  WHERE used_by IS NULL AND withdrawn_ms = 0 AND expires_ms > $3
    AND ($1 IS NULL OR (issued_ms, code_hash) > (SELECT c.issued_ms, c.code_hash FROM enrol_code c WHERE c.code_hash = $1))
  ORDER BY issued_ms, code_hash LIMIT $2
)sql"};

inline constexpr Query codes_named{"codes_named", R"sql(
  SELECT code_hash, studio, member, shared, issued_by, issued_ms, expires_ms, used_by, withdrawn_ms
  FROM enrol_code WHERE substr(code_hash, 1, 8) = $1
)sql"};

inline constexpr Query withdraw_code{"withdraw_code", R"sql(
  UPDATE enrol_code SET withdrawn_ms = $2 WHERE code_hash = $1 AND used_by IS NULL AND withdrawn_ms = 0
)sql"};

// --- accounts. The order of the columns is that of read_account() in accounts.cc.

inline constexpr Query insert_account{"insert_account", R"sql(
  INSERT INTO account (login, member, verifier, must_change, status) VALUES ($1, $2, $3, $4, 'active')
)sql"};

inline constexpr Query account_by_login{"account_by_login", R"sql(
  SELECT login, member, must_change, status, totp_sealed IS NOT NULL, verifier
  FROM account WHERE login = $1
)sql"};

inline constexpr Query all_accounts{"all_accounts", R"sql(
  SELECT login, member, must_change, status, totp_sealed IS NOT NULL
  FROM account ORDER BY login
)sql"};

// Those whose password the journal could not tell (put_account_state).
inline constexpr Query accounts_without_password{"accounts_without_password", R"sql(
  SELECT login FROM account
  WHERE status = 'active' AND verifier LIKE 'scrypt$32768$8$1$00000000000000000000000000000000$%'
  ORDER BY login
)sql"};

inline constexpr Query account_by_session{"account_by_session", R"sql(
  SELECT a.login, a.member, a.must_change, a.status, a.totp_sealed IS NOT NULL, s.session_id,
         s.used_ms
  FROM session s JOIN account a ON a.login = s.account
  WHERE s.token_hash = $1 AND s.expires_ms > $2 AND s.used_ms > $3 AND s.by_cookie = $4 AND a.status = 'active'
)sql"};

inline constexpr Query accounts_after{"accounts_after", R"sql(
  SELECT login, member, must_change, status, totp_sealed IS NOT NULL
  FROM account WHERE login > $1 ORDER BY login LIMIT $2
)sql"};

// Of the accounts that can be signed in to, but for one.
inline constexpr Query active_members_without{"active_members_without", R"sql(
  SELECT DISTINCT member FROM account WHERE status = 'active' AND login <> $1
)sql"};

inline constexpr Query set_verifier{"set_verifier", R"sql(
  UPDATE account SET verifier = $2, must_change = $3 WHERE login = $1
)sql"};

inline constexpr Query set_account_status{"set_account_status", R"sql(
  UPDATE account SET status = $2 WHERE login = $1
)sql"};

inline constexpr Query set_must_change{"set_must_change", R"sql(
  UPDATE account SET must_change = 1 WHERE login = $1
)sql"};

inline constexpr Query insert_session{"insert_session", R"sql(
  INSERT INTO session (token_hash, account, expires_ms, session_id, made_ms, used_ms, address, agent, by_cookie)
  VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)
)sql"};

inline constexpr Query keep_last_sessions{"keep_last_sessions", R"sql(
  DELETE FROM session
  WHERE account = $1 AND token_hash NOT IN (
    SELECT token_hash FROM session WHERE account = $1 ORDER BY used_ms DESC, made_ms DESC LIMIT $2)
)sql"};

inline constexpr Query sessions_of{"sessions_of", R"sql(
  SELECT session_id, made_ms, used_ms, expires_ms, address, agent, by_cookie
  FROM session WHERE account = $1 AND expires_ms > $2 AND used_ms > $3 ORDER BY used_ms DESC, session_id
)sql"};

inline constexpr Query note_session_used{"note_session_used", R"sql(
  UPDATE session SET used_ms = $2 WHERE token_hash = $1
)sql"};

inline constexpr Query delete_session{"delete_session", R"sql(
  DELETE FROM session WHERE account = $1 AND session_id = $2
)sql"};

inline constexpr Query delete_other_sessions{"delete_other_sessions", R"sql(
  DELETE FROM session WHERE account = $1 AND session_id <> $2
)sql"};

inline constexpr Query delete_sessions_of{"delete_sessions_of", R"sql(
  DELETE FROM session WHERE account = $1
)sql"};

inline constexpr Query end_all_sessions{"end_all_sessions", R"sql(
  DELETE FROM session
)sql"};

inline constexpr Query delete_expired_sessions{"delete_expired_sessions", R"sql(
  DELETE FROM session WHERE expires_ms <= $1
)sql"};

// --- the second factor

inline constexpr Query second_factor_of{"second_factor_of", R"sql(
  SELECT totp_sealed, totp_pending, totp_step, recovery FROM account WHERE login = $1
)sql"};

inline constexpr Query set_totp_step{"set_totp_step", R"sql(
  UPDATE account SET totp_step = $2 WHERE login = $1
)sql"};

inline constexpr Query set_recovery{"set_recovery", R"sql(
  UPDATE account SET recovery = $2 WHERE login = $1
)sql"};

inline constexpr Query set_totp_pending{"set_totp_pending", R"sql(
  UPDATE account SET totp_pending = $2 WHERE login = $1
)sql"};

inline constexpr Query set_second_factor{"set_second_factor", R"sql(
  UPDATE account SET totp_sealed = $2, totp_pending = NULL, totp_step = $3, recovery = $4 WHERE login = $1
)sql"};

inline constexpr Query drop_second_factor{"drop_second_factor", R"sql(
  UPDATE account SET totp_sealed = NULL, totp_pending = NULL, recovery = '' WHERE login = $1
)sql"};

// --- PINs of duty phones

inline constexpr Query put_pin_reset{"put_pin_reset", R"sql(
  INSERT INTO pin_reset (of, reset_ms) VALUES ($1, $2)
  ON CONFLICT (of) DO UPDATE SET
    reset_ms = CASE WHEN excluded.reset_ms > pin_reset.reset_ms THEN excluded.reset_ms ELSE pin_reset.reset_ms + 1 END
)sql"};

inline constexpr Query pin_resets_of{"pin_resets_of", R"sql(
  SELECT substr(of, 17, 16), reset_ms FROM pin_reset WHERE substr(of, 1, 16) = $1
)sql"};

// --- grants and org units

inline constexpr Query insert_grant{"insert_grant", R"sql(
  INSERT INTO role_grant (member, role, studio, org_code, from_ms, to_ms, clearance)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  RETURNING grant_id
)sql"};

inline constexpr Query grants_of_member{"grants_of_member", R"sql(
  SELECT grant_id, member, role, studio, org_code, from_ms, to_ms, clearance FROM role_grant WHERE member = $1
)sql"};

inline constexpr Query all_grants{"all_grants", R"sql(
  SELECT grant_id, member, role, studio, org_code, from_ms, to_ms, clearance FROM role_grant ORDER BY grant_id
)sql"};

// One that was to begin later ends as it begins.
inline constexpr Query end_grant{"end_grant", R"sql(
  UPDATE role_grant SET to_ms = CASE WHEN $2 < from_ms THEN from_ms ELSE $2 END WHERE grant_id = $1 AND to_ms > $2
)sql"};

inline constexpr Query grant_by_id{"grant_by_id", R"sql(
  SELECT grant_id, member, role, studio, org_code, from_ms, to_ms, clearance FROM role_grant WHERE grant_id = $1
)sql"};

inline constexpr Query grants_after{"grants_after", R"sql(
  SELECT grant_id, member, role, studio, org_code, from_ms, to_ms, clearance
  FROM role_grant WHERE grant_id > $1 ORDER BY grant_id LIMIT $2
)sql"};

inline constexpr Query insert_org{"insert_org", R"sql(
  INSERT INTO reference_org (org_code) VALUES ($1) ON CONFLICT (org_code) DO NOTHING
)sql"};

inline constexpr Query all_orgs{"all_orgs", R"sql(
  SELECT org_code FROM reference_org ORDER BY org_code
)sql"};

inline constexpr Query directory_version{"directory_version", R"sql(
  SELECT version FROM directory_version WHERE one = 1
)sql"};

inline constexpr Query next_directory_version{"next_directory_version", R"sql(
  UPDATE directory_version SET version = version + 1 WHERE one = 1
)sql"};

// --- drafts of people at desks

inline constexpr Query insert_desk_draft{"insert_desk_draft", R"sql(
  INSERT INTO desk_draft (draft, login, made_ms, path, body) VALUES ($1, $2, $3, $4, $5)
)sql"};

inline constexpr Query count_desk_drafts{"count_desk_drafts", R"sql(
  SELECT count(*) FROM desk_draft WHERE login = $1
)sql"};

inline constexpr Query desk_drafts_of{"desk_drafts_of", R"sql(
  SELECT draft, made_ms, path, body FROM desk_draft WHERE login = $1 ORDER BY made_ms, draft
)sql"};

inline constexpr Query desk_draft_by_id{"desk_draft_by_id", R"sql(
  SELECT draft, made_ms, path, body FROM desk_draft WHERE login = $1 AND draft = $2
)sql"};

inline constexpr Query delete_desk_draft{"delete_desk_draft", R"sql(
  DELETE FROM desk_draft WHERE login = $1 AND draft = $2
)sql"};

}  // namespace lianxin::server::people_sql
