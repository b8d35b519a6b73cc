#include "server/review/similar.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "schema/text.h"

namespace lianxin::server {
namespace {

std::vector<std::uint64_t> pairs_of(std::string_view text) {
  std::vector<char32_t> letters;
  while (!text.empty()) {
    const char32_t letter = take_character(text);
    if (letter != U' ' && letter != U'\u3000') letters.push_back(letter);
  }
  std::vector<std::uint64_t> pairs;
  for (std::size_t i = 0; i + 1 < letters.size(); ++i) {
    pairs.push_back(std::uint64_t{letters[i]} << 32 | std::uint64_t{letters[i + 1]});
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

// Of two sorted ones.
template <class List>
std::int64_t common_count(const List& a, const List& b) {
  std::int64_t common = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    const auto order = *x <=> *y;
    if (order == 0) ++common;
    if (order <= 0) ++x;
    if (order >= 0) ++y;
  }
  return common;
}

std::string leading_category(std::string_view category) {
  return std::string(category.substr(0, std::min(category.find_first_of("/.-"), category.size())));
}

constexpr Score concern_title = 350'000, event_title = 200'000, place_weight = 200'000;
constexpr Score concern_category = 200'000, event_category = 150'000;
constexpr Score concern_time = 150'000, concern_people = 100'000, event_people = 200'000;
constexpr Score same_hours = 250'000, same_day = 175'000, next_day = 100'000;

// Weights are in millionths too, and each part is weight * fraction: one division, at the end.
Score part(Score weight, std::int64_t of, std::int64_t all) { return all == 0 ? 0 : weight * of / all; }

Score title_part(Score weight, const Comparable& a, const Comparable& b) {
  const std::int64_t common = common_count(a.title, b.title);
  return part(weight, common, static_cast<std::int64_t>(a.title.size() + b.title.size()) - common);
}

// As much as the lengths of both allow.
Score title_part_max(Score weight, const Comparable& a, const Comparable& b) {
  const std::size_t x = a.title.size(), y = b.title.size();
  return part(weight, static_cast<std::int64_t>(std::min(x, y)), static_cast<std::int64_t>(std::max(x, y)));
}

// 300 m: about 2700 millionths of a degree of latitude. Between the 18th and 53rd parallel a degree of longitude is
// narrower than one of latitude, so taking both alike finds too little rather than too much.
bool within_300_m(const Comparable& a, const Comparable& b) {
  if (!a.point || !b.point) return false;
  const std::int64_t north = a.point->first - b.point->first, east = a.point->second - b.point->second;
  return north * north + east * east <= std::int64_t{2700} * 2700;
}

Score place_part(Score weight, const Comparable& a, const Comparable& b) {
  if (!a.household.empty() && a.household == b.household) return weight;
  if (within_300_m(a, b)) return weight;
  if (is_village(a.region) && a.region == b.region) return weight;
  const bool township = a.region.size() >= 9 && b.region.size() >= 9 && a.region.compare(0, 9, b.region, 0, 9) == 0;
  return township ? weight / 2 : 0;
}

std::optional<std::int64_t> days_between(const Comparable& a, const Comparable& b) {
  if (!a.day || !b.day) return std::nullopt;
  return std::abs(*a.day - *b.day);
}

bool hours_overlap(const Comparable& a, const Comparable& b) {
  if (a.start.empty() || b.start.empty()) return false;
  const std::string& a_end = a.end.empty() ? a.start : a.end;
  const std::string& b_end = b.end.empty() ? b.start : b.end;
  return a.start <= b_end && b.start <= a_end;  // HH:MM sorts as time does
}

Score concern_time_part(std::int64_t days) {
  return part(concern_time, std::clamp<std::int64_t>(30 - days, 0, 29), 29);  // 29 at one day or less
}

Score concern_without_title(const Comparable& a, const Comparable& b) {
  Score score = place_part(place_weight, a, b);
  if (!a.category.empty() && a.category == b.category) score += concern_category;
  if (const auto days = days_between(a, b)) score += concern_time_part(*days);
  if (common_count(a.people, b.people) > 0) score += concern_people;
  return score;
}

Score event_without_title(const Comparable& a, const Comparable& b) {
  Score score = place_part(place_weight, a, b);
  if (!a.category.empty() && a.category == b.category) score += event_category;
  if (const auto days = days_between(a, b)) {
    if (*days == 0) score += hours_overlap(a, b) ? same_hours : same_day;
    if (*days == 1) score += next_day;
  }
  const auto fewer = static_cast<std::int64_t>(std::min(a.people.size(), b.people.size()));
  return score + part(event_people, common_count(a.people, b.people), fewer);
}

}  // namespace

Comparable::Comparable(const Likeness& likeness)
    : form(likeness.form),
      title(pairs_of(likeness.title)),
      category(likeness.category),
      leading(leading_category(likeness.category)),
      region(likeness.region),
      household(likeness.household),
      day(likeness.day),
      start(likeness.start),
      end(likeness.end),
      people(likeness.people.begin(), likeness.people.end()),
      point(likeness.point) {}

Score score_of(const Likeness& a, const Likeness& b) { return score_above(0, Comparable(a), Comparable(b)); }

Score score_above(Score floor, const Comparable& a, const Comparable& b) {
  const bool concern = a.form == Likeness::Form::concern;
  const Score weight = concern ? concern_title : event_title;
  const Score score = concern ? concern_without_title(a, b) : event_without_title(a, b);
  const Score most = score + title_part_max(weight, a, b);
  return most < floor ? most : score + title_part(weight, a, b);
}

Score score_max(Likeness::Form form, std::int64_t days_apart, bool with_people, bool with_hours) {
  if (form == Likeness::Form::concern) {
    return concern_title + place_weight + concern_category + concern_time_part(days_apart) +
           (with_people ? concern_people : 0);
  }
  const Score time = days_apart == 0 ? (with_hours ? same_hours : same_day) : days_apart == 1 ? next_day : 0;
  return event_title + place_weight + event_category + time + (with_people ? event_people : 0);
}

std::string score_text(Score score) {
  const Score unit = score_one / 100;
  Score hundredths = score / unit;
  const Score rest = score % unit;
  if (2 * rest > unit || (2 * rest == unit && hundredths % 2 == 1)) ++hundredths;
  const std::string digits = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + (digits.size() < 2 ? ".0" : ".") + digits;
}

bool is_village(std::string_view region) { return region.size() >= 12; }

bool same_block(const Comparable& a, const Comparable& b) {
  if (a.form != b.form || a.region.compare(0, 6, b.region, 0, 6) != 0) return false;
  const bool village = is_village(a.region) && a.region == b.region;
  return village || (!a.category.empty() && !b.category.empty() && a.leading == b.leading);
}

}  // namespace lianxin::server
