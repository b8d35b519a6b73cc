// The studios of a phone: how far it has caught up with each, what stands in the way. Who may do what: grants.h.
#pragma once

#include <optional>
#include <vector>

#include "client-sdk/store/database.h"
#include "sync/model/change.h"

namespace lianxin::client {

// How far a studio whose rows differ has been mended (PROTOCOL 5.6). Kept as its number.
enum class Mending { none, told, pulled_once, pulled_twice };

struct StudioState {
  StudioId id;
  bool granted = true;                   // false: taken away; kept until what is unpushed was handed over
  std::string cursor;                    // of the rows; empty: from zero
  std::optional<std::string> fresh_cursor;  // of a pull from zero under way
  bool fresh_whole = false;              // all of it has come, and the history of the rows is to be looked at once more
  N acked_n = 0;
  std::optional<N> ask_from;             // after a fork: ask from this n on what the server knows
  std::optional<std::int64_t> offer_next;  // heads offered so far to a server that was set back
  Seen seen;
  Mending mending = Mending::none;
  bool trouble = false;                  // no pull mended it, or today's are used up
  std::int64_t repair_day = 0;           // of the server's clock, days since 1970
  int repair_pulls = 0;                  // begun on that day
  std::optional<Seq> compare_from;       // records are being compared: those after this seq are next
  std::string problem;
  std::int64_t synced_ms = 0;

  const std::string& asking_cursor() const { return fresh_cursor && !fresh_whole ? *fresh_cursor : cursor; }
  void end_fresh() {
    fresh_cursor.reset();
    fresh_whole = false;
  }
};

class Studios {
 public:
  explicit Studios(Database& db) : db_(db) {}

  std::vector<StudioState> all();          // by id
  std::optional<StudioState> find(const StudioId& studio);
  void save(const StudioState& state);     // of one that is there
  void drop_rows(const StudioId& studio);  // with their lists: after a hand-over
  void purge();                            // everything this phone holds, its key and its forms among it

  // Records of a flagged studio that the server has otherwise, or one of the two does not have.
  void note_differing(const StudioId& studio, const RecordId& record);
  void clear_differing(const StudioId& studio);
  std::vector<RecordId> differing(const StudioId& studio);

 private:
  Database& db_;
};

}  // namespace lianxin::client
