// The kinds as a whole: from the files of a folder, and as the one document that travels to phones.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schema/kind.h"

namespace lianxin {

// Reads the files of one folder, later names over earlier ones never: a kind, ladder or list that stands in two files
// is refused, except a file named `KIND+anything.json`, which adds fields to a kind. invalid_argument names the file
// and the place; out_of_range a folder that is too large to be one. `version` and `sensitivity_version` are the
// caller's to set. The result does not depend on the order of `files`.
inline constexpr std::size_t kind_files_max = 500;
Result<Catalog> load_catalog(std::span<const KindFile> files);

// The document of GET /v1/kinds, and back on the phone: {"version":..,"sensitivity_version":..,"files":[{name,text}]}.
// Read back, it fails as load_catalog() does, and with invalid_argument where it is no such document.
std::string catalog_document(const Catalog& catalog, std::span<const KindFile> files);
Result<Catalog> read_catalog_document(std::string_view document);

}  // namespace lianxin
