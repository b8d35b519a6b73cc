// What a search looks through in a row, on a phone and at the desk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/kind.h"
#include "sync/model/row.h"

namespace lianxin {

inline constexpr std::string_view number_fields[] = {"_official_no", "_provisional_no"};
std::vector<std::string> numbers_in(const Row& row, std::string_view field);

// Every number that a row was given, official ones first: by each of them it is asked for. Two phones may have given
// one record a number each, offline, and on paper both stand.
std::vector<std::string> numbers_of(const Row& row);

// Its numbers, and what its fields marked `search` show that are no more guarded than `up_to` and not withheld: texts;
// of a set the keys and the texts of the attributes; of an append those of its entries; of a code its names. No ids,
// and no figures.
std::vector<std::string> searched_texts(const Catalog& catalog, const Row& row, Sensitivity up_to);

}  // namespace lianxin
