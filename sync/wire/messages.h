// What travels between a phone and the server in one round trip (PROTOCOL 5.1). Its bytes: envelope.h.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/model/cell.h"
#include "sync/model/chain.h"
#include "sync/model/cursor.h"
#include "sync/model/digest.h"
#include "sync/wire/receipt.h"

namespace lianxin {

// The version that is written, which is the newest that is read, and the oldest: each with its date and reason in
// PROTOCOL 8.
inline constexpr std::int64_t protocol_version = 2, protocol_oldest = 2;
constexpr bool is_too_old(std::int64_t version) { return version < protocol_oldest; }
constexpr bool is_too_new(std::int64_t version) { return version > protocol_version; }

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

// A head of a history that the server does not have any more, given back by a phone that had pulled it (PROTOCOL 6.2).
struct OfferedHead {
  RecordId record;
  std::string kind;
  Address at;
  Head head;
};

struct StudioRequest {
  StudioId studio;
  Push push;                    // may hold no entry
  N last_n = 0;                 // the phone's highest n when the request was built
  std::string cursor;           // as given; empty: from zero
  std::vector<ChangeId> asked;  // does the server have these?
  std::vector<OfferedHead> offered;
  std::size_t bytes_max = 0;        // for this studio's page; 0: none wanted
  bool differs = false;             // the phone's rows are not as they came, or sum to another digest (5.6)
  std::optional<Seq> compare_from;  // digests of the records after this seq are wanted (5.6)
};

struct SyncRequest {
  ClockReading clocks;
  std::int64_t kinds_version = 0;        // that the phone has
  std::int64_t certificate_ends_ms = 0;  // of the certificate that the phone has
  std::vector<StudioRequest> studios;
};

// What the server tells a phone of a grant: enough to know its studios, and to judge its own writes before it saves.
struct GrantedStudio {
  StudioId studio;
  std::string code, name;
  bool reference = false;
  struct Holder {
    MemberId member;
    std::string name;                // of the member; shown when a shared phone is switched
    std::vector<std::string> roles;  // highest first
    Sensitivity clearance = Sensitivity::public_;
    std::int64_t pin_reset_ms = 0;  // on a shared phone: a PIN that was set before this one was told is void; 0: none
    friend bool operator==(const Holder&, const Holder&) = default;
  };
  std::vector<Holder> holders;  // the phone's own member; on a shared phone all who may act on it as well
  friend bool operator==(const GrantedStudio&, const GrantedStudio&) = default;
};

// What a cursor has not seen, and its reader may (PROTOCOL 5).
struct Page {
  std::optional<ChainHead> acked;  // of the asker; none: the server did not look, and says nothing of what is there
  bool given = false;              // false: something is unpushed, or no page was wanted; nothing below is set
  bool from_zero = false;  // the cursor was none of this log's: rows go into a fresh set, swapped in when complete
  bool history_unknown = false;   // …and it named a history that this log does not have
  std::vector<std::string> rows;  // encoded, filtered; by last_seq
  Cursor cursor;
  bool more = false;
  std::optional<Digest> digest;  // when caught up: what the reader's rows must sum to

  N acked_n() const { return acked ? acked->n : 0; }
};

// A change that was asked about and is in the log. The id alone does not say that: other bytes may stand under it
// (4.2).
struct KnownLine {
  ChangeId id;
  Bytes<8> line{};  // the first bytes of the SHA-256 of the line there
  friend bool operator==(const KnownLine&, const KnownLine&) = default;
};

// What one reader's record contributes to that reader's digest.
struct RecordDigest {
  RecordId record;
  Digest digest;
  friend bool operator==(const RecordDigest&, const RecordDigest&) = default;
};

// One stretch of a studio's records, by last_seq in (from, to]: all that the reader may see, and no other.
struct Compared {
  Seq from = 0, to = 0;
  bool more = false;  // the next stretch begins at `to`
  std::vector<RecordDigest> records;
};

struct StudioReply {
  StudioId studio;
  Page page;
  std::vector<KnownLine> known;      // of those asked
  std::optional<Receipt> receipt;    // where anything of this device is there (5.7)
  std::optional<Compared> compared;  // where it was asked for, and the phone is caught up with the page
  std::string problem;               // where this part was not done: one of codes.h
};

struct SyncReply {
  std::int64_t server_ms = 0;
  std::int64_t kinds_version = 0;
  bool purge = false;       // the device was revoked and everything it had is here: delete all
  std::string token;        // the phone's next (9.5); empty: it keeps the one that it has
  std::string certificate;  // in place of one that ends before long (9.5); empty: none
  std::string move;         // where the server will be, or is (server_move.h); empty: it stays
  std::vector<GrantedStudio> grants;
  std::vector<StudioReply> studios;
};

}  // namespace lianxin
