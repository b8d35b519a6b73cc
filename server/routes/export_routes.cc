// Records as a file for a spreadsheet.
#include "server/review/csv.h"
#include "server/routes/at_desk.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

Response export_csv(const DeskParts& parts, const Request& request) {
  const auto at = at_desk(parts, request);
  if (!at) return at.error().response;
  const auto asked = list_asked(request);
  if (!asked) return problem(asked.error(), request);
  // Asked before the first byte goes out: a studio out of reach is an answer of its own, not a torn file.
  const auto places = studios_asked(*(*at)->desk, asked->studio, asked->kind);
  if (!places) return problem(places.error(), request);
  log_event("export", {{"member", (*at)->account.member.text()}, {"kind", asked->kind}});
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"lianxin.csv\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.stream = [held = *at, asked = *asked](const WriteBody& write) {
    const auto whole = write_csv(*held->desk, asked, write);
    return whole && *whole;
  };
  return response;
}

}  // namespace

void add_export_routes(Router& router, const DeskParts& parts) {
  router.add("GET", "/v1/export.csv", [parts](const Request& r) { return export_csv(parts, r); });
}

}  // namespace lianxin::server
