#include "server/review/joined_counts.h"

#include <utility>

namespace lianxin::server {
namespace {

void take_component(const Desk& desk, const Component& component, JoinedRows& rows) {
  const JoinedRecord& head = component.head();
  if (head.deleted()) return;
  const RowSummary summary = head.seen.summary(desk.catalog);
  JoinedRow row{head.seen.row.record, summary.official_no, {}};
  if (row.head_known.empty()) row.head_known = summary.provisional_no;
  if (row.head_known.empty()) row.head_known = row.head.text();
  for (const JoinedRecord& joined : component.records)
    rows.emplace(std::pair(joined.studio, joined.seen.row.record), row);

  std::vector<const Row*> counted{&head.seen.row};
  for (const JoinedRecord& joined : component.records) {
    if (joined.standing == head.standing && &joined != &head) counted.push_back(&joined.seen.row);
  }
  for (UnitedField& field : united(desk.catalog, counted, component.edges)) {
    const std::string name = field.field->name;
    rows.at({head.studio, row.head}).fields.emplace(name, std::move(field));
  }
}

}  // namespace

Result<JoinedRows> joined_rows(const Desk& desk, const ListAsked& asked) {
  JoinedRows rows;
  LX_TRY(const std::vector<const StudioPlace*> places, studios_to_export(desk, asked.studio, asked.kind));
  std::set<RecordId> met;
  for (const StudioPlace* place : places) {
    LX_CHECK(each_component(desk, *place, asked.kind, met, Sight::asked,
                            [&](const Component& component) { take_component(desk, component, rows); }));
  }
  return rows;
}

}  // namespace lianxin::server
