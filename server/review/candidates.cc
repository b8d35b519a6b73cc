#include "server/review/candidates.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "schema/day.h"
#include "server/review/join.h"
#include "server/review/pairs.h"
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

// The records of one kind that may be of the month, and what of each is shown.
struct Near {
  struct Shown {
    StudioId studio;
    RowSummary summary;
  };
  std::vector<ComparedRecord> records;
  std::vector<Shown> shown;  // beside them
  std::set<std::pair<RecordId, RecordId>> joined;
  bool all = true;  // false: there were more
};

// Of one kind and asker, read for one page. A county writes some hundreds a month.
constexpr std::size_t records_read_max = 10'000;

Value::Object side(const Desk& desk, const Near& near, std::size_t i) {
  const auto& [studio, summary] = near.shown[i];
  return {{"studio", studio.text()},
          {"studio_name", desk.known_name(studio)},
          {"record", near.records[i].record.text()},
          {"title", summary.title},
          {"date", summary.date},
          {"region", summary.region},
          {"review", summary.review},
          {"official_no", summary.official_no},
          {"provisional_no", summary.provisional_no},
          {"created_by_name", desk.name_of(summary.created_by)}};
}

// More than half of the smaller circle in both: one event seen twice, so the larger count stands.
bool seen_twice(const Comparable& a, const Comparable& b) {
  const std::size_t fewer = std::min(a.people.size(), b.people.size());
  std::vector<std::string> both;
  std::set_intersection(a.people.begin(), a.people.end(), b.people.begin(), b.people.end(), std::back_inserter(both));
  return fewer > 0 && 2 * both.size() > fewer;
}

struct Month {
  std::int64_t first, last;  // day numbers
};
std::optional<Month> month_of(const std::string& text) {
  const auto first = text.size() == 7 ? day_number(text + "-01") : std::nullopt;
  if (!first) return std::nullopt;
  return Month{*first, *day_number(day_text(*first + 31).substr(0, 7) + "-01") - 1};
}

// Every two that hang together, also through a record that is deleted, that lies outside the months compared, or that
// the asker does not see.
Status gather_joined(const Desk& desk, const ListAsked& asked, std::set<std::pair<RecordId, RecordId>>& joined) {
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio, asked.kind));
  std::set<RecordId> met;
  for (const StudioPlace* place : places) {
    LX_CHECK(each_component(desk, *place, asked.kind, met, Sight::whole, [&](const Component& component) {
      for (const JoinedRecord& one : component.records) {
        for (const JoinedRecord& other : component.records) {
          if (one.seen.row.record < other.seen.row.record) joined.emplace(one.seen.row.record, other.seen.row.record);
        }
      }
    }));
  }
  return {};
}

// A page at a time: of a busy county's month only this much is kept.
Result<Near> near_of(const Desk& desk, const std::string& studio, std::string_view kind, const Month& month) {
  Near near;
  ListAsked asked;
  asked.studio = studio;
  asked.kind = kind;
  asked.from = day_text(month.first - 31);
  asked.to = day_text(month.last + 31);
  asked.rows_max = 500;
  asked.parts = ListAsked::Parts::plain;
  do {
    LX_TRY(ItemPage page, list_items(desk, asked));
    for (ListItem& item : page.items) {
      const auto likeness = likeness_of(desk.catalog, item.row);
      if (!likeness) continue;
      const bool in_month = likeness->day && *likeness->day >= month.first && *likeness->day <= month.last;
      near.records.push_back({item.listed.record, Comparable(*likeness), in_month});
      item.summary.indexed.clear();
      near.shown.push_back({item.studio, std::move(item.summary)});
    }
    asked.after = page.next;
    near.all = asked.after.empty();
  } while (!near.all && near.records.size() < records_read_max);
  LX_CHECK(gather_joined(desk, asked, near.joined));
  return near;
}

Value::Object candidate(const Desk& desk, std::string_view kind, const Near& near, const LikePair& pair) {
  const Comparable &a = near.records[pair.a].as, &b = near.records[pair.b].as;
  return {{"kind", kind},
          {"kind_label", kind_label(desk, std::string(kind))},
          {"score", score_text(pair.score)},
          {"suggest", pair.score >= suggest_from},
          {"counters", seen_twice(a, b) ? "larger" : "sum"},
          {"a", side(desk, near, pair.a)},
          {"b", side(desk, near, pair.b)}};
}

// The last of a page: its kind, and its place there.
struct PageEnd {
  std::string kind;
  PairPlace place;
};

std::string text_of(const PageEnd& end) {
  return end.kind + "." + std::to_string(end.place.score) + "." + end.place.a.text() + "." + end.place.b.text();
}

std::optional<PageEnd> page_end(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t dot; (dot = text.find('.')) != std::string_view::npos; text.remove_prefix(dot + 1)) {
    parts.push_back(text.substr(0, dot));
  }
  parts.push_back(text);
  if (parts.size() != 4 || !compared_as(parts[0])) return std::nullopt;
  PageEnd end{std::string(parts[0]), {}};
  const char* const last = parts[1].data() + parts[1].size();
  const auto [at, error] = std::from_chars(parts[1].data(), last, end.place.score);
  const auto a = RecordId::parse(parts[2]), b = RecordId::parse(parts[3]);
  if (error != std::errc() || at != last || !a || !b) return std::nullopt;
  end.place.a = *a;
  end.place.b = *b;
  return end;
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

Result<Value> candidates_view(const Desk& desk, const CandidatesAsked& asked) {
  const auto month = month_of(asked.month);
  if (!month) return failure(Errc::invalid_argument, "\"month\" is YYYY-MM");
  if (!asked.kind.empty() && !compared_as(asked.kind)) {
    return failure(Errc::invalid_argument, "this kind is not compared");
  }
  const auto after = page_end(asked.after);
  if (!asked.after.empty() && !after) return failure(Errc::invalid_argument, "\"after\" is the `next` of a page");
  Value::List candidates;
  PageEnd last;
  bool more = false, all_compared = true;
  for (const Compared* as = after ? compared_as(after->kind) : std::begin(compared); as != std::end(compared) && !more;
       ++as) {
    if (!asked.kind.empty() && as->kind != asked.kind) continue;
    LX_TRY(const Near near, near_of(desk, asked.studio, as->kind, *month));
    const bool goes_on = after && after->kind == as->kind;
    const LikePairs found =
        most_alike(near.records, near.joined, goes_on ? &after->place : nullptr, pairs_max - candidates.size());
    for (const LikePair& pair : found.pairs) {
      candidates.push_back(candidate(desk, as->kind, near, pair));
      last = {std::string(as->kind), {pair.score, near.records[pair.a].record, near.records[pair.b].record}};
    }
    all_compared = all_compared && near.all && found.all_compared;
    more = found.more;
  }
  return Value(Value::Object{{"month", asked.month},
                             {"candidates", std::move(candidates)},
                             {"next", more ? text_of(last) : std::string()},
                             {"all_compared", all_compared}});
}

}  // namespace lianxin::server
