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

}  // namespace

const KindSet& sim_kinds(std::int64_t version) {
  static const std::vector<KindSet> versions = [] {
    std::vector<KindFile> files;
    for (const char* name : {"every_record.json", "patient.json", "visit.json"}) {
      std::ifstream file(std::string(LIANXIN_SIM_KINDS "/") + name, std::ios::binary);
      files.push_back({name, std::string(std::istreambuf_iterator<char>(file), {})});
    }
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

}  // namespace lianxin::sim
