// The real conflicts of the story: what two phones do to one record without knowing of each other. Pure, like plan.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client-sdk/demo/plan.h"

namespace lianxin::demo {

// Two forms, both open before either is saved.
struct Clash {
  std::string what;  // for the reader
  Entry one, other;
};

// MC-10: each finishes the minutes on the way home; both texts must be kept. MC-01: one signs 米小满 in and adds two,
// the other takes 米小满 off the list and adds two more: what the other had not seen stays, and all of the record's
// people are there in the end. OV-05: its author deletes it as a duplicate while the other corrects it. OV-10 and the
// clinics, which several phones count, are in Plan::together.
std::vector<Clash> clashes_of(const Story& story);

// A villager's household: one phone adds a tag here (the desk takes another away at the same time, desk_act.cc).
Entry tag_added_offline(const Story& story);

// Who was on MC-01's list before those two phones came to it; of every other record, everybody.
bool on_first_list(std::string_view story, std::string_view name);

// CN-03, which the office resolves meanwhile: the phone still shows "assigned" and goes on to "in_progress".
Entry late_step(const Story& story);

// MC-08, as its author corrects it after it came back.
inline constexpr std::string_view returned_story = "MC-08";
inline constexpr std::string_view returned_reason = "协商结果未写明出资比例，请补充后重新提交。";
inline constexpr std::string_view corrected_text =
    "合作社牵头建沉淀池，村出地、县生态环境分局出技术，建设费由6家作坊按日产量分摊。";
Entry corrected(const Story& story);

// MC-10's settled text.
inline constexpr std::string_view settled_text =
    "先修涵洞，涵洞与路基同步设计，7月20日前拿出预算；占地由村民小组以地换地，乡政府牵头协商。";
inline constexpr std::string_view settled_reason = "两位委员电话确认，合并两稿。";

}  // namespace lianxin::demo
