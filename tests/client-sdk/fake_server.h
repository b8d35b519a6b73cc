// A server in the same process: the server's answer (sync/server/answer.h) over the store in memory, behind the phone's
// transport. What is not real is the network, which loses what a test tells it to lose, and who the people are.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lianxin/transport.h"
#include "server/people/reference_rows.h"
#include "server/storage/memory/memory_store.h"
#include "server/upkeep/mender.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"

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
  std::int64_t token_ms = 0;  // since when it shows the token that it shows
  std::int64_t enrolled_ms = 0;
};

// The kinds that a server goes by, and the document in which its phones get them.
struct KindSet {
  Catalog catalog;
  std::string document;

  static KindSet of(std::vector<KindFile> files, std::int64_t version = 1);
  static KindSet of_folder(const std::string& folder);
  static const KindSet& shipped();  // read once
};

class FakeServer final : public Transport {
 public:
  explicit FakeServer(const KindSet& kinds = KindSet::shipped());
  FakeServer(const FakeServer& other);  // as that one stands, without its backups, fates and those that look on

  TransportReply call(const TransportRequest& request) override;

  // What happens to the next calls, front first; then all is well again.
  enum class Fate { well, lost_before, lost_after, busy };
  std::vector<Fate> fates;
  std::map<std::string, std::string> moved;  // calls to an address of these are answered 308 to the other one
  int calls = 0;
  std::function<void(const TransportRequest&)> on_call;  // sees each call, of whatever path, while it is under way
  std::function<void(SyncRequest&)> on_request;          // looks at each request before it is served
  std::function<void(SyncReply&)> on_reply;              // may tamper with it

  MemberId add_person(const std::string& name);  // who holds nothing yet
  MemberId add_member(const std::string& name, const std::string& role, Sensitivity clearance = Sensitivity::personal);
  MemberId add_by_org(const std::string& name, const std::string& role);  // in all studios, by their org unit
  void grant(const MemberId& member, const StudioId& studio, const std::string& role, Sensitivity clearance);
  void add_grant(Grant made);
  void revoke_grants(const StudioId& studio);
  void end_grants(const MemberId& member, const StudioId& in);  // from now on
  void revoke_devices(const MemberId& member);                  // every one of theirs
  void set_clearance(const MemberId& member, const StudioId& in, Sensitivity clearance);
  void set_kinds(const KindSet& kinds);
  void sum_rows_every(std::int64_t ms);  // of studios that a phone asks about; before every answer where it is not said
  std::string code_for(const MemberId& member, bool shared = false);
  StudioId add_studio();  // one more; nobody has a grant there yet
  // From now on who is where is what the reference data of these org units says, as with a real server's directory.
  void go_by_reference(std::vector<std::string> org_codes);
  const server::Places& places();  // of that, as of now

  // The desk: a coordinator's change, judged as all others are.
  Status desk(const RecordId& record, const std::string& kind, std::vector<Write> writes,
              const std::string& reason = {});
  void fill_record(const std::string& record);  // a micro_consultation: no phone has room in it any more
  Row row(const std::string& record);
  Seq head();
  std::string backup();                     // names a moment
  void restore(const std::string& moment);  // the store as it was then: the log after it never happened
  void forget_tokens() {                    // as one that was restored to before its phones came
    devices_.clear();
    offered_.clear();
  }
  void forget_certificates() { certified_.clear(); }
  Store& store() { return *store_; }
  const Catalog& catalog() const { return catalog_; }
  const SelfDevice& self() const { return self_; }
  const SelfDevice& desk_device() const { return desk_; }
  Access access(const MemberId& member, const StudioId& in) const;
  Rules rules(const StudioId& id);

  StudioId studio, second_studio;
  std::string move;        // what it announces (sync/wire/server_move.h)
  int versions_ahead = 0;  // by so many is the protocol that it speaks newer than the phone's; below 0: older
  std::int64_t now_ms = 1'800'000'000'000;
  std::size_t page_bytes = 0;  // cuts pages smaller than the phone asked; 0: as asked
  int rebuilds = 0;            // so far

 private:
  TransportReply serve(const TransportRequest& request);
  TransportReply enrol(const Value& body);
  TransportReply rekey(const FakeDevice& old, const Value& body);
  TransportReply readmit(const Value& body);
  TransportReply sync(const std::string& token, const std::string& body);
  bool token_known(const std::string& token) const { return devices_.contains(token) || offered_.contains(token); }
  FakeDevice& device_of(const std::string& token);  // of one that is known
  void note_used(const std::string& token);
  void renew(const std::string& token, const SyncRequest& request, SyncReply& reply);
  std::string certificate_of(const FakeDevice& device) const;
  std::vector<GrantedStudio> granted(const FakeDevice& device) const;
  Access access_on(const FakeDevice& device, const StudioId& in) const;
  StudioPlace place(const StudioId& id) const;
  bool knows(const StudioId& id) const;
  void sum_rows(const StudioId& id);                      // where it is due
  void open(std::unique_ptr<server::MemoryStore> store);  // as a process that begins with it

  class DeviceAnswering;

  Catalog catalog_;
  std::string document_;
  std::unique_ptr<server::MemoryStore> store_;
  CountingRandom random_;
  SelfDevice self_, desk_;
  std::vector<Grant> grants_;
  std::map<MemberId, std::string> names_;
  std::map<std::string, std::pair<MemberId, bool>> codes_;
  std::map<std::string, FakeDevice> devices_;    // by token
  std::map<std::string, FakeDevice> certified_;  // by certificate
  std::map<std::string, std::string> offered_;   // tokens that were given and not used yet: which each follows
  std::vector<std::unique_ptr<server::MemoryStore>> backups_;
  std::vector<StudioId> studios_;
  std::unique_ptr<server::Mender> mender_;  // of store_
  std::int64_t sum_every_ms_ = 0;
  std::map<StudioId, std::int64_t> summed_ms_;  // when last
  std::vector<std::string> reference_of_;       // org codes; empty: places_ is not there
  server::ReferenceRows reference_;
  std::shared_ptr<const server::Places> places_;
};

}  // namespace lianxin
