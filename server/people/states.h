// The rows of this room as the journal tells of them, and back. A state is a row as it now is, never what was done to
// it: whoever knows the latest state of each row needs no history, and may hear the same one twice.
//
//   {"kind":"device","state_no":41,"row":{"device":"7f…","status":"revoked", …}}
#pragma once

#include <functional>
#include <vector>

#include "schema/ids.h"
#include "schema/result.h"
#include "schema/value.h"
#include "sync/crypto/hash.h"
#include "sync/model/belonging.h"

namespace lianxin::server {

class Journal;
class SqlConnection;
class SqlDatabase;

// What one transaction has changed, each row once it is as it will be: the row gets the next number and its state is
// kept for the journal. Throws SqlFailure.
class StateNotes {
 public:
  explicit StateNotes(SqlConnection& connection) : connection_(connection) {}

  void device(const DeviceId& id);
  void code(const Hash& code_hash);
  void account(const std::string& login, bool new_password = false);
  void grant(std::int64_t id);
  void org(const std::string& code);
  void belonging(const ReferenceName& name);
  void kinds(std::int64_t version);
  void pin_reset(const Bytes<32>& of);

  std::vector<Value::Object> take() { return std::move(states_); }

 private:
  std::int64_t next_number();

  SqlConnection& connection_;
  std::vector<Value::Object> states_;
};

// Runs `job` in a transaction and, once that is durable, adds what it noted to the journal. When the journal fails the
// change stands and the failure is returned: whoever asked asks again, and the journal adds what it still owes first.
Status write_and_tell(SqlDatabase& database, Journal& journal,
                      const std::function<Status(SqlConnection&, StateNotes&)>& job);

bool is_state(const Value::Object& entry);

// Puts the row into the database where it is missing there or was an earlier state. True: it did. An account whose
// password was set since gets one that nobody knows. What the row refers to and is not there is left out.
// invalid_argument: no state that this program understands.
Result<bool> take_state(SqlConnection& connection, const Value::Object& entry);

// In the same transaction, after take_state() has put any, for a kill in between must not leave a session to an account
// that was disabled: all sessions end, for which of them were signed out is not known, and the directory is read again.
void note_states_taken(SqlConnection& connection);

// Every row that was changed after `state_no`, in the order of the changes.
std::vector<Value::Object> states_after(SqlConnection& connection, std::int64_t state_no);
std::int64_t last_state_no(SqlConnection& connection);

}  // namespace lianxin::server
