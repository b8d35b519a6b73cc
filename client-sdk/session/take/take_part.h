// What one studio's part of a reply does to the phone's file: one transaction, with its page, its cursor and its
// acked_n (PROTOCOL 5.5). The steps, in their order, are those of the files beside this one.
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// The phone was set back or cloned: the server has an n that we do not, or another line there (PROTOCOL 6.1).
Result<bool> shows_fork(PhoneCore& phone, const SyncReply& reply);

// Of a studio that is not here any more nothing is taken. Where it fails nothing of the part has effect:
// sync_overtaken; corrupt, where a row of the page cannot be read.
Result<Taken> take_part(const Part& part);

}  // namespace lianxin::client
