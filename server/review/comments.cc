#include "server/review/comments.h"

#include <algorithm>

#include "schema/day.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

constexpr const char* comment_kind = "comment";

Value comment_view(const Desk& desk, const StudioPlace& place, std::string_view about_kind, const SeenRow& seen) {
  const Value shown = seen.shown(desk.catalog);
  const Row& row = seen.row;
  const std::string_view field = shown.text_at("target_field");
  Value::Object view{{"record", row.record.text()},
                     {"member", row.created_by.text()},
                     {"member_name", desk.name_of(row.created_by)},
                     {"created_ms", row.created.unix_ms()},
                     {"created_text", local_time_text(row.created.unix_ms())},
                     {"text", shown.text_at("text")}};
  if (const auto at = field.empty() ? std::nullopt : Address::parse(field)) {
    view.emplace("field", field);
    view.emplace("label", label_of(desk, about_kind, *at, place.studio));
  }
  Value::List replies;
  for (const Value& reply : shown.list_at("replies")) {
    replies.emplace_back(value_text(desk, comment_kind, {"replies", {}, {}}, reply, place.studio));
  }
  view.emplace("replies", std::move(replies));
  return view;
}

}  // namespace

Result<Value::List> comments_view(const Desk& desk, const StudioPlace& place, const Row& row) {
  LX_TRY(const std::vector<ListedRow> listed,
         desk.lists.with_field(place.studio, comment_kind, "target_id", Value(row.record.text())));
  std::vector<RecordId> ids;
  ids.reserve(listed.size());
  for (const ListedRow& one : listed) ids.push_back(one.record);
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place.studio, ids));
  std::vector<SeenRow> seen;
  for (const std::optional<Row>& one : rows) {
    auto comment = one && !is_deleted(desk.catalog, *one) ? seen_in(desk, place, *one) : std::nullopt;
    if (comment) seen.push_back(std::move(*comment));
  }
  std::sort(seen.begin(), seen.end(), [](const SeenRow& a, const SeenRow& b) {
    return std::tie(a.row.created, a.row.record) < std::tie(b.row.created, b.row.record);
  });
  Value::List comments;
  for (const SeenRow& comment : seen) comments.push_back(comment_view(desk, place, row.kind, comment));
  return comments;
}

}  // namespace lianxin::server
