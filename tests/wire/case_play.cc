#include "tests/wire/case_play.h"

#include <algorithm>

#include "schema/json.h"
#include "tests/wire/player.h"

namespace lianxin::kit {
namespace {

std::string difference_at(const std::string& path, const Value& expected, const Value& came) {
  if (expected == came) return {};
  if (expected.object() && came.object()) {
    for (const auto& [name, part] : *expected.object()) {
      const Value* other = came.find(name);
      if (!other) return path + "/" + name + " is missing";
      if (std::string found = difference_at(path + "/" + name, part, *other); !found.empty()) return found;
    }
    for (const auto& [name, part] : *came.object()) {
      if (!expected.find(name)) return path + "/" + name + " is not expected: " + to_json(part);
    }
  }
  if (expected.list() && came.list()) {
    const std::size_t shorter = std::min(expected.list()->size(), came.list()->size());
    for (std::size_t i = 0; i < shorter; ++i) {
      std::string found = difference_at(path + "/" + std::to_string(i), (*expected.list())[i], (*came.list())[i]);
      if (!found.empty()) return found;
    }
  }
  return path + "\n  expected " + to_json(expected) + "\n  came     " + to_json(came);
}

}  // namespace

Value without_expectations(const Value& value) {
  if (const Value::List* list = value.list()) {
    Value::List out;
    for (const Value& item : *list) out.push_back(without_expectations(item));
    return out;
  }
  if (const Value::Object* object = value.object()) {
    Value::Object out;
    for (const auto& [name, part] : *object) {
      if (name != "expect") out.emplace(name, without_expectations(part));
    }
    return out;
  }
  return value;
}

Result<Value> played(const std::filesystem::path& kit, const Value& inputs, Store& store,
                     const std::filesystem::path& scratch) {
  LX_TRY(const std::unique_ptr<Player> player, Player::open(kit, inputs, store, scratch));
  Value out = inputs;
  out.object()->insert_or_assign("expect", player->identities());
  Value::List acts;
  for (const Value& act : inputs.list_at("acts")) {
    LX_TRY(Value observed, player->play(act));
    Value done = act;
    done.object()->insert_or_assign("expect", std::move(observed));
    acts.push_back(std::move(done));
  }
  out.object()->insert_or_assign("acts", std::move(acts));
  return out;
}

std::string first_difference(const Value& expected, const Value& came) { return difference_at("", expected, came); }

}  // namespace lianxin::kit
