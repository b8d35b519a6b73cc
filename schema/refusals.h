// Every code by which what a person entered is held, refused or only remarked on, with its sentences in Chinese and in
// English. A code is stable: it travels and is stored. A sentence is read by a convener in a village: what is wrong,
// what became of what she wrote, and what to do next.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lianxin {

// What became of what was entered. Each has a clause of its own, the same for every code, which says it.
enum class Fate {
  held,     // logged whole and not applied: it waits for a person, or for what it builds on
  refused,  // nothing was changed; what was entered stays as a draft, where it can be put right
  unkept,   // nothing was changed, and no draft could be kept either: only the screen still shows it
  untaken,  // a studio's part of a sync was not done: what is not handed over yet is still on the phone
  saved,    // saved and applied, and to be looked at: a warning
};

struct Words {
  std::string_view zh, en;
};

// A code: what is wrong, and for each fate that it can have what to do next (empty: it never has that fate).
struct Sentence {
  std::string_view code;
  Words wrong;
  Words if_held;
  Words if_refused;  // kept as a draft or not
  Words if_untaken, if_saved;

  const Words& next(Fate fate) const;
};

std::span<const Sentence> all_sentences();

// What is wrong, what became of it, and what to do next, in "zh" or "en". A code that is not known here (a newer server
// said it, or a kinds file brings it: `wrong` then) is told with what matters all the same.
std::string sentence_for(std::string_view code, Fate fate, std::string_view language, std::string_view wrong = {});

namespace refusals {

// The change itself.
inline constexpr std::string_view unreadable = "unreadable";
inline constexpr std::string_view id_reused = "id_reused";
inline constexpr std::string_view wrong_studio = "wrong_studio";
inline constexpr std::string_view change_too_large = "change_too_large";
inline constexpr std::string_view erased_since = "erased_since";
inline constexpr std::string_view cell_twice = "cell_twice";
inline constexpr std::string_view held_unknown = "held_unknown";

// A studio's part of a sync that was not done (sync/wire/codes.h says what each means).
inline constexpr std::string_view too_many_studios = "too_many_studios";
inline constexpr std::string_view studio_unknown = "studio_unknown";
inline constexpr std::string_view over_quota = "over_quota";
inline constexpr std::string_view bad_signature = "bad_signature";
inline constexpr std::string_view bad_request = "bad_request";
inline constexpr std::string_view payload_too_large = "payload_too_large";
inline constexpr std::string_view not_found = "not_found";
inline constexpr std::string_view history_unproved = "history_unproved";
inline constexpr std::string_view busy = "busy";
inline constexpr std::string_view storage_unavailable = "storage_unavailable";
inline constexpr std::string_view internal = "internal";
inline constexpr std::string_view conflict = "conflict";

// Kinds and fields.
inline constexpr std::string_view kind_unknown = "kind_unknown";
inline constexpr std::string_view kind_mismatch = "kind_mismatch";
inline constexpr std::string_view kinds_newer = "kinds_newer";
inline constexpr std::string_view field_unknown = "field_unknown";

// Input that fits no cell (the phone's forms).
inline constexpr std::string_view field_use_wrong = "field_use_wrong";
inline constexpr std::string_view fields_not_json = "fields_not_json";
inline constexpr std::string_view record_id_wrong = "record_id_wrong";
inline constexpr std::string_view record_exists = "record_exists";
inline constexpr std::string_view record_unknown = "record_unknown";
inline constexpr std::string_view record_unclear = "record_unclear";

// Values.
inline constexpr std::string_view value_type = "value_type";
inline constexpr std::string_view value_range = "value_range";
inline constexpr std::string_view value_too_long = "value_too_long";
inline constexpr std::string_view code_unknown = "code_unknown";  // of an open list: a warning
inline constexpr std::string_view element_key = "element_key";

// Who may.
inline constexpr std::string_view not_allowed = "not_allowed";
inline constexpr std::string_view not_granted = "not_granted";
inline constexpr std::string_view awaits_grant = "awaits_grant";
inline constexpr std::string_view member_not_on_device = "member_not_on_device";
inline constexpr std::string_view device_revoked = "device_revoked";
inline constexpr std::string_view cannot_see_all = "cannot_see_all";
inline constexpr std::string_view belongs_elsewhere = "belongs_elsewhere";
inline constexpr std::string_view studio_not_approved = "studio_not_approved";
inline constexpr std::string_view studio_suspended = "studio_suspended";

// What it builds on.
inline constexpr std::string_view once = "once";
inline constexpr std::string_view step_unknown = "step_unknown";
inline constexpr std::string_view step_not_allowed = "step_not_allowed";
inline constexpr std::string_view step_from_mismatch = "step_from_mismatch";
inline constexpr std::string_view base_missing = "base_missing";
inline constexpr std::string_view record_missing = "record_missing";
inline constexpr std::string_view reason_missing = "reason_missing";
inline constexpr std::string_view witnessed_unproved = "witnessed_unproved";
inline constexpr std::string_view heads_full = "heads_full";
inline constexpr std::string_view record_full = "record_full";

// Gates (sync/rules/gates.h): a step is not taken while these stand, and nothing of a record is saved as final that
// lacks what it owes. They refuse, and never hold.
inline constexpr std::string_view incomplete = "incomplete";
inline constexpr std::string_view conflict_open = "conflict_open";
inline constexpr std::string_view change_waits = "change_waits";
inline constexpr std::string_view step_leads_back = "step_leads_back";
inline constexpr std::string_view step_joined = "step_joined";
inline constexpr std::string_view step_too_late = "step_too_late";
inline constexpr std::string_view step_too_early = "step_too_early";
inline constexpr std::string_view step_value = "step_value";
inline constexpr std::string_view feedback_owed = "feedback_owed";
inline constexpr std::string_view nothing_corrected = "nothing_corrected";
inline constexpr std::string_view withheld = "withheld";
inline constexpr std::string_view money_unexplained = "money_unexplained";

// Warnings: these stop nothing. Those that a kind's own checks give are named in its file.
inline constexpr std::string_view id_number_in_text = "id_number_in_text";
inline constexpr std::string_view phone_in_text = "phone_in_text";
inline constexpr std::string_view bank_card_in_text = "bank_card_in_text";
inline constexpr std::string_view money_large = "money_large";

}  // namespace refusals
}  // namespace lianxin
