// What belongs to whom, as the directory reads it (sync/model/belonging.h). The names are claimed in the transaction of
// the line that brings them (storage); here they are read, and told to the journal as any other state.
#pragma once

#include <map>

#include "schema/result.h"
#include "sync/model/belonging.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

using Owners = std::map<ReferenceName, std::string>;

// Thread-safe. Both references must outlive this.
class Belongings {
 public:
  Belongings(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  // Puts into `owners` what was changed behind the state `after`, or was not numbered yet. Gives the last state there
  // is by now.
  Result<std::int64_t> read_after(std::int64_t after, Owners& owners);

  // Of the names that have no owner yet the given ones get theirs, of two for one name the first; once, ever. The
  // journal is told by tell_unnumbered().
  Result<bool> are_found();
  Status find(std::span<const Belonging> belongings);

  // The journal is told of all that it was not told of. Once what it knew itself has been taken from it.
  Status tell_unnumbered();

 private:
  SqlDatabase& database_;
  Journal& journal_;
};

}  // namespace lianxin::server
