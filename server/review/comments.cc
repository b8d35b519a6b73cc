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

Result<CommentPage> comments_about(const Desk& desk, const StudioPlace& place, const Row& row,
                                   const std::optional<RecordId>& before) {
  CommentPage page;
  LX_TRY(std::vector<RecordId> ids, desk.lists.last_with_text(place.studio, comment_kind, "target_id",
                                                              row.record.text(), before, comments_max + 1));
  if (ids.size() > comments_max) {
    ids.resize(comments_max);
    page.next = ids.back();
  }
  LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, place.studio, ids));
  std::vector<SeenRow> seen;
  for (const std::optional<Row>& one : rows) {
    auto comment = one && !is_deleted(desk.catalog, *one) ? seen_in(desk, place, *one) : std::nullopt;
    if (comment) seen.push_back(std::move(*comment));
  }
  std::sort(seen.begin(), seen.end(), [](const SeenRow& a, const SeenRow& b) {
    return std::tie(a.row.created, a.row.record) < std::tie(b.row.created, b.row.record);
  });
  for (const SeenRow& comment : seen) page.comments.push_back(comment_view(desk, place, row.kind, comment));
  return page;
}

Result<Value> comments_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                            const std::optional<RecordId>& before) {
  LX_TRY(const Row row, row_of(desk, place.studio, record));
  const auto seen = seen_in(desk, place, row);
  if (!seen) return no_record(record);
  LX_TRY(CommentPage page, comments_about(desk, place, seen->row, before));
  Value::Object view{{"comments", std::move(page.comments)}};
  if (page.next) view.emplace("next", page.next->text());
  return Value(std::move(view));
}

}  // namespace lianxin::server
