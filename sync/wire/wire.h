// The bytes of one round trip (PROTOCOL 5.1): newline-delimited JSON, so that change lines travel as the bytes they
// are. Parsed once, here, into these structs. Neither side trusts the other: every bound is checked while reading.
#pragma once

#include "sync/server/acknowledgement.h"
#include "sync/server/feed.h"
#include "sync/server/ingest.h"
#include "sync/server/mend.h"

namespace lianxin {

inline constexpr int protocol_version = 1;

struct StudioRequest {
  StudioId studio;
  Push push;                      // may hold no entry
  N last_n = 0;                   // the phone's highest n when the request was built
  std::string cursor;             // as given; empty: from zero
  std::vector<ChangeId> asked;    // does the server have these?
  std::vector<OfferedHead> offered;
  bool offer_waits = false;       // the phone's own note, does not travel: another studio offers in this request
  std::size_t bytes_max = 0;      // for this studio's page; 0: none wanted
  bool differs = false;           // the phone's rows are not as they came, or sum to another digest (5.6)
  std::optional<Seq> compare_from;  // digests of the records after this seq are wanted (5.6)
};

struct SyncRequest {
  ClockReading clocks;
  std::int64_t kinds_version = 0;  // that the phone has
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
    friend bool operator==(const Holder&, const Holder&) = default;
  };
  std::vector<Holder> holders;       // the phone's own member; on a shared phone, all members of the studio
  friend bool operator==(const GrantedStudio&, const GrantedStudio&) = default;
};

// A change that was asked about and is in the log. The id alone does not say that: other bytes may stand under it (4.2).
struct KnownLine {
  ChangeId id;
  Bytes<8> line{};                // the first bytes of the SHA-256 of the line there
  friend bool operator==(const KnownLine&, const KnownLine&) = default;
};

struct StudioReply {
  StudioId studio;
  Page page;                      // acked_n and h always; the rest as given
  std::vector<KnownLine> known;   // of those asked
  std::optional<Acknowledgement> acknowledgement;  // where anything of this device is there (5.7)
  std::optional<Compared> compared;                // where it was asked for, and the phone is caught up with the page
  std::string problem;            // a stable code where this studio's part was not done: not_granted, busy, …
};

struct SyncReply {
  std::int64_t server_ms = 0;
  std::int64_t kinds_version = 0;
  bool purge = false;             // the device was revoked and everything it had is here: delete all
  std::vector<GrantedStudio> grants;
  std::vector<StudioReply> studios;
};

std::string encode_request(const SyncRequest& request);
Result<SyncRequest> decode_request(std::string_view body);
std::string encode_reply(const SyncReply& reply);
Result<SyncReply> decode_reply(std::string_view body);

Value granted_value(const GrantedStudio& grant);
Result<GrantedStudio> granted_of(const Value& value);

}  // namespace lianxin
