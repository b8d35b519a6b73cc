// A phone that keeps to no rule but the one by which the server knows it: it is enrolled, and signs with its key. What
// it says is up to a seed: lines of others and of nobody, altered, cut, sent again, too many and too large; clocks,
// places and counts from the ends of the range; heads that nobody wrote, of histories that were and were not.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sync/wire/messages.h"
#include "tests/client-sdk/fake_server.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::sim {

class HostilePhone {
 public:
  // Enrols for a convener of the studio. `server` and `now_ms` must outlive this.
  HostilePhone(FakeServer& server, const std::int64_t& now_ms, std::uint64_t seed);

  // What it can know: lines that it read off the disks of others' phones, and who there is.
  struct Knows {
    std::vector<std::string> lines;
    std::vector<MemberId> members;
  };
  void lie(const Knows& knows);

  const MemberId& member() const { return member_; }
  int lies() const { return lies_; }
  std::string wrong() const { return wrong_; }  // the first answer that no server should give; empty: none

 private:
  Change change(const RecordId& record, std::vector<Write> writes);
  RecordId some_record();
  ChangeId some_id();
  std::int64_t some_number();
  Value some_value();
  Write some_write();
  std::vector<std::string> some_lines(const Knows& knows);
  std::vector<std::string> flood(const Knows& knows);
  std::string altered(std::string line);
  OfferedHead some_head(const Knows& knows);
  StudioRequest honest_part();
  void add_lines(StudioRequest& part, const std::vector<std::string>& lines);
  void twist(StudioRequest& part);
  void say(SyncRequest request);
  void hear(const SyncReply& reply);

  FakeServer& server_;
  const std::int64_t& now_ms_;
  SeededRandom random_;
  SecretKey secret_{};
  DeviceId device_;
  MemberId member_;
  PublicKey key_{};
  std::string token_;
  ChainHead chain_;
  std::vector<std::string> cursors_, sent_;  // bodies that it may send again
  std::vector<RecordId> records_;
  std::vector<ChangeId> ids_;  // that it met
  int lies_ = 0;
  std::string wrong_;
};

}  // namespace lianxin::sim
