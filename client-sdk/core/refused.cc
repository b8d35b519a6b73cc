#include "client-sdk/core/refused.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "schema/explain.h"
#include "schema/refusals.h"

namespace lianxin::client {
namespace {

// What was typed at an address: of an element that has no value of its own, its key.
Value given_at(const OpenForm& form, const std::string& address) {
  const auto at = std::find_if(form.staged.begin(), form.staged.end(),
                               [&](const Staged& staged) { return staged.at.text() == address; });
  if (at == form.staged.end()) return {};
  return at->value.is_null() && at->op == Op::add ? Value(at->at.element) : at->value;
}

WrongField wrong_field(const Catalog& catalog, const OpenForm& form, const Refusal& refusal, const Value& given) {
  WrongField wrong;
  wrong.code = refusal.code;
  wrong.field = refusal.field;
  wrong.sentence = {sentence_for(refusal.code, Fate::refused, "zh", refusal.zh),
                    sentence_for(refusal.code, Fate::refused, "en", refusal.en)};
  wrong.given = given_text(given);
  const Kind* kind = catalog.kind(form.kind);
  if (!kind || refusal.field.empty()) return wrong;
  const Explanation told = explain(catalog, *kind, refusal.field);
  wrong.label = {told.label_zh, told.label_en};
  if (is_about_a_value(refusal.code)) wrong.allowed = {told.allowed_zh, told.allowed_en};
  return wrong;
}

// “日期”填的是“5月12日”，应为：日期，如 2026-05-12。
std::string named(const std::vector<WrongField>& wrong, bool zh) {
  const std::string& code = wrong.front().code;
  std::string text;
  for (const WrongField& each : wrong) {
    if (each.code != code || each.field.empty()) continue;
    const std::string& label = zh ? each.label.zh : each.label.en;
    const std::string& allowed = zh ? each.allowed.zh : each.allowed.en;
    if (!text.empty()) text += zh ? "；" : "; ";
    text += zh ? "“" + label + "”" : "\"" + label + "\"";
    const bool says_what = !allowed.empty();
    if (says_what && !each.given.empty())
      text += zh ? "填的是“" + each.given + "”" : " was given \"" + each.given + "\"";
    if (says_what) text += (zh ? "，应为：" : ", and takes ") + allowed;
  }
  return text.empty() ? text : text + (zh ? "。" : ". ");
}

}  // namespace

std::vector<WrongField> wrong_fields(const Catalog& catalog, const OpenForm& form, std::span<const Refusal> refusals) {
  std::vector<WrongField> wrong;
  for (const Refusal& refusal : refusals) {
    wrong.push_back(wrong_field(catalog, form, refusal, given_at(form, refusal.field)));
  }
  return wrong;
}

std::vector<WrongField> wrong_fields(const Catalog& catalog, const OpenForm& form) {
  std::vector<WrongField> wrong;
  for (const Unplaced& each : form.unplaced) {
    wrong.push_back(wrong_field(catalog, form, {each.code, each.name}, each.value));
  }
  return wrong;
}

Problem problem_of(std::vector<WrongField> wrong) {
  Problem problem;
  const WrongField& first = wrong.front();
  problem.code = first.code;
  for (const ProblemCode& ours : problem_codes()) {
    if (ours.code == first.code) problem.kind = ours.kind;
  }
  problem.field = first.field;
  problem.zh = named(wrong, true) + first.sentence.zh;
  problem.en = named(wrong, false) + first.sentence.en;
  const auto others =
      std::count_if(wrong.begin(), wrong.end(), [&](const WrongField& w) { return w.code != first.code; });
  if (others > 0) {
    problem.zh += "另有 " + std::to_string(others) + " 处。";
    problem.en += " " + std::to_string(others) + " more.";
  }
  problem.wrong = std::move(wrong);
  return problem;
}

}  // namespace lianxin::client
