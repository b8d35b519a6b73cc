// Two counties of a city on one server: in the first lies the studio of the life, with one more; in the other one a
// third. Their reference data is on the server as an import leaves it, and who is where is what it says.
#pragma once

#include "tests/sim/hostile_party.h"
#include "tests/sim/life.h"

namespace lianxin::sim {

class Counties {
 public:
  static constexpr const char* city = "990100";
  static constexpr const char* first = "990121";
  static constexpr const char* other = "990105";  // before the first in every order

  explicit Counties(Life& life);  // which must outlive this

  const StudioId& other_studio() const { return other_studio_; }
  std::vector<StudioId> studios() const;                      // but for that of the life
  static RecordId described_at(const std::string& org_code);  // the record of an org unit

  // What the ids and codes of the first county and the city mean to everybody: names, places, who holds what. And what
  // the other one may not say of itself: where it stands, and so how far the member reaches who holds it.
  std::string facts(const MemberId& member);
  // The first county writes what is its own, old and new. Empty: all of it was taken; else what was not.
  std::string go_on();

  // What somebody who means harm says in the reference data of that org unit.
  std::vector<Topic> topics(const std::string& of) const;

 private:
  struct Described {
    RecordId record;
    std::string kind;
    std::vector<std::pair<std::string, std::string>> fields;
  };
  Described org_unit(const std::string& code, const std::string& level, const std::string& parent) const;
  std::vector<Described> described(const std::string& org_code) const;
  std::vector<Described> planned() const;  // that the first county has not written yet
  std::string write(const std::string& org_code, const SelfDevice& by, const Described& what);

  Life& life_;
  StudioId other_studio_;
  SelfDevice office_;  // a coordinator of the first county
};

}  // namespace lianxin::sim
