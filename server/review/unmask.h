// One field of one record shown to somebody who else sees it masked, or not at all: for a reason, and for some minutes.
#pragma once

#include "server/review/desk.h"

namespace lianxin::server {

struct Unmasking {
  std::string field, reason_code, reason;
};

inline constexpr std::string_view unmask_reasons[] = {"callback", "emergency", "handling", "complaint", "law", "other"};
inline constexpr std::size_t unmask_reason_characters_min = 4, unmask_reason_characters_max = 500;

// invalid_argument where the reason is none, or the field is in sight anyway; not_allowed where it is not his to
// unmask; not_found where there is no such record in a studio of his. Nothing is opened by this: who calls it does
// that.
Status may_unmask(const Desk& desk, const StudioPlace& place, const RecordId& record, const Unmasking& asked);

// What the field shows to somebody for whom it is open: {field, label, value, text}.
Result<Value> unmasked_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                            const std::string& field);

}  // namespace lianxin::server
