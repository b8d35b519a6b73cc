// How it is told that an act was not done: because the rules refuse it, or because the record is no longer what its
// author saw. Nothing was changed in either case, and what was sent is kept as its author's draft.
#pragma once

#include "server/review/acts.h"
#include "server/routes/routes.h"

namespace lianxin::server {

// The record that an act was about, and the address at which it would have met somebody else's.
struct ActedOn {
  const StudioPlace* place = nullptr;
  RecordId record;
  std::string kind;
  Address at;
};

using RefusedParts = std::vector<RefusedPart>;

// field_unknown for each of a body's `writes` that names a field which the kind does not have: nobody's role is asked
// about that.
RefusedParts unknown_fields(const Desk& desk, std::string_view kind, const Value& body);

// What its author is told of a refused act.
struct RefusalTold {
  Value::Object members;  // {code, field, label, given, allowed} of the first, all of them in `refusals`, and `draft`
  std::string zh, en;
};

// Keeps what was sent to `path` as a draft. Where that fails, `draft` is not among the members and the sentence says
// so.
RefusalTold told_of(const Desk& desk, const RefusedParts& refused, std::string_view path, std::string_view body);

// 422 with the refusal's own code and what was wrong where; 409 with what stands there now for one that says that the
// record has changed meanwhile.
Response refusal_response(const Desk& desk, const Request& request, const RefusedParts& refused, const ActedOn& on);

// 409, with what stands there now, and `draft` where what was sent could be kept.
Response conflict_response(const Desk& desk, const Request& request, const Error& error, const ActedOn& on);

// The record as it is: last_seq, review, state, and so on; `heads` of the address asked about, or what became of the
// held change that it names. Empty where it is out of the asker's sight.
Value::Object state_now(const Desk& desk, const ActedOn& on);

// Of an act's failure what it says in English alone, in both languages.
Error in_words(const Error& error);

// An act's answer, or why there is none.
OrRefused<Response> act_response(const Desk& desk, const Request& request, const ActedOn& on,
                                 const Result<ActAnswer>& answer);

// The document of a problem, to be told as a part of another answer.
Value document_of(const Response& problem);

bool changed_meanwhile(std::string_view refusal_code);

}  // namespace lianxin::server
