// What the parts of a verification share. Each part lives in a verify_*.cc and looks at one kind of thing.
#pragma once

#include <memory>
#include <unordered_map>

#include "server/backup/verify.h"
#include "server/storage/sql.h"
#include "sync/log/log_replay.h"

namespace lianxin::server {

struct Verification {
  SqlConnection& connection;
  const VerifyOptions& options;
  Verified& verified;
  std::map<DeviceId, PublicKey> keys;                 // of every device that is known by one
  std::shared_ptr<const Catalog> catalog;             // the kinds in force; nullptr where none can be read
  std::vector<std::shared_ptr<const Catalog>> older;  // the earlier ones, newest first; filled when first asked for
  bool older_read = false;

  bool stopped() const { return options.stop && options.stop(); }
  void damage(std::string code, std::vector<std::pair<std::string, std::string>> where = {}) {
    verified.damage.add(std::move(code), std::move(where));
  }
};

// --- verify_people.cc: kinds, devices, accounts, grants.

void verify_kinds(Verification& verification);   // and takes the last version as the catalog
void verify_people(Verification& verification);  // and notes every device's key
const std::vector<std::shared_ptr<const Catalog>>& older_kinds(Verification& verification);

// --- verify_log.cc: one studio's log and chains.

// What a log says, for all that is held against it.
struct LogFacts {
  explicit LogFacts(const Catalog& catalog) : replay(catalog) {}

  struct Line {
    Hash hash{};
    Seq seq = 0;
    DeviceId device;
    bool chained = false;  // stands in the chain of the device that brought it
  };
  LogReplay replay;
  bool sound = true;  // every line is what was logged; else `replay` ends before the first that is not
  StudioPoint end;
  std::unordered_map<ChangeId, Line> lines;
  std::map<std::string, std::int64_t> numbers;  // the greatest official number given, by series key
};

// Unavailable when told to stop.
Status verify_log(Verification& verification, const StudioId& studio, LogFacts& facts);
Status verify_chains(Verification& verification, const StudioId& studio, LogFacts& facts);

// --- verify_rows.cc: what follows from a log.

Status verify_rows(Verification& verification, const StudioId& studio, const LogFacts& facts);
void verify_numbers(Verification& verification, const StudioId& studio, const LogFacts& facts);

}  // namespace lianxin::server
