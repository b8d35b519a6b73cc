#include "sync/server/feed.h"

#include <algorithm>

#include "sync/model/limits.h"
#include "sync/model/mask.h"
#include "sync/server/sight.h"

namespace lianxin {
namespace {

constexpr std::size_t rows_at_a_time = 200;

template <class F>
void for_each_head(Row& row, F f) {
  for (auto& [address, cell] : row.cells) {
    for (Head& head : cell.heads) f(head);
    for (Head& head : cell.history) f(head);
  }
}

// Values that stand in the asker's own lines need not travel again.
Status leave_out_own(ReadTxn& snapshot, const DeviceId& device, std::vector<Row>& rows) {
  std::vector<ChangeId> ids;
  for (Row& row : rows) {
    for_each_head(row, [&](const Head& head) {
      if (!head.value.is_null() && !head.witnessed) ids.push_back(head.id);
    });
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return {};
  LX_TRY(std::vector<ChangeId> own, snapshot.in_chain(device, ids));
  std::sort(own.begin(), own.end());
  for (Row& row : rows) {
    for_each_head(row, [&](Head& head) {
      if (head.value.is_null() || head.witnessed || !std::binary_search(own.begin(), own.end(), head.id)) return;
      head.own = true;
      head.value = {};
    });
  }
  return {};
}

// Where the page starts: the cursor's seq, or zero where it is none of this log's.
Result<Seq> place_cursor(ReadTxn& snapshot, const Asker& asker, const Bytes<4>& access, Page& page) {
  if (!asker.cursor) {
    page.from_zero = true;
    return Seq{0};
  }
  const Cursor& cursor = *asker.cursor;
  LX_TRY(const bool known, has_place(snapshot, cursor));
  page.history_unknown = !known;
  page.from_zero = !known || (cursor.access != access && cursor.access != pulling_from_zero(access));
  return page.from_zero ? Seq{0} : cursor.seq;
}

// Fills the page from `at` on; returns the seq that it reaches. `whole`: every value travels.
Result<Seq> fill(ReadTxn& snapshot, const Catalog& catalog, const Asker& asker, const Reach& reach, const Seq head_seq,
                 Seq at, bool whole, Page& page) {
  const std::size_t bytes_max = std::min(asker.bytes_max, limits::page_bytes_max);
  std::size_t bytes = 0, scanned = 0;
  while (at < head_seq) {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(at, rows_at_a_time, bytes_max));
    if (stored.empty()) return head_seq;
    std::vector<Row> rows;
    std::vector<Seq> seqs;  // of the stored row each visible one came from
    for (const StoredRow& item : stored) {
      LX_TRY(const Row row, decode_row(item.encoded));
      if (auto visible = visible_row(catalog, asker.access, row, reach)) {
        rows.push_back(std::move(*visible));
        seqs.push_back(item.last_seq);
      }
    }
    if (!whole) LX_CHECK(leave_out_own(snapshot, asker.device, rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::string text = encode_row(rows[i]);
      const bool full =
          !page.rows.empty() && (bytes + text.size() > bytes_max || page.rows.size() >= limits::page_rows_max);
      if (full) {
        page.more = true;
        return at;
      }
      bytes += text.size();
      page.rows.push_back(std::move(text));
      at = seqs[i];
    }
    at = stored.back().last_seq;  // rows that this reader may not see are passed over as well
    scanned += stored.size();
    if (scanned >= limits::page_rows_max && at < head_seq) {
      page.more = true;
      return at;
    }
  }
  return at;
}

std::string_view field_of(std::string_view address) { return address.substr(0, address.find('/')); }

bool has_reason(const Cell& cell) {
  const auto told = [](const Head& head) { return !head.reason.empty(); };
  return std::any_of(cell.heads.begin(), cell.heads.end(), told) ||
         std::any_of(cell.history.begin(), cell.history.end(), told);
}

// A cell that would have to be altered to be shown is left out: what a phone has is what it gives back (6.2). Whoever
// sees persons masked is given no words about them in a reason either.
bool travels(const Catalog& catalog, const Access& access, const Row& row, const Relation& relation,
             std::string_view address, const Cell& cell) {
  const std::string_view field = field_of(address);
  switch (visibility(access, catalog, row.kind, field, relation, row.guard)) {
    case Visibility::visible: {
      const Question persons{Right::see, catalog.kind(row.kind), nullptr, Sensitivity::personal, relation};
      return !has_reason(cell) || decide(access, persons) != Decision::masked;
    }
    case Visibility::withheld: return false;
    case Visibility::masked: break;
  }
  if (has_reason(cell)) return false;
  const Field* known = catalog.field(row.kind, field);
  if (!known || std::max(row.guard, sensitivity_of(catalog, row.kind, field)) > Sensitivity::internal) return false;
  const bool short_text = known->type == FieldType::text && known->merge == Merge::register_;
  return short_text && std::all_of(cell.heads.begin(), cell.heads.end(),
                                   [](const Head& head) { return !head.value.text() || is_clean(*head.value.text()); });
}

// Whether the reader saw it while it was accepted, and does not any more.
bool was_accepted(const Catalog& catalog, const Access& access, const Row& row, Relation relation) {
  relation.accepted = true;
  const Cell* review = row.cell("_review");
  if (!review || !sees_record(access, catalog, row.kind, relation, row.guard)) return false;
  const auto accepts = [](const Head& head) { return head.value == Value("accepted"); };
  return std::any_of(review->heads.begin(), review->heads.end(), accepts) ||
         std::any_of(review->history.begin(), review->history.end(), accepts);
}

}  // namespace

Result<bool> has_place(ReadTxn& snapshot, const Cursor& cursor) {
  const auto has = [&](const LogPlace& place) -> Result<bool> {
    LX_TRY(const std::optional<Hash> hash, snapshot.log_hash(place.seq));
    return hash && short_hash(*hash) == place.log;
  };
  LX_TRY(const bool here, has({cursor.seq, cursor.log}));
  if (!here || !cursor.up_to) return here;
  return has(*cursor.up_to);
}

std::optional<Row> visible_row(const Catalog& catalog, const Access& access, const Row& row, const Reach& reach) {
  if (!access.any()) return std::nullopt;
  const Relation relation = relation_of(access, catalog, row, reach);
  const bool sees = sees_record(access, catalog, row.kind, relation, row.guard);
  Row visible = row;
  visible.cells.clear();
  const bool wrote = row.created_by == access.member || row.last_writes.contains(access.member);
  for (const auto& [address, cell] : row.cells) {
    // Whoever wrote in it is told what of that is to go from his phone, also where he sees nothing of it any more.
    if (field_of(address) == erased_field && wrote && !sees) {
      visible.above.push_back(address);
      visible.cells.emplace_hint(visible.cells.end(), address, cell);
      continue;
    }
    if (travels(catalog, access, row, relation, address, cell)) {
      visible.cells.emplace_hint(visible.cells.end(), address, cell);
      continue;
    }
    // What is withheld is not even its author's any more.
    if (relation.withheld && is_withheld_field(catalog, row.kind, field_of(address), row.guard)) continue;
    Cell own;
    for (const Head& head : cell.heads) {
      if (head.member == access.member) own.heads.push_back(head);
    }
    if (own.heads.empty()) continue;
    visible.above.push_back(address);
    visible.cells.emplace_hint(visible.cells.end(), address, std::move(own));
  }
  // Where a held write of somebody else lies may say as much as its value: an element's key can be a name.
  for (HeldMark& mark : visible.held) {
    const std::string_view field = field_of(mark.field);
    if (mark.member == access.member || field.empty()) continue;
    if (visibility(access, catalog, row.kind, field, relation, row.guard) != Visibility::visible) mark.field.clear();
  }
  if (sees) return visible;
  std::erase_if(visible.held, [&](const HeldMark& mark) { return mark.member != access.member; });
  std::erase_if(visible.last_writes, [&](const auto& write) { return write.first != access.member; });
  // Who wrote in it keeps its shell, also when another's write has replaced all of it, and so does who saw it while it
  // was accepted: a row that just stopped coming would stay on that phone as it last was.
  const bool had_it =
      row.created_by == access.member || !visible.last_writes.empty() || was_accepted(catalog, access, row, relation);
  if (visible.cells.empty() && visible.held.empty() && !had_it) return std::nullopt;
  return visible;
}

Result<Page> page_for(ReadTxn& snapshot, const Catalog& catalog, const Asker& asker) {
  Page page;
  LX_TRY(const ChainHead acked, snapshot.chain(asker.device));
  page.acked = ChainHead{acked.n, acked.n == 0 ? asker.start : acked.h};
  if (acked.n != asker.last_n || asker.bytes_max == 0) return page;

  page.given = true;
  LX_TRY(const StudioHead head, snapshot.head());
  LX_TRY(const StudioSight sight, sight_of(snapshot, catalog, asker.access, asker.now_ms));
  const Bytes<4>& access = sight.hash;
  LX_TRY(const Seq from, place_cursor(snapshot, asker, access, page));
  const bool whole = page.from_zero || asker.cursor->access == pulling_from_zero(access);
  LX_TRY(page.cursor.seq, fill(snapshot, catalog, asker, sight.reach, head.seq, from, whole, page));
  LX_TRY(const std::optional<Hash> hash, snapshot.log_hash(page.cursor.seq));
  if (!hash) return failure(Errc::corrupt, "the log has no hash at its own seq");
  page.cursor.log = short_hash(*hash);
  if (page.more) page.cursor.up_to = LogPlace{head.seq, short_hash(head.log_hash)};
  page.cursor.access = whole && page.more ? pulling_from_zero(access) : access;
  // The sums are of whole levels: who sees single records is told none.
  const bool comparable = head.sensitivity_version == catalog.sensitivity_version && sight.level;
  if (!page.more && comparable) page.digest = sum_up_to(head.digests, *sight.level);
  return page;
}

}  // namespace lianxin
