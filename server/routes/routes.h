// The route groups of phones and machines, each handed what it names: all of that must outlive the router. Those of
// people at desks are in at_desk.h.
#pragma once

#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/kinds/moment.h"
#include "server/people/accounts.h"
#include "server/people/allowances.h"
#include "server/people/device_limits.h"
#include "server/people/devices.h"
#include "server/people/enrolment.h"
#include "server/people/sessions.h"
#include "server/people/sync_notes.h"
#include "server/telemetry/metrics.h"

namespace lianxin::server {

class Audit;
class Grants;
class JournalSettling;
class KindsFolder;
class ListStore;
class MachineCheck;
class Mender;
class PinResets;
class PublicAddress;
class Renewals;
class SecondFactors;
class SqlDatabase;

// POST /v1/enrol, /v1/readmit, /v1/prove, /v1/rekey. `guesses` are codes that were wrong, by client; `limits` bound how
// often a phone takes a new key.
void add_device_routes(Router& router, Devices& devices, Enrolment& enrolment, Moments& moments, Allowances& guesses,
                       DeviceLimits& limits);

// What a sync is answered from.
struct SyncParts {
  Devices& devices;
  PinResets& pins;
  Renewals& renewals;
  const PublicAddress& address;
  SyncNotes& notes;
  Moments& moments;
  Store& store;
  Mender& mender;
  Metrics& metrics;
  DeviceLimits& limits;
};
// POST /v1/sync, GET /v1/kinds
void add_sync_routes(Router& router, const SyncParts& parts, KindsFolder& kinds);

struct SessionParts {
  Accounts& accounts;
  Sessions& sessions;
  SecondFactors& factors;
  Moments& moments;
  Metrics& metrics;
};
// GET, POST and DELETE /v1/sessions, DELETE /v1/sessions/{session}, POST /v1/sessions/end-others, GET /v1/session, POST
// /v1/session/password, /v1/session/totp, /v1/session/totp/confirm
void add_session_routes(Router& router, const SessionParts& parts);
// As a list of them is told; `current`: the one that asks, where it is among them.
Value sessions_value(const std::vector<OpenSession>& open, std::string_view current);

// What a machine asks after.
struct ProbeParts {
  const Moments& moments;
  Grants& grants;
  KindsFolder& kinds;
  Devices& devices;
  Store& store;
  ListStore& lists;
  SqlDatabase& database;
  const JournalSettling& journal;
  const MachineCheck& machine;
  const Audit& audit;
  Metrics& metrics;
};
// GET /healthz, GET /openapi.json
void add_probe_routes(Router& router, const ProbeParts& parts);
// GET /metrics
void add_metrics_route(Router& router, const ProbeParts& parts);

// Why a request is not answered, or what failed within; its asker is told in the language of the request. `detail` is
// in both languages (said.h) or a code; `more` are members for programs.
class Refused {
 public:
  Refused(Problem why, std::string detail = {}, Value::Object more = {})
      : why_(why), detail_(std::move(detail)), more_(std::move(more)) {}
  Refused(Error failed) : failed_(std::move(failed)) {}

  Response response(const Request& request) const;

 private:
  Problem why_ = Problem::internal;
  std::string detail_;
  Value::Object more_;
  std::optional<Error> failed_;  // told in place of the three above
};

template <class T>
using OrRefused = tl::expected<T, Refused>;

inline tl::unexpected<Refused> refuse(Problem why, std::string detail = {}, Value::Object more = {}) {
  return tl::unexpected(Refused(why, std::move(detail), std::move(more)));
}

// A route's handler: answers with what `answer` says, or with why it refuses.
Handler answering(std::function<OrRefused<Response>(const Request&)> answer);

// 429 with Retry-After.
Response too_many_requests(std::int64_t wait_ms, const Request& request, std::string_view detail = {});

// Who asks; not_signed_in where nobody is known by the token.
OrRefused<Device> device_of(Devices& devices, const Request& request);
// By token or by cookie, never by both: where a token is sent no cookie counts. By cookie what changes anything also
// shows the session's X-CSRF-Token (csrf_missing).
OrRefused<SignedInAs> account_of(Sessions& sessions, const Moments& clock, const Request& request);

// The token of the session's cookie; empty where there is none.
std::string_view session_cookie(const Sessions& sessions, const Request& request);

// That the audit log will name this account as the one who asks.
void note_account(const Request& request, const Account& account, std::string_view token);

// Whether a kind's records may hold something about a person that is not for everybody; unknown ones may.
bool may_be_personal(const Catalog& catalog, std::string_view kind);

// An object, without U+0000 in any text. What members it has is for its reader to judge (body.h).
OrRefused<Value> json_body(const Request& request);

}  // namespace lianxin::server
