#include "server/review/join.h"

#include <algorithm>
#include <utility>

#include "sync/model/view.h"

namespace lianxin::server {
namespace {

// Records of the studio whose `_alias` names one of these: they have the smaller id, so the edge stands in them.
Result<std::vector<RecordWithText>> pointing_at(const Desk& desk, const StudioId& studio,
                                                std::span<const RecordId> records) {
  std::vector<std::string> texts;
  for (const RecordId& record : records) texts.push_back(record.text());
  LX_TRY(std::vector<RecordWithText> found, desk.lists.with_field_among(studio, std::string(alias_field), texts));
  std::erase_if(found, [](const RecordWithText& each) { return each.record.text() == each.text; });
  return found;
}

// Reads what hangs together with a record, a round of rows at a time.
class Walk {
 public:
  Walk(const Desk& desk, Sight sight) : desk_(desk), sight_(sight) {}

  Result<Component> from(const StudioPlace& place, const RecordId& record) {
    open(place, record);
    while (!open_.empty()) {
      const auto round = std::exchange(open_, {});
      for (const auto& [there, ids] : round) LX_CHECK(read(*there, ids));
    }
    if (!records_.contains(record)) return no_record(record);
    Component component;
    component.edges = holding_edges(ends_);
    const std::vector<RecordId> together = joined_with(record, component.edges);
    for (const RecordId& id : together) component.records.push_back(std::move(records_.at(id)));
    std::erase_if(component.edges, [&](const JoinEdge& edge) {
      return !std::binary_search(together.begin(), together.end(), edge.smaller);
    });
    return component;
  }

 private:
  void open(const StudioPlace& place, const RecordId& record) {
    if (met_.insert(record).second) open_[&place].push_back(record);
  }

  Status read(const StudioPlace& place, const std::vector<RecordId>& ids) {
    LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk_, place.studio, ids));
    for (const std::optional<Row>& row : rows) {
      auto seen = row ? seen_in(place, *row) : std::nullopt;
      if (!seen || (!kind_.empty() && kind_ != row->kind)) continue;
      kind_ = row->kind;
      RowEdges own = edges_of(desk_.catalog, seen->row);
      for (const JoinEdge& edge : own.edges) {
        const RecordId other = edge.smaller == row->record ? edge.larger : edge.smaller;
        const auto elsewhere = own.other_studio.find(other);
        const StudioPlace* there = elsewhere == own.other_studio.end() ? &place : desk_.places.place(elsewhere->second);
        if (there && (sight_ == Sight::whole || desk_.access(*there).any())) open(*there, other);
      }
      ends_.emplace(row->record, JoinEnd{place.studio, std::move(own)});
      records_.emplace(row->record, JoinedRecord{place.studio, std::move(*seen), standing_of(desk_.catalog, *row)});
    }
    LX_TRY(const std::vector<RecordWithText> pointing, pointing_at(desk_, place.studio, ids));
    for (const RecordWithText& each : pointing) open(place, each.record);
    return {};
  }

  std::optional<SeenRow> seen_in(const StudioPlace& place, const Row& row) const {
    if (sight_ == Sight::whole) return whole_to_decide(row);
    return server::seen_in(desk_, place, row);
  }

  const Desk& desk_;
  const Sight sight_;
  std::string kind_;  // of the record asked about, which is read first
  std::set<RecordId> met_;
  std::map<const StudioPlace*, std::vector<RecordId>> open_;
  std::map<RecordId, JoinEnd> ends_;
  std::map<RecordId, JoinedRecord> records_;
};

}  // namespace

const JoinedRecord& Component::head() const {
  std::vector<Part> parts;
  for (const JoinedRecord& joined : records) parts.push_back({joined.seen.row.record, joined.standing});
  return *find(head_of(parts, edges));
}

const JoinedRecord* Component::find(const RecordId& record) const {
  const auto at = std::find_if(records.begin(), records.end(),
                               [&](const JoinedRecord& joined) { return joined.seen.row.record == record; });
  return at == records.end() ? nullptr : &*at;
}

std::vector<const Row*> Component::parts() const {
  std::vector<const Row*> parts;
  const JoinedRecord& first = head();
  if (!first.deleted()) parts.push_back(&first.seen.row);
  for (const JoinedRecord& joined : records) {
    if (!joined.deleted() && &joined != &first) parts.push_back(&joined.seen.row);
  }
  return parts;
}

Result<Component> component_of(const Desk& desk, const StudioPlace& start, const RecordId& record, Sight sight) {
  return Walk(desk, sight).from(start, record);
}

Result<std::vector<RecordId>> joined_among(const Desk& desk, const StudioPlace& place,
                                           std::span<const Row* const> rows) {
  std::vector<RecordId> alone, joined;
  for (const Row* row : rows) (edges_of(desk.catalog, *row).edges.empty() ? alone : joined).push_back(row->record);
  if (alone.empty()) return joined;
  LX_TRY(const std::vector<RecordWithText> pointing, pointing_at(desk, place.studio, alone));
  for (const RecordId& record : alone) {
    const std::string text = record.text();
    const bool any =
        std::any_of(pointing.begin(), pointing.end(), [&](const RecordWithText& each) { return each.text == text; });
    if (any) joined.push_back(record);
  }
  return joined;
}

Status each_component(const Desk& desk, const StudioPlace& place, const std::string& kind, std::set<RecordId>& met,
                      Sight sight, const std::function<void(Component)>& take) {
  LX_TRY(const std::vector<RecordId> joined, desk.lists.joined(place.studio, kind));
  for (const RecordId& record : joined) {
    if (met.contains(record)) continue;
    Result<Component> component = component_of(desk, place, record, sight);
    if (!component && component.error().code == Errc::not_found) continue;  // out of sight
    if (!component) return tl::unexpected(std::move(component).error());
    for (const JoinedRecord& each : component->records) met.insert(each.seen.row.record);
    if (component->several()) take(std::move(*component));
  }
  return {};
}

std::map<std::string, std::int64_t> combined_counters(const Catalog& catalog, const Component& component) {
  return combined_counters(catalog, component.parts(), component.edges);
}

}  // namespace lianxin::server
