#include "server/review/refused.h"

#include "schema/explain.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

std::string sentence_of(const RefusedPart& refused, Fate fate, bool zh) {
  return sentence_for(refused.code, fate, zh ? "zh" : "en", zh ? refused.zh : refused.en);
}

}  // namespace

Value::List refused_view(const Desk& desk, const std::vector<RefusedPart>& refused, Fate fate) {
  Value::List list;
  for (const RefusedPart& each : refused) {
    Value::Object view{
        {"code", each.code},
        {"sentence", sentence(each.code, sentence_of(each, fate, true), sentence_of(each, fate, false))}};
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

std::string refused_sentence(const Desk& desk, const std::vector<RefusedPart>& refused, Fate fate, bool zh) {
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
  text += sentence_of(first, fate, zh);
  const std::string more = std::to_string(refused.size() - named);
  if (refused.size() > named) text += zh ? "另有 " + more + " 处。" : " " + more + " more.";
  return text;
}

}  // namespace lianxin::server
