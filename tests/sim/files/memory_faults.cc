#include "tests/sim/files/memory_faults.h"

#include <sqlite3.h>

#include "schema/assert.h"

namespace lianxin::sim {
namespace {

constexpr int nobody = -1;
std::atomic<int> armed{nobody};
std::atomic<std::int64_t> counted{0}, fails_at{0};
std::atomic<bool> stays{false}, has_struck{false};

sqlite3_mem_methods plain{};

void* sqlite_malloc(int bytes) {
  return MemoryFaults::refuses(MemoryFaults::Of::sqlite) ? nullptr : plain.xMalloc(bytes);
}
void* sqlite_realloc(void* old, int bytes) {
  return MemoryFaults::refuses(MemoryFaults::Of::sqlite) ? nullptr : plain.xRealloc(old, bytes);
}

}  // namespace

void MemoryFaults::install() {
  static const bool done = [] {
    LX_ASSERT(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) == SQLITE_OK);
    sqlite3_mem_methods ours = plain;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    LX_ASSERT(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK);
    // Nobody asks SQLite how much memory it has; to count it takes a lock at every allocation.
    LX_ASSERT(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
    return true;
  }();
  (void)done;
}

void MemoryFaults::fail_at(Of whose, std::int64_t k, bool for_good) {
  counted = 0;
  fails_at = k;
  stays = for_good;
  has_struck = false;
  armed = static_cast<int>(whose);
}

std::int64_t MemoryFaults::heal() {
  armed = nobody;
  return counted;
}

bool MemoryFaults::struck() { return has_struck; }

bool MemoryFaults::refuses(Of whose) {
  if (armed.load(std::memory_order_relaxed) != static_cast<int>(whose) || WithoutMemoryFaults::depth() > 0)
    return false;
  const std::int64_t k = ++counted;
  if (stays ? k < fails_at : k != fails_at) return false;
  has_struck = true;
  return true;
}

int& WithoutMemoryFaults::depth() {
  thread_local int depth = 0;
  return depth;
}

}  // namespace lianxin::sim
