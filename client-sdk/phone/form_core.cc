#include "client-sdk/phone/form_core.h"

#include <algorithm>

#include "client-sdk/core/problems.h"

namespace lianxin::client {

void FormCore::stage(Staged staged) {
  const auto same =
      std::find_if(form.staged.begin(), form.staged.end(), [&](const Staged& other) { return other.at == staged.at; });
  if (same == form.staged.end() || staged.op == Op::append) {
    form.staged.push_back(std::move(staged));
  } else if (staged.op == Op::count && same->op == Op::count) {
    same->value = *same->value.integer() + *staged.value.integer();
  } else {
    *same = std::move(staged);
  }
}

Result<const Field*> FormCore::field(std::string_view name, Address& at) {
  const auto address = Address::parse(name);
  if (!catalog) {
    LX_TRY(catalog, phone->db().read([&] { return phone->catalog(); }));
  }
  const Field* found = address ? catalog->field(form.kind, address->field) : nullptr;
  if (!found) return refuse_with(problem_code::field_unknown);
  at = *address;
  return found;
}

}  // namespace lianxin::client
