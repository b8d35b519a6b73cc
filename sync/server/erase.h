// Erasure (PROTOCOL 4.10): what a resident asks to be forgotten is taken out of every line and row of a record, at once
// and for good. The log's hashes and the devices' chains still verify, and the record says what was taken out of which
// change, so that a phone does the same, and that what comes later does not bring it back.
#pragma once

#include "sync/server/act.h"

namespace lianxin {

struct Erasing {
  RecordId record;
  std::vector<std::string> fields;  // of its kind, none of them a ladder or beginning with '_'; empty: all of those
  std::string reason;               // required; it stays, so it names nobody
};

struct ErasingDone {
  std::size_t changes = 0;       // from which something was erased now
  Seq seq = 0;                   // the log's head after it
  std::vector<Refusal> refused;  // then nothing was
};

// `device` acts: its member needs Right::erase. Nothing happens twice: what is erased already is passed over.
// not_found: no such record; invalid_argument: no reason, or a field that cannot be erased, named in the message.
Result<ErasingDone> erase(Store& store, const StudioId& studio, const Rules& rules, const SelfDevice& device,
                          const Erasing& erasing);

}  // namespace lianxin
