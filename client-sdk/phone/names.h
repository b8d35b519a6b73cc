// What people call what a record holds as a code or an id: members, villages, households, studios, units, choices.
#pragma once

#include <map>
#include <optional>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/phone/added_codes.h"

namespace lianxin::client {

// Within a transaction, for as long as it lasts: what was asked for once is remembered. What is named here by nothing
// has an empty name.
class Names {
 public:
  Names(PhoneCore& phone, const Catalog& catalog) : phone_(phone), catalog_(catalog) {}
  const Catalog& catalog() const { return catalog_; }

  Label of_code(std::string_view list, std::string_view code);  // of the kinds, or added by an office
  Label of_id(std::string_view id);                             // a member, a record by its title, a studio
  Label of_region(std::string_view region);                     // the village of that code
  // As a person reads a value of that type; empty where it reads best as it is.
  Label of_value(FieldType type, std::string_view list, const Value& value);

 private:
  const std::map<std::string, std::string>& people();

  PhoneCore& phone_;
  const Catalog& catalog_;
  std::optional<std::map<std::string, std::string>> people_;  // studios and their members, by id
  std::optional<AddedCodes> added_;
  std::map<std::string, std::string, std::less<>> titles_, places_;
};

Label in_both(const std::string& name);  // one that is the same in both languages
Label role_name(std::string_view role);

}  // namespace lianxin::client
