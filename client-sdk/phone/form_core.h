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
  bool shows_something(const Address& at) const;  // as the record was when the form was opened

  // As it is stored where an id is asked: text that is none is a number, and means the record that has it. What has no
  // digit and is no such number stays as it is, for the rules to refuse. record_unknown, record_unclear.
  Result<Value> id_for(Value typed);
  // The same of an element's key; where a name will do, only a number that a record has, whole, means that record.
  Result<std::string> key_for(const Field& field, std::string_view typed);
  // What FIELD, or FIELD/KEY/ATTRIBUTE, is to show: the value as it is stored. fields_not_json, field_use_wrong where
  // it is nested too deeply to be kept; as id_for().
  Result<Value> value_for(const Field& field, std::string_view attribute, const FieldValue& typed);

  std::shared_ptr<PhoneCore> phone;
  OpenForm form;
  std::string record;
  std::shared_ptr<const Catalog> catalog;  // the form's kind lives in it
};

}  // namespace lianxin::client
