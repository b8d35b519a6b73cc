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

void FormCore::put_aside(std::string_view name, std::string_view code, Value value) {
  drop_aside(name);
  form.unplaced.push_back({std::string(name), std::string(code), std::move(value)});
}

void FormCore::drop_aside(std::string_view name) {
  std::erase_if(form.unplaced, [&](const Unplaced& each) { return each.name == name; });
}

Result<const Field*> FormCore::field(std::string_view name, Address& at) {
  const auto address = Address::parse(name);
  LX_TRY(const std::shared_ptr<const Catalog> known, kinds());
  const Field* found = address ? known->field(form.kind, address->field) : nullptr;
  if (!found) return refuse_with(problem_code::field_unknown);
  at = *address;
  return found;
}

Result<std::shared_ptr<const Catalog>> FormCore::kinds() {
  if (!catalog) {
    LX_TRY(catalog, phone->db().read([&] { return phone->catalog(); }));
  }
  return std::shared_ptr<const Catalog>(catalog);
}

}  // namespace lianxin::client
