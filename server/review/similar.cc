#include "server/review/similar.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "schema/text.h"

namespace lianxin::server {
namespace {

std::set<std::u32string> pairs_of(std::string_view text) {
  std::vector<char32_t> letters;
  while (!text.empty()) {
    const char32_t letter = take_character(text);
    if (letter != U' ' && letter != U'\u3000') letters.push_back(letter);
  }
  std::set<std::u32string> pairs;
  for (std::size_t i = 0; i + 1 < letters.size(); ++i) pairs.insert({letters[i], letters[i + 1]});
  return pairs;
}

template <class Set>
std::int64_t common_count(const Set& a, const Set& b) {
  return std::count_if(a.begin(), a.end(), [&](const auto& item) { return b.contains(item); });
}

// Weights are in millionths too, and each part is weight * fraction: one division, at the end.
Score part(Score weight, std::int64_t of, std::int64_t all) { return all == 0 ? 0 : weight * of / all; }

Score title_part(Score weight, const Likeness& a, const Likeness& b) {
  const auto x = pairs_of(a.title), y = pairs_of(b.title);
  const std::int64_t common = common_count(x, y);
  return part(weight, common, static_cast<std::int64_t>(x.size() + y.size()) - common);
}

// 300 m: about 2700 millionths of a degree of latitude. Between the 18th and 53rd parallel a degree of longitude is
// narrower than one of latitude, so taking both alike finds too little rather than too much.
bool within_300_m(const Likeness& a, const Likeness& b) {
  if (!a.point || !b.point) return false;
  const std::int64_t north = a.point->first - b.point->first, east = a.point->second - b.point->second;
  return north * north + east * east <= std::int64_t{2700} * 2700;
}

Score place_part(Score weight, const Likeness& a, const Likeness& b) {
  if (!a.household.empty() && a.household == b.household) return weight;
  if (within_300_m(a, b)) return weight;
  if (a.region.size() >= 12 && a.region == b.region) return weight;
  const bool township = a.region.size() >= 9 && b.region.size() >= 9 && a.region.substr(0, 9) == b.region.substr(0, 9);
  return township ? weight / 2 : 0;
}

std::optional<std::int64_t> days_between(const Likeness& a, const Likeness& b) {
  if (!a.day || !b.day) return std::nullopt;
  return std::abs(*a.day - *b.day);
}

bool hours_overlap(const Likeness& a, const Likeness& b) {
  if (a.start.empty() || b.start.empty()) return false;
  const std::string& a_end = a.end.empty() ? a.start : a.end;
  const std::string& b_end = b.end.empty() ? b.start : b.end;
  return a.start <= b_end && b.start <= a_end;  // HH:MM sorts as time does
}

Score concern_score(const Likeness& a, const Likeness& b) {
  Score score = title_part(350'000, a, b) + place_part(200'000, a, b);
  if (!a.category.empty() && a.category == b.category) score += 200'000;
  if (const auto days = days_between(a, b)) {
    const std::int64_t left = std::clamp<std::int64_t>(30 - *days, 0, 29);  // 29 at one day or less
    score += part(150'000, left, 29);
  }
  if (common_count(a.people, b.people) > 0) score += 100'000;
  return score;
}

Score event_score(const Likeness& a, const Likeness& b) {
  Score score = title_part(200'000, a, b) + place_part(200'000, a, b);
  if (!a.category.empty() && a.category == b.category) score += 150'000;
  if (const auto days = days_between(a, b)) {
    if (*days == 0) score += hours_overlap(a, b) ? 250'000 : 175'000;
    if (*days == 1) score += 100'000;
  }
  const auto fewer = static_cast<std::int64_t>(std::min(a.people.size(), b.people.size()));
  return score + part(200'000, common_count(a.people, b.people), fewer);
}

}  // namespace

Score score_of(const Likeness& a, const Likeness& b) {
  return a.form == Likeness::Form::concern ? concern_score(a, b) : event_score(a, b);
}

std::string score_text(Score score) {
  const Score unit = score_one / 100;
  Score hundredths = score / unit;
  const Score rest = score % unit;
  if (2 * rest > unit || (2 * rest == unit && hundredths % 2 == 1)) ++hundredths;
  const std::string digits = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + (digits.size() < 2 ? ".0" : ".") + digits;
}

std::string leading_category(std::string_view category) {
  return std::string(category.substr(0, std::min(category.find_first_of("/.-"), category.size())));
}

bool same_block(const Likeness& a, const Likeness& b) {
  if (a.form != b.form) return false;
  if (a.region.substr(0, 6) != b.region.substr(0, 6)) return false;
  const bool village = a.region.size() >= 12 && a.region == b.region;
  const bool category = !a.category.empty() && leading_category(a.category) == leading_category(b.category);
  return village || category;
}

}  // namespace lianxin::server
