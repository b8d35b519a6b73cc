#include "client-sdk/phone/added_codes.h"

#include "client-sdk/store/lists.h"
#include "sync/model/view.h"

namespace lianxin::client {

AddedCodes added_codes(PhoneCore& phone, const Catalog& catalog) {
  AddedCodes codes;
  for (const RecordId& record : Lists(phone.db(), catalog).of_kind("code_list")) {
    const Result<RecordState> state = phone.state_of(record.text());
    if (!state) continue;
    const auto shown = shown_fields(catalog, state->row);
    const auto text_of = [&](const char* field) {
      const auto at = shown.find(field);
      return at != shown.end() && at->second.text() ? *at->second.text() : std::string();
    };
    const std::string zh = text_of("label_zh"), en = text_of("label_en");
    codes.emplace(std::pair(text_of("list"), text_of("code")), Label{zh, en.empty() ? zh : en});
  }
  return codes;
}

}  // namespace lianxin::client
