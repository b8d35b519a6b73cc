// The server's answer to one sync of one device (PROTOCOL 4, 5): studio by studio, each for itself, first what the
// device brings and then what it has not seen. Whoever answers phones runs this one: the server's route, the
// simulation, the fuzz target and the conformance kit.
#pragma once

#include "sync/log/store.h"
#include "sync/server/push.h"
#include "sync/server/rules.h"
#include "sync/wire/messages.h"

namespace lianxin {

// A device that was cut off may still hand over what was recorded on it, all held; past this it is somebody filling the
// disk (over_quota). A long line counts as several, so it is at most 80 MB.
inline constexpr std::int64_t lines_since_cut_off_max = 20'000;
inline constexpr std::size_t line_bytes_since_cut_off = 4 * 1024;

// The device that asks.
struct AskingDevice {
  DeviceId id;
  PublicKey key{};
  MemberId member;       // it was enrolled for
  bool shared = false;   // a duty phone: any member with a grant in the studio may act on it
  bool cut_off = false;  // lost or revoked: all it brings is held, and it receives nothing but the order to purge
  std::int64_t lines_since_cut_off = 0;  // taken of it until now, a long one counted as several
  std::int64_t enrolled_ms = 0;
};

// What the device is in one studio.
struct StudioStanding {
  StudioPlace place;
  Access access;                 // of whoever looks at it
  bool may_have_worked = false;  // its work is taken: a grant holds there, or held when it may have been done
  bool awaits_grant = false;     // as Pusher::awaits_grant
};

// What an answer asks of its surroundings, all of one moment. Whatever is referred to outlives the answer.
class Answering {
 public:
  virtual ~Answering() = default;

  virtual const AskingDevice& device() const = 0;
  virtual Store& store() = 0;
  virtual Rules rules(const StudioPlace& place) = 0;
  virtual std::optional<StudioStanding> standing(
      const StudioId& studio) = 0;                  // none where the studio is not known here
  virtual std::vector<GrantedStudio> grants() = 0;  // of the device

  // Heads of lost histories that the device has given back since the last restoration (6.2).
  virtual Result<std::int64_t> heads_given_back() { return 0; }

  // The device's rows sum to something else: the studio's are mended where they are not the log's (PROTOCOL 5.6).
  virtual Status phone_differs(const StudioId& studio) = 0;
  // A row cannot be read. True: now they all can, so that what failed is worth another try.
  virtual Result<bool> rows_doubted(const StudioId& studio) = 0;
};

// One step of a studio's part that failed.
struct FailedStep {
  const char* step;
  std::string code;  // that the device was told; empty where the answer goes on without that step
  Error error;
};

// What came of one studio's part, for those who count and log.
struct StudioNote {
  Pushed pushed;                   // zeroes where nothing was pushed, or nothing of it taken
  std::int64_t since_cut_off = 0;  // what of it counts against lines_since_cut_off_max
  std::size_t witnessed = 0;       // heads given back that were new
  bool reference_moved = false;    // something was applied to reference data
  std::vector<FailedStep> failed;
};

struct Answered {
  SyncReply reply;
  std::vector<StudioNote> notes;  // of reply.studios, in their order
  std::int64_t backlog = 0;       // changes that the device has and the server has not, in all studios
  bool given_all = false;  // nothing of the device's, nor of a history that this server lost, is left to be given
};

// invalid_argument where a studio is named twice: its second part would be judged by what the first has just changed.
// Otherwise it never fails as a whole: a studio that could not be served says so in its `problem`.
Result<Answered> answer(Answering& server, const SyncRequest& request);

}  // namespace lianxin
