// A studio made at the desk: for a joint consultation of several studios, or the patients of one clinic, whoever takes
// part in it gets a grant there and nobody sees more of the others (design 2).
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

struct MadeStudio {
  Acted acted;
  StudioId studio;
  std::string code;
  bool code_taken = false;    // by another studio or an org unit: then nothing is made
  std::vector<Grant> grants;  // to be kept once the record stands
};

// {name, org, code?, region_code?, place_kind?, studio_kind?, studio_level?, grants: [{member, role, clearance?,
// from_ms?, to_ms?}]}. By a coordinator of that org unit, who gives nobody a clearance above his own. not_allowed and
// not_found accordingly, invalid_argument for the rest.
Result<MadeStudio> make_studio(const Desk& desk, const Value& body);

}  // namespace lianxin::server
