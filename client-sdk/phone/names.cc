#include "client-sdk/phone/names.h"

#include <cstdio>

#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/lists.h"
#include "schema/ids.h"
#include "sync/model/policy.h"

namespace lianxin::client {
namespace {

Label same(const std::string& name) { return {name, name}; }

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

Label role_name(std::string_view role) {
  return {std::string(role_label(role, "zh")), std::string(role_label(role, "en"))};
}

Label Names::of_code(std::string_view list, std::string_view code) {
  const CodeList* codes = list.empty() ? nullptr : catalog_.code_list(list);
  const Code* known = codes ? codes->find(code) : nullptr;
  return known ? Label{known->label_zh, known->label_en} : Label{};
}

Label Names::of_id(std::string_view id) {
  if (!uuid_bytes(id)) return {};
  for (const StudioState& studio : Studios(phone_.db()).all()) {
    const GrantedStudio grant = grant_shown(phone_, studio.id);
    if (grant.studio.text() == id && !grant.name.empty()) return same(grant.name);
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (holder.member.text() == id && !holder.name.empty()) return same(holder.name);
    }
  }
  const auto record = RecordId::parse(id);
  return record ? same(Lists(phone_.db(), catalog_).title_of(*record)) : Label{};
}

Label Names::of_region(std::string_view region) { return same(Lists(phone_.db(), catalog_).village_of(region)); }

Label Names::of_value(FieldType type, std::string_view list, const Value& value) {
  if (const bool* yes = value.boolean()) return *yes ? Label{"是", "yes"} : Label{"否", "no"};
  if (const std::int64_t* number = value.integer()) return type == FieldType::money ? yuan(*number) : Label{};
  if (!value.text()) return {};
  if (type == FieldType::region) return of_region(*value.text());
  if (type == FieldType::code) return of_code(list, *value.text());
  return of_id(*value.text());
}

}  // namespace lianxin::client
