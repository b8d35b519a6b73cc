#include "schema/value.h"

namespace lianxin {

const Value* Value::find(std::string_view name) const {
  const Object* parts = object();
  if (!parts) return nullptr;
  const auto found = parts->find(name);
  return found == parts->end() ? nullptr : &found->second;
}

std::string_view Value::text_at(std::string_view name, std::string_view otherwise) const {
  const Value* part = find(name);
  return part && part->text() ? std::string_view(*part->text()) : otherwise;
}

std::int64_t Value::integer_at(std::string_view name, std::int64_t otherwise) const {
  const Value* part = find(name);
  return part && part->integer() ? *part->integer() : otherwise;
}

bool Value::boolean_at(std::string_view name, bool otherwise) const {
  const Value* part = find(name);
  return part && part->boolean() ? *part->boolean() : otherwise;
}

const Value::List& Value::list_at(std::string_view name) const {
  static const List none;
  const Value* part = find(name);
  return part && part->list() ? *part->list() : none;
}

const Value::Object& Value::object_at(std::string_view name) const {
  static const Object none;
  const Value* part = find(name);
  return part && part->object() ? *part->object() : none;
}

}  // namespace lianxin
