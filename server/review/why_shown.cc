// In the order in which sync/model/cell.cc lets the rules decide.
#include "server/review/why_shown.h"

#include <algorithm>

#include "server/review/words.h"

namespace lianxin::server {
namespace {

Value why_step(const Desk& desk, const CellRule& rule, const Cell& cell) {
  const ShownValue step = shown(rule, cell);
  const std::vector<const Head*> tied = conflict(rule, cell);
  if (!tied.empty()) {
    return sentence("common_step", "有几个同等的步骤并存，显示它们之前最后一个共同的步骤，等待裁定",
                    "Several steps of equal rank stand side by side; the last step common to them is shown until "
                    "somebody decides");
  }
  if (!step.head)
    return sentence("initial_state", "尚无任何步骤，显示起始状态", "No step was taken yet: the initial state");
  const std::string at_zh =
      "第 " + std::to_string(step.head->cycle) + " 轮，第 " + std::to_string(step.head->rank) + " 级";
  const std::string at_en = "cycle " + std::to_string(step.head->cycle) + ", rank " + std::to_string(step.head->rank);
  if (cell.heads.size() == 1) {
    return sentence("last_step", "最近的步骤，由" + author_text(desk, *step.head, true) + "作出（" + at_zh + "）",
                    "The latest step, by " + author_text(desk, *step.head, false) + " (" + at_en + ")");
  }
  return sentence("highest_step",
                  "并存的步骤中轮次和级别最高者（" + at_zh + "），由" + author_text(desk, *step.head, true) +
                      "作出；较低的步骤留作历史",
                  "The highest by cycle and rank (" + at_en + ") of the steps side by side, by " +
                      author_text(desk, *step.head, false) + "; a lower one is history");
}

Value why_several(const Desk& desk, const CellRule& rule, const Cell& cell, const Head& top) {
  const std::string zh = author_text(desk, top, true), en = author_text(desk, top, false);
  if (rule.restrictive && top.value == *rule.restrictive) {
    return sentence("restrictive", "从严显示：只要有人作出限制（" + zh + "），就以限制为准",
                    "The restrictive value stands while anybody asks for it (" + en + ")");
  }
  const auto outranked = [&](const Head& head) { return rule.authority_of(head.role) < rule.authority_of(top.role); };
  if (std::all_of(cell.heads.begin(), cell.heads.end(),
                  [&](const Head& head) { return head.id == top.id || outranked(head); })) {
    return sentence("higher_authority", "职责较高者优先：" + zh + "；其余留作历史",
                    "The higher authority stands: " + en + "; the others are history");
  }
  if (std::all_of(cell.heads.begin(), cell.heads.end(), [&](const Head& head) { return head.value == top.value; })) {
    return sentence("same_value", "几次填写的内容相同，显示最近的一次：" + zh,
                    "All of them wrote the same; the latest is " + en);
  }
  const bool same_clock = std::any_of(cell.heads.begin(), cell.heads.end(), [&](const Head& head) {
    return head.id != top.id && head.clock == top.clock && !outranked(head);
  });
  if (same_clock) {
    return sentence("greater_id", "时间完全相同，按改动标识的大小取定：" + zh,
                    "The clocks are equal, so the greater change id is shown: " + en);
  }
  const bool open = !conflict(rule, cell).empty();
  return sentence("later_clock", "几处改动互不知情，暂显示时间较晚者：" + zh + (open ? "；等待裁定" : "；其余留作历史"),
                  "These writes had not seen each other; the later by the clock is shown: " + en +
                      (open ? "; somebody has to decide" : "; the others are history"));
}

Value why_register(const Desk& desk, const CellRule& rule, const Address& at, const Cell& cell) {
  const ShownValue top = shown(rule, cell);
  if (!top.head) return sentence("empty", "无人填写", "Nobody wrote it");
  if (at.field == "_deleted" && !top.head->contested.empty()) {
    return sentence("contested", "作废时有人另有改动而互不知情，记录保留显示，等待裁定",
                    "It was deleted while somebody else, unseen, wrote in it: it stays until somebody decides");
  }
  if (cell.heads.size() == 1) {
    return sentence("only_head", "唯一的现行内容，由" + author_text(desk, *top.head, true) + "填写",
                    "The only value in force, by " + author_text(desk, *top.head, false));
  }
  return why_several(desk, rule, cell, *top.head);
}

}  // namespace

Value why_shown(const Desk& desk, const CellRule& rule, const Address& at, const Cell& cell) {
  switch (rule.merge) {
    case Merge::ladder: return why_step(desk, rule, cell);
    case Merge::counter:
      return sentence("sum", "各次计数之和，每次只计一遍", "The sum of all counts, each counted once");
    case Merge::append:
      return sentence("all_entries", "所有条目都保留，按时间排列", "Every entry is kept, in order of time");
    case Merge::set:
      if (cell.heads.empty()) {
        return sentence("removed", "已移出，且移出者看到了全部加入",
                        "Taken out by somebody who had seen every reason to be in");
      }
      return sentence(
          "add_wins",
          "在内：至少有一次加入未被看到它的人移出（" + author_text(desk, *ordered(cell).back(), true) + "）",
          "In: at least one reason to be in was not seen and taken out (" +
              author_text(desk, *ordered(cell).back(), false) + ")");
    case Merge::register_: break;
  }
  return why_register(desk, rule, at, cell);
}

}  // namespace lianxin::server
