#include "client-sdk/phone/comments.h"

#include <algorithm>
#include <tuple>

#include "client-sdk/store/lists.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {

std::vector<CommentView> comments_about(PhoneCore& phone, Names& names, const RecordId& record) {
  const Catalog& catalog = names.catalog();
  std::vector<CommentView> comments;
  for (const RecordId& id : Lists(phone.db(), catalog).of_kind("comment")) {
    const Result<RecordState> state = phone.state_of(id.text());
    if (!state) continue;  // one that cannot be read is pulled again
    const auto shown = shown_fields(catalog, state->row);
    const auto target = shown.find("target_id"), text = shown.find("text");
    if (target == shown.end() || target->second != Value(record.text())) continue;
    if (text == shown.end() || !text->second.text()) continue;
    const RowSummary summary = summary_of(catalog, state->row);
    comments.push_back({id.text(), *text->second.text(), summary.created_by.text(),
                        names.of_id(summary.created_by.text()), summary.created_ms});
  }
  std::sort(comments.begin(), comments.end(), [](const CommentView& a, const CommentView& b) {
    return std::tie(a.created_ms, a.id) < std::tie(b.created_ms, b.id);
  });
  return comments;
}

}  // namespace lianxin::client
