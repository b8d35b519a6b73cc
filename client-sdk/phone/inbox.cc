#include "client-sdk/phone/inbox.h"

#include <algorithm>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/drafts.h"
#include "client-sdk/phone/show.h"
#include "client-sdk/phone/studio_choice.h"
#include "client-sdk/store/damaged_changes.h"
#include "client-sdk/store/lists.h"
#include "client-sdk/store/noticed.h"
#include "sync/log/summary.h"
#include "sync/model/view.h"

namespace lianxin::client {
namespace {

constexpr std::size_t trouble_shown_max = 100;  // of each kind, record by record

// What of one record waits for `me`. `noticed`: decisions already put away.
std::vector<InboxItem> items_of(Names& names, const ListItem& entry, const RecordState& state, const MemberId& me,
                                const std::set<ChangeId>& noticed) {
  std::vector<InboxItem> items;
  const Catalog& catalog = names.catalog();
  const Row& row = state.row;
  InboxItem item;
  item.studio = entry.studio;
  item.record = entry.id;
  item.title = entry.title;
  item.number = entry.official_no.empty() ? entry.provisional_no : entry.official_no;

  const auto add = [&](InboxKind kind, Label sentence) -> InboxItem& {
    InboxItem& one = items.emplace_back(item);
    one.kind = kind;
    one.sentence = std::move(sentence);
    return one;
  };

  for (const Conflict& conflict : conflicts_of(catalog, row)) {
    const bool mine = row.created_by == me || std::any_of(conflict.heads.begin(), conflict.heads.end(),
                                                          [&](const Head& head) { return head.member == me; });
    if (!mine) continue;
    add(InboxKind::conflict,
        {"有不同的填写，请核对后选定。", "People wrote different things here. Look and settle it."})
        .address = conflict.address;
    const auto at = Address::parse(conflict.address);
    if (at) items.back().label = label_at(names, row.kind, *at, parts_in(catalog, row, *at));
  }
  if (entry.review == "returned" && row.created_by == me) {
    const ReviewView review = review_view(names, row);
    InboxItem& one = add(InboxKind::returned, {"审核退回，请按意见补正后重新提交。",
                                               "Returned by the reviewer. Mend it and submit it again."});
    one.address = "_review";
    one.reason = review.reason;
    one.marked = review.marked;
    one.marked_labels = review.marked_labels;
    one.label = label_of(catalog, row.kind, one.address);
  }
  for (const HeldView& held : held_views(names, state)) {
    const auto id = ChangeId::parse(held.change);
    const bool corrected = held.decision == "corrected", dismissed = held.decision == "dismissed";
    if (!held.mine || ((corrected || dismissed) && id && noticed.contains(*id))) continue;
    InboxItem& one =
        corrected ? add(InboxKind::corrected, {"这次填写已由办公室更正。", "The office corrected this entry."})
        : dismissed ? add(InboxKind::dismissed, {"这次填写未被采用。", "The office did not take this entry."})
                    : add(InboxKind::held, held.sentence);
    one.change = held.change;
    one.address = held.field;
    one.label = held.label;
    one.code = held.code;
  }
  return items;
}

InboxItem trouble_in(const StudioId& studio, Label sentence) {
  InboxItem item;
  item.kind = InboxKind::trouble;
  item.studio = studio.text();
  item.sentence = std::move(sentence);
  return item;
}

InboxItem trouble_with(PhoneCore& phone, const Catalog& kinds, const StudioId& studio, const RecordId& record,
                       Label sentence) {
  InboxItem item = trouble_in(studio, std::move(sentence));
  item.record = record.text();
  if (const auto state = phone.state_of(item.record)) item.title = summary_of(kinds, state->row).title;
  return item;
}

// The records of a flagged studio by name. Whether they are listed or not, the studio itself is.
void add_differing(PhoneCore& phone, const Catalog& kinds, const StudioState& studio, std::vector<InboxItem>& items) {
  std::vector<RecordId> records = Studios(phone.db()).differing(studio.id);
  if (records.size() > trouble_shown_max) records.resize(trouble_shown_max);
  for (const RecordId& record : records) {
    items.push_back(
        trouble_with(phone, kinds, studio.id, record,
                     {"这条记录本机与服务器的不一样。", "This record is not the same here and on the server."}));
  }
}

// Input that could not be saved yet.
InboxItem item_of(const DraftView& draft) {
  InboxItem item;
  item.kind = InboxKind::draft;
  item.studio = draft.studio;
  item.record = draft.record;
  item.title = draft.title.empty() ? draft.kind_label.zh : draft.title;
  item.draft = draft.token;
  if (draft.damaged) {
    item.code = problem_code::file_damaged;
    item.sentence = {"这份草稿在本机存储中损坏，读不出来，请重填，再放弃这份草稿。",
                     "This draft was damaged in this phone's storage and cannot be read. Enter it again, then throw "
                     "the draft away."};
    return item;
  }
  item.sentence = {"草稿已改好，可以保存。", "This draft is right now and can be saved."};
  if (!draft.wrong.empty()) {
    item.address = draft.wrong.front().field;
    item.code = draft.wrong.front().code;
    item.label = draft.wrong.front().label;
    item.sentence = draft.wrong.front().sentence;
  }
  return item;
}

// What the server did not get as it was saved: damaged changes by their records; lost ones, of which nothing is left
// here, by their number.
void add_damaged_changes(PhoneCore& phone, const Catalog& kinds, std::vector<InboxItem>& items) {
  std::size_t damaged = 0;
  std::map<StudioId, std::vector<ChangeId>> lost;
  for (const DamagedChange& one : DamagedChanges(phone.db()).all()) {
    if (one.damage == Damage::lost) {
      lost[one.studio].push_back(one.id);
    } else if (damaged++ < trouble_shown_max) {
      items.push_back(trouble_with(
          phone, kinds, one.studio, one.record,
          {"这条记录有一处修改在本机存储中损坏，已按现在的样子交给服务器存查、暂不生效，请核对后重填。",
           "A change of this record was damaged in this phone's storage and is kept by the server as it is "
           "now, without effect. Check it and enter it again."}));
      items.back().change = one.id.text();
    }
  }
  for (const auto& [studio, changes] : lost) {
    const std::string count = std::to_string(changes.size());
    items.push_back(
        trouble_in(studio, {count + " 条修改早先已交给服务器，服务器后来丢失了，请联系办公室。",
                            "The server has lost " + count + " changes that were handed over to it. Ask the office."}));
    items.back().change = changes.front().text();
  }
}

}  // namespace

Result<std::vector<InboxItem>> inbox_of(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  const std::set<ChangeId> noticed = Noticed(phone.db()).all();
  std::vector<InboxItem> items;
  Names names(phone, *kinds);
  for (const ListItem& entry : Lists(phone.db(), *kinds).needing()) {
    const Result<RecordState> state = phone.state_of(entry.id);
    if (!state) continue;  // one that cannot be read is pulled again, and hides no other meanwhile
    std::vector<InboxItem> of_record = items_of(names, entry, *state, who.current, noticed);
    items.insert(items.end(), of_record.begin(), of_record.end());
  }
  for (const StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.repair.flagged) continue;
    items.push_back(
        trouble_in(studio.id, {"本机与服务器的内容对不上，请联系办公室核查。",
                               "What is here and what is on the server differ. Ask the office to look into it."}));
    items.back().title = grant_shown(phone, studio.id).name;
    add_differing(phone, *kinds, studio, items);
  }
  add_damaged_changes(phone, *kinds, items);
  LX_TRY(const std::vector<DraftView> drafts, drafts_of(phone));
  for (const DraftView& draft : drafts) {
    if (draft.refused || draft.damaged) items.push_back(item_of(draft));
  }
  return items;
}

void put_away(PhoneCore& phone, const ChangeId& change) {
  Noticed(phone.db()).note(change);
  DamagedChanges(phone.db()).put_away(change);
}

}  // namespace lianxin::client
