// A story is written by hand: who does what in which order, in labels, and what must come of it by the rules of
// PROTOCOL. Told, it becomes a case: every byte that travels, and everything that can be observed. What the story says
// must come of it is compared with what came; a story that the code does not bear out makes no case. README.md says how
// one is written.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/wire/labels.h"
#include "tests/wire/player.h"

namespace lianxin::kit {

class StoryTeller {
 public:
  StoryTeller(std::filesystem::path kit, Store& store, std::filesystem::path scratch)
      : kit_(std::move(kit)), store_(store), scratch_(std::move(scratch)) {}

  // The case. invalid_argument: the story is no story, or what it expects did not come; the message says where.
  Result<Value> tell(const Value& story);

 private:
  Value cast_of(const Value& story);
  Result<Value> inputs_of(const Value& told);
  Status add_lines(const Value& told, Value::Object& act);
  void add_page(const Value& told, Value::Object& act);
  Result<Value::List> lines_of(const Value& told, const std::string& device, N& first_n);
  Result<Value> line_of_change(const Value& change, const std::string& device, std::int64_t made_ms);
  Result<Change> change_of(const Value& change, const std::string& device, std::int64_t made_ms);
  Result<Write> write_of(const Value& write);
  Result<Seen> seen_of(const Value& change);
  Value offered_of(const Value& told);
  std::vector<ChangeId> ids_of(const Value::List& labels);

  // What is known after an act that could not be before: labels of the server's own changes and of unreadable lines.
  void learn(const Value& told, const Value& observed);

  Status check(const Value& told, const Value& inputs, const Value& observed);
  Status check_push(const Value& told, const Value& inputs, const Value& observed);
  Status check_lines(const Value& told, const Value& observed);
  Status check_records(const Value& expected);
  Status check_page(const Value& told, const Value& inputs, const Value& observed);
  Status check_view(const Value& told, const Value& observed);
  Result<Value> described(const Row& row);
  Value without_feet(Value shown_parts) const;
  Status same(const std::string& what, const Value& expected, const Value& came) const;

  const std::filesystem::path kit_;
  Store& store_;
  const std::filesystem::path scratch_;
  std::unique_ptr<Player> player_;
  Labels labels_;
  std::map<std::string, Value::Object> cast_;   // by label: role, clearance …
  std::map<std::string, Value::List> lines_;    // of each device: its chain, as the case writes lines
  std::map<std::string, std::string> cursors_;  // of each device's own phone
  std::set<RecordId> open_;                     // records that changed since the story last said what they are
  std::string where_;
  std::int64_t at_ms_ = 0;  // after noon
  int server_lines_ = 0;
};

}  // namespace lianxin::kit
