// Records as a file for a spreadsheet.
#include "server/audit/audit.h"
#include "server/review/csv.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

using namespace parameters;
constexpr Parameter export_parameters[] = {studio,  kind,  from,     to,   state,   review,
                                           village, words, conflict, held, revised, deleted};

// A table on its way out, each piece of it noted in the audit log before it goes.
class NotedTable {
 public:
  NotedTable(Audit& audit, std::shared_ptr<const AtDesk> at, const ListAsked& asked, Actor by)
      : audit_(audit), at_(std::move(at)), by_(std::move(by)), table_(*at_->desk, asked) {}

  ~NotedTable() {
    if (!begun_) return;
    Entry entry = entry_of(Act::export_ended);
    entry.outcome = whole_ ? Entry::done : "cut_short";
    entry.count = rows_;
    audit_.keep(entry);
  }
  NotedTable(const NotedTable&) = delete;
  NotedTable& operator=(const NotedTable&) = delete;

  Piece next(std::string& out) {
    begun_ = true;
    const std::size_t before = out.size();
    const auto more = table_.next(out);
    if (!more || !note_rows()) {
      out.resize(before);
      return Piece::failed;
    }
    whole_ = !*more;
    return *more ? Piece::follows : Piece::last;
  }

 private:
  Entry entry_of(Act act) const {
    Entry entry;
    entry.act = act;
    entry.by = by_;
    return entry;
  }

  bool note_rows() {
    Entry entry = entry_of(Act::rows_exported);
    entry.records = table_.given();
    if (entry.records.empty()) return true;
    entry.count = static_cast<std::int64_t>(entry.records.size());
    rows_ += entry.count;
    return audit_.note(entry).has_value();
  }

  Audit& audit_;
  const std::shared_ptr<const AtDesk> at_;
  const Actor by_;
  CsvTable table_;
  std::int64_t rows_ = 0;
  bool begun_ = false, whole_ = false;
};

OrRefused<Response> export_csv(Audit& audit, const std::shared_ptr<const AtDesk>& at, const Request& request) {
  const ListAsked asked = list_asked(request);
  // Asked before the first byte goes out: a studio out of reach, or from which he takes
  // nothing away, is an answer of its own, not a torn file.
  LX_CHECK(studios_to_export(*at->desk, asked.studio, asked.kind));
  for (const Parameter& parameter : export_parameters) {
    // Words are what somebody typed: that there were any is told, and not which.
    const bool typed = parameter.name == words.name;
    const std::string_view given = request.query_at(parameter.name);
    request.entry->add(parameter.name, typed && !given.empty() ? "given" : given);
  }
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"lianxin.csv\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  const auto table = std::make_shared<NotedTable>(audit, at, asked, request.entry->by);
  response.stream = [table](std::string& out) { return table->next(out); };
  return response;
}

}  // namespace

void add_export_routes(DeskRoutes& routes, Audit& audit) {
  routes.get_stream(
      "/v1/export.csv", export_parameters,
      [&audit](const std::shared_ptr<const AtDesk>& at, const Request& request) {
        return export_csv(audit, at, request);
      },
      route_stream);
}

}  // namespace lianxin::server
