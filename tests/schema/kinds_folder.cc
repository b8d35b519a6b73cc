#include "tests/schema/kinds_folder.h"

#include <filesystem>
#include <stdexcept>

#include "schema/catalog.h"
#include "tests/support/file_bytes.h"

namespace lianxin {

std::vector<KindFile> shipped_kind_files() {
  std::vector<KindFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(LIANXIN_KINDS_DIR)) {
    if (entry.path().extension() != ".json") continue;
    files.push_back({entry.path().filename().string(), test::bytes_of(entry.path())});
  }
  return files;
}

const Catalog& shipped_catalog() {
  static const Catalog catalog = [] {
    auto loaded = load_catalog(shipped_kind_files());
    if (!loaded) throw std::runtime_error(loaded.error().message);
    return *loaded;
  }();
  return catalog;
}

std::vector<KindFile> visit_with(const std::string& fields) {
  return {
      {"visit.json", R"({"kind":"visit","zh":"走访","en":"Visit","writers":["convener"],"fields":[)" + fields + "]}"},
      {"lists.json", R"({"code_lists":[
              {"name":"colours","zh":"颜色","en":"Colours","codes":[
                {"code":"red","zh":"红","en":"Red"},{"code":"blue","zh":"蓝","en":"Blue"}]},
              {"name":"fruits","zh":"水果","en":"Fruits","open":true,"codes":[]}]})"}};
}

Catalog catalog_with(const std::string& fields) {
  auto loaded = load_catalog(visit_with(fields));
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

}  // namespace lianxin
