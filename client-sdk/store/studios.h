// The studios of a phone, each with its state. Who may do what: grants.h.
#pragma once

#include <vector>

#include "client-sdk/store/database.h"
#include "client-sdk/store/studio_state.h"

namespace lianxin::client {

class Studios {
 public:
  explicit Studios(Database& db) : db_(db) {}

  std::vector<StudioState> all();                           // by id
  std::optional<StudioState> find(const StudioId& studio);  // none: it was never granted
  void save(const StudioState& state);                      // of one that is there
  void drop_rows(const StudioId& studio);                   // with their lists: after a hand-over
  void purge();  // everything this phone holds, its key and its forms among it

  // Records of a flagged studio that the server has otherwise, or one of the two does not have.
  void note_differing(const StudioId& studio, const RecordId& record);
  void clear_differing(const StudioId& studio);
  std::vector<RecordId> differing(const StudioId& studio);  // by id

 private:
  Database& db_;
};

}  // namespace lianxin::client
