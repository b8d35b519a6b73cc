#include "schema/planted.h"

namespace lianxin::planted {
namespace {

constexpr Bug all[] = {
    {"seq_before_commit", "a seq is given out before its transaction begins"},
    {"cursor_before_rows", "the cursor is saved before the rows it stands for"},
    {"cursor_not_strict", "a page begins at the cursor and not after it"},
    {"full_page_is_last", "a page as long as the limit is taken for the last"},
    {"base_at_save", "a write names what stands when it is saved, not what its form showed"},
    {"missing_base_ignored", "a base that has not arrived is forgotten"},
    {"held_not_looked_through", "a held base hides what it had replaced itself"},
    {"edit_closes_conflict", "an ordinary edit names every side of a conflict"},
    {"equal_heads_folded", "two heads of one value become one"},
    {"last_writer_wins", "a write removes all heads, named or not"},
    {"shown_by_arrival", "what arrives later is shown"},
    {"clock_moved_by_refusal", "a save that the rules refuse moves the clock"},
    {"page_though_unpushed", "a page is given while something is unpushed"},
    {"page_and_acked_apart", "acked_n is older than the page that it comes with"},
    {"reply_after_cursor_moved", "a reply is applied though another sync of the phone has begun since it was asked"},
    {"acked_without_hash", "acked_n is believed without its hash"},
    {"fork_carries_unsent_only", "after a fork only what was unsent is carried over"},
    {"fork_renames", "after a fork what is carried over gets new ids"},
    {"history_dropped", "rows of a history that the server lost are dropped without being offered"},
    {"seen_without_hash", "`seen` is believed without its hash"},
    {"edit_revives", "an edit makes a deleted record anew"},
    {"step_by_arrival", "a step is judged by the state on arrival"},
    {"poison_aborts_batch", "a line that cannot be applied fails its whole batch"},
    {"poison_skipped", "a line that cannot be applied is passed over"},
    {"release_not_delivered", "a release does not reach the author"},
    {"revoke_purges_waiting", "a studio that is taken away takes its unpushed work with it"},
    {"synchronous_normal", "a commit returns before the disk has it"},
    {"digest_kept_along", "the phone's digest is kept along and not summed from its rows"},
    {"digest_forgets_member", "the digest leaves out who wrote a head"},
    {"pull_before_rebuild", "rows are pulled again before the server has rebuilt them"},
    // Of our own.
    {"id_counts_by_device", "a change that another device brings again takes effect again"},
    {"counter_clamped", "a counter below zero shows zero"},
    {"clearance_leaks", "cells above a reader's clearance are delivered"},
    {"tombstones_expire", "deleted records are no longer delivered"},
    {"clock_not_clamped", "a phone's own clock is taken as it is"},
    {"own_sum_unseen", "rows that are not as they were put are not seen to be so, but by the digest"},
    {"form_dropped_first", "a form is thrown away before its change is saved"},
};

}  // namespace

std::string_view active_bug;

std::span<const Bug> bugs() { return all; }

bool plant(std::string_view name) {
  active_bug = {};
  for (const Bug& bug : all) {
    if (bug.name == name) active_bug = bug.name;
  }
  return name.empty() || !active_bug.empty();
}

}  // namespace lianxin::planted
