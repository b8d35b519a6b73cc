// One question to one studio, as it is at one moment.
#pragma once

#include <type_traits>

#include "sync/log/store.h"

namespace lianxin::server {

// What `f`, whose answer is a Result, makes of a snapshot of the studio. Errors: the store's, and those of `f`.
template <class F>
auto ask_studio(Store& store, const StudioId& studio, const F& f) {
  std::invoke_result_t<const F&, ReadTxn&> answer;
  const Status done = store.read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(*answer, f(snapshot));
    return {};
  });
  if (!done) answer = tl::unexpected(done.error());
  return answer;
}

inline Result<StudioHead> head_of(Store& store, const StudioId& studio) {
  return ask_studio(store, studio, [](ReadTxn& snapshot) { return snapshot.head(); });
}

}  // namespace lianxin::server
