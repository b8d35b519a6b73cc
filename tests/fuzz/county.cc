#include "tests/fuzz/county.h"

#include <algorithm>
#include <filesystem>

#include "schema/assert.h"
#include "schema/catalog.h"
#include "tests/support/file_bytes.h"

namespace lianxin::fuzz {
namespace {

std::vector<KindFile> shipped_kind_files() {
  std::vector<KindFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(LIANXIN_KINDS_DIR)) {
    if (entry.path().extension() != ".json") continue;
    files.push_back({entry.path().filename().string(), test::bytes_of(entry.path())});
  }
  std::sort(files.begin(), files.end(), [](const KindFile& a, const KindFile& b) { return a.name < b.name; });
  return files;
}

SelfDevice device_of(std::uint8_t number, const MemberId& member) {
  SelfDevice device;
  device.secret.fill(number);
  device.key = public_key_of(device.secret);
  device.device = device_id_of(device.key);
  device.member = member;
  return device;
}

County make_county() {
  County made;
  made.kind_files = shipped_kind_files();
  auto loaded = load_catalog(made.kind_files);
  LX_ASSERT(loaded);
  made.catalog = std::move(*loaded);
  made.catalog.version = made.catalog.sensitivity_version = 1;
  const std::vector<std::string> orgs{"990121", "990100", "990000"};
  made.places = {{id_of<StudioId>(0xA1), "990121-S01", orgs, false},
                 {id_of<StudioId>(0xA2), "990121-S02", orgs, false},
                 {id_of<StudioId>(0xA3), "990121", orgs, true}};
  const auto member = [](std::uint8_t number) { return id_of<MemberId>(number); };
  const StudioId studio_1 = made.places[0].studio, studio_2 = made.places[1].studio;
  made.grants = {{member(1), "convener", studio_1, {}, 0, INT64_MAX, Sensitivity::personal},
                 {member(2), "convener", studio_1, {}, 0, INT64_MAX, Sensitivity::internal},
                 {member(3), "coordinator", {}, "990121", 0, INT64_MAX, Sensitivity::health},
                 {member(4), "clinic_doctor", studio_2, {}, 0, INT64_MAX, Sensitivity::health}};
  made.phones = {{'a', device_of(1, member(1)), false, false}, {'b', device_of(2, member(2)), false, false},
                 {'c', device_of(3, member(3)), false, false}, {'d', device_of(4, member(4)), false, false},
                 {'e', device_of(5, member(1)), true, false},  {'f', device_of(6, member(2)), false, true}};
  made.self = device_of(0xEE, member(0xEE));
  return made;
}

}  // namespace

const StudioPlace* County::place(const StudioId& studio) const {
  const auto at = std::find_if(places.begin(), places.end(), [&](const auto& place) { return place.studio == studio; });
  return at == places.end() ? nullptr : &*at;
}

const Phone& County::phone(char letter) const {
  const auto at = std::find_if(phones.begin(), phones.end(), [&](const auto& phone) { return phone.letter == letter; });
  return at == phones.end() ? phones.front() : *at;
}

const County& county() {
  static const County made = make_county();
  return made;
}

}  // namespace lianxin::fuzz
