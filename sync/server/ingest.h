// Push: decides the fate of a batch of lines, in order, in one transaction (PROTOCOL 4). What chains is accepted,
// whatever it holds; each change is applied or held; nothing a phone sends is refused or skipped.
#pragma once

#include "sync/model/cursor.h"
#include "sync/model/policy.h"
#include "sync/crypto/random.h"
#include "sync/log/store.h"

namespace lianxin {

// The server where it acts alone: official numbers, releases, witnessed heads. It is a device like any other.
struct SelfDevice {
  DeviceId device;
  PublicKey key{};
  MemberId member;  // stands for "the server" as author
  SecretKey secret{};
};

// What ingest goes by. All references outlive the call; none is changed by it.
struct Rules {
  const Catalog& catalog;
  std::span<const Grant> grants;  // of every member
  StudioPlace place;              // of the studio pushed to
  const SelfDevice& self;
  Random& random;
  std::int64_t server_ms = 0;
};

struct Pusher {
  DeviceId device;
  PublicKey key{};
  MemberId member;       // it was enrolled for
  bool shared = false;   // a duty phone: any member with a grant in the studio may act on it
  bool revoked = false;  // everything it sends is held
  ClockReading clocks;   // at the moment of sending
  bool awaits_grant = false;  // known by its certificate alone: what no grant covers waits for that grant (6.3)
};

// One entry of a push: a line, or (after a fork) the id and hash of a line that the server already has.
struct PushEntry {
  std::string line;
  std::optional<std::pair<ChangeId, Hash>> known;
};

struct Push {
  N first_n = 1;
  Hash before{};  // h(first_n - 1) as the phone has it
  std::vector<PushEntry> entries;
  Signature signature{};
};

struct Pushed {
  N acked_n = 0;
  Hash h{};
  std::size_t applied = 0, held = 0, already_there = 0;
};

// Runs in one write transaction. Failures: invalid_argument (bad signature: nothing of the push is taken), busy,
// unavailable. A gap, or a chain that is not the server's, takes nothing and answers with what the server has.
Result<Pushed> push(Store& store, const StudioId& studio, const Rules& rules, const Pusher& pusher, const Push& push);

// Changes that a coordinator makes at the desk, or the server on its own: `device` acts (its member is the author) and
// signs; they pass the same ingest as every other, all or none. `seen`: the seq that the desk's screen showed. Returns
// the log's head after them. not_allowed, with the refusal's code as message, when one would be held: at a desk that is
// said at once, and nothing is kept.
struct Draft {
  RecordId record;
  std::string kind, reason;
  std::vector<Write> writes;
  Seq seen = 0;
};
Result<Seq> act(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                std::span<const Draft> drafts);

// Heads that a phone held of a history this log does not have: each is logged as witnessed by the server's device
// (PROTOCOL 6.2). Only where `lost`, the cursor they were pulled with, shows that this log was set back: without this
// server's mark on it not_allowed, and nothing is taken; nothing either where this log has its place. A phone is believed
// no further than it may see, and no head beyond what its author could have written: others are passed over. A number that
// was given is not given again. `asker`: who offers. Returns how many were new.
struct OfferedHead {
  RecordId record;
  std::string kind;
  Address at;
  Head head;
};
Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules, const Access& asker,
                                   const std::optional<Cursor>& lost, std::span<const OfferedHead> heads);

// Of these held changes, those held because their kinds were not known yet are released if they now are. Returns how many.
Result<std::size_t> release_known_kinds(Store& store, const StudioId& studio, const Rules& rules,
                                        std::span<const ChangeId> held);

// Of these held changes, those that waited for their author's grant (`awaits_grant`, 6.3) are released where one covers
// them now. Returns how many.
Result<std::size_t> release_granted(Store& store, const StudioId& studio, const Rules& rules,
                                    std::span<const ChangeId> held);

// A line that a device of the server's own made, a desk's or the server's where it acts alone, and that stood in the log
// of a database that is no more (6.3).
struct LostLine {
  SelfDevice device;   // whose chain takes it again, and who signs
  std::string line;
  Hlc clock;           // effective, as it was given then
  bool began = false;  // it needs nothing of its record: it was its first, or decides of a held change that is here; every
                       // other waits until something of its record is here
};

// Takes again those that are not here, in their order and in one transaction: each is judged as if it came now, with the
// clock it had. An official number among them is given to nobody else. `lines`: of one desk and the server at most.
// Returns how many were not here.
Result<std::size_t> take_again(Store& store, const StudioId& studio, const Rules& rules,
                               std::span<const LostLine> lines);

// Replays the studio's log into rows and digests, with the stored outcomes and clocks.
Result<StudioHead> rebuild(Store& store, const StudioId& studio, const Catalog& catalog);

}  // namespace lianxin
