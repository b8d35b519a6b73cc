// What every route for people at desks begins with: who asks, and the Desk that server/review works with.
#pragma once

#include <memory>

#include "server/review/acts.h"
#include "server/review/record_list.h"
#include "server/routes/routes.h"

namespace lianxin::server {

void add_desk_routes(Router& router, Server& server);  // all of the below

void add_records_routes(Router& router, Server& server);
void add_review_routes(Router& router, Server& server);
void add_duplicates_routes(Router& router, Server& server);
void add_devices_routes(Router& router, Server& server);
void add_export_routes(Router& router, Server& server);
void add_totals_routes(Router& router, Server& server);
void add_studios_routes(Router& router, Server& server);
void add_receipt_routes(Router& router, Server& server);
void add_restoration_routes(Router& router, Server& server);

// A Desk and what it refers to. Copies of the pointer keep it alive, so a reply may be streamed after its handler
// ended.
struct AtDesk {
  Moment moment;
  Account account;
  std::unique_ptr<Desk> desk;
};
OrRefused<std::shared_ptr<const AtDesk>> at_desk(Server& server, const Request& request);

// Answers with what `call` makes of the desk, or with the problem it failed with.
using DeskCall = std::function<Result<Response>(const Desk& desk)>;
Response answer_at_desk(Server& server, const Request& request, const DeskCall& call);

// The same for a request with a JSON object as its body.
using DeskPost = std::function<Result<Response>(const Desk& desk, const Value& body)>;
Response post_at_desk(Server& server, const Request& request, const DeskPost& call);

// An act's answer; where it was refused, a `conflict` problem with the refusal's code and sentence.
Response act_response(const Request& request, const ActAnswer& answer);
Response refusal_response(const Request& request, std::string_view refused);

// The studio and the record of a route's pattern.
Result<Target> target_asked(const Desk& desk, const Request& request);

// The filters that lists, the export and totals share. invalid_argument for a date that is none, or a limit.
Result<ListAsked> list_asked(const Request& request);

inline constexpr std::size_t desk_body_bytes_max = 1 << 20;

}  // namespace lianxin::server
