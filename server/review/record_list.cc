#include "server/review/record_list.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "server/language/said.h"
#include "server/review/joined_items.h"
#include "server/review/joined_view.h"
#include "server/review/record_view.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

constexpr std::size_t rows_max = 500;

// What is read at a time, until a page is full: more than a short page needs, as some of it may be out of sight.
constexpr std::size_t rows_a_turn_min = 50, rows_a_turn_max = 200;

// Only what no asked studio lets him see may be left to the query; the rest is asked of each row.
std::vector<std::string> hidden_everywhere(const Desk& desk, std::span<const StudioPlace* const> places) {
  std::vector<std::string> hidden;
  bool first = true;
  for (const StudioPlace* place : places) {
    const std::vector<std::string> here = kinds_out_of_sight(desk.catalog, desk.access(*place));
    if (first) hidden = here;
    std::erase_if(hidden,
                  [&](const std::string& kind) { return std::find(here.begin(), here.end(), kind) == here.end(); });
    first = false;
  }
  return hidden;
}

ListQuery query_for(const Desk& desk, const ListAsked& asked, std::span<const StudioPlace* const> places) {
  ListQuery query{asked, {}, hidden_everywhere(desk, places)};
  for (const StudioPlace* place : places) query.studios.push_back(place->studio);
  query.rows_max = std::clamp<std::size_t>(asked.rows_max, 1, rows_max);
  return query;
}

// A filter that met a withheld value would tell it.
bool in_sight(const Desk& desk, const ListAsked& asked, const SeenRow& seen, const RowSummary& summary) {
  const auto sees = [&](std::string_view field) { return seen.sight.sees(field); };
  const Kind* kind = desk.catalog.kind(seen.row.kind);
  if (!asked.region_prefix.empty() && !sees("region_code")) return false;
  if ((!asked.from.empty() || !asked.to.empty()) && kind && !kind->date_field.empty() && !sees(kind->date_field))
    return false;
  if (!asked.state.empty() && summary.state != asked.state) return false;
  if (asked.with_conflict && summary.conflicts == 0) return false;
  if (asked.with_held && summary.held == 0) return false;
  if (asked.withheld && !seen.sight.is_withheld()) return false;
  return asked.words.empty() || words_in_sight(desk.catalog, seen, asked.words);
}

Status take_studio(const Desk& desk, const ListAsked& asked, const StudioId& studio, std::vector<ListItem*>& items,
                   std::vector<const ListItem*>& gone) {
  std::vector<RecordId> ids;
  ids.reserve(items.size());
  for (const ListItem* item : items) ids.push_back(item->listed.record);
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, studio, ids));
  const StudioPlace* place = desk.places.place(studio);
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto seen = rows[i] && place ? seen_in(desk, *place, *rows[i]) : std::nullopt;
    if (seen) items[i]->summary = seen->summary(desk.catalog);
    if (!seen || !in_sight(desk, asked, *seen, items[i]->summary)) {
      gone.push_back(items[i]);
      continue;
    }
    items[i]->shown = seen->shown(desk.catalog);
    items[i]->sight = seen->sight;
    for (const auto& [field, value] : seen->masked) items[i]->masked.insert(field);
    items[i]->row = std::move(seen->row);
  }
  return {};
}

// Of what a query found, what the asker may see, in the same order.
Result<std::vector<ListItem>> items_in_sight(const Desk& desk, const ListAsked& asked, std::vector<ListedRow> rows) {
  std::vector<ListItem> items;
  for (ListedRow& row : rows) {
    const StudioId studio = row.studio;
    items.push_back({studio, std::move(row), {}, {}, {}, {}, {}, {}});
  }
  std::map<StudioId, std::vector<ListItem*>> by_studio;
  for (ListItem& item : items) by_studio[item.studio].push_back(&item);
  std::vector<const ListItem*> gone;
  for (auto& [studio, its_items] : by_studio) LX_CHECK(take_studio(desk, asked, studio, its_items, gone));
  std::vector<bool> drop(items.size());
  for (const ListItem* item : gone) drop[static_cast<std::size_t>(item - items.data())] = true;
  std::vector<ListItem> kept;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!drop[i]) kept.push_back(std::move(items[i]));
  }
  return kept;
}

tl::unexpected<Error> no_such_place(std::string_view after) {
  return said(Errc::invalid_argument, "after 不是上一页给出的 next：" + in_quotes(after),
              "\"after\" is no `next` of a page before: " + in_quotes(after));
}

Value::Object item_view(const Desk& desk, const ListItem& item) {
  const StudioPlace* place = desk.places.place(item.studio);
  const RowSummary& summary = item.summary;
  const std::vector<std::string> missing = missing_in_sight(desk, item.sight, item.row);
  Value::Object view{{"studio", item.studio.text()},
                     {"studio_code", place ? place->code : std::string()},
                     {"studio_name", desk.known_name(item.studio)},
                     {"record", item.listed.record.text()},
                     {"kind", item.listed.kind},
                     {"kind_label", kind_label(desk, item.listed.kind)},
                     {"title", summary.title},
                     {"date", summary.date},
                     {"region", summary.region},
                     {"region_name", desk.known_name_of_region(summary.region)},
                     {"review", summary.review},
                     {"review_label", state_label(desk, item.listed.kind, "_review", summary.review)},
                     {"state", summary.state},
                     {"state_label", workflow_label(desk, item.listed.kind, summary.state)},
                     {"missing", labels_of(desk, item.listed.kind, missing)},
                     {"missing_count", static_cast<std::int64_t>(missing.size())},
                     {"official_no", summary.official_no},
                     {"provisional_no", summary.provisional_no},
                     {"created_by", summary.created_by.text()},
                     {"created_by_name", desk.name_of(summary.created_by)},
                     {"created_ms", summary.created_ms},
                     {"last_seq", item.row.last_seq},
                     {"deleted", summary.deleted},
                     {"revised", summary.revised},
                     {"withheld", item.sight.is_withheld()},
                     {"conflicts", summary.conflicts},
                     {"held", summary.held},
                     {"witnessed", summary.witnessed}};
  std::vector<std::string> marked;
  for (const Value& mark : item.shown.list_at("_marks")) {
    if (mark.text()) marked.push_back(*mark.text());
  }
  put_joined(desk, item.joined.get(), item.listed.record, view);
  if (!marked.empty()) view.emplace("marked", labels_of(desk, item.listed.kind, marked));
  return view;
}

std::string text_of(const HeldPlace& place) {
  return std::to_string(place.received_ms) + "/" + std::to_string(place.seq) + "/" + place.studio.text();
}

Result<std::optional<HeldPlace>> held_place_asked(std::string_view text) {
  std::optional<HeldPlace> place;
  if (text.empty()) return place;
  HeldPlace read;
  const char* const end = text.data() + text.size();
  const auto [after_ms, ms_error] = std::from_chars(text.data(), end, read.received_ms);
  if (ms_error != std::errc() || after_ms == end || *after_ms != '/') return no_such_place(text);
  const auto [after_seq, seq_error] = std::from_chars(after_ms + 1, end, read.seq);
  if (seq_error != std::errc() || after_seq == end || *after_seq != '/') return no_such_place(text);
  const auto studio = StudioId::parse(std::string_view(after_seq + 1, static_cast<std::size_t>(end - after_seq - 1)));
  if (!studio) return no_such_place(text);
  read.studio = *studio;
  place = read;
  return place;
}

// The rows that held lines are of, each as the asker sees it. Many lines of a lost phone are of one record, so the last
// one is kept.
class HeldRows {
 public:
  explicit HeldRows(const Desk& desk) : desk_(desk) {}

  // nullptr where it is out of sight; until the next call.
  Result<SeenRow*> seen(const StudioPlace& place, const RecordId& record) {
    if (studio_ != place.studio || record_ != record) {
      LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk_, place.studio, std::span(&record, 1)));
      seen_ = rows.front() ? seen_in(desk_, place, *rows.front()) : std::nullopt;
      studio_ = place.studio;
      record_ = record;
    }
    return seen_ ? &*seen_ : nullptr;
  }

 private:
  const Desk& desk_;
  StudioId studio_;
  RecordId record_;
  std::optional<SeenRow> seen_;
};

Result<std::optional<Value>> held_item_view(const Desk& desk, HeldRows& rows, const HeldLine& line) {
  const StudioPlace* place = desk.places.place(line.studio);
  if (!place) return std::optional<Value>();
  LX_TRY(SeenRow * seen, rows.seen(*place, line.line.record));
  const HeldMark* mark = seen ? seen->row.held_mark(line.line.id) : nullptr;
  if (!mark || mark->decision != HeldMark::Decision::open) return std::optional<Value>();
  // What its record had no room for lies under a kind of its own: whoever may not know of the record learns of none.
  const Result<Change> change = parse_line(line.line.line);
  if (change && !sees_kind(seen->sight.access(), desk.catalog, change->kind)) return std::optional<Value>();
  Value::Object view = held_view(desk, line.studio, *seen, *mark, &line.line);
  const RowSummary summary = seen->summary(desk.catalog);
  view.emplace("studio", line.studio.text());
  view.emplace("studio_name", desk.known_name(line.studio));
  view.emplace("record", line.line.record.text());
  view.emplace("kind", seen->row.kind);
  view.emplace("kind_label", kind_label(desk, seen->row.kind));
  view.emplace("title", summary.title);
  view.emplace("may_decide", may_decide_held(seen->sight.access()));
  return std::optional<Value>(std::move(view));
}

}  // namespace

bool lies_in(const ListFilter& asked, const RowSummary& summary) {
  return (asked.from.empty() || summary.date >= asked.from) && (asked.to.empty() || summary.date <= asked.to) &&
         summary.region.starts_with(asked.region_prefix);
}

bool is_listed(const Desk& desk, const ListAsked& asked, const SeenRow& seen) {
  const RowSummary summary = seen.summary(desk.catalog);
  return in_sight(desk, asked, seen, summary) && lies_in(asked, summary) &&
         (asked.review.empty() || summary.review == asked.review) && (asked.with_deleted || !summary.deleted);
}

Result<ItemPage> list_items(const Desk& desk, const ListAsked& asked) {
  ItemPage page;
  LX_TRY(const std::vector<const StudioPlace*> places,
         (asked.to_export ? studios_to_export : studios_asked)(desk, asked.studio, asked.kind));
  if (places.empty()) return page;
  ListQuery query = query_for(desk, asked, places);
  const std::size_t limit = query.rows_max;
  query.rows_max = std::clamp(limit + 1, rows_a_turn_min, rows_a_turn_max);
  Components components;
  while (true) {
    Result<ListPage> turn = desk.lists.list(query);
    if (!turn && turn.error().code == Errc::invalid_argument && !asked.after.empty()) return no_such_place(asked.after);
    LX_TRY(ListPage listed, std::move(turn));
    page.search_lag = listed.indexed_to_lag;
    query.after = std::move(listed.next);
    LX_TRY(std::vector<ListItem> kept, items_in_sight(desk, asked, std::move(listed.rows)));
    LX_CHECK(take_joined(desk, asked, places, kept, components));
    std::move(kept.begin(), kept.end(), std::back_inserter(page.items));
    if (page.items.size() > limit || query.after.empty()) break;
  }
  if (page.items.size() > limit) {
    page.items.erase(page.items.begin() + static_cast<std::ptrdiff_t>(limit), page.items.end());
    page.next = desk.lists.place_of(page.items.back().listed);
  }
  return page;
}

Value list_view(const Desk& desk, const ItemPage& page) {
  Value::List records;
  for (const ListItem& item : page.items) records.emplace_back(item_view(desk, item));
  return Value::Object{{"records", std::move(records)}, {"next", page.next}, {"search_lag", page.search_lag}};
}

Value conflict_list_view(const Desk& desk, const ItemPage& page) {
  Value::List records;
  for (const ListItem& item : page.items) {
    Value::Object view = item_view(desk, item);
    view.insert_or_assign("conflicts", conflicts_view(desk, item.studio, item.row));
    records.emplace_back(std::move(view));
  }
  return Value::Object{{"records", std::move(records)}, {"next", page.next}};
}

Result<Value> held_list_view(const Desk& desk, const ListAsked& asked) {
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio));
  LX_TRY(std::optional<HeldPlace> after, held_place_asked(asked.after));
  std::vector<StudioId> ids;
  ids.reserve(places.size());
  for (const StudioPlace* place : places) ids.push_back(place->studio);
  const std::size_t limit = std::clamp<std::size_t>(asked.rows_max, 1, rows_max);
  Value::List held;
  std::string next;
  HeldRows rows(desk);
  while (!ids.empty() && next.empty()) {
    LX_TRY(const std::vector<HeldLine> lines, desk.lists.held_open_after(ids, after, rows_a_turn_max));
    for (const HeldLine& line : lines) {
      LX_TRY(std::optional<Value> view, held_item_view(desk, rows, line));
      if (!view) continue;
      if (held.size() == limit) {  // there is one more that he may see
        next = text_of(*after);
        break;
      }
      held.push_back(std::move(*view));
      after = place_of(line);
    }
    if (lines.size() < rows_a_turn_max) break;
    if (next.empty()) after = place_of(lines.back());
  }
  return Value(Value::Object{{"held", std::move(held)}, {"next", next}});
}

}  // namespace lianxin::server
