// A fire drill: a backup of the running database, put back in a scratch folder and verified there, each step timed.
// What was never restored is no backup.
#pragma once

#include <string>
#include <vector>

#include "server/backup/verify.h"

namespace lianxin::server {

struct DrillStep {
  std::string name;
  double seconds = 0;
  std::string result;
};

struct Drill {
  std::vector<DrillStep> steps;
  Findings differences;  // of the copies, and between them and the database
  bool good() const { return differences.count() == 0; }
};

// `data`: the data folder, with or without a server on it. `scratch` is made, and removed at the end with all in it;
// conflict where something lies there already. It takes twice the database's size there.
Result<Drill> run_drill(const std::filesystem::path& data, const std::filesystem::path& scratch, std::int64_t now_ms);

}  // namespace lianxin::server
