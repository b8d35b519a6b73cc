// The test county, and a second one beside it on the same server that has done nobody any harm. The first is after what
// is the other's: by its coordinator's phone, by his desk and by what he hands in to be imported.
#pragma once

#include "server/people/places.h"
#include "tests/server/review/review_desk.h"

namespace lianxin::server_test {

inline const StudioId their_studio = *StudioId::parse("7a0c6d5e-1b2f-4c3d-8e9f-0a1b2c3d4e5f");
inline const MemberId their_member = *MemberId::parse("8b1d7e6f-2c30-4d4e-9fa0-1b2c3d4e5f60");
inline const MemberId their_coordinator = *MemberId::parse("9c2e8f70-3d41-4e5f-8ab1-2c3d4e5f6071");
inline const MemberId city_coordinator = *MemberId::parse("ad3f9081-4e52-4f60-9bc2-3d4e5f607182");
inline const StudioId own_data = reference_studio_of("990121"), their_data = reference_studio_of("990221");

struct TwoCounties : ReviewDesk {
  TwoCounties();

  // What the attacker's phone records in his own county's reference data, with a clock of long ago, and the code that
  // it is held with; empty where it was applied.
  std::string pushed(const RecordId& record, const std::string& kind, std::vector<Write> writes);
  // Of the row's held marks, the last one's code.
  std::string held_code(const StudioId& studio, const RecordId& record);

  std::shared_ptr<const Places> places();
  std::string theirs();  // all that the server believes of the other county, as one text

  TestPhone attacker;      // the coordinator of 990121
  std::string them, city;  // tokens of the other county's coordinator, and of one of the city above both
};

// All that a studio owes.
std::vector<Write> studio_writes(const std::string& code, const std::string& name);

}  // namespace lianxin::server_test
