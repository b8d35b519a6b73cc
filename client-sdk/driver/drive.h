// Carries out the steps of an exchange with the server, on the calling thread: sends, waits, until it is done.
#pragma once

#include <optional>

#include "client-sdk/session/enrolment.h"
#include "client-sdk/session/move.h"
#include "client-sdk/session/sync_session.h"
#include "lianxin/sync_options.h"

namespace lianxin::client {

// Why it did not go well; none: it did. `options`: who may cancel it, and how it waits.
std::optional<Problem> drive(SyncSession& session, Transport& transport, const SyncOptions& options);
std::optional<Problem> drive(Enrolment& enrolment, Transport& transport);
std::optional<Problem> drive(Move& move, Transport& transport);

}  // namespace lianxin::client
