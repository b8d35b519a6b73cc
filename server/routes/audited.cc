#include "server/routes/audited.h"

#include <algorithm>
#include <iterator>

#include "server/http/problem.h"
#include "server/language/said.h"

namespace lianxin::server {
namespace {

constexpr RouteAct acts[] = {
    {"GET", "/healthz", Act::other, Noting::quiet},
    {"GET", "/openapi.json", Act::other, Noting::quiet},
    {"GET", "/v1/kinds", Act::other, Noting::quiet},
    {"POST", "/v1/enrol", Act::enrolled, Noting::lets_in},
    {"POST", "/v1/readmit", Act::readmitted, Noting::lets_in},
    {"POST", "/v1/prove", Act::other, Noting::quiet},
    {"POST", "/v1/rekey", Act::rekeyed, Noting::lets_in},
    {"POST", "/v1/sync", Act::rows_given, Noting::gives},
    {"POST", "/v1/sessions", Act::sign_in, Noting::lets_in},
    {"GET", "/v1/sessions", Act::people_listed, Noting::tells},
    {"DELETE", "/v1/sessions", Act::sign_out, Noting::changes},
    {"DELETE", "/v1/sessions/{session}", Act::session_ended, Noting::changes},
    {"POST", "/v1/sessions/end-others", Act::session_ended, Noting::changes},
    {"GET", "/v1/session", Act::other, Noting::quiet},
    {"POST", "/v1/session/password", Act::password_changed, Noting::lets_in},
    {"POST", "/v1/session/totp", Act::second_factor_changed, Noting::lets_in},
    {"POST", "/v1/session/totp/confirm", Act::second_factor_changed, Noting::lets_in},
    {"GET", "/v1/records", Act::records_listed, Noting::shows},
    {"GET", "/v1/records/{studio}/{id}", Act::record_read, Noting::shows},
    {"GET", "/v1/records/{studio}/{id}/history", Act::history_read, Noting::shows},
    {"GET", "/v1/records/{studio}/{id}/comments", Act::record_read, Noting::shows},
    {"POST", "/v1/records/{studio}/{id}/edits", Act::record_edited, Noting::changes},
    {"POST", "/v1/records/{studio}/{id}/steps", Act::step_taken, Noting::changes},
    {"POST", "/v1/records/{studio}/{id}/undo", Act::step_undone, Noting::changes},
    {"POST", "/v1/records/{studio}/{id}/resolve", Act::conflict_resolved, Noting::changes},
    {"POST", "/v1/records/{studio}/{id}/unmask", Act::unmasked, Noting::shows},
    {"GET", "/v1/records/{studio}/{id}/mentions", Act::mentions_listed, Noting::tells},
    {"POST", "/v1/records/{studio}/{id}/erase", Act::erased, Noting::changes},
    {"GET", "/v1/conflicts", Act::conflicts_listed, Noting::shows},
    {"GET", "/v1/held", Act::held_listed, Noting::shows},
    {"POST", "/v1/held/{studio}/{change}", Act::held_decided, Noting::changes},
    {"POST", "/v1/verdicts", Act::verdict_given, Noting::changes},
    {"GET", "/v1/duplicates/candidates", Act::duplicates_listed, Noting::shows},
    {"POST", "/v1/duplicates", Act::records_joined, Noting::changes},
    {"POST", "/v1/duplicates/remove", Act::records_parted, Noting::changes},
    {"GET", "/v1/devices", Act::people_listed, Noting::tells},
    {"POST", "/v1/devices/{id}/revoke", Act::device_revoked, Noting::changes},
    {"POST", "/v1/devices/{id}/reactivate", Act::device_reactivated, Noting::changes},
    {"POST", "/v1/devices/{id}/reset-pin", Act::pin_reset, Noting::changes},
    {"GET", "/v1/grants", Act::people_listed, Noting::tells},
    {"POST", "/v1/grants", Act::grant_given, Noting::changes},
    {"POST", "/v1/grants/{grant}/end", Act::grant_ended, Noting::changes},
    {"GET", "/v1/codes", Act::people_listed, Noting::tells},
    {"POST", "/v1/codes", Act::code_issued, Noting::changes},
    {"POST", "/v1/codes/picture", Act::other, Noting::quiet},
    {"POST", "/v1/codes/{code}/withdraw", Act::code_withdrawn, Noting::changes},
    {"GET", "/v1/accounts", Act::people_listed, Noting::tells},
    {"POST", "/v1/accounts", Act::account_added, Noting::changes},
    {"POST", "/v1/accounts/{login}/password", Act::password_changed, Noting::changes},
    {"POST", "/v1/accounts/{login}/disable", Act::account_disabled, Noting::changes},
    {"POST", "/v1/accounts/{login}/enable", Act::account_enabled, Noting::changes},
    {"POST", "/v1/accounts/{login}/unlock", Act::account_unlocked, Noting::changes},
    {"GET", "/v1/accounts/{login}/sessions", Act::people_listed, Noting::tells},
    {"POST", "/v1/accounts/{login}/end-sessions", Act::session_ended, Noting::changes},
    {"POST", "/v1/accounts/{login}/drop-second-factor", Act::second_factor_changed, Noting::changes},
    {"GET", "/v1/export.csv", Act::exported, Noting::tells},
    {"GET", "/v1/audit", Act::audit_read, Noting::tells},
    {"GET", "/v1/totals", Act::other, Noting::quiet},
    {"GET", "/v1/stock", Act::other, Noting::quiet},
    {"POST", "/v1/studios", Act::studio_made, Noting::changes},
    {"POST", "/v1/moves", Act::belonging_moved, Noting::changes},
    {"POST", "/v1/receipts/check", Act::receipt_checked, Noting::tells},
    {"GET", "/v1/drafts", Act::drafts_read, Noting::tells},
    {"GET", "/v1/drafts/{draft}", Act::drafts_read, Noting::tells},
    {"POST", "/v1/drafts/{draft}", Act::draft_tried, Noting::changes},
    {"DELETE", "/v1/drafts/{draft}", Act::draft_dropped, Noting::changes},
    {"GET", "/v1/restoration", Act::people_listed, Noting::tells},
};

bool begins_an_act(Noting noting) { return noting == Noting::changes || noting == Noting::lets_in; }

// Refused for what the asker is, not for what was asked.
bool is_refusal(int status) { return status == 401 || status == 403 || status == 429; }

Response not_noted(const Request& request, const Error& why) {
  Response response = problem(Problem::storage_unavailable, request,
                              both("审计日志暂时写不进磁盘，查看和改动都要先记录，请稍后再试",
                                   "the audit log cannot be written for the moment, and what is shown or changed is "
                                   "noted there first; try again later"));
  response.note = why.message;
  return response;
}

// What went well: whether there is anything to tell, by what the handler found out.
bool is_told(const Entry& entry, Noting noting) {
  switch (noting) {
    case Noting::quiet: return false;
    case Noting::shows:
    case Noting::gives: return !entry.records.empty();
    case Noting::tells:
    case Noting::changes: return true;
    case Noting::lets_in: return !entry.about.empty();  // not so of the first half of what takes two requests
  }
  return true;
}

Response noted(Audit& audit, Noting noting, const Request& request, Response response) {
  Entry& entry = *request.entry;
  const bool well = response.status < 400;
  if (!well) entry.outcome = response.code.empty() ? std::to_string(response.status) : response.code;
  if (!well && (is_refusal(response.status) || noting == Noting::lets_in)) {
    entry.records.clear();
    audit.refuse(entry);
    return response;
  }
  // A refusal of the rules tells its author what stands there now.
  const bool shows_as_it_fails = !entry.records.empty() && noting != Noting::quiet;
  if (well ? !is_told(entry, noting) : !shows_as_it_fails) return response;
  const Status told = audit.note(entry);
  if (told) return response;
  if (noting == Noting::shows || noting == Noting::tells) return not_noted(request, told.error());
  audit.keep(entry);
  return response;
}

}  // namespace

const RouteAct* act_of(std::string_view method, std::string_view pattern) {
  const auto found = std::find_if(std::begin(acts), std::end(acts), [&](const RouteAct& each) {
    return each.method == method && each.pattern == pattern;
  });
  return found == std::end(acts) ? nullptr : found;
}

void note_refused(Audit& audit, const Route* route, const Request& request, const Response& refusal) {
  if (!is_refusal(refusal.status)) return;
  const RouteAct* known = route ? act_of(route->method, route->pattern) : nullptr;
  Entry entry;
  entry.act = known ? known->act : Act::other;
  entry.by.from = request.remote_address;
  entry.outcome = refusal.code;
  audit.refuse(entry);
}

Router::Around noting(Audit& audit) {
  return [&audit](const Route& route, const Request& request) {
    const RouteAct* known = act_of(route.method, route.pattern);
    const RouteAct act = known ? *known : RouteAct{route.method, route.pattern, Act::other, Noting::changes};
    request.entry->act = act.act;
    request.entry->by.from = request.remote_address;
    if (begins_an_act(act.noting)) {
      if (const Status ready = audit.ready(); !ready) return not_noted(request, ready.error());
    }
    return noted(audit, act.noting, request, route.handler(request));
  };
}

}  // namespace lianxin::server
