#include "server/review/candidates.h"

#include <algorithm>
#include <map>

#include "schema/day.h"
#include "server/review/join.h"
#include "server/review/words.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

// Where each kind keeps what is compared; the first field that shows something is taken.
struct Compared {
  std::string_view kind;
  Likeness::Form form;
  std::vector<std::string_view> category, people;
};
const Compared compared[] = {
    {"micro_consultation", Likeness::Form::event, {"category_code"}, {"participants"}},
    {"outreach_visit", Likeness::Form::event, {"category_code", "visit_kind"}, {"visitors"}},
    {"concern", Likeness::Form::concern, {"category_code"}, {"reporters", "appellant_resident_id"}},
};

const Compared* compared_as(std::string_view kind) {
  const auto at =
      std::find_if(std::begin(compared), std::end(compared), [&](const Compared& c) { return c.kind == kind; });
  return at == std::end(compared) ? nullptr : at;
}

std::optional<std::int64_t> millionths(std::string_view decimal) {
  const bool below = decimal.starts_with('-');
  if (below) decimal.remove_prefix(1);
  std::int64_t value = 0;
  int places = -1;
  for (const char c : decimal) {
    if (c == '.' && places < 0) {
      places = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (places == 6) continue;
    if (value > 1'000'000'000) return std::nullopt;
    value = value * 10 + (c - '0');
    if (places >= 0) ++places;
  }
  for (places = std::max(places, 0); places < 6; ++places) value *= 10;
  return below ? -value : value;
}

struct Compare {
  const ListItem* item;
  Likeness likeness;
  bool in_month = false;
};

struct Found {
  const Compare* a;
  const Compare* b;
  Score score;
};

Value::Object side(const Desk& desk, const ListItem& item) {
  return {{"studio", item.studio.text()},
          {"studio_name", desk.places.name_of(item.studio)},
          {"record", item.listed.record.text()},
          {"title", item.summary.title},
          {"date", item.summary.date},
          {"region", item.summary.region},
          {"review", item.summary.review},
          {"official_no", item.summary.official_no},
          {"provisional_no", item.summary.provisional_no},
          {"created_by_name", desk.name_of(item.summary.created_by)}};
}

// More than half of the smaller circle in both: one event seen twice, so the larger count stands.
bool seen_twice(const Likeness& a, const Likeness& b) {
  const std::size_t fewer = std::min(a.people.size(), b.people.size());
  const auto both = static_cast<std::size_t>(
      std::count_if(a.people.begin(), a.people.end(), [&](const std::string& who) { return b.people.contains(who); }));
  return fewer > 0 && 2 * both > fewer;
}

struct Month {
  std::int64_t first, last;  // day numbers
};
std::optional<Month> month_of(const std::string& text) {
  const auto first = text.size() == 7 ? day_number(text + "-01") : std::nullopt;
  if (!first) return std::nullopt;
  return Month{*first, *day_number(day_text(*first + 31).substr(0, 7) + "-01") - 1};
}

Result<std::vector<ListItem>> items_near(const Desk& desk, const std::string& studio, std::string_view kind,
                                         const Month& month) {
  std::vector<ListItem> items;
  ListAsked asked;
  asked.studio = studio;
  asked.kind = kind;
  asked.from = day_text(month.first - 31);
  asked.to = day_text(month.last + 31);
  asked.rows_max = 500;
  do {
    LX_TRY(ItemPage page, list_items(desk, asked));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(items));
    asked.after = page.next;
  } while (!asked.after.empty());
  return items;
}

void compare_all(const Desk& desk, const std::vector<ListItem>& items, const Month& month,
                 std::vector<Compare>& compares, std::vector<Found>& found) {
  std::set<std::pair<RecordId, RecordId>> joined;
  // Blocks hold records by county and village, and by county and leading category: no pair outside one is looked at.
  std::map<std::string, std::vector<std::size_t>> blocks;
  for (const ListItem& item : items) {
    auto likeness = likeness_of(desk.catalog, item.row);
    if (!likeness) continue;
    for (const JoinEdge& edge : edges_of(desk.catalog, item.row).edges) joined.emplace(edge.smaller, edge.larger);
    const bool in_month = likeness->day && *likeness->day >= month.first && *likeness->day <= month.last;
    const std::string county = likeness->region.substr(0, 6);
    if (!likeness->region.empty()) blocks["place " + likeness->region].push_back(compares.size());
    if (!likeness->category.empty()) {
      blocks["category " + county + " " + leading_category(likeness->category)].push_back(compares.size());
    }
    compares.push_back({&item, std::move(*likeness), in_month});
  }
  std::set<std::pair<std::size_t, std::size_t>> looked_at;
  for (const auto& [key, block] : blocks) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      for (std::size_t j = i + 1; j < block.size(); ++j) {
        const Compare &a = compares[block[i]], &b = compares[block[j]];
        if ((!a.in_month && !b.in_month) || !same_block(a.likeness, b.likeness)) continue;
        if (!looked_at.emplace(block[i], block[j]).second) continue;
        if (joined.contains(std::minmax(a.item->listed.record, b.item->listed.record))) continue;
        const Score score = score_of(a.likeness, b.likeness);
        if (score >= related_from) found.push_back({&a, &b, score});
      }
    }
  }
}

}  // namespace

std::optional<Likeness> likeness_of(const Catalog& catalog, const Row& row) {
  const Compared* as = compared_as(row.kind);
  const Kind* kind = catalog.kind(row.kind);
  if (!as || !kind) return std::nullopt;
  const Value shown = shown_fields(catalog, row);
  const auto text_of = [&](std::string_view field) { return std::string(shown.text_at(field)); };
  Likeness likeness;
  likeness.form = as->form;
  likeness.title = text_of(kind->title_field);
  for (const std::string_view field : as->category) {
    if (likeness.category.empty()) likeness.category = text_of(field);
  }
  likeness.region = text_of("region_code");
  likeness.household = text_of("household_id");
  likeness.day = day_number(text_of(kind->date_field));
  if (!likeness.day) likeness.day = day_number_in_shanghai(row.created.unix_ms());
  likeness.start = text_of("start_at");
  likeness.end = text_of("end_at");
  for (const std::string_view field : as->people) {
    const Value* one = shown.find(field);
    if (one && one->text()) likeness.people.insert(*one->text());
    for (const Value& key : shown.list_at(field)) {
      if (key.text()) likeness.people.insert(*key.text());
    }
  }
  if (const Value* point = shown.find("geo_point")) {
    const auto lat = millionths(point->text_at("lat")), lon = millionths(point->text_at("lon"));
    if (lat && lon && *lat != 0) likeness.point = {*lat, *lon};
  }
  return likeness;
}

Result<Value> candidates_view(const Desk& desk, const std::string& studio, const std::string& kind,
                              const std::string& month_text) {
  const auto month = month_of(month_text);
  if (!month) return failure(Errc::invalid_argument, "\"month\" is YYYY-MM");
  if (!kind.empty() && !compared_as(kind)) return failure(Errc::invalid_argument, "this kind is not compared");
  Value::List candidates;
  for (const Compared& as : compared) {
    if (!kind.empty() && as.kind != kind) continue;
    LX_TRY(const std::vector<ListItem> items, items_near(desk, studio, as.kind, *month));
    std::vector<Compare> compares;
    compares.reserve(items.size());
    std::vector<Found> found;
    compare_all(desk, items, *month, compares, found);
    std::stable_sort(found.begin(), found.end(), [](const Found& x, const Found& y) { return x.score > y.score; });
    if (found.size() > pairs_max) found.resize(pairs_max);
    for (const Found& pair : found) {
      candidates.push_back(
          Value::Object{{"kind", as.kind},
                        {"kind_label", kind_label(desk, as.kind)},
                        {"score", score_text(pair.score)},
                        {"suggest", pair.score >= suggest_from},
                        {"counters", seen_twice(pair.a->likeness, pair.b->likeness) ? "larger" : "sum"},
                        {"a", side(desk, *pair.a->item)},
                        {"b", side(desk, *pair.b->item)}});
    }
  }
  return Value(Value::Object{{"month", month_text}, {"candidates", std::move(candidates)}});
}

}  // namespace lianxin::server
