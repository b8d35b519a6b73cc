// Made-up ids, lines and additions for the storage tests: recognisable, dense, and not otherwise true.
#pragma once

#include <functional>

#include "sync/log/store.h"

namespace lianxin::storage_test {

// An id whose last bytes count: the same number gives the same id.
template <class AnyId>
AnyId id_of(std::uint32_t number, std::uint8_t salt = 1) {
  AnyId id;
  id.bytes[0] = salt;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

inline const StudioId studio = id_of<StudioId>(1);
inline const DeviceId phone = id_of<DeviceId>(7);

// A change of `record` that is the next of the studio and of `device`, and the row after it.
struct NextChange {
  RecordId record = id_of<RecordId>(1);
  DeviceId device = phone;
  std::optional<ChangeId> id;  // otherwise made from the device's n
  bool held = false;
  RowSummary summary;
  std::string encoded = "{}";
  std::string kind = "visit";
};
Result<Addition> addition_of(ReadTxn& txn, std::span<const NextChange> changes);

// Adds them in one transaction.
Status add(Store& store, const StudioId& to, std::span<const NextChange> changes);
Status add(Store& store, const StudioId& to, const NextChange& change);

// What `f` gives of one snapshot; the test fails where that fails.
Status look(Store& store, const StudioId& at, const std::function<void(ReadTxn&)>& f);

// True when `f` ends its process by an assertion. It runs in a child, so it must make all it uses itself.
bool dies(const std::function<void()>& f);

}  // namespace lianxin::storage_test
