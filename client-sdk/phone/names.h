// What people call what a record holds as a code or an id: members, villages, households, studios, units, choices.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// Within a transaction, for as long as it lasts. What is named here by nothing has an empty name.
class Names {
 public:
  Names(PhoneCore& phone, const Catalog& catalog) : phone_(phone), catalog_(catalog) {}

  Label of_code(std::string_view list, std::string_view code);
  Label of_id(std::string_view id);          // a member, a record by its title, a studio
  Label of_region(std::string_view region);  // the village of that code
  // As a person reads a value of that type; empty where it reads best as it is.
  Label of_value(FieldType type, std::string_view list, const Value& value);

 private:
  PhoneCore& phone_;
  const Catalog& catalog_;
};

Label role_name(std::string_view role);

}  // namespace lianxin::client
