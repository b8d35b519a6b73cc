// Puts the kinds files together: names meet what they name, and every kind gets the fields that all records have.
#include "schema/catalog.h"

#include <algorithm>
#include <set>

#include "schema/json.h"
#include "schema/kinds_file.h"
#include "schema/rule_reader.h"
#include "schema/validate.h"

namespace lianxin {
namespace {

struct Place {
  std::string file;
  std::string part;

  tl::unexpected<Error> refuse(const std::string& why) const {
    return failure(Errc::invalid_argument, file + ": " + part + ": " + why);
  }
};

bool is_searchable(FieldType type) { return type == FieldType::text || type == FieldType::long_text; }

Status check_field(const Catalog& catalog, const Kind& kind, const Field& field, const std::string& file) {
  const Place place{file, "kind " + kind.name + ", field " + field.name};
  const auto lacks_list = [&](const std::string& name) { return !name.empty() && !catalog.code_list(name); };
  if (lacks_list(field.code_list)) return place.refuse("no code list \"" + field.code_list + "\"");
  if (field.type == FieldType::code && field.code_list.empty()) return place.refuse("a code lacks \"code_list\"");
  if (field.element_kind == "code" && field.code_list.empty()) return place.refuse("code keys lack \"code_list\"");
  if (!field.ladder.empty() && !catalog.ladder(field.ladder)) {
    return place.refuse("no ladder \"" + field.ladder + "\"");
  }
  if (field.search && field.merge == Merge::register_ && !is_searchable(field.type)) {
    return place.refuse("only texts are searched");
  }
  std::set<std::string_view> attributes;
  for (const Attribute& attribute : field.attributes) {
    if (!attributes.insert(attribute.name).second) return place.refuse("attribute " + attribute.name + " stands twice");
    if (lacks_list(attribute.code_list)) return place.refuse("no code list \"" + attribute.code_list + "\"");
    if (attribute.type == FieldType::code && attribute.code_list.empty()) {
      return place.refuse("attribute " + attribute.name + " lacks \"code_list\"");
    }
  }
  if (field.restrictive && check_value(catalog, field, *field.restrictive)) {
    return place.refuse("\"restrictive\" is no value of it");
  }
  return {};
}

Status check_kind(const Catalog& catalog, const Kind& kind, const std::string& file) {
  const Place place{file, "kind " + kind.name};
  std::set<std::string_view> names;
  for (const Field& field : kind.fields) {
    if (!names.insert(field.name).second) return place.refuse("field " + field.name + " stands twice");
    if (field.name.starts_with('_') && !field.every_record) {
      return place.refuse("field " + field.name + ": names that begin with _ are kept for every record");
    }
    LX_CHECK(check_field(catalog, kind, field, file));
  }
  for (const auto& [key, name] : {std::pair{"title_field", kind.title_field}, std::pair{"date_field", kind.date_field},
                                  std::pair{"number_by", kind.number_by}}) {
    if (!name.empty() && !kind.field(name)) return place.refuse(std::string(key) + " names no field");
  }
  if (!kind.date_field.empty() && kind.field(kind.date_field)->type != FieldType::date) {
    return place.refuse("date_field is no date");
  }
  if (kind.number_by.empty() != kind.number_codes.empty()) {
    return place.refuse("number_by and number_codes go together");
  }
  if (!kind.number_by.empty()) {
    const CodeList* list = catalog.code_list(kind.field(kind.number_by)->code_list);
    for (const auto& [code, number_code] : kind.number_codes) {
      if (!list || !list->find(code)) return place.refuse("number_codes names no code \"" + code + "\"");
    }
  }
  if (const std::string wrong = misnamed_in_rules(catalog, kind); !wrong.empty()) {
    return failure(Errc::invalid_argument, file + ": " + wrong);
  }
  return {};
}

// Fields that all records have come last, guarded no less than the least guarded of the kind's own: whoever may see
// nothing of a patient's record must not learn from `_deleted` that there is one.
void add_common_fields(Kind& kind, const std::vector<CommonField>& common) {
  Sensitivity least = Sensitivity::health;
  for (const Field& field : kind.fields) least = std::min(least, field.sensitivity);
  for (const CommonField& each : common) {
    if (each.only_reviewed && !kind.reviewed) continue;
    kind.fields.push_back(each.field);
    kind.fields.back().sensitivity = std::max(least, each.field.sensitivity);
  }
}

// From here on each field says itself who writes it.
void spread_writers(Kind& kind) {
  for (Field& field : kind.fields) {
    if (field.writers.empty()) field.writers = kind.writers;
  }
}

template <class Map, class Part>
bool put_new(Map& map, Part part) {
  std::string name = part.name;
  return map.emplace(std::move(name), std::move(part)).second;
}

// The kind that a file of this name adds to: what stands before the '+'; empty where it adds to none.
std::string_view added_kind(std::string_view file_name) {
  const std::size_t plus = file_name.find('+');
  return plus == std::string_view::npos ? std::string_view{} : file_name.substr(0, plus);
}

struct Parts {
  Catalog catalog;
  std::vector<CommonField> every_record;
  std::map<std::string, std::string> file_of;  // by kind name
  std::vector<std::pair<std::string, KindsFile>> additions;
};

Status take_file(Parts& parts, const KindFile& file) {
  LX_TRY(KindsFile read, read_kinds_file(file));
  const auto twice = [&](const std::string& what) {
    return failure(Errc::invalid_argument, file.name + ": " + what + " stands in two files");
  };
  if (added_kind(file.name) != read.adds_to) {
    return failure(Errc::invalid_argument, file.name +
                                               ": a file that adds to a kind says so in its name (KIND+...) and "
                                               "in \"adds_to\", alike");
  }
  if (read.kind) {
    const std::string name = read.kind->name;
    if (!put_new(parts.catalog.kinds, std::move(*read.kind))) return twice("kind " + name);
    parts.file_of.emplace(name, file.name);
  }
  if (!read.every_record.empty()) {
    if (!parts.every_record.empty()) return twice("every_record");
    parts.every_record = std::move(read.every_record);
  }
  for (Ladder& ladder : read.ladders) {
    const std::string name = ladder.name;
    if (!put_new(parts.catalog.ladders, std::move(ladder))) return twice("ladder " + name);
  }
  for (CodeList& list : read.code_lists) {
    const std::string name = list.name;
    if (!put_new(parts.catalog.code_lists, std::move(list))) return twice("code list " + name);
  }
  if (!read.adds_to.empty()) parts.additions.emplace_back(file.name, std::move(read));
  return {};
}

Status add_fields(Parts& parts) {
  for (auto& [file, addition] : parts.additions) {
    const auto kind = parts.catalog.kinds.find(addition.adds_to);
    if (kind == parts.catalog.kinds.end()) {
      return failure(Errc::invalid_argument, file + ": no kind \"" + addition.adds_to + "\"");
    }
    for (Field& field : addition.fields) {
      if (kind->second.field(field.name)) {
        return failure(Errc::invalid_argument, file + ": field " + field.name + " stands twice");
      }
      kind->second.fields.push_back(std::move(field));
    }
    for (Check& check : addition.checks) {
      const auto same = [&](const Check& other) { return other.code == check.code; };
      if (std::any_of(kind->second.checks.begin(), kind->second.checks.end(), same)) {
        return failure(Errc::invalid_argument, file + ": check " + check.code + " stands twice");
      }
      kind->second.checks.push_back(std::move(check));
    }
    for (ConsentBond& bond : addition.consents) kind->second.consents.push_back(std::move(bond));
  }
  return {};
}

}  // namespace

Result<Catalog> load_catalog(std::span<const KindFile> files) {
  if (files.size() > kind_files_max) {
    return failure(Errc::out_of_range, "a kinds folder has at most " + std::to_string(kind_files_max) + " files");
  }
  std::vector<const KindFile*> sorted;
  for (const KindFile& file : files) sorted.push_back(&file);
  std::sort(sorted.begin(), sorted.end(), [](const KindFile* a, const KindFile* b) { return a->name < b->name; });
  Parts parts;
  for (const KindFile* file : sorted) LX_CHECK(take_file(parts, *file));
  LX_CHECK(add_fields(parts));
  for (auto& [name, kind] : parts.catalog.kinds) {
    add_common_fields(kind, parts.every_record);
    spread_writers(kind);
  }
  for (const auto& [name, kind] : parts.catalog.kinds) LX_CHECK(check_kind(parts.catalog, kind, parts.file_of[name]));
  return std::move(parts.catalog);
}

std::string catalog_document(const Catalog& catalog, std::span<const KindFile> files) {
  Value::List list;
  for (const KindFile& file : files) list.push_back(Value::Object{{"name", file.name}, {"text", file.text}});
  return to_json(Value::Object{
      {"version", catalog.version}, {"sensitivity_version", catalog.sensitivity_version}, {"files", std::move(list)}});
}

Result<Catalog> read_catalog_document(std::string_view document) {
  LX_TRY(const Value value, parse_json(document));
  const Value* version = value.find("version");
  const Value* sensitivity_version = value.find("sensitivity_version");
  if (!version || !version->integer() || !sensitivity_version || !sensitivity_version->integer()) {
    return failure(Errc::invalid_argument, "a kinds document lacks its versions");
  }
  std::vector<KindFile> files;
  for (const Value& file : value.list_at("files")) {
    files.push_back({std::string(file.text_at("name")), std::string(file.text_at("text"))});
  }
  LX_TRY(Catalog catalog, load_catalog(files));
  catalog.version = *version->integer();
  catalog.sensitivity_version = *sensitivity_version->integer();
  return catalog;
}

}  // namespace lianxin
