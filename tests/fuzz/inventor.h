// Invents what phones say: changes that mostly are what a form would save, and name what was said before. Bytes turned
// at random never get past the first check of a push; these get to the last.
#pragma once

#include <map>
#include <vector>

#include "sync/wire/messages.h"
#include "tests/fuzz/county.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::fuzz {

// What stands in the lines said so far: what a new change can name.
struct Said {
  struct Place {
    RecordId record;
    std::string at;
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Change> changes;
  std::map<RecordId, std::string> kinds;
  std::map<Place, std::vector<ChangeId>> writers;  // in the order said
  std::map<Place, std::pair<std::string, ChangeId>> last_step;

  void hear(const SyncRequest& request);
};

class Inventor {
 public:
  Inventor(const Said& said, SeededRandom& random) : said_(said), random_(random) {}

  Change change(const Phone& phone, const StudioId& studio);
  Change decision(const Phone& phone, const Change& about);  // on a change that may be held
  OfferedHead offer();                                       // a head that a phone may have pulled of a lost history
  Write write(const Kind& kind, const RecordId& record);
  std::vector<ChangeId> bases(const RecordId& record, const std::string& at);
  Value value(const Field& field);
  StudioId studio();

 private:
  Change blank(const Phone& phone, const StudioId& studio);
  Write step(const Field& field, const RecordId& record);
  Value plain_value(FieldType type, const std::string& code_list);
  std::string element(const Field& field);
  RecordId record_of(const Kind*& kind, const StudioId& studio);
  bool one_in(std::size_t times) { return random_.below(times) == 0; }

  const Said& said_;
  SeededRandom& random_;
};

}  // namespace lianxin::fuzz
