#include "server/review/refused.h"

#include "schema/explain.h"
#include "schema/refusals.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

// Refusals that say nothing about the value: what would be allowed does not help there.
bool is_about_a_value(std::string_view code) {
  return code == refusals::value_type || code == refusals::value_range || code == refusals::value_too_long ||
         code == refusals::code_unknown || code == refusals::element_key || code == refusals::step_unknown;
}

std::string sentence_of(const RefusedPart& refused, bool zh) {
  return sentence_for(refused.code, Fate::refused, zh ? "zh" : "en", zh ? refused.zh : refused.en);
}

}  // namespace

Value::List refused_view(const Desk& desk, const std::vector<RefusedPart>& refused) {
  Value::List list;
  for (const RefusedPart& each : refused) {
    Value::Object view{{"code", each.code},
                       {"sentence", sentence(each.code, sentence_of(each, true), sentence_of(each, false))}};
    if (const auto at = Address::parse(each.field)) {
      view.emplace("field", each.field);
      view.emplace("label", label_of(desk, each.kind, *at));
    }
    const Kind* kind = desk.catalog.kind(each.kind);
    if (kind && is_about_a_value(each.code)) {
      const Explanation told = explain(desk.catalog, *kind, each.field);
      view.emplace("given", given_text(each.given));
      view.emplace("allowed", desk.zh() ? told.allowed_zh : told.allowed_en);
    }
    list.emplace_back(std::move(view));
  }
  return list;
}

std::string refused_sentence(const Desk& desk, const std::vector<RefusedPart>& refused, bool zh) {
  if (refused.empty()) return {};
  const RefusedPart& first = refused.front();
  std::string text;
  std::size_t named = 0;
  for (const RefusedPart& each : refused) {
    if (each.code != first.code) continue;
    ++named;
    const Kind* kind = desk.catalog.kind(each.kind);
    const auto at = Address::parse(each.field);
    if (!kind || !at) continue;
    const Explanation told = explain(desk.catalog, *kind, each.field);
    text += (text.empty() ? "" : zh ? "、" : ", ") + (zh ? "“" + told.label_zh + "”" : "\"" + told.label_en + "\"");
  }
  if (!text.empty()) text += zh ? "：" : ": ";
  text += sentence_of(first, zh);
  const std::string more = std::to_string(refused.size() - named);
  if (refused.size() > named) text += zh ? "另有 " + more + " 处。" : " " + more + " more.";
  return text;
}

}  // namespace lianxin::server
