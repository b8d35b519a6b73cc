// Somebody who keeps to no rule but the one by which the server knows him: his phone is enrolled and signs with its
// key, his desk is signed in. What he says is up to a seed: lines of others and of nobody, altered, cut, sent again,
// too many and too large; clocks, places and counts from the ends of the range; heads that nobody wrote, of histories
// that were and were not; and at a desk acts of every kind, wherever he has heard of something.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync/model/self_device.h"
#include "sync/wire/messages.h"
#include "tests/client-sdk/fake_server.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::sim {

// What he speaks of, of one kind in one studio, where he knows better than chance what would do harm.
struct Topic {
  StudioId studio;
  std::string kind;
  std::vector<std::string> addresses;
  std::vector<RecordId> records = {};   // of others, beside those that he meets and makes up
  std::vector<std::string> texts = {};  // that mean something there, such as codes
};

class HostileParty {
 public:
  // Enrols for the member, who speaks mostly of the first topic. `server` and `now_ms` must outlive this.
  HostileParty(FakeServer& server, const std::int64_t& now_ms, std::uint64_t seed, const MemberId& member,
               std::vector<Topic> topics);

  // What he can know: lines that he read off the disks of others' phones, and who there is.
  struct Knows {
    std::vector<std::string> lines;
    std::vector<MemberId> members;
  };
  void lie(const Knows& knows);  // over the wire
  void act();                    // at a desk

  const MemberId& member() const { return member_; }
  int lies() const { return lies_; }
  int acts() const { return acts_; }            // that were let through
  std::string wrong() const { return wrong_; }  // the first answer that no server should give; empty: none

 private:
  const Topic& some_topic();
  Change change(const Topic& topic, const RecordId& record, std::vector<Write> writes);
  RecordId some_record(const Topic& topic);
  ChangeId some_id();
  std::int64_t some_number();
  Value some_value(const Topic& topic);
  Write some_write(const Topic& topic);
  std::vector<std::string> some_lines(const Topic& topic, const Knows& knows);
  std::vector<std::string> flood(const Topic& topic, const Knows& knows);
  std::string altered(std::string line);
  OfferedHead some_head(const Topic& topic, const Knows& knows);
  ChainHead& chain(const StudioId& studio);
  StudioRequest honest_part(const StudioId& studio);
  void add_lines(StudioRequest& part, const std::vector<std::string>& lines);
  void twist(StudioRequest& part);
  void say(SyncRequest request);
  void hear(const SyncReply& reply);
  void hear_row(const Access& access, const Row& row);

  FakeServer& server_;
  const std::int64_t& now_ms_;
  SeededRandom random_;
  SelfDevice phone_, desk_;
  MemberId member_;
  std::vector<Topic> topics_;
  std::string token_;
  std::map<StudioId, ChainHead> chains_;
  std::map<StudioId, std::vector<std::string>> cursors_;
  std::vector<std::string> sent_;  // bodies that he may send again
  std::vector<RecordId> records_;
  std::vector<ChangeId> ids_;  // that he met
  int lies_ = 0, acts_ = 0;
  std::string wrong_;
};

}  // namespace lianxin::sim
