// A server in the same process: the real rules (ingest, feed) over the store in memory, behind the phone's transport.
// What is not real is the network, which loses what a test tells it to lose.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lianxin/transport.h"
#include "server/storage/memory/memory_store.h"
#include "sync/ingest.h"
#include "sync/wire.h"

namespace lianxin {

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_ = 1;
};

struct FakeDevice {
  PublicKey key{};
  MemberId member;
  bool shared = false, revoked = false;
};

class FakeServer final : public Transport {
 public:
  FakeServer();

  TransportReply call(const TransportRequest& request) override;

  // What happens to the next calls, front first; then all is well again.
  enum class Fate { well, lost_before, lost_after, busy };
  std::vector<Fate> fates;
  int calls = 0;
  std::function<void(SyncRequest&)> on_request;  // looks at each request before it is served
  std::function<void(SyncReply&)> on_reply;      // may tamper with it

  MemberId add_member(const std::string& name, const std::string& role, Sensitivity clearance = Sensitivity::personal);
  void grant(const MemberId& member, const StudioId& studio, const std::string& role, Sensitivity clearance);
  void revoke_grants(const StudioId& studio);
  std::string code_for(const MemberId& member, bool shared = false);

  // The desk: a coordinator's change, by the same ingest.
  Status desk(const RecordId& record, const std::string& kind, std::vector<Write> writes, const std::string& reason = {});
  Row row(const std::string& record);
  Seq head();
  std::string backup();               // names a moment
  void restore(const std::string& moment);  // the store as it was then: the log after it never happened

  StudioId studio, second_studio;
  std::int64_t now_ms = 1'800'000'000'000;
  std::size_t page_bytes = 0;         // cuts pages smaller than the phone asked; 0: as asked

 private:
  struct Pushed {
    StudioId studio;
    Pusher pusher;
    Push push;
    std::int64_t at_ms;
  };

  TransportReply serve(const TransportRequest& request);
  TransportReply enrol(const std::string& body);
  TransportReply rekey(const std::string& body);
  TransportReply sync(const FakeDevice& device, const std::string& body);
  StudioReply answer(const FakeDevice& device, const SyncRequest& request, const StudioRequest& asked);
  std::vector<GrantedStudio> granted(const FakeDevice& device) const;
  StudioPlace place(const StudioId& id) const;
  Rules rules(const StudioId& id);

  Catalog catalog_;
  std::string document_;
  std::unique_ptr<MemoryStore> store_;
  CountingRandom random_;
  SelfDevice self_, desk_;
  std::vector<Grant> grants_;
  std::map<MemberId, std::string> names_;
  std::map<std::string, std::pair<MemberId, bool>> codes_;
  std::map<std::string, FakeDevice> devices_;  // by token
  std::vector<Pushed> pushes_;                 // everything taken, for a restore to take again
};

}  // namespace lianxin
