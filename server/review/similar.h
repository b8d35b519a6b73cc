// How alike two records are: the same evening written down twice, or one street lamp reported by two people. Pure
// numbers; a person decides.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

// The same, made ready to be held against many others: what score_of() would make anew for each is made once.
struct Comparable {
  Comparable(const Likeness& likeness);  // implicit: it says the same

  Likeness::Form form;
  std::vector<std::uint64_t> title;  // pairs of its characters, sorted, each once
  std::string category, leading, region, household;
  std::optional<std::int64_t> day;
  std::string start, end;
  std::vector<std::string> people;  // sorted
  std::optional<std::pair<std::int64_t, std::int64_t>> point;
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

// score_of(), or less than `floor` where that is less, which is mostly seen without a look at the titles.
Score score_above(Score floor, const Comparable& a, const Comparable& b);

// No two that happened so many days apart score more. `with_people`, `with_hours`: whether any of them tells of these.
Score score_max(Likeness::Form form, std::int64_t days_apart, bool with_people, bool with_hours);
inline constexpr std::int64_t days_apart_max = 31;  // beyond it nothing changes any more

std::string score_text(Score score);  // two places, halves to even: "0.78"

// Whether two records are compared at all: of one county, and of one village or one leading category.
bool same_block(const Comparable& a, const Comparable& b);
bool is_village(std::string_view region);

}  // namespace lianxin::server
