// The server's story as it goes when nothing fails: what each step was told, and what lay in the database after it.
// Other tellings are held against it.
#pragma once

#include "tests/sim/files/fault_files.h"
#include "tests/sim/scenarios/server_story.h"

namespace lianxin::sim {

// Everything in the database but when it was migrated: by table, a hash of all its rows in order. corrupt: a seal
// (server/storage/sqlite/seal.h) is broken.
using TableHashes = std::map<std::string, Hash>;
Result<TableHashes> table_hashes(SqlDatabase& database);
std::string differing(const TableHashes& one, const TableHashes& other);  // names of tables; empty where all agree

struct Untroubled {
  std::int64_t calls = 0;           // that write or sync
  std::vector<std::string> told;    // by step
  std::vector<TableHashes> tables;  // before the first step, and after each
};

ServerStory& the_story();        // one for the process
const Untroubled& untroubled();  // told once

void wipe_story_disk(std::uint64_t seed);  // empty, and with many checkpoints
FaultDisk& story_disk();

// A step failed: the database must be that of the moment before it or after it.
struct Standing {
  bool before = false, after = false;
  std::string why_neither;  // the tables that are neither, or why they cannot be read
};
Standing standing_at(SqlDatabase& database, std::size_t step);

}  // namespace lianxin::sim
