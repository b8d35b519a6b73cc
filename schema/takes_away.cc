// Versions only add. A phone that was away for a year still writes what its old kinds allowed, so nothing that it may
// name can go, and nothing that decides how its writes merge can change.
#include "schema/takes_away.h"

#include <algorithm>

namespace lianxin {
namespace {

using Taken = std::optional<std::string>;

Taken taken_from_field(const Field& now, const Field& next) {
  if (now.type != next.type) return "type";
  if (now.merge != next.merge) return "merge";
  if (now.code_list != next.code_list) return "code list";
  if (now.element_kind != next.element_kind) return "element kind";
  if (now.ladder != next.ladder) return "ladder";
  if (now.quiet != next.quiet || now.once != next.once || now.authority != next.authority ||
      now.restrictive != next.restrictive) {
    return "way of merging";
  }
  for (const Attribute& attribute : now.attributes) {
    const auto same = [&](const Attribute& other) { return other.name == attribute.name; };
    const auto found = std::find_if(next.attributes.begin(), next.attributes.end(), same);
    if (found == next.attributes.end() || found->type != attribute.type || found->code_list != attribute.code_list) {
      return "attribute " + attribute.name;
    }
  }
  return std::nullopt;
}

Taken taken_from_kind(const Kind& now, const Kind& next) {
  if (now.reference != next.reference) return "kind " + now.name + ", reference";
  if (now.reviewed && !next.reviewed) return "kind " + now.name + ", reviewed";
  if (now.version > next.version) return "kind " + now.name + ", version";
  for (const Field& field : now.fields) {
    const std::string place = "kind " + now.name + ", field " + field.name;
    const Field* other = next.field(field.name);
    if (!other) return place;
    if (const Taken taken = taken_from_field(field, *other)) return place + ", " + *taken;
  }
  return std::nullopt;
}

Taken taken_from_roles(const std::vector<std::string>& now, const std::vector<std::string>& next) {
  for (const std::string& role : now) {
    if (std::find(next.begin(), next.end(), role) == next.end()) return role;
  }
  return std::nullopt;
}

Taken taken_from_ladder(const Ladder& now, const Ladder& next) {
  if (now.initial != next.initial) return "ladder " + now.name + ", initial";
  for (const Rung& rung : now.rungs) {
    const Rung* other = next.rung(rung.state);
    if (!other || other->rank != rung.rank) return "ladder " + now.name + ", state " + rung.state;
  }
  for (const Step& step : now.steps) {
    const std::string place = "ladder " + now.name + ", step " + step.from + " -> " + step.to;
    const Step* later = next.step(step.from, step.to);
    if (!later) return place;
    // A replay of the log judges each step again by its author's roles: what one was allowed to do stays allowed.
    if (const Taken taken = taken_from_roles(step.roles, later->roles)) return place + ", role " + *taken;
  }
  if (const Taken taken = taken_from_roles(now.resolvers, next.resolvers)) {
    return "ladder " + now.name + ", resolver " + *taken;
  }
  return std::nullopt;
}

Taken taken_from_list(const CodeList& now, const CodeList& next) {
  if (now.open && !next.open) return "code list " + now.name + ", open";
  for (const Code& code : now.codes) {
    if (!next.find(code.code)) return "code list " + now.name + ", code " + code.code;
  }
  return std::nullopt;
}

template <class Map, class Compare>
Taken taken_from_all(const Map& now, const Map& next, const char* what, Compare compare) {
  for (const auto& [name, part] : now) {
    const auto other = next.find(name);
    if (other == next.end()) return std::string(what) + " " + name;
    if (Taken taken = compare(part, other->second)) return taken;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> takes_away(const Catalog& now, const Catalog& next) {
  if (Taken taken = taken_from_all(now.kinds, next.kinds, "kind", taken_from_kind)) return taken;
  if (Taken taken = taken_from_all(now.ladders, next.ladders, "ladder", taken_from_ladder)) return taken;
  return taken_from_all(now.code_lists, next.code_lists, "code list", taken_from_list);
}

}  // namespace lianxin
