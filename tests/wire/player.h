// Plays a case: its acts in order, each answered by what the code under test made of it. What a case expects never
// comes in here: expectations are compared outside, so that nothing can be believed that was not observed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "tests/support/one_studio_answering.h"
#include "tests/wire/kit_files.h"
#include "tests/wire/kit_phone.h"

namespace lianxin::kit {

// Fill number k, from 1, gives the first bytes of SHA-256("lianxin kit random" and k in decimal digits).
class CountedRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::int64_t fills_ = 0;
};

struct KitDevice {
  SelfDevice device;
  bool shared = false, revoked = false;
  std::vector<std::string> lines;  // its chain as the phone has it: of n = 1, 2, …; empty where known by hash only
  std::vector<Hash> h;             // h(0), h(1), …
  std::unique_ptr<KitPhone> phone;
};

class Player {
 public:
  // `head`: the case without its acts. `store` and `scratch`, a folder for the phones' files, must outlive this.
  static Result<std::unique_ptr<Player>> open(const std::filesystem::path& kit, const Value& head, Store& store,
                                              std::filesystem::path scratch);

  // {"server": {"device", "key"}, "devices": {name: {"device", "key", "h": h(0)}}}
  Value identities() const;

  // What was observed. invalid_argument: this is no act. The other errors are the store's.
  Result<Value> play(const Value& act);

  // For whoever writes cases.
  const std::map<std::string, KitDevice>& devices() const { return devices_; }
  const Catalog& catalog() const { return kinds_.catalog; }
  const StudioId& studio() const { return place_.studio; }
  Result<std::vector<Logged>> log() const;
  Result<std::optional<Row>> row(const RecordId& record) const;

 private:
  Player(std::filesystem::path kit, Store& store, std::filesystem::path scratch)
      : kit_(std::move(kit)), store_(store), scratch_(std::move(scratch)) {}

  Status read_head(const Value& head);
  Status read_people(const Value::List& people);
  Result<KitDevice*> device_of(const Value& act);
  Rules rules(const Value& act);

  OneStudioAnswering server_for(const Value& act, const KitDevice& device);
  // What the server makes of that device's part, at the act's `server_ms`.
  Result<StudioAnswer> answer_to(const Value& act, const KitDevice& device, StudioRequest asked,
                                 const ClockReading& clocks = {});

  Result<Value> push(const Value& act);
  Result<Value> page(const Value& act);
  Result<Value> save(const Value& act);
  Result<Value> view(const Value& act);
  Result<Value> offer(const Value& act);
  Result<Value> release_kinds(const Value& act);
  Result<Value> rebuild_all();
  Status chain_on(KitDevice& device, const Value::List& lines, std::vector<PushEntry>& entries) const;
  Result<KitPhone*> phone_of(const Value& act, KitDevice& device);
  Status note_news(Value::Object& observed);

  const std::filesystem::path kit_;
  Store& store_;
  const std::filesystem::path scratch_;
  Kinds kinds_;
  StudioPlace place_;
  std::vector<Grant> grants_;
  SelfDevice self_;
  CountedRandom random_;
  std::map<std::string, KitDevice> devices_;
  std::map<ChangeId, Seq> applied_seqs_;  // of the log as it was after the last act
  Seq head_seq_ = 0;
};

}  // namespace lianxin::kit
