// The lines that the server's own devices wrote, desks among them, as the journal keeps them: no phone has a copy of
// those.
//
//   {"kind":"lines","studio":"…","seq":812,"log":"64 hex digits",
//    "lines":[{"device":"…","id":"…","clock":"…","began":false,"line":"…"}]}
//
// `seq` and `log` are the head of the studio's log after them. One entry is what one transaction added.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "schema/value.h"
#include "server/people/keys.h"
#include "sync/log/store.h"
#include "sync/server/origin.h"

namespace lianxin::server {

// Whose secret this server holds, so that it can sign for them again; nothing for a phone's.
class OwnDevices {
 public:
  OwnDevices(const SelfDevice& self, const KeyFolder& keys) : self_(self), keys_(keys) {}
  std::optional<SelfDevice> with(const DeviceId& device) const;
  const SelfDevice& self() const { return self_; }

 private:
  const SelfDevice& self_;
  const KeyFolder& keys_;
};

// Of what a transaction adds; nothing where no device of the server's own wrote.
Result<std::optional<Value::Object>> own_lines_entry(const OwnDevices& own, const StudioId& studio,
                                                     const Addition& addition);

// Of lines that stand in the log already, after `head` of it. `began`: which of them were the first of their record.
Result<std::optional<Value::Object>> own_lines_entry(const OwnDevices& own, const StudioId& studio,
                                                     std::span<const Logged> lines,
                                                     const std::function<Result<bool>(const Logged&)>& began, Seq seq,
                                                     const Hash& log_hash);

struct OwnLines {
  StudioId studio;
  Seq seq = 0;
  Hash log_hash{};
  std::vector<ChangeId> ids;
  std::vector<LostLine> lines;  // in the same order
};

// invalid_argument: no such entry. A desk whose key is here no more has its lines vouched for by the server's device.
Result<OwnLines> read_own_lines(const OwnDevices& own, const Value::Object& entry);

}  // namespace lianxin::server
