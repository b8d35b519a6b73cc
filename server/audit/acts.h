// What the audit log tells of, by name. A name, once written, keeps its meaning: logs of three years are read by it.
#pragma once

#include <optional>
#include <string_view>

namespace lianxin::server {

enum class Act {
  // Who is let in.
  sign_in,
  sign_out,
  session_ended,  // by other means than signing out of it
  password_changed,
  second_factor_changed,
  enrolled,
  readmitted,
  rekeyed,
  code_issued,
  code_withdrawn,
  // What was shown: the ids of the records.
  records_listed,
  record_read,
  history_read,
  conflicts_listed,
  held_listed,
  duplicates_listed,
  drafts_read,
  receipt_checked,
  unmasked,
  mentions_listed,  // where else a person stands whose record is to be erased
  exported,         // begun, with its filter
  rows_exported,    // a part of it, with its records
  export_ended,     // with the count of rows
  rows_given,       // to a phone
  people_listed,    // devices, accounts, grants, codes or sessions
  // What was decided at a desk.
  record_edited,
  step_taken,
  step_undone,
  conflict_resolved,
  held_decided,
  verdict_given,
  records_joined,
  records_parted,
  draft_tried,
  draft_dropped,
  erased,
  // Who may what.
  account_added,
  account_changed,
  account_disabled,
  account_enabled,
  account_unlocked,
  grant_given,
  grant_ended,
  studio_made,
  belonging_moved,  // a studio, member or org unit to another org unit
  device_revoked,
  device_reactivated,
  device_wiped,
  pin_reset,  // of a member of a duty phone
  // The server itself.
  initialised,
  imported,
  kinds_changed,
  configured,
  server_started,
  server_stopped,
  backup_made,
  backup_failed,
  restored,
  drilled,
  rows_rebuilt,
  tables_sealed,
  // The log itself.
  audit_read,
  audit_exported,
  audit_pruned,
  audit_mended,  // a last line that was not written whole was cut off
  audit_cut,     // lines that the head mark vouches for are not there
  audit_missed,  // what could not be written, by count
  segment_begun,
  other,  // a request that is refused before it is known what it would have been
};

std::string_view name_of(Act act);
std::optional<Act> act_named(std::string_view name);

}  // namespace lianxin::server
