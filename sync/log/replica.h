// The rows of one studio as they become while changes are taken one after another, and what is known of every change
// met on the way. The server takes new lines with it; a rebuild takes the whole log again.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>

#include "sync/log/store.h"
#include "sync/rules/apply.h"

namespace lianxin {

class Replica {
 public:
  // Asks for changes not met yet; answers in the order asked. Without one, what was not met is unknown.
  using Load = std::function<Result<std::vector<std::optional<Logged>>>(std::span<const ChangeId>)>;

  explicit Replica(const Catalog& catalog, Load load = {}) : catalog_(catalog), load_(std::move(load)) {}

  struct Known {
    Logged logged;
    std::optional<Change> change;  // none where the line cannot be read

    // Held by itself, because its record had no room to hold it: nothing of that record looks through it.
    bool apart() const { return change && change->record != logged.record; }
  };
  // nullptr: in no log. The pointer lives as long as this does.
  const Known* find(const ChangeId& id);
  Status prefetch(std::vector<ChangeId> ids);

  Row& row(const RecordId& record);  // as it now is; an empty one if nobody put it
  void put(Row row);                 // as it was read
  void clear() { rows_.clear(); }
  void forget(const ChangeId& id) { known_.erase(id); }  // asked for again where it is met again
  void know_again(const Logged& logged);                 // with what is left of its line
  const std::map<RecordId, Row>& rows() const { return rows_; }

  // The line is logged with outcome applied, or held. Everything that follows from it for its row happens here: what it
  // releases takes effect, cells look through what is held. `seen`: the change's, checked against the log.
  // Returns the held change that took effect with it, if any.
  std::optional<ChangeId> take(const Logged& logged, const std::optional<Change>& change, Seq seen);

  // The held change that `change` releases, if it does: its line must be known.
  const Known* released_by(const Change& change);

  // `seen` of a held change, checked: the caller keeps it by id until the release.
  std::function<Seq(const Seen&)> checked_seen;

  KnownWrite known_write(const ChangeId& id, const Address& at);

 private:
  void take_applied(const Logged& logged, const Change& change, Seq seen, std::span<const std::string> releasing = {});
  void take_held(const Logged& logged, const std::optional<Change>& change);

  const Catalog& catalog_;
  Load load_;
  std::map<RecordId, Row> rows_;
  std::unordered_map<ChangeId, std::optional<Known>> known_;  // nullopt: asked, and not there
};

}  // namespace lianxin
