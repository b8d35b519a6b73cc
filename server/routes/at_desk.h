// What every route for people at desks begins with: who asks, whether what is asked is what the route takes, and the
// Desk that server/review works with.
#pragma once

#include <filesystem>
#include <memory>

#include "server/people/desk_drafts.h"
#include "server/people/keys.h"
#include "server/review/acts.h"
#include "server/review/record_list.h"
#include "server/routes/body.h"
#include "server/routes/parameters.h"
#include "server/routes/routes.h"

namespace lianxin::server {

class Audit;
class Codes;
class Grants;
class JournalSettling;
class PinResets;
class SqlDatabase;
struct Keeper;
class Unmasked;

// What a Desk is made of. All must outlive the routes.
struct DeskParts {
  Sessions& sessions;
  DeskDrafts& drafts;
  Devices& devices;
  KeyFolder& keys;
  Moments& moments;
  Store& store;
  ListStore& lists;
  Unmasked& unmasked;
  bool second_factor_required = false;  // of whoever looks after people or phones anywhere
};

// A Desk and what it refers to. Copies of the pointer keep it alive, so a reply may be streamed after its handler
// ended.
struct AtDesk {
  Moment moment;
  Account account;
  std::unique_ptr<Desk> desk;
};
OrRefused<std::shared_ptr<const AtDesk>> at_desk(const DeskParts& parts, const Request& request);

// Adds routes that are answered with what they make of a desk, or with the problem they failed with. What a route
// declares is judged before it is asked: its parameters, and the members of its body.
class DeskRoutes {
 public:
  static constexpr std::size_t body_bytes_max = 1 << 20;

  DeskRoutes(Router& router, const DeskParts& parts) : router_(router), parts_(parts) {}

  using Answer = std::function<OrRefused<Response>(const Desk& desk, const Request& request)>;
  void get(std::string pattern, Parameters parameters, Answer answer);

  void remove(std::string pattern, Answer answer);  // DELETE

  using StreamAnswer =
      std::function<OrRefused<Response>(const std::shared_ptr<const AtDesk>& at, const Request& request)>;
  void get_stream(std::string pattern, Parameters parameters, StreamAnswer answer, unsigned flags = route_plain);

  // The body is a JSON object with these members, or bad_request; none at all where none of them is required. What was
  // posted is logged, by ids alone.
  using PostAnswer = std::function<OrRefused<Response>(const Desk& desk, const Request& request, const Value& body)>;
  void post(std::string pattern, Members members, PostAnswer answer, std::size_t bytes_max = body_bytes_max,
            unsigned flags = route_plain);

  // The same, where the members depend on the body.
  using MembersOf = std::function<Members(const Value& body)>;
  void post_as(std::string pattern, MembersOf members_of, PostAnswer answer, std::size_t bytes_max = body_bytes_max,
               unsigned flags = route_plain);

 private:
  void add(const char* method, std::string pattern, Parameters parameters, StreamAnswer answer, std::size_t bytes_max,
           unsigned flags = route_plain);

  Router& router_;
  const DeskParts parts_;
};

void add_records_routes(DeskRoutes& routes);
void add_review_routes(DeskRoutes& routes);
void add_duplicates_routes(DeskRoutes& routes);
struct AccountParts {
  Accounts& accounts;
  Sessions& sessions;
  SecondFactors& factors;
};
// Who may come in, and as what. What they answer with is known to the next request, so that they take the moments too.
void add_devices_routes(DeskRoutes& routes, Devices& devices, PinResets& pins);
void add_grants_routes(DeskRoutes& routes, Grants& grants, Moments& moments);
void add_codes_routes(DeskRoutes& routes, Codes& codes, Enrolment& enrolment);
void add_accounts_routes(DeskRoutes& routes, const AccountParts& parts);
void add_totals_routes(DeskRoutes& routes);
void add_studios_routes(DeskRoutes& routes, Grants& grants, Moments& moments);
void add_receipt_routes(DeskRoutes& routes);
void add_picture_routes(DeskRoutes& routes, const PublicAddress& address);  // POST /v1/codes/picture
// GET /v1/drafts, GET, POST and DELETE /v1/drafts/{draft}; `router` answers again what is put right.
void add_draft_routes(DeskRoutes& routes, Router& router, DeskDrafts& drafts);
void add_restoration_routes(DeskRoutes& routes, SqlDatabase& database, SyncNotes& notes, Devices& devices,
                            const JournalSettling& journal);
void add_export_routes(DeskRoutes& routes, Audit& audit);
void add_unmask_routes(DeskRoutes& routes, Unmasked& unmasked);
void add_erasing_routes(DeskRoutes& routes);
void add_audit_routes(DeskRoutes& routes, std::filesystem::path folder);  // of the log

// The asker, as whoever looks after people; refers to the desk.
Keeper keeper_at(const Desk& desk);

// `limit` of a list of people, and what follows the last of a page where anything does.
std::size_t rows_asked(const Request& request);

// A record of a studio as somebody names it: by its id, or by an official or a provisional number. not_found; ambiguous
// with all of them where several that he sees have that number.
OrRefused<RecordId> record_asked(const Desk& desk, const StudioPlace& place, std::string_view id_or_number);

// The same as what an act is about.
OrRefused<Target> target_named(const Desk& desk, const StudioPlace& place, std::string_view id_or_number);

// The studio and the record of a route's pattern.
OrRefused<Target> target_asked(const Desk& desk, const Request& request);

// A view as an answer; the records in it that may hold something personal are those that the audit log will tell of.
Response shown(const Desk& desk, const Request& request, const Value& view);

// What the audit log will tell that a request is about.
void about(const Request& request, const StudioPlace& place, const RecordId& record);

// The filters that lists, the export and totals share, of a query whose values were judged.
ListAsked list_asked(const Request& request);

// What a write at a desk, and an edit of several, is made of; `seen` and `shown` say what the screen showed.
namespace members {
using Form = Member::Form;
inline constexpr Member write[] = {{"at", Form::text, true}, {"put", Form::any},   {"add", Form::any},
                                   {"remove", Form::any},    {"count", Form::any}, {"append", Form::any},
                                   {"step", Form::any}};
inline constexpr Member writes{"writes", Form::objects, false, write};
inline constexpr Member writes_owed{"writes", Form::objects, true, write};
inline constexpr Member shown{"shown", Form::lists};
inline constexpr Member seen{"seen", Form::whole};
inline constexpr Member reason{"reason"};
}  // namespace members

// The parameters that several routes share.
namespace parameters {
using Form = Parameter::Form;
inline constexpr Parameter studio{"studio"}, kind{"kind", Form::kind}, from{"from", Form::day}, to{"to", Form::day},
    state{"state", Form::state}, review{"review", Form::review}, village{"village", Form::region}, words{"text"},
    conflict{"conflict", Form::flag}, held{"held", Form::flag}, revised{"revised", Form::flag},
    deleted{"deleted", Form::flag}, after{"after"}, limit{"limit", Form::rows};
}  // namespace parameters

}  // namespace lianxin::server
