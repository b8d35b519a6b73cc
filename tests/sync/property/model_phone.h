// A phone reduced to what the protocol asks of it: its own lines in a chain, rows as delivered, forms opened at one
// time and saved at another. It has no disk and no network: the world carries its messages, and loses them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/model/policy.h"
#include "sync/rules/apply.h"
#include "sync/wire/messages.h"
#include "tests/sync/seeded_random.h"

namespace lianxin {

// What a device's clocks say at a moment of true time.
struct ModelClock {
  std::int64_t offset_ms = 0;
  std::int64_t drift_ppm = 0;
  std::int64_t start_ms = 0;
  std::int64_t booted_ms = 0;
  std::string boot_id;

  ClockReading at(std::int64_t true_ms) const;
};

struct OwnLine {
  std::string line;
  std::optional<Change> change;  // none: bytes that are no change
  Hash h{};
  bool poison = false;  // no honest SDK would have saved it, so no form shows it
};

// What a screen held: bases are taken from here, whatever arrives before the save.
struct Form {
  RecordId record;
  std::string kind;
  Seen seen;
  Row shown;
};

class ModelPhone {
 public:
  ModelPhone(std::uint64_t seed, const StudioId& studio, Access access, const Catalog& catalog, ModelClock clock);

  DeviceId device;
  PublicKey key{};
  SecretKey secret{};
  StudioId studio;
  Access access;
  const Catalog* catalog;
  ModelClock clock;

  struct Delivered {
    Row row;
    N acked_n = 0;  // that it came with: own changes above it are still to be added
  };
  std::map<RecordId, Delivered> rows;
  std::vector<OwnLine> own;    // own[n - 1]
  std::string cursor;          // as given; empty: from zero
  N acked_n = 0;               // by the last reply
  Seen caught_up;              // the last completed catch-up
  std::optional<Digest> told;  // the digest that came with it

  Hash h(N n) const;
  N last_n() const { return static_cast<N>(own.size()); }

  std::vector<RecordId> records() const;  // in view: delivered, or made here
  Row view(const RecordId& record) const;
  Form open(const RecordId& record, std::string kind) const;

  // The change that the form's writes make; the caller judges it, then keeps it.
  Change make(const Form& form, std::vector<Write> writes, std::string reason, std::int64_t true_ms);
  void keep(Change change, bool poison = false);
  void keep_bytes(std::string line);

  SyncRequest request(std::int64_t true_ms, std::size_t bytes_max) const;
  bool take(const SyncRequest& asked, const SyncReply& reply);  // false: it came too late to be of use

  Digest digest() const;

 private:
  void append(OwnLine line);
  void fill_in(Row& row) const;
  const Change* own_change(const ChangeId& id) const;

  SeededRandom random_;
  Hlc last_;
  std::map<ChangeId, std::size_t> index_;
  std::optional<std::map<RecordId, Delivered>> fresh_;  // a pull from zero, until it is complete
};

// The ids that a form names: of the heads whose value was on the screen; for a resolution, of all that stood side by
// side.
std::vector<ChangeId> bases_shown(const Catalog& catalog, const Row& row, const Address& at);
std::vector<ChangeId> bases_all(const Row& row, const Address& at);

}  // namespace lianxin
