// What a phone knows of one studio, as states with names, and what leads from one to another. How they lie in the file:
// studios.cc.
#pragma once

#include <optional>
#include <string>

#include "sync/model/change.h"

namespace lianxin::client {

// How the rows of a studio come (PROTOCOL 5.5).
//
//   following   pages change the rows as they come
//                 a page from zero                        -> gathering
//   gathering   a pull from zero comes into a set beside the rows, which stay as they are until it is whole
//                 its last page                           -> gathered; following where there were no rows before
//   gathered    the set is whole, and the server is asked once more whether it knows the history of the rows
//                 it does                                 -> following: the set takes the place of the rows
//   offering    the server was set back to before those rows: what others wrote in them is offered to it, and no page
//               is asked for
//                 all is offered                          -> following from zero, without a set
//   each of the first three
//                 the server does not know the history    -> offering
//                 the rows are not what came (Repair)     -> following from zero, without a set
class Pull {
 public:
  enum class Stage { following, gathering, gathered, offering };

  Stage stage() const { return offered_ ? Stage::offering : gather_; }
  const std::string& asking_cursor() const;  // what the server is asked with
  bool has_set() const { return gather_ != Stage::following; }
  bool set_is_whole() const { return gather_ == Stage::gathered; }

  const std::string& cursor() const { return cursor_; }                         // of the rows; empty: from zero
  const std::optional<std::string>& set_cursor() const { return set_cursor_; }  // of the set
  const std::optional<std::int64_t>& offered() const { return offered_; }       // heads offered so far

  void move_on(std::string cursor) { cursor_ = std::move(cursor); }
  void gather(std::string cursor);         // one more page of the set has come
  void end_gathering(std::string cursor);  // with the set's last page
  void arrive(std::string cursor);         // the rows are those of this place; a set is none any more
  void begin_offering() { offered_ = 0; }
  void note_offered(std::int64_t heads) { *offered_ += heads; }
  void restart() { arrive({}); }  // from zero

  // As it lies in the file. A combination that none of the above leads to is read as the stage before it.
  static Pull stored(std::string cursor, std::optional<std::string> set_cursor, bool set_whole,
                     std::optional<std::int64_t> offered);

 private:
  Stage gather_ = Stage::following;  // offering keeps what was gathered: it is offered too
  std::string cursor_;
  std::optional<std::string> set_cursor_;
  std::optional<std::int64_t> offered_;
};

// What is done about rows that do not sum to the server's digest, or are not as they came (PROTOCOL 5.6): one step each
// time they are looked at.
//
//   none         they are as the server has them
//                  they differ         -> told
//   told         the server is told so with the next request, and mends its own rows
//                  they still differ   -> pulled_once
//   pulled_once, pulled_twice: they come anew from zero
//                  they still differ   -> pulled_twice, and after that flagged
//   each           they agree          -> none, not flagged
//
// Flagged stands beside these: a person is asked, since two pulls in a row, or all of a day's, did not help. Records
// are compared one by one then, from `compare_from` on until it is none. The next day begins at `none` again, still
// flagged.
struct Repair {
  enum class Stage { none, told, pulled_once, pulled_twice };  // kept as its number

  Stage stage = Stage::none;
  bool flagged = false;
  std::int64_t day = 0;             // of the server's clock, days since 1970
  int pulls = 0;                    // begun on that day
  std::optional<Seq> compare_from;  // flagged: records after this seq are compared next

  void begin_day(std::int64_t today);
  bool no_pull_left() const;  // two in a row, or all of the day's
  bool is_over_for_today() const { return flagged && no_pull_left(); }
  void note_pull();
  void flag();
  void end();  // the rows agree

  // As it lies in the file; out of range is `none`, and nothing is compared where nothing is flagged.
  static Repair stored(int stage, bool flagged, std::int64_t day, int pulls, std::optional<Seq> compare_from);
};

struct StudioState {
  StudioId id;
  bool granted = true;  // false: taken away; kept until what is not on the server was handed over

  // The phone's own changes there (PROTOCOL 4): those above acked_n are sent. While lines are asked about none is sent,
  // for they may be thousands that the server need not get again. A new key asks from 1 on, a line that the server does
  // not know after all from acked_n + 1; when the last was asked about, the rest is sent.
  N acked_n = 0;
  std::optional<N> asking_from;

  Pull pull;
  Repair repair;
  Seen seen;                   // the last completed catch-up
  std::string problem;         // the server's code for why its part was not done last time
  std::int64_t synced_ms = 0;  // wall clock of that catch-up; 0: never
};

}  // namespace lianxin::client
