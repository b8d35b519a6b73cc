// A Form's inside: what is staged, and the phone it belongs to.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

class FormCore {
 public:
  FormCore(std::shared_ptr<PhoneCore> owner, OpenForm content) : phone(std::move(owner)), form(std::move(content)) {
    record = form.record.text();
  }

  // Takes the place of what was set at that cell; an append's entries and a counter's increments add up.
  void stage(Staged staged);
  // Keeps what fits no cell, in place of what was kept under that name; takes it out again.
  void put_aside(std::string_view name, std::string_view code, Value value);
  void drop_aside(std::string_view name);
  Result<const Field*> field(std::string_view name, Address& at);  // field_unknown; `at` is the address in full
  Result<std::shared_ptr<const Catalog>> kinds();

  std::shared_ptr<PhoneCore> phone;
  OpenForm form;
  std::string record;
  std::shared_ptr<const Catalog> catalog;  // the form's kind lives in it
};

}  // namespace lianxin::client
