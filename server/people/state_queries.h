// The statements behind states.h. The columns of one table stand in one order, that of states.cc, in all of its
// statements.
#pragma once

#include "server/storage/query.h"

namespace lianxin::server::state_sql {

inline constexpr Query next_state_no{"next_state_no", R"sql(
  UPDATE state_counter SET last = last + 1 WHERE one = 1 RETURNING last
)sql"};

inline constexpr Query raise_state_no{"raise_state_no", R"sql(
  UPDATE state_counter SET last = $1 WHERE one = 1 AND last < $1
)sql"};

inline constexpr Query last_state_no{"last_state_no", R"sql(
  SELECT last FROM state_counter WHERE one = 1
)sql"};

inline constexpr Query number_password{"number_password", R"sql(
  UPDATE account SET password_no = $2 WHERE login = $1
)sql"};

// --- device

inline constexpr Query devices_after{"devices_after", R"sql(
  SELECT device, public_key, name, member, studio, shared, certificate, token_hash, enrolled_ms, enrolled_by, status,
         rekeyed_from, superseded_by, readmitted_ms, after_revocation, purge_told_ms, token_ms, next_token_hash,
         next_token_ms, state_no
  FROM device WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_device{"number_device", R"sql(
  UPDATE device SET state_no = $2 WHERE device = $1
  RETURNING device, public_key, name, member, studio, shared, certificate, token_hash, enrolled_ms, enrolled_by,
            status, rekeyed_from, superseded_by, readmitted_ms, after_revocation, purge_told_ms, token_ms,
            next_token_hash, next_token_ms, state_no
)sql"};

// Lines taken from a device that was cut off are never fewer again; journals of before told nothing of them.
inline constexpr Query put_device_state{"put_device_state", R"sql(
  INSERT INTO device (device, public_key, name, member, studio, shared, certificate, token_hash, enrolled_ms,
                      enrolled_by, status, rekeyed_from, superseded_by, readmitted_ms, after_revocation,
                      purge_told_ms, token_ms, next_token_hash, next_token_ms, state_no)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, (SELECT d.device FROM device d WHERE d.device = $12),
          (SELECT d.device FROM device d WHERE d.device = $13), $14, coalesce($15, 0), coalesce($16, 0),
          coalesce($17, 0), $18, coalesce($19, 0), $20)
  ON CONFLICT (device) DO UPDATE SET
    name = excluded.name, certificate = excluded.certificate, token_hash = excluded.token_hash,
    token_ms = excluded.token_ms, next_token_hash = excluded.next_token_hash,
    next_token_ms = excluded.next_token_ms, status = excluded.status,
    rekeyed_from = excluded.rekeyed_from, superseded_by = excluded.superseded_by,
    readmitted_ms = excluded.readmitted_ms, purge_told_ms = excluded.purge_told_ms, state_no = excluded.state_no,
    after_revocation = CASE WHEN device.after_revocation > excluded.after_revocation THEN device.after_revocation
                            ELSE excluded.after_revocation END
  WHERE device.state_no < excluded.state_no
     OR (device.state_no = excluded.state_no AND (device.rekeyed_from IS DISTINCT FROM excluded.rekeyed_from
                                                  OR device.superseded_by IS DISTINCT FROM excluded.superseded_by))
)sql"};

// --- enrol_code

inline constexpr Query codes_after{"codes_after", R"sql(
  SELECT code_hash, studio, member, shared, issued_by, issued_ms, expires_ms, used_by, withdrawn_ms, name,
         wrong_tries, state_no
  FROM enrol_code WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_code{"number_code", R"sql(
  UPDATE enrol_code SET state_no = $2 WHERE code_hash = $1
  RETURNING code_hash, studio, member, shared, issued_by, issued_ms, expires_ms, used_by, withdrawn_ms, name,
            wrong_tries, state_no
)sql"};

inline constexpr Query put_code_state{"put_code_state", R"sql(
  INSERT INTO enrol_code (code_hash, studio, member, shared, issued_by, issued_ms, expires_ms, used_by, withdrawn_ms,
                          name, wrong_tries, state_no)
  VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT d.device FROM device d WHERE d.device = $8), coalesce($9, 0), $10,
          coalesce($11, 0), $12)
  ON CONFLICT (code_hash) DO UPDATE SET
    used_by = excluded.used_by, withdrawn_ms = excluded.withdrawn_ms, wrong_tries = excluded.wrong_tries,
    state_no = excluded.state_no
  WHERE enrol_code.state_no < excluded.state_no
)sql"};

// --- account

inline constexpr Query accounts_after{"accounts_after", R"sql(
  SELECT login, member, must_change, status, password_no, totp_sealed, recovery, state_no
  FROM account WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_account{"number_account", R"sql(
  UPDATE account SET state_no = $2 WHERE login = $1
  RETURNING login, member, must_change, status, password_no, totp_sealed, recovery, state_no
)sql"};

// A verifier that no password fits: the journal holds none, so who set a new password since needs another.
inline constexpr Query put_account_state{"put_account_state", R"sql(
  INSERT INTO account (login, member, verifier, must_change, status, password_no, totp_sealed, recovery, state_no)
  VALUES ($1, $2, 'scrypt$32768$8$1$00000000000000000000000000000000$' ||
                  '0000000000000000000000000000000000000000000000000000000000000000', $3, $4, $5, $6,
          coalesce($7, ''), $8)
  ON CONFLICT (login) DO UPDATE SET
    member = excluded.member, must_change = excluded.must_change, status = excluded.status,
    verifier = CASE WHEN account.password_no < excluded.password_no THEN excluded.verifier ELSE account.verifier END,
    password_no = excluded.password_no, totp_sealed = excluded.totp_sealed, recovery = excluded.recovery,
    state_no = excluded.state_no
  WHERE account.state_no < excluded.state_no
)sql"};

// --- role_grant

inline constexpr Query grants_after{"grants_after", R"sql(
  SELECT grant_id, member, role, studio, org_code, from_ms, to_ms, clearance, state_no
  FROM role_grant WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_grant{"number_grant", R"sql(
  UPDATE role_grant SET state_no = $2 WHERE grant_id = $1
  RETURNING grant_id, member, role, studio, org_code, from_ms, to_ms, clearance, state_no
)sql"};

inline constexpr Query put_grant_state{"put_grant_state", R"sql(
  INSERT INTO role_grant (grant_id, member, role, studio, org_code, from_ms, to_ms, clearance, state_no)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (grant_id) DO UPDATE SET
    member = excluded.member, role = excluded.role, studio = excluded.studio, org_code = excluded.org_code,
    from_ms = excluded.from_ms, to_ms = excluded.to_ms, clearance = excluded.clearance, state_no = excluded.state_no
  WHERE role_grant.state_no < excluded.state_no
)sql"};

// --- reference_org

inline constexpr Query orgs_after{"orgs_after", R"sql(
  SELECT org_code, state_no
  FROM reference_org WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_org{"number_org", R"sql(
  UPDATE reference_org SET state_no = $2 WHERE org_code = $1
  RETURNING org_code, state_no
)sql"};

inline constexpr Query put_org_state{"put_org_state", R"sql(
  INSERT INTO reference_org (org_code, state_no) VALUES ($1, $2)
  ON CONFLICT (org_code) DO UPDATE SET state_no = excluded.state_no WHERE reference_org.state_no < excluded.state_no
)sql"};

// --- belonging. Its key is two columns.

inline constexpr Query belongings_after{"belongings_after", R"sql(
  SELECT what, name, org_code, state_no
  FROM belonging WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_belonging{"number_belonging", R"sql(
  UPDATE belonging SET state_no = $3 WHERE what = $1 AND name = $2
  RETURNING what, name, org_code, state_no
)sql"};

inline constexpr Query put_belonging_state{"put_belonging_state", R"sql(
  INSERT INTO belonging (what, name, org_code, state_no) VALUES ($1, $2, $3, $4)
  ON CONFLICT (what, name) DO UPDATE SET org_code = excluded.org_code, state_no = excluded.state_no
  WHERE belonging.state_no < excluded.state_no
)sql"};

inline constexpr Query belongings_read{"belongings_read", R"sql(
  SELECT what, name, org_code, state_no FROM belonging WHERE state_no > $1 OR state_no = 0
)sql"};

inline constexpr Query belongings_unnumbered{"belongings_unnumbered", R"sql(
  SELECT what, name, org_code FROM belonging WHERE state_no = 0 ORDER BY what, name
)sql"};

inline constexpr Query belongings_found{"belongings_found", R"sql(
  SELECT one FROM belongings_found
)sql"};

inline constexpr Query find_belonging{"find_belonging", R"sql(
  INSERT INTO belonging (what, name, org_code) VALUES ($1, $2, $3) ON CONFLICT (what, name) DO NOTHING
)sql"};

inline constexpr Query note_belongings_found{"note_belongings_found", R"sql(
  INSERT INTO belongings_found (one) VALUES (1) ON CONFLICT (one) DO NOTHING
)sql"};

// --- pin_reset

inline constexpr Query pin_resets_after{"pin_resets_after", R"sql(
  SELECT of, reset_ms, state_no FROM pin_reset WHERE state_no > $1 ORDER BY state_no
)sql"};

inline constexpr Query number_pin_reset{"number_pin_reset", R"sql(
  UPDATE pin_reset SET state_no = $2 WHERE of = $1
  RETURNING of, reset_ms, state_no
)sql"};

inline constexpr Query put_pin_reset_state{"put_pin_reset_state", R"sql(
  INSERT INTO pin_reset (of, reset_ms, state_no) VALUES ($1, $2, $3)
  ON CONFLICT (of) DO UPDATE SET reset_ms = excluded.reset_ms, state_no = excluded.state_no
  WHERE pin_reset.state_no < excluded.state_no
)sql"};

// --- kinds_version

inline constexpr Query all_kinds_after{"all_kinds_after", R"sql(
  SELECT version, sensitivity_version, document, state_no FROM kinds_version WHERE state_no > $1 ORDER BY version
)sql"};

inline constexpr Query number_kinds{"number_kinds", R"sql(
  UPDATE kinds_version SET state_no = $2 WHERE version = $1
  RETURNING version, sensitivity_version, document, state_no
)sql"};

// A version, once phones have it, says what it says.
inline constexpr Query put_kinds_state{"put_kinds_state", R"sql(
  INSERT INTO kinds_version (version, sensitivity_version, document, state_no) VALUES ($1, $2, $3, $4)
  ON CONFLICT (version) DO NOTHING
)sql"};

}  // namespace lianxin::server::state_sql
