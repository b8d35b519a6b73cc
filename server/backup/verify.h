// Whether a database is what the program wrote: the file's pages, every table against its seal, every log and chain
// against its hashes and signatures, and every row, list and search text against what the log says they must be.
// Nothing is changed, and a server may run beside it: all is read in one snapshot.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "server/backup/findings.h"
#include "sync/model/chain.h"

namespace lianxin::server {

// Keys that no table holds: they lie in DATA/keys. Without them the server's and the desks' signatures, and the first
// link of their chains, stay unproved, and so do the certificates of phones.
struct VerifyKeys {
  std::optional<PublicKey> server;
  std::map<DeviceId, PublicKey> devices;  // of the server and of its desks
};
// None where there is no such folder. Has the key held, too, under which the database is encrypted.
Result<VerifyKeys> keys_in(const std::filesystem::path& folder);

struct VerifyOptions {
  std::optional<StudioId> studio;  // of the logs and rows only this one's
  VerifyKeys keys;
  std::function<bool()> stop;  // asked now and then; once it says true, all ends with `unavailable`
};

struct StudioPoint {
  Seq seq = 0;
  Hash log_hash{};
  friend bool operator==(const StudioPoint&, const StudioPoint&) = default;
};

struct Verified {
  Findings damage;
  Findings notes;  // what is not damage and yet worth knowing: unproved, or owed a rebuild
  std::int64_t lines = 0, links = 0, signatures = 0, signatures_unproved = 0, rows = 0, devices = 0;
  std::map<StudioId, StudioPoint> studios;         // as their logs end
  std::map<std::string, std::int64_t> migrations;  // the last of each module
  std::int64_t kinds_version = 0;

  bool clean() const { return damage.count() == 0; }
};

// The studio of that code or id, as the database tells it. not_found.
Result<StudioId> studio_in(const std::filesystem::path& file, const std::string& code_or_id);

// Takes some seconds for every 100,000 lines, and memory by the largest studio. Damage is no error but a finding, and
// so is a file from a newer program, of which no more can be said. Errors: not_found, busy, and unavailable when told
// to stop.
Result<Verified> verify_file(const std::filesystem::path& file, const VerifyOptions& options);

}  // namespace lianxin::server
