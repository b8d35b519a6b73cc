#include "client-sdk/phone/names.h"

#include <cstdio>

#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/lists.h"
#include "schema/ids.h"
#include "sync/model/policy.h"

namespace lianxin::client {
namespace {

// Fen as yuan: 1234567.89 元.
Label yuan(std::int64_t fen) {
  const bool below = fen < 0;
  const auto whole = below ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
  char cents[8];
  std::snprintf(cents, sizeof cents, ".%02u", static_cast<unsigned>(whole % 100));
  const std::string amount = (below ? "-" : "") + std::to_string(whole / 100) + cents;
  return {amount + " 元", "CNY " + amount};
}

}  // namespace

Label in_both(const std::string& name) { return {name, name}; }

Label role_name(std::string_view role) {
  return {std::string(role_label(role, "zh")), std::string(role_label(role, "en"))};
}

Label Names::of_code(std::string_view list, std::string_view code) {
  const CodeList* codes = list.empty() ? nullptr : catalog_.code_list(list);
  if (!codes) return {};
  if (const Code* known = codes->find(code)) return {known->label_zh, known->label_en};
  if (!codes->open) return {};
  if (!added_) added_ = added_codes(phone_, catalog_);
  const auto at = added_->find({std::string(list), std::string(code)});
  return at == added_->end() ? Label{} : at->second;
}

const std::map<std::string, std::string>& Names::people() {
  if (people_) return *people_;
  people_.emplace();
  for (const StudioState& studio : Studios(phone_.db()).all()) {
    const GrantedStudio grant = grant_shown(phone_, studio.id);
    if (!grant.name.empty()) people_->emplace(grant.studio.text(), grant.name);
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (!holder.name.empty()) people_->emplace(holder.member.text(), holder.name);
    }
  }
  return *people_;
}

Label Names::of_id(std::string_view id) {
  if (!uuid_bytes(id)) return {};
  const auto person = people().find(std::string(id));
  if (person != people().end()) return in_both(person->second);
  const auto [at, first] = titles_.try_emplace(std::string(id));
  const auto record = first ? RecordId::parse(id) : std::nullopt;
  if (record) at->second = Lists(phone_.db(), catalog_).title_of(*record);
  return in_both(at->second);
}

Label Names::of_region(std::string_view region) {
  const auto [at, first] = places_.try_emplace(std::string(region));
  if (first) at->second = Lists(phone_.db(), catalog_).village_of(region);
  return in_both(at->second);
}

Label Names::of_value(FieldType type, std::string_view list, const Value& value) {
  if (const bool* yes = value.boolean()) return *yes ? Label{"是", "yes"} : Label{"否", "no"};
  if (const std::int64_t* number = value.integer()) return type == FieldType::money ? yuan(*number) : Label{};
  if (!value.text()) return {};
  if (type == FieldType::region) return of_region(*value.text());
  if (type == FieldType::code) return of_code(list, *value.text());
  return of_id(*value.text());
}

}  // namespace lianxin::client
