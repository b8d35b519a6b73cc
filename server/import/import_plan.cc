#include "server/import/import_plan.h"

#include <algorithm>
#include <optional>

#include "schema/position.h"
#include "server/import/item_faults.h"
#include "server/people/named_id.h"

namespace lianxin::server {
namespace {

struct Section {
  std::string_view name, kind;
};
// Org units first: the others stand in their reference data.
constexpr Section sections[] = {{"org_units", "org_unit"},
                                {"villages", "village"},
                                {"studios", "studio"},
                                {"members", "member"},
                                {"medicine_items", "medicine_item"},
                                {"codes", "code_list"},
                                {"code_lists", "code_list"},
                                {"categories", "code_list"}};

// Keys of the file that a kind may know by another name.
constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"parent", "parent_code"}, {"parent", "parent_id"}, {"title", "unit_title"}, {"title", "title_text"}};

constexpr std::size_t county_digits = 6;

// Keys that place an item or belong to the file, and are no values of a record.
bool is_for_placing(std::string_view key) { return key == "id" || key == "key" || key == "studios" || key == "note"; }

std::string known_by(const Section& section, const Value& item) {
  if (section.kind == "org_unit") return std::string(item.text_at("org_code"));
  if (section.kind == "village") return std::string(item.text_at("region_code"));
  if (section.kind == "studio") return std::string(item.text_at("studio_code"));
  if (section.kind == "medicine_item") return std::string(item.text_at("item_code"));
  if (section.kind == "code_list") return std::string(item.text_at("list")) + "|" + std::string(item.text_at("code"));
  return {};
}

// A place on the map is three texts; whatever else a file says of it is its own affair.
Value plain_geo(const Value& value) {
  Value::Object geo;
  for (const char* part : {"lat", "lon", "coord_sys"}) {
    const Value* found = value.find(part);
    if (!found) continue;
    geo.emplace(part, found->integer() ? Value(std::to_string(*found->integer())) : *found);
  }
  return rounded_position(std::move(geo));
}

class Planner {
 public:
  Planner(const ImportBasis& basis, const Value& file)
      : catalog_(basis.catalog), now_(basis.now), here_(basis.studios), random_(basis.random), file_(file) {}

  ImportPlan plan() {
    check_sections();
    find_doubles();
    each_item(
        [this](const Section& section, const Value& item, const std::string& label) { take(section, item, label); });
    join_members();
    take_grants();
    return std::move(plan_);
  }

 private:
  void refuse(const std::string& label, const std::string& why) { plan_.refused.push_back(label + ": " + why); }
  void refuse_double(const std::string& label, const std::string& others) {
    refuse(label, "stands here twice, as it names the same as " + others + "; none of them is taken");
  }

  void check_sections() {
    std::set<std::string_view> known{"grants"};
    for (const Section& section : sections) known.insert(section.name);
    for (const auto& [name, value] : *file_.object()) {
      if (name == "note") continue;
      if (!known.contains(name)) {
        refuse(name, "is no section of an import file; nothing of it is taken");
      } else if (!value.list()) {
        refuse(name, "is no list");
      }
    }
  }

  template <class Each>
  void each_item(Each each) const {
    for (const Section& section : sections) {
      const Value::List& items = file_.list_at(section.name);
      for (std::size_t i = 0; i < items.size(); ++i) {
        each(section, items[i], std::string(section.name) + "[" + std::to_string(i) + "]");
      }
    }
  }

  // Two items for one thing were written by two people: which of them is right only they can say.
  void find_doubles() {
    Doubles doubles;
    each_item([&](const Section& section, const Value& item, const std::string& label) {
      if (!item.object()) return;
      if (const auto id = RecordId::parse(item.text_at("id"))) doubles.add(id->text(), label);
      const std::string name = known_by(section, item);
      if (!name.empty() && name != "|") doubles.add(std::string(section.kind) + " " + name, label);
    });
    doubles_ = doubles.found();
  }

  // By its id, or by what it is known by.
  std::optional<RecordId> record_of(const Section& section, const Value& item) {
    if (const std::string_view id = item.text_at("id"); !id.empty()) return RecordId::parse(id);
    const std::string name = known_by(section, item);
    if (name.empty() || name == "|") return std::nullopt;
    if (section.kind != "studio") return reference_record_of(section.kind, name);
    const auto here = here_.find({studio_org(item), name});
    return here == here_.end() ? new_id() : here->second.front();
  }

  RecordId new_id() {
    RecordId id;
    random_.fill(id.bytes);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
  }

  static std::string studio_org(const Value& item) {
    const std::string_view code = item.text_at("org_code");
    return std::string(code.empty() ? item.text_at("studio_code").substr(0, county_digits) : code);
  }

  // Why a studio cannot be the one that the item means; empty where it can.
  std::string taken_by(const Section& section, const Value& item, const RecordId& record) const {
    if (section.kind != "studio") return {};
    const std::string code(item.text_at("studio_code")), org = studio_org(item);
    const auto here = here_.find({org, code});
    if (item.text_at("id").empty() && here != here_.end() && here->second.size() > 1) {
      return "names several studios of org unit " + org + ", " + here->second[0].text() + " and " +
             here->second[1].text() + ": give the id";
    }
    for (const StudioPlace& place : now_.places_of_code(code)) {
      if (place.studio.bytes == record.bytes) continue;
      return "has the code of another one here, " + place.studio.text() + " (" + where_is(place) +
             "): give that id, or another code";
    }
    const auto owner = now_.place_of_owner(StudioId{record.bytes});
    if (!owner || owner->org_codes.front() == org) return {};
    return "names the studio " + record.text() + ", which belongs to org unit " + owner->org_codes.front() +
           ": give that as its org_code, or move it with lianxin-server move";
  }

  std::string where_is(const StudioPlace& place) const {
    const auto owner = now_.place_of_owner(place.studio);
    return "of org unit " + (owner ? owner->org_codes.front() : place.org_codes.front());
  }

  void take(const Section& section, const Value& item, const std::string& label) {
    const Kind* kind = catalog_.kind(section.kind);
    if (!kind) return refuse(label, "there is no kind " + std::string(section.kind));
    if (!item.object()) return refuse(label, "is no object");
    PlannedRecord record;
    record.kind = section.kind;
    record.label = label;
    if (std::string fault = fault_of(*kind, item); !fault.empty()) return refuse(label, fault);
    if (const auto twice = doubles_.find(label); twice != doubles_.end()) return refuse_double(label, twice->second);
    const auto id = record_of(section, item);
    if (!id && !item.text_at("id").empty()) return refuse(label, "id is no UUID");
    if (!id) return refuse(label, "has neither an id nor what it is known by");
    record.record = *id;
    if (const std::string why = taken_by(section, item, *id); !why.empty()) return refuse(label, why);
    const std::string org = org_of(section, item, record.record);
    if (org.empty()) return refuse(label, "belongs to no org unit of this file or of this server");
    for (const auto& [key, value] : *item.object()) {
      if (value.text() && may_have_lost_characters(*value.text())) plan_.doubted.push_back(label + ": " + key);
      if (!is_for_placing(key) && !value.is_null()) take_field(*kind, key, value, record);
    }
    plan_.records[org].push_back(std::move(record));
  }

  void take_field(const Kind& kind, const std::string& key, const Value& value, PlannedRecord& record) {
    const Field* field = kind.field(key);
    for (const auto& [name, other] : other_names) {
      if (!field && key == name) field = kind.field(other);
    }
    if (!field && key == "org_code") return;  // it has said where the item belongs
    if (!field || field->name.starts_with('_')) {
      plan_.ignored.insert(kind.name + "." + key);
      return;
    }
    if (field->merge == Merge::set) {
      const Value::List one{value};
      for (const Value& element : value.list() ? *value.list() : one) {
        if (!element.text()) {
          refuse(record.label + "." + key, "one of its elements is no text and is not taken");
        } else if (!element.text()->empty()) {
          record.elements[field->name].insert(*element.text());
        }
      }
    } else if (field->merge == Merge::register_) {
      record.registers[field->name] = value_for(*field, value);
    } else {
      plan_.ignored.insert(kind.name + "." + key);
    }
  }

  Value value_for(const Field& field, const Value& value) const {
    if (field.type == FieldType::geo) return plain_geo(value);
    if (field.type == FieldType::id && value.text() && !RecordId::parse(*value.text())) {
      return reference_record_of("org_unit", *value.text()).text();  // a parent named by its code
    }
    if (value.list() && field.type == FieldType::code) return value.list()->empty() ? Value() : value.list()->front();
    return value;
  }

  // The org unit in whose reference data an item belongs; empty where there is none.
  std::string org_of(const Section& section, const Value& item, const RecordId& record) {
    std::string code(item.text_at("org_code"));
    if (section.kind == "org_unit") {
      if (code.empty()) return {};
      if (top_.empty() && item.text_at("parent").empty()) top_ = code;
      plan_.orgs.push_back(code);
      orgs_.insert(code);
      return code;
    }
    if (section.kind == "village") code = item.text_at("region_code").substr(0, county_digits);
    if (section.kind == "studio") {
      code = studio_org(item);
      studios_[std::string(item.text_at("studio_code"))] = {StudioId{record.bytes}, code};
    }
    if (section.kind == "member" && code.empty() && !item.list_at("studios").empty()) {
      const Value& first = item.list_at("studios").front();
      code = first.text() ? studio_named(*first.text()).second : std::string();
      for (const Value& studio : item.list_at("studios")) {
        if (studio.text()) joined_.emplace_back(*studio.text(), record);
      }
    }
    if (code.empty()) code = top();
    return orgs_.contains(code) || now_.org(code) ? code : std::string();
  }

  // What belongs to all goes to the top: every phone pulls the reference data of the org units above its studio.
  std::string top() const {
    if (!top_.empty()) return top_;
    for (const StudioPlace& place : now_.all()) {
      if (place.reference && place.org_codes.size() == 1) return place.code;
    }
    return {};
  }

  std::pair<StudioId, std::string> studio_named(const std::string& code_or_id) const {
    if (const auto found = studios_.find(code_or_id); found != studios_.end()) return found->second;
    const auto id = StudioId::parse(code_or_id);
    for (const auto& [code, studio] : studios_) {
      if (id && studio.first == *id) return studio;
    }
    const StudioPlace* place = id ? now_.place(*id) : now_.place_of_code(code_or_id);
    if (!place || place->reference) return {};
    return {place->studio, place->code.substr(0, county_digits)};
  }

  // A member's list of studios is the studio's set of members, seen from the other side.
  void join_members() {
    const Field* field = catalog_.field("studio", "member_ids");
    if (!field || field->merge != Merge::set) return;
    for (const auto& [code, member] : joined_) {
      const auto [studio, org] = studio_named(code);
      const auto in_org = plan_.records.find(org);
      if (in_org == plan_.records.end()) continue;
      for (PlannedRecord& record : in_org->second) {
        if (record.record.bytes == studio.bytes) record.elements[field->name].insert(member.text());
      }
    }
  }

  void take_grants() {
    const Value::List& items = file_.list_at("grants");
    std::vector<std::pair<std::string, Grant>> grants;
    Doubles doubles;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string label = "grants[" + std::to_string(i) + "]";
      auto grant = grant_of(items[i], label);
      if (!grant) continue;
      // A right for two spans of time is two rights; one for one span with two clearances is a slip.
      doubles.add(grant->member.text() + " " + grant->role + " " + grant->studio.text() + " " + grant->org_code + " " +
                      std::to_string(grant->from_ms) + " " + std::to_string(grant->to_ms),
                  label);
      grants.emplace_back(label, std::move(*grant));
    }
    const auto found = doubles.found();
    for (auto& [label, grant] : grants) {
      if (const auto twice = found.find(label); twice != found.end()) {
        refuse_double(label, twice->second);
      } else {
        plan_.grants.push_back(std::move(grant));
      }
    }
  }

  // Nothing where it is refused.
  std::optional<Grant> grant_of(const Value& item, const std::string& label) {
    const auto refused = [&](const std::string& why) {
      refuse(label, why);
      return std::nullopt;
    };
    Grant grant;
    const auto member = MemberId::parse(item.text_at("member"));
    if (!member) return refused("member is no UUID");
    grant.member = *member;
    grant.role = item.text_at("role");
    if (!is_role(grant.role)) return refused("there is no role " + grant.role);
    const auto clearance = sensitivity_named(item.text_at("clearance", "internal"));
    if (!clearance) return refused("clearance is public, internal, personal or health");
    grant.clearance = *clearance;
    grant.from_ms = item.integer_at("from_ms", 0);
    grant.to_ms = item.integer_at("to_ms", INT64_MAX);
    for (const char* key : {"studio", "org", "org_code"}) {
      if (item.find(key) && item.find(key)->integer())
        return refused(std::string(key) + " is a number; put it between double quotes");
    }
    grant.org_code = item.text_at("org", item.text_at("org_code"));
    if (const std::string_view studio = item.text_at("studio"); !studio.empty()) {
      grant.studio = studio_named(std::string(studio)).first;
      if (grant.studio.is_zero()) return refused("there is no such studio");
    } else if (!orgs_.contains(grant.org_code) && !now_.org(grant.org_code)) {
      return refused("there is no such org unit");
    }
    if (!grant.studio.is_zero() && !grant.org_code.empty()) return refused("names a studio and an org unit");
    return grant;
  }

  const Catalog& catalog_;
  const Places& now_;
  const StudiosByCode& here_;
  Random& random_;
  const Value& file_;
  ImportPlan plan_;
  std::map<std::string, std::string> doubles_;  // label -> the others that name the same
  std::string top_;
  std::set<std::string, std::less<>> orgs_;
  std::map<std::string, std::pair<StudioId, std::string>> studios_;  // code -> id, org code
  std::vector<std::pair<std::string, RecordId>> joined_;             // studio, member
};

}  // namespace

Result<ImportPlan> plan_import(const ImportBasis& basis, const Value& file) {
  if (!file.object()) return failure(Errc::invalid_argument, "an import file is one JSON object of lists");
  return Planner(basis, file).plan();
}

RecordId reference_record_of(std::string_view kind, std::string_view known_by) {
  return RecordId{uuid_named("lianxin reference record v1|" + std::string(kind) + "|" + std::string(known_by))};
}

}  // namespace lianxin::server
