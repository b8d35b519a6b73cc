#include "tests/sim/sim_kinds.h"

#include <fstream>
#include <iterator>

namespace lianxin::sim {
namespace {

constexpr const char* added_field = R"({
  "adds_to": "visit", "fields": [{"name": "weather", "zh": "天气", "en": "Weather"}]})";
constexpr const char* added_kind = R"({
  "kind": "notice", "zh": "通知", "en": "Notice", "version": 1,
  "writers": ["convener", "clinic_doctor", "township_liaison", "coordinator"],
  "fields": [{"name": "words", "zh": "内容", "en": "Words"}]})";

void add_files(const std::string& folder, std::initializer_list<const char*> names, std::vector<KindFile>& files) {
  for (const char* name : names) {
    std::ifstream file(folder + "/" + name, std::ios::binary);
    files.push_back({name, std::string(std::istreambuf_iterator<char>(file), {})});
  }
}

}  // namespace

const KindSet& sim_kinds(std::int64_t version) {
  static const std::vector<KindSet> versions = [] {
    std::vector<KindFile> files;
    add_files(LIANXIN_SIM_KINDS, {"every_record.json", "patient.json", "visit.json"}, files);
    std::vector<KindSet> made;
    for (const KindFile& more :
         {KindFile{}, KindFile{"visit+weather.json", added_field}, KindFile{"notice.json", added_kind}}) {
      if (!more.name.empty()) files.push_back(more);
      made.push_back(KindSet::of(files, static_cast<std::int64_t>(made.size()) + 1));
    }
    return made;
  }();
  return versions.at(static_cast<std::size_t>(version - 1));
}

const KindSet& strict_kinds() {
  static const KindSet strict = [] {
    KindSet kinds = sim_kinds(1);
    for (Field& field : kinds.catalog.kinds.at("visit").fields) {
      if (field.name == "title" || field.name == "verdict") field.length_max = 5;
    }
    return kinds;  // the document is still the other: that is the point
  }();
  return strict;
}

const KindSet& kinds_with_reference() {
  static const KindSet kinds = [] {
    std::vector<KindFile> files;
    add_files(LIANXIN_SIM_KINDS, {"every_record.json", "patient.json", "visit.json"}, files);
    add_files(LIANXIN_KINDS,
              {"code_lists_concerns.json", "code_lists_events.json", "code_lists_health.json", "code_lists_people.json",
               "code_lists_records.json", "member.json", "org_unit.json", "studio.json", "village.json"},
              files);
    return KindSet::of(std::move(files), 2);
  }();
  return kinds;
}

}  // namespace lianxin::sim
