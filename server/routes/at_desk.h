// What every route for people at desks begins with: who asks, and the Desk that server/review works with.
#pragma once

#include <memory>

#include "server/people/keys.h"
#include "server/review/acts.h"
#include "server/review/record_list.h"
#include "server/routes/routes.h"

namespace lianxin::server {

class Grants;
class JournalSettling;
class SqlDatabase;

// What a Desk is made of. All must outlive the routes.
struct DeskParts {
  Accounts& accounts;
  Devices& devices;
  KeyFolder& keys;
  Moments& moments;
  Store& store;
  ListStore& lists;
};

// A Desk and what it refers to. Copies of the pointer keep it alive, so a reply may be streamed after its handler
// ended.
struct AtDesk {
  Moment moment;
  Account account;
  std::unique_ptr<Desk> desk;
};
OrRefused<std::shared_ptr<const AtDesk>> at_desk(const DeskParts& parts, const Request& request);

// Adds routes that are answered with what they make of a desk, or with the problem they failed with.
class DeskRoutes {
 public:
  static constexpr std::size_t body_bytes_max = 1 << 20;

  DeskRoutes(Router& router, const DeskParts& parts) : router_(router), parts_(parts) {}

  using Answer = std::function<OrRefused<Response>(const Desk& desk, const Request& request)>;
  void get(std::string pattern, Answer answer);
  void post_without_body(std::string pattern, Answer answer);

  // The body is a JSON object, or bad_request. What was posted is logged, by ids alone.
  using PostAnswer = std::function<Result<Response>(const Desk& desk, const Request& request, const Value& body)>;
  void post(std::string pattern, PostAnswer answer, std::size_t bytes_max = body_bytes_max);

 private:
  void add(const char* method, std::string pattern, Answer answer, std::size_t bytes_max);

  Router& router_;
  const DeskParts parts_;
};

void add_records_routes(DeskRoutes& routes);
void add_review_routes(DeskRoutes& routes);
void add_duplicates_routes(DeskRoutes& routes);
void add_devices_routes(DeskRoutes& routes, Devices& devices);
void add_totals_routes(DeskRoutes& routes);
void add_studios_routes(DeskRoutes& routes, Grants& grants, Moments& moments);
void add_receipt_routes(DeskRoutes& routes);
void add_restoration_routes(DeskRoutes& routes, SqlDatabase& database, SyncNotes& notes, Devices& devices,
                            const JournalSettling& journal);
void add_export_routes(Router& router, const DeskParts& parts);

// An act's answer; where it was refused, a problem that says by what, with each refusal in `refusals`.
Response act_response(const Desk& desk, const Request& request, const ActAnswer& answer);
Response refusal_response(const Desk& desk, const Request& request, const std::vector<RefusedPart>& refused);

// The studio and the record of a route's pattern.
Result<Target> target_asked(const Desk& desk, const Request& request);

// The filters that lists, the export and totals share. invalid_argument for a date that is none, or a limit.
Result<ListAsked> list_asked(const Request& request);

}  // namespace lianxin::server
