// Every code by which a change is held and every warning, with its sentence in Chinese and in English. A code is
// stable: it travels and is stored. Its sentence is read by a convener in a village: what happened, that nothing is
// lost, and what to do next.
#pragma once

#include <span>
#include <string_view>

namespace lianxin {

struct Sentence {
  std::string_view code, zh, en;
};

std::span<const Sentence> refusal_sentences();
std::span<const Sentence> warning_sentences();

// The sentence for a refusal's or warning's code in "zh" or "en", with what to do next. Every code has both.
std::string_view sentence_for(std::string_view code, std::string_view language);

namespace refusals {

// The change itself.
inline constexpr std::string_view unreadable = "unreadable";
inline constexpr std::string_view id_reused = "id_reused";
inline constexpr std::string_view wrong_studio = "wrong_studio";
inline constexpr std::string_view change_too_large = "change_too_large";
inline constexpr std::string_view erased_since = "erased_since";
inline constexpr std::string_view cell_twice = "cell_twice";
inline constexpr std::string_view signature = "signature";
inline constexpr std::string_view history_unproved = "history_unproved";
inline constexpr std::string_view held_unknown = "held_unknown";

// Kinds and fields.
inline constexpr std::string_view kind_unknown = "kind_unknown";
inline constexpr std::string_view kind_mismatch = "kind_mismatch";
inline constexpr std::string_view kinds_newer = "kinds_newer";
inline constexpr std::string_view field_unknown = "field_unknown";

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
inline constexpr std::string_view delete_needs_clearance = "delete_needs_clearance";

// What it builds on.
inline constexpr std::string_view once = "once";
inline constexpr std::string_view step_unknown = "step_unknown";
inline constexpr std::string_view step_not_allowed = "step_not_allowed";
inline constexpr std::string_view step_from_mismatch = "step_from_mismatch";
inline constexpr std::string_view base_missing = "base_missing";
inline constexpr std::string_view record_missing = "record_missing";
inline constexpr std::string_view reason_missing = "reason_missing";
inline constexpr std::string_view heads_full = "heads_full";

// Warnings: these stop nothing.
inline constexpr std::string_view id_number_in_text = "id_number_in_text";
inline constexpr std::string_view phone_in_text = "phone_in_text";
inline constexpr std::string_view bank_card_in_text = "bank_card_in_text";
inline constexpr std::string_view occurred_long_ago = "occurred_long_ago";
inline constexpr std::string_view occurred_in_future = "occurred_in_future";
inline constexpr std::string_view headcount_below_participants = "headcount_below_participants";
inline constexpr std::string_view money_large = "money_large";
inline constexpr std::string_view persons_below_encounters = "persons_below_encounters";

}  // namespace refusals
}  // namespace lianxin
