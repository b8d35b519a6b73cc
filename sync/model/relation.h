// How a record stands to whoever asks about it: read off its own row, and where it hangs on another record off what
// was found of those. Pure: rows and the time are handed in.
#pragma once

#include <map>
#include <set>

#include "sync/model/policy.h"
#include "sync/model/row.h"

namespace lianxin {

inline constexpr int days_after_clinic_max = 30;  // so long a clinic's doctors see its patients

// What one reader has in one studio by way of other records; empty where nothing is asked of them (asks_others()).
struct Reach {
  std::set<RecordId> named;     // what belongs to a clinic that names him and is not long over
  std::set<RecordId> assigned;  // what he needs for concerns that are his to handle, and words about them
  std::set<RecordId> own;       // words about what is his own
  std::set<RecordId> over;      // of his own patients those whose clinic is long over
  friend bool operator==(const Reach&, const Reach&) = default;

  std::string text() const;  // the same for the same reach, for a cursor to tell it by
};

// Finds it out of the rows of a studio, taken in any order. Referred to: `access`, `catalog`.
class ReachFinder {
 public:
  ReachFinder(const Access& access, const Catalog& catalog, std::int64_t now_ms);
  void take(const Row& row);
  Reach found() const;

 private:
  struct OfClinic {
    RecordId record;
    bool own = false;
    std::int64_t day = 0;  // began
    std::vector<RecordId> patients;
  };
  bool is_over(std::int64_t day) const;
  void take_clinic(const Row& row);

  const Access& access_;
  const Catalog& catalog_;
  std::int64_t today_;
  std::map<RecordId, bool> clinics_;  // of those that are not over, whether it names him
  std::set<RecordId> known_clinics_, own_;
  std::multimap<RecordId, OfClinic> of_clinics_;        // by clinic; zero where none is named
  std::map<RecordId, std::vector<RecordId>> concerns_;  // that are his to handle, with whom they are about
  std::multimap<RecordId, RecordId> about_;             // by what they are about
};

// `_withheld/CONSENT`: the server's own mark that a consent which the row stands on was refused or withdrawn
// (sync/rules/consents.h). Then nobody is shown what is personal in it, whatever else he may see or has unmasked.
inline constexpr std::string_view withheld_field = "_withheld";
bool is_withheld(const Row& row);
// Whether the row's field is kept from everybody so.
bool withheld(const Catalog& catalog, const Row& row, std::string_view field);

Relation relation_of(const Access& access, const Catalog& catalog, const Row& row, const Reach& reach = {});

// How guarded a row is by what it is about (Row::guard); `target`: that record's row, nullptr where it is not there.
Sensitivity guard_of(const Catalog& catalog, const Row& row, const Row* target);
std::optional<RecordId> target_of(const Row& row);  // that it is about

}  // namespace lianxin
