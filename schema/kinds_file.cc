#include "schema/kinds_file.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/part_reader.h"
#include "schema/rule_reader.h"

namespace lianxin {
namespace {

std::string within(const std::string& place, std::string_view what, const std::string& name) {
  return (place.empty() ? "" : place + ", ") + std::string(what) + " " + name;
}

Attribute read_attribute(PartReader& reader, const Value& part, const std::string& outer) {
  Attribute attribute;
  if (!reader.keys(part, outer + ", attribute", {"name", "type", "code_list", "zh", "en", "min", "max", "number_text"}))
    return attribute;
  attribute.name = reader.name(part, outer + ", attribute", "name");
  const std::string place = within(outer, "attribute", attribute.name);
  attribute.type = reader.one_of(part, place, "type", "text", field_type_named).value_or(FieldType::text);
  attribute.code_list = reader.text(part, place, "code_list");
  attribute.label_zh = reader.needed_text(part, place, "zh");
  attribute.label_en = reader.needed_text(part, place, "en");
  attribute.min = reader.integer(part, place, "min");
  attribute.max = reader.integer(part, place, "max");
  attribute.number_text = reader.yes(part, place, "number_text");
  return attribute;
}

// The merge decides which other keys make sense; one that does not is a mistake worth stopping for.
void check_keys_of_merge(PartReader& reader, const Field& field, const std::string& place) {
  const bool is_register = field.merge == Merge::register_;
  if (!is_register && (field.quiet || field.once || !field.authority.empty() || field.restrictive)) {
    reader.refuse(place, "quiet, once, authority and restrictive belong to registers");
  }
  if (field.quiet && !field.authority.empty()) reader.refuse(place, "is either quiet or has an authority");
  if ((field.merge == Merge::ladder) == field.ladder.empty()) {
    reader.refuse(place, "\"ladder\" goes with merge ladder, and only there");
  }
  if (field.merge == Merge::set && field.element_kind.empty()) reader.refuse(place, "a set lacks \"element_kind\"");
  if (!field.element_kind.empty() && field.merge != Merge::set && field.merge != Merge::counter) {
    reader.refuse(place, "\"element_kind\" belongs to sets and counters");
  }
  if (!field.attributes.empty() && field.merge != Merge::set && field.merge != Merge::append) {
    reader.refuse(place, "\"attributes\" belong to sets and appends");
  }
  if (field.merge == Merge::counter && field.type != FieldType::integer) {
    reader.refuse(place, "a counter is of type integer");
  }
  if (field.min && field.max && *field.min > *field.max) reader.refuse(place, "\"min\" is above \"max\"");
}

// A field's type where the file says none: what its merge makes natural.
std::string_view natural_type(Merge merge) {
  switch (merge) {
    case Merge::counter: return "integer";
    case Merge::append: return "object";
    case Merge::register_:
    case Merge::set:
    case Merge::ladder: return "text";
  }
  return "text";
}

Field read_field(PartReader& reader, const Value& part, const std::string& outer, Sensitivity usual,
                 bool common = false) {
  Field field;
  if (!common && part.find("only_reviewed")) reader.refuse(outer, "unknown key \"only_reviewed\"");
  if (!reader.keys(part, outer + ", field",
                   {"name",
                    "type",
                    "merge",
                    "zh",
                    "en",
                    "unit",
                    "code_list",
                    "element_kind",
                    "attributes",
                    "ladder",
                    "sensitivity",
                    "writers",
                    "required",
                    "min",
                    "max",
                    "decimals",
                    "length_max",
                    "quiet",
                    "once",
                    "index",
                    "search",
                    "number_text",
                    "authority",
                    "restrictive",
                    "only_reviewed",
                    "conflict_blocks",
                    "each_stands",
                    "worst_joined"})) {
    return field;
  }
  field.name = reader.name(part, outer + ", field", "name");
  const std::string place = within(outer, "field", field.name);
  field.merge = reader.one_of(part, place, "merge", "register", merge_named).value_or(Merge::register_);
  field.type =
      reader.one_of(part, place, "type", natural_type(field.merge), field_type_named).value_or(FieldType::text);
  field.label_zh = reader.needed_text(part, place, "zh");
  field.label_en = reader.needed_text(part, place, "en");
  field.unit = reader.text(part, place, "unit");
  field.code_list = reader.text(part, place, "code_list");
  if (part.find("element_kind")) {
    const auto known = [](std::string_view name) -> std::optional<std::string> {
      for (const std::string_view each : {"code", "id", "name_or_id", "text"}) {
        if (each == name) return std::string(name);
      }
      return std::nullopt;
    };
    field.element_kind = reader.one_of(part, place, "element_kind", "", known).value_or("");
  }
  for (const Value& each : reader.list(part, place, "attributes")) {
    field.attributes.push_back(read_attribute(reader, each, place));
  }
  field.ladder = reader.text(part, place, "ladder");
  field.sensitivity =
      reader.one_of(part, place, "sensitivity", name_of(usual), sensitivity_named).value_or(Sensitivity::health);
  field.writers = reader.roles(part, place, "writers");
  field.required = read_required(reader, part, place);
  field.min = reader.integer(part, place, "min");
  field.max = reader.integer(part, place, "max");
  field.decimals =
      static_cast<int>(std::clamp<std::int64_t>(reader.integer(part, place, "decimals").value_or(0), 0, 9));
  field.length_max =
      static_cast<int>(std::clamp<std::int64_t>(reader.integer(part, place, "length_max").value_or(0), 0, 65536));
  field.quiet = reader.yes(part, place, "quiet");
  field.once = reader.yes(part, place, "once");
  field.each_stands = reader.yes(part, place, "each_stands");
  if (field.each_stands && !field.once) reader.refuse(place, "\"each_stands\" belongs to fields that are written once");
  field.worst_joined = reader.yes(part, place, "worst_joined");
  if (field.worst_joined && field.code_list.empty())
    reader.refuse(place, "\"worst_joined\" belongs to codes of a list");
  field.index = reader.yes(part, place, "index");
  field.search = reader.yes(part, place, "search");
  field.number_text = reader.yes(part, place, "number_text");
  field.authority = reader.roles(part, place, "authority");
  if (const Value* restrictive = part.find("restrictive")) field.restrictive = *restrictive;
  // Two accounts of what was said, two amounts and two states are for a person to settle before anything is printed.
  const bool blocks_by_nature = field.type == FieldType::long_text || field.type == FieldType::money ||
                                field.merge == Merge::ladder || field.name == "_deleted";
  field.conflict_blocks = part.find("conflict_blocks") ? reader.yes(part, place, "conflict_blocks") : blocks_by_nature;
  check_keys_of_merge(reader, field, place);
  return field;
}

Sensitivity usual_sensitivity(PartReader& reader, const Value& part, const std::string& place) {
  return reader.one_of(part, place, "sensitivity", "internal", sensitivity_named).value_or(Sensitivity::health);
}

Kind read_kind(PartReader& reader, const Value& part) {
  Kind kind;
  kind.name = reader.name(part, "", "kind");
  const std::string place = "kind " + kind.name;
  kind.label_zh = reader.needed_text(part, place, "zh");
  kind.label_en = reader.needed_text(part, place, "en");
  kind.version = reader.integer(part, place, "version").value_or(1);
  kind.reference = reader.yes(part, place, "reference");
  kind.reviewed = reader.yes(part, place, "reviewed");
  kind.title_field = reader.text(part, place, "title_field");
  kind.date_field = reader.text(part, place, "date_field");
  kind.number_code = reader.text(part, place, "number_code");
  kind.number_by = reader.text(part, place, "number_by");
  if (const Value* codes = part.find("number_codes")) {
    if (!codes->object()) reader.refuse(place, "\"number_codes\" must be an object");
    for (const auto& [code, number_code] : part.object_at("number_codes")) {
      kind.number_codes.emplace(code, reader.text(*codes, place + ", number_codes", code));
    }
  }
  kind.writers = reader.roles(part, place, "writers");
  if (kind.writers.empty()) reader.refuse(place, "lacks \"writers\"");
  const Sensitivity usual = usual_sensitivity(reader, part, place);
  for (const Value& each : reader.list(part, place, "fields")) {
    kind.fields.push_back(read_field(reader, each, place, usual));
  }
  if (kind.fields.empty()) reader.refuse(place, "has no fields");
  kind.checks = read_checks(reader, part, place);
  kind.consents = read_consents(reader, part, place);
  return kind;
}

Ladder read_ladder(PartReader& reader, const Value& part) {
  Ladder ladder;
  if (!reader.keys(part, "ladder", {"name", "initial", "states", "steps", "resolvers", "joined"})) return ladder;
  ladder.name = reader.name(part, "ladder", "name");
  const std::string place = "ladder " + ladder.name;
  ladder.initial = reader.name(part, place, "initial");
  ladder.resolvers = reader.roles(part, place, "resolvers");
  for (const Value& each : reader.list(part, place, "states")) {
    if (!reader.keys(each, place + ", state", {"state", "rank", "zh", "en"})) return ladder;
    Rung rung;
    rung.state = reader.name(each, place + ", state", "state");
    const auto rank = reader.integer(each, place, "rank");
    if (!rank || *rank < 0 || *rank > 1000)
      reader.refuse(within(place, "state", rung.state), "\"rank\" must be 0 to 1000");
    rung.rank = static_cast<int>(rank.value_or(0));
    rung.label_zh = reader.needed_text(each, place, "zh");
    rung.label_en = reader.needed_text(each, place, "en");
    if (ladder.rung(rung.state)) reader.refuse(place, "state \"" + rung.state + "\" stands twice");
    ladder.rungs.push_back(std::move(rung));
  }
  if (!ladder.rung(ladder.initial)) reader.refuse(place, "\"initial\" is none of its states");
  ladder.joined = reader.text(part, place, "joined");
  if (!ladder.joined.empty() && !ladder.rung(ladder.joined)) reader.refuse(place, "\"joined\" is none of its states");
  for (const Value& each : reader.list(part, place, "steps")) {
    if (!reader.keys(each, place + ", step", {"from", "to", "roles", "needs_reason", "conditions", "confirmed_by"}))
      return ladder;
    // `from` may be a list: one line of the file then stands for several steps.
    const Value* from = each.find("from");
    const std::vector<std::string> origins =
        from && from->list() ? reader.texts(each, place + ", step", "from")
                             : std::vector<std::string>{reader.name(each, place + ", step", "from")};
    Step step;
    step.to = reader.name(each, place + ", step", "to");
    step.roles = reader.roles(each, place + ", step", "roles");
    step.needs_reason = reader.yes(each, place + ", step", "needs_reason");
    read_confirmation(reader, each, within(place, "step to", step.to), step);
    step.conditions = read_conditions(reader, each, within(place, "step to", step.to));
    if (step.roles.empty()) reader.refuse(within(place, "step to", step.to), "lacks \"roles\"");
    for (const std::string& origin : origins) {
      step.from = origin;
      const std::string where = within(place, "step", step.from + " -> " + step.to);
      if (!ladder.rung(step.from) || !ladder.rung(step.to)) reader.refuse(where, "names a state that is not there");
      if (ladder.step(step.from, step.to)) reader.refuse(where, "stands twice");
      ladder.steps.push_back(step);
    }
  }
  return ladder;
}

CodeList read_code_list(PartReader& reader, const Value& part) {
  CodeList list;
  if (!reader.keys(part, "code list", {"name", "zh", "en", "open", "codes"})) return list;
  list.name = reader.name(part, "code list", "name");
  const std::string place = "code list " + list.name;
  list.label_zh = reader.needed_text(part, place, "zh");
  list.label_en = reader.needed_text(part, place, "en");
  list.open = reader.yes(part, place, "open");
  for (const Value& each : reader.list(part, place, "codes")) {
    if (!reader.keys(each, place + ", code", {"code", "zh", "en", "valid_from", "valid_to"})) return list;
    Code code;
    code.code = reader.needed_text(each, place + ", code", "code");
    const std::string where = within(place, "code", code.code);
    code.label_zh = reader.needed_text(each, where, "zh");
    code.label_en = reader.needed_text(each, where, "en");
    code.valid_from = reader.text(each, where, "valid_from");
    code.valid_to = reader.text(each, where, "valid_to");
    if (list.find(code.code)) reader.refuse(where, "stands twice");
    list.codes.push_back(std::move(code));
  }
  return list;
}

void read_every_record(PartReader& reader, const Value& file, KindsFile& parts) {
  for (const Value& each : reader.list(file, "every_record", "every_record")) {
    CommonField common;
    common.field = read_field(reader, each, "every_record", Sensitivity::public_, true);
    common.field.every_record = true;
    common.only_reviewed = reader.yes(each, "every_record", "only_reviewed");
    parts.every_record.push_back(std::move(common));
  }
}

// What a file is shows in the one key that must be there; the rest goes with it.
void read_parts(PartReader& reader, const Value& file, KindsFile& parts) {
  const bool is_kind = file.find("kind") != nullptr;
  const bool adds = file.find("adds_to") != nullptr;
  if (is_kind) {
    if (reader.keys(file, "",
                    {"kind", "zh", "en", "version", "reference", "reviewed", "title_field", "date_field", "number_code",
                     "number_by", "number_codes", "writers", "sensitivity", "checks", "consents", "fields"})) {
      parts.kind = read_kind(reader, file);
    }
    return;
  }
  if (adds) {
    if (!reader.keys(file, "", {"adds_to", "sensitivity", "fields", "checks", "consents", "ladders", "code_lists"}))
      return;
    parts.adds_to = reader.name(file, "", "adds_to");
    const Sensitivity usual = usual_sensitivity(reader, file, "");
    for (const Value& each : reader.list(file, "", "fields")) {
      parts.fields.push_back(read_field(reader, each, "", usual));
    }
    parts.checks = read_checks(reader, file, "adds to " + parts.adds_to);
    parts.consents = read_consents(reader, file, "adds to " + parts.adds_to);
  } else if (!reader.keys(file, "", {"every_record", "ladders", "code_lists"})) {
    return;
  } else if (file.object()->empty()) {
    reader.refuse("", "holds nothing");
  }
  read_every_record(reader, file, parts);
  for (const Value& each : reader.list(file, "", "ladders")) parts.ladders.push_back(read_ladder(reader, each));
  for (const Value& each : reader.list(file, "", "code_lists"))
    parts.code_lists.push_back(read_code_list(reader, each));
}

}  // namespace

Result<KindsFile> read_kinds_file(const KindFile& file) {
  if (file.text.size() > kind_file_bytes_max) {
    return failure(Errc::out_of_range,
                   file.name + ": a kinds file has at most " + std::to_string(kind_file_bytes_max) + " bytes");
  }
  Result<Value> value = parse_json(file.text);
  if (!value) return failure(value.error().code, file.name + ": " + value.error().message);
  PartReader reader(file.name);
  KindsFile parts;
  read_parts(reader, *value, parts);
  if (!reader.wrong().empty()) return failure(Errc::invalid_argument, reader.wrong());
  return parts;
}

}  // namespace lianxin
