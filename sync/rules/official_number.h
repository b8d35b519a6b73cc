// Official numbers, such as 990121-S03-微商-2026-0007: given once by the server, per studio, code and year.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

struct NumberSeries {
  std::string prefix;  // 990121-S03-微商-2026-
  std::string key;     // 微商-2026: what is counted apart within the studio
};

// The series a record is due a number of, or nothing: it has one, is of no numbered kind, or is not there yet (a
// reviewed record is numbered when it is accepted, another when its workflow first moves on, and each only when it is
// whole).
std::optional<NumberSeries> number_due(const Catalog& catalog, const Row& row, const StudioPlace& place);

std::string official_number(const NumberSeries& series, std::int64_t number);

// The other way: what is counted, and the count. Nothing where the text is no official number.
struct CountedNumber {
  std::string key;
  std::int64_t number = 0;
};
std::optional<CountedNumber> counted_in(std::string_view official_no);

// Whether a number that came back can have been given after `last`, the last one that is known here.
bool may_have_been_given(const CountedNumber& counted, std::int64_t last);

}  // namespace lianxin
