// A folder of kinds files, and the document of GET /v1/kinds. The input is a document, or files set apart by the byte
// 0x1e, each its name, a line feed, and its text. A catalog that was loaded travels as a document and arrives as
// itself.
#include "schema/assert.h"
#include "schema/catalog.h"
#include "schema/checks.h"
#include "schema/explain.h"
#include "schema/json.h"
#include "schema/kind.h"
#include "schema/takes_away.h"
#include "schema/validate.h"
#include "schema/warnings.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {
namespace {

constexpr std::size_t files_max = 40;

std::vector<KindFile> read_files(std::string_view input) {
  std::vector<KindFile> files;
  while (!input.empty() && files.size() < files_max) {
    const std::string_view file = input.substr(0, input.find('\x1e'));
    input.remove_prefix(std::min(input.size(), file.size() + 1));
    const std::size_t end = std::min(file.find('\n'), file.size());
    files.push_back({std::string(file.substr(0, end)), std::string(file.substr(std::min(end + 1, file.size())))});
  }
  return files;
}

// What validation makes of values, when the kinds themselves are strange.
void judge_values(const Catalog& catalog) {
  const Value values[] = {nullptr, true, -1, "2026-11-20", Value::List{"a"}, Value::Object{{"lat", "36.1"}}};
  for (const auto& [name, kind] : catalog.kinds) {
    Shown shown;
    for (const Field& field : kind.fields) {
      for (const Value& value : values) {
        (void)check_value(catalog, field, value);
        (void)check_entry(catalog, field, value);
        (void)unlisted_code(catalog, kind, field.name, value);
        (void)warnings_of(kind, field.name, value);
      }
      (void)check_element(catalog, field, "key");
      shown.emplace(field.name, "13800000000");
    }
    (void)missing_fields(kind, shown);
    Surroundings around{"2026-05-12", true, "r", "990121", {}, {}, {}};
    around.find = [&](std::string_view, std::string_view, const Value&) { return std::vector<Shown>{shown}; };
    around.named = [&shown, its = kind.name](std::string_view) { return NamedRecord{its, shown}; };
    (void)failed_checks(kind, shown, {{"gifts", {Value::Object{{"name", "a"}}, Value::Object{}}}}, around);
    for (const Field& field : kind.fields) (void)explain(catalog, kind, field.name + "/k/a");
  }
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  const std::string_view input = fuzz::text_of(data, size);
  if (const Result<Catalog> read = read_catalog_document(input)) LX_ASSERT(!takes_away(*read, *read));
  const std::vector<KindFile> files = fuzz::read_files(input);
  Result<Catalog> catalog = load_catalog(files);
  if (!catalog) {
    LX_ASSERT(catalog.error().code == Errc::invalid_argument || catalog.error().code == Errc::out_of_range);
    return 0;
  }
  catalog->version = 3;
  catalog->sensitivity_version = 2;
  const std::string document = catalog_document(*catalog, files);
  const Result<Catalog> arrived = read_catalog_document(document);
  LX_ASSERT(arrived && catalog_document(*arrived, files) == document);
  LX_ASSERT(!takes_away(*catalog, *arrived) && !takes_away(*arrived, *catalog));
  fuzz::judge_values(*catalog);
  return 0;
}
