// What the server judges a studio's lines by, at one moment.
#pragma once

#include <cstdint>
#include <span>

#include "schema/kind.h"
#include "sync/crypto/random.h"
#include "sync/model/belonging.h"
#include "sync/model/policy.h"
#include "sync/model/self_device.h"

namespace lianxin {

// All references outlive the call that is given this; none is changed by it.
struct Rules {
  const Catalog& catalog;
  std::span<const Grant> grants;  // of every member
  StudioPlace place;              // of the studio
  const SelfDevice& self;
  Random& random;
  std::int64_t server_ms = 0;
  const OrgUnits* orgs = nullptr;  // of this server; nullptr: no more is known of them than `place` says
};

}  // namespace lianxin
