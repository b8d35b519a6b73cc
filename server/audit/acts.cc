#include "server/audit/acts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/assert.h"

namespace lianxin::server {
namespace {

// The order is that of the enumeration; name_of() asserts it.
constexpr auto names = std::to_array<std::pair<Act, std::string_view>>({
    {Act::sign_in, "sign_in"},
    {Act::sign_out, "sign_out"},
    {Act::session_ended, "session_ended"},
    {Act::password_changed, "password_changed"},
    {Act::second_factor_changed, "second_factor_changed"},
    {Act::enrolled, "enrolled"},
    {Act::readmitted, "readmitted"},
    {Act::rekeyed, "rekeyed"},
    {Act::code_issued, "code_issued"},
    {Act::code_withdrawn, "code_withdrawn"},
    {Act::records_listed, "records_listed"},
    {Act::record_read, "record_read"},
    {Act::history_read, "history_read"},
    {Act::conflicts_listed, "conflicts_listed"},
    {Act::held_listed, "held_listed"},
    {Act::duplicates_listed, "duplicates_listed"},
    {Act::drafts_read, "drafts_read"},
    {Act::receipt_checked, "receipt_checked"},
    {Act::unmasked, "unmasked"},
    {Act::mentions_listed, "mentions_listed"},
    {Act::exported, "exported"},
    {Act::rows_exported, "rows_exported"},
    {Act::export_ended, "export_ended"},
    {Act::rows_given, "rows_given"},
    {Act::people_listed, "people_listed"},
    {Act::record_edited, "record_edited"},
    {Act::step_taken, "step_taken"},
    {Act::step_undone, "step_undone"},
    {Act::conflict_resolved, "conflict_resolved"},
    {Act::held_decided, "held_decided"},
    {Act::verdict_given, "verdict_given"},
    {Act::records_joined, "records_joined"},
    {Act::records_parted, "records_parted"},
    {Act::draft_tried, "draft_tried"},
    {Act::draft_dropped, "draft_dropped"},
    {Act::erased, "erased"},
    {Act::account_added, "account_added"},
    {Act::account_changed, "account_changed"},
    {Act::account_disabled, "account_disabled"},
    {Act::account_enabled, "account_enabled"},
    {Act::account_unlocked, "account_unlocked"},
    {Act::grant_given, "grant_given"},
    {Act::grant_ended, "grant_ended"},
    {Act::studio_made, "studio_made"},
    {Act::belonging_moved, "belonging_moved"},
    {Act::device_revoked, "device_revoked"},
    {Act::device_reactivated, "device_reactivated"},
    {Act::device_wiped, "device_wiped"},
    {Act::pin_reset, "pin_reset"},
    {Act::initialised, "initialised"},
    {Act::imported, "imported"},
    {Act::kinds_changed, "kinds_changed"},
    {Act::configured, "configured"},
    {Act::server_started, "server_started"},
    {Act::server_stopped, "server_stopped"},
    {Act::backup_made, "backup_made"},
    {Act::backup_failed, "backup_failed"},
    {Act::restored, "restored"},
    {Act::drilled, "drilled"},
    {Act::rows_rebuilt, "rows_rebuilt"},
    {Act::tables_sealed, "tables_sealed"},
    {Act::audit_read, "audit_read"},
    {Act::audit_exported, "audit_exported"},
    {Act::audit_pruned, "audit_pruned"},
    {Act::audit_mended, "audit_mended"},
    {Act::audit_cut, "audit_cut"},
    {Act::audit_missed, "audit_missed"},
    {Act::segment_begun, "segment_begun"},
    {Act::other, "other"},
});
static_assert(names.size() == static_cast<std::size_t>(Act::other) + 1);

}  // namespace

std::string_view name_of(Act act) {
  const auto& [its, name] = names[static_cast<std::size_t>(act)];
  LX_ASSERT(its == act);
  return name;
}

std::optional<Act> act_named(std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& each) { return each.second == name; });
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace lianxin::server
