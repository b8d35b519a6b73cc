// How alike two records are: the same evening written down twice, or one street lamp reported by two people. Pure
// numbers; a person decides.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lianxin::server {

// What is compared of a record. Empty parts are alike with nothing.
struct Likeness {
  enum class Form { concern, event } form = Form::event;
  std::string title, category, region;
  std::string household;
  std::optional<std::int64_t> day;                             // days since 1970 in Asia/Shanghai
  std::string start, end;                                      // HH:MM; `end` may be empty
  std::set<std::string> people;                                // ids or names
  std::optional<std::pair<std::int64_t, std::int64_t>> point;  // lat, lon in millionths of a degree
};

// In millionths, so that no rounding of fractions decides between two machines.
using Score = std::int64_t;
inline constexpr Score score_one = 1'000'000;
inline constexpr Score suggest_from = 600'000;  // joining is suggested
inline constexpr Score related_from = 450'000;  // shown as related

// Concerns: 0.35 title (character pairs, Jaccard) + 0.20 same category + 0.20 place + 0.15 time (one day or less 1,
// down to 0 at thirty) + 0.10 a shared person. Events: 0.20 title + 0.15 category + 0.20 place + 0.25 time (overlapping
// hours 1, the same day 0.7, a day apart 0.4) + 0.20 participants (common ones by the smaller number). Place: the same
// village, the same household or within 300 m 1; the same township 0.5.
Score score_of(const Likeness& a, const Likeness& b);

std::string score_text(Score score);  // two places, halves to even: "0.78"

// Whether two records are compared at all: of one county, and of one village or one leading category.
bool same_block(const Likeness& a, const Likeness& b);
std::string leading_category(std::string_view category);

}  // namespace lianxin::server
