// A county whose concerns and consultations are joined and parted, and a twin of it that takes the same writes and
// joins nothing: what a record shows by itself.
#pragma once

#include "tests/server/direct_transport.h"
#include "tests/server/review/joined_model.h"
#include "tests/server/review/review_desk.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::server_test {

// A phone of the SDK that talks to the county's server.
class CountyPhone {
 public:
  CountyPhone(ReviewDesk& desk, const MemberId& member);
  Phone& synced();

 private:
  std::shared_ptr<ServerClock> clock_;
  std::shared_ptr<DirectTransport> wire_;
  std::optional<Phone> phone_;
};

class JoinedCounty {
 public:
  explicit JoinedCounty(std::uint64_t seed);

  // One act at random; the records that it was about.
  std::pair<RecordId, RecordId> act();
  void part_all();
  void restore_all();
  int joinings() const { return joinings_; }  // and partings, those that were refused not among them

  void check(const std::pair<RecordId, RecordId>& about);  // whatever anybody can look at
  void check_against_twin();                               // when nothing is joined and nothing deleted

 private:
  void make_concern(std::uint8_t n, bool elsewhere);
  void make_consultation(std::uint8_t n, std::string review);
  std::string name() { return "反映人" + std::to_string(random_.below(5)); }
  const StudioId& studio_of(const RecordId& id) const;
  std::string path_of(const RecordId& id) const { return ReviewDesk::path(studio_of(id), id); }
  void learn_number(const RecordId& id);
  RecordId some(const std::function<bool(const Made&)>& meets);  // zero where none does

  void on_both(const std::string& target, const Value& body);
  void edit(const RecordId& id, const std::string& at, const char* op, Value value);
  void review(const RecordId& id, const std::string& to);

  std::pair<RecordId, RecordId> join_some(), part_some();
  void join(const RecordId& a, const RecordId& b);
  void part(const RecordId& a, const RecordId& b);
  void change_edge(const std::string& target, const Value& body, const JoinedModel& after);
  RecordId remove_some(), restore_some(), step_some(), count_some(), edit_some(), review_some(), answer_some();

  void check_page(const RecordId& id);
  void check_list(const std::string& kind, Looks looks, const std::string& token);
  void check_totals(const std::string& kind);
  void check_search();
  void check_table(const std::string& kind);
  void check_phone(const std::pair<RecordId, RecordId>& about);
  static std::map<std::string, std::string> shown(ReviewDesk& desk, const JoinedModel& model);

  ReviewDesk desk_, twin_;
  std::string one_;  // who coordinates the first studio alone
  SeededRandom random_;
  JoinedModel model_;
  std::optional<CountyPhone> phone_;
  int joinings_ = 0;
  std::size_t checks_ = 0;
};

}  // namespace lianxin::server_test
