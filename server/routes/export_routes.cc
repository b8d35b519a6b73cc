// Records as a file for a spreadsheet.
#include "server/review/csv.h"
#include "server/routes/at_desk.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

using namespace parameters;
constexpr Parameter export_parameters[] = {studio,  kind,  from,     to,   state,   review,
                                           village, words, conflict, held, revised, deleted};

OrRefused<Response> export_csv(const std::shared_ptr<const AtDesk>& at, const Request& request) {
  const ListAsked asked = list_asked(request);
  // Asked before the first byte goes out: a studio out of reach, or from which he takes
  // nothing away, is an answer of its own, not a torn file.
  LX_CHECK(studios_to_export(*at->desk, asked.studio, asked.kind));
  log_event("export", {{"member", at->account.member.text()}, {"kind", asked.kind}});
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"lianxin.csv\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  const auto table = std::make_shared<CsvTable>(*at->desk, asked);
  response.stream = [at, table](std::string& out) {
    const auto more = table->next(out);
    return !more ? Piece::failed : *more ? Piece::follows : Piece::last;
  };
  return response;
}

}  // namespace

void add_export_routes(DeskRoutes& routes) {
  routes.get_stream("/v1/export.csv", export_parameters, export_csv, route_stream);
}

}  // namespace lianxin::server
