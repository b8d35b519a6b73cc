// The VFS by which SQLite reaches the simulated disks (https://sqlite.org/vfs.html).
#pragma once

#include <cstdint>

namespace lianxin::sim {

void register_sim_vfs();  // as the default
void seed_sim_vfs(std::uint64_t seed);
void set_sim_now_ms(std::int64_t now_ms);

}  // namespace lianxin::sim
