// Which consents keep what is personal in a record from everybody (PROTOCOL 3.13): those that it stands on, as its kind
// says (Kind::consents), that were refused or withdrawn and not given again later. Pure: what is known of other records
// is handed in. The server writes what comes of it into the record itself (sync/server/withholding.cc).
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "sync/model/row.h"

namespace lianxin {

inline constexpr std::string_view consent_kind = "consent";

struct Consent {
  enum class Standing : std::uint8_t {
    unknown,  // it says nothing, or what it said was erased
    given,
    ended  // refused, or withdrawn
  };
  RecordId record;
  std::string resident, scope;  // the resident by id, or empty
  Standing standing = Standing::unknown;
  std::string day;  // when it was given, or ended; never after the day on which that was written
  Hlc at;           // when it was written
  bool deleted = false;
  friend bool operator==(const Consent&, const Consent&) = default;
};
std::optional<Consent> consent_in(const Catalog& catalog, const Row& row);  // none where the row is no consent

// Whether another consent of that person for the same was given after this one had ended.
bool is_given_again(const Consent& ended, std::span<const Consent> known);

// What a row names that it stands on. Of several heads each counts: nobody lifts a consent by a conflict.
struct StandsOn {
  std::set<RecordId> consents, records;
  std::set<std::pair<std::string, std::string>> persons;  // each with the scope of the consent
  bool empty() const { return consents.empty() && records.empty() && persons.empty(); }
};
StandsOn stands_on(const Catalog& catalog, const Row& row);

// The consents by which the row is marked as withheld now.
std::set<RecordId> marks_in(const Row& row);

// Those by which it is to be marked. `known`: of the consents that it names, is marked by, or whose person it names or
// they do, all that can be read. `of_records`: the marks of the records that it names. Where nothing is known of a
// consent, or it says nothing any more, its mark stays.
std::set<RecordId> marks_due(const StandsOn& on, const std::set<RecordId>& marks, std::span<const Consent> known,
                             const std::set<RecordId>& of_records);

}  // namespace lianxin
