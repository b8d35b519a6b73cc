// The invariants of design 8, asked of a world: at every form, page, reply and desk act, and once it is quiet.
#pragma once

#include "tests/sync/property/world.h"

namespace lianxin {

void check_view(World& world, const ModelPhone& phone, const RecordId& record);                        // 8, 9, 13
void check_saved(World& world, const ModelPhone& phone, const Change& change, const Row& before);      // 10
void check_page(World& world, const ModelPhone& phone, const StudioRequest& asked, const Page& page);  // 5
void check_phone(World& world, const ModelPhone& phone);                                               // 6, 14
void check_server(World& world);                                                                       // 7, 9, 10, 13

// Once settled.
void check_chains(World& world);    // 1
void check_resend(World& world);    // 2
void check_poison(World& world);    // 4
void check_quiet(World& world);     // 7
void check_rebuild(World& world);   // 7
void check_permuted(World& world);  // 7, 9
void check_readable(World& world);  // 11
void check_clocks(World& world);    // 12
void check_kinds(World& world);     // 17

}  // namespace lianxin
