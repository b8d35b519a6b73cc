// Open forms on disk: what was on the screen when each was opened, and what was typed so far.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client-sdk/store/database.h"
#include "sync/model/row.h"

namespace lianxin::client {

// One cell as set in a form. Bases are not here: they follow from the row as opened, when the form is saved.
struct Staged {
  Address at;
  Op op = Op::put;
  Value value;
};

// Input that fits no cell: a name that the kind does not have, a value of another shape. Kept as it was given, under
// the name it was given; under no name a text that was no JSON.
struct Unplaced {
  std::string name, code;
  Value value;
};

struct OpenForm {
  std::string token;
  StudioId studio;
  RecordId record;
  std::string kind;
  bool is_new = false;
  bool resolving = false;  // every head at an address is answered, not only the shown one
  Seen seen;
  std::int64_t opened_ms = 0;
  std::string reason;
  Row as_opened;  // kind empty: there was nothing
  std::vector<Staged> staged;
  std::vector<Unplaced> unplaced;
  bool refused = false;  // saving it was tried
};

struct StoredForm {
  std::string token;
  std::int64_t opened_ms = 0;
  std::optional<OpenForm> form;  // none: it cannot be read
};

class Forms {
 public:
  explicit Forms(Database& db) : db_(db) {}

  void save(const OpenForm& form);  // in place of what was saved under its token
  // None: it was saved or thrown away, or never opened. corrupt: it cannot be read.
  Result<std::optional<OpenForm>> find(std::string_view token);
  std::vector<StoredForm> all();      // oldest first
  bool drop(std::string_view token);  // false: there is none. Also of one that cannot be read

 private:
  Database& db_;
};

}  // namespace lianxin::client
