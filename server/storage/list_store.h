// What the desk reads across records and studios: lists, search, inboxes, totals. Read-only and beside the writer;
// whether the asker may see what comes back is for the caller to ask of sync/model/policy.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/log/store.h"

namespace lianxin::server {

struct ListFilter {
  std::string kind;                                                // empty: every kind
  std::string from, to;                                            // of the date, [from, to] as YYYY-MM-DD; empty: open
  std::string state, review;                                       // equal to; empty: any
  std::string region_prefix;                                       // 6, 9 or 12 digits
  std::string words;                                               // full text, Chinese or not; empty: any
  bool with_conflict = false, with_held = false, revised = false;  // only such
  bool withheld = false;                                           // only such (sync/rules/consents.h)
  bool with_deleted = false;                                       // also those
  std::string after;                                               // a page's `next`; empty: the first page
  std::size_t rows_max = 50;                                       // at most 500
};

struct ListQuery : ListFilter {
  std::vector<StudioId> studios;       // only these; never empty
  std::vector<std::string> kinds_not;  // kinds the asker must not know of
};

struct ListedRow {
  StudioId studio;
  RecordId record;
  std::string kind;
  Seq last_seq = 0;
  RowSummary summary;  // `indexed` not filled
};

struct ListPage {
  std::vector<ListedRow> rows;  // by (date, record), newest first
  std::string next;             // empty at the end
  Seq indexed_to_lag = 0;       // lines the search index is behind, over all studios asked; 0 without `words`
};

struct HeldLine {
  StudioId studio;
  Logged line;
  std::string kind;
};

// Where a page of held lines ends; they run up over these three.
struct HeldPlace {
  std::int64_t received_ms = 0;
  StudioId studio;
  Seq seq = 0;
};
inline HeldPlace place_of(const HeldLine& held) { return {held.line.received_ms, held.studio, held.line.seq}; }

// A record whose indexed field shows `text`.
struct RecordWithText {
  std::string text;
  RecordId record;
};

struct StudioTotals {
  std::int64_t records = 0, conflicts = 0, held = 0;
  Seq search_lag = 0;  // lines the search index is behind
};

class ListStore {
 public:
  virtual ~ListStore() = default;

  virtual Result<ListPage> list(const ListQuery& query) = 0;
  // What `after` says for the rows behind this one: for whoever ends a page elsewhere than list() did.
  virtual std::string place_of(const ListedRow& row) const = 0;
  // Held lines nobody has decided yet, oldest first, at most `lines_max`; those behind `after`, where it is given.
  virtual Result<std::vector<HeldLine>> held_open_after(std::span<const StudioId> studios,
                                                        const std::optional<HeldPlace>& after,
                                                        std::size_t lines_max) = 0;
  Result<std::vector<HeldLine>> held_open(std::span<const StudioId> studios, std::size_t lines_max) {
    return held_open_after(studios, {}, lines_max);
  }
  // Records of `kind` whose indexed `field` shows `value`: an encounter's visit, a dispense's item.
  virtual Result<std::vector<ListedRow>> with_field(const StudioId& studio, const std::string& kind,
                                                    const std::string& field, const Value& value) = 0;
  // Records of `kind` whose indexed `field` shows `text`: the last by their ids, of those below `before` where it is
  // given, downwards.
  virtual Result<std::vector<RecordId>> last_with_text(const StudioId& studio, const std::string& kind,
                                                       const std::string& field, const std::string& text,
                                                       const std::optional<RecordId>& before, std::size_t rows_max) = 0;
  // The same as with_field() for several texts at once, of any kind.
  virtual Result<std::vector<RecordWithText>> with_field_among(const StudioId& studio, const std::string& field,
                                                               const std::vector<std::string>& texts) = 0;
  // Every record that shows a text in the indexed field, with each of them.
  virtual Result<std::vector<RecordWithText>> with_any(const StudioId& studio, const std::string& field) = 0;
  // Records of `kind` (empty: of every) that hold an edge to others (RowSummary::joined), deleted ones too; by id.
  virtual Result<std::vector<RecordId>> joined(const StudioId& studio, const std::string& kind) = 0;
  virtual Result<StudioTotals> totals(std::span<const StudioId> studios) = 0;
  // Takes up to `rows_max` changed rows into the full-text index; true when there is more to take. `text_of` gives a
  // row's searchable text. Called by one background thread, after commits.
  using TextOf = std::function<std::string(const StoredRow&)>;
  virtual Result<bool> index_some(std::size_t rows_max, const TextOf& text_of) = 0;
  // Takes what was erased out of the files for good: of the words that the index keeps beside those of a row as it now
  // is, and of the engine's own log. A part at a time, by the same thread; true when there is more to take. busy: a
  // reader still needs the log; it is tried again.
  virtual Result<bool> forget_some() = 0;
};

}  // namespace lianxin::server
