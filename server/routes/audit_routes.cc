// The audit log for auditors: what is theirs to see of it, page by page. Ids and codes alone, as the log has them.
#include <charconv>

#include "server/audit/audit.h"
#include "server/audit/query.h"
#include "server/language/said.h"
#include "server/routes/at_desk.h"
#include "server/routes/opaque_number.h"
#include "sync/model/people_policy.h"

namespace lianxin::server {
namespace {

constexpr std::size_t lines_default = 100;
constexpr std::string_view line_number = "audit line";

constexpr Parameter audit_parameters[] = {{"from_ms"}, {"to_ms"}, {"actor"}, {"device"},       {"record"},
                                          {"studio"},  {"act"},   {"after"}, parameters::limit};

// Where the asker is an auditor. Of all studios: then the server's own acts and those of strangers are his as well.
struct Reach {
  std::set<StudioId> studios;
  bool all = true;
};
Reach reach_of(const Desk& desk) {
  Reach reach;
  for (const StudioPlace& place : desk.places.all()) {
    if (may_audit(desk.access(place))) {
      reach.studios.insert(place.studio);
    } else {
      reach.all = false;
    }
  }
  return reach;
}

// By the studio it is about, else by where the one who acted, or whom it is about, belongs or has all his grants.
bool may_see(const Desk& desk, const Reach& reach, const Value& entry) {
  if (reach.all) return true;
  if (const auto studio = StudioId::parse(entry.text_at("studio"))) return reach.studios.contains(*studio);
  const Value* by = entry.find("by");
  for (const std::string_view id : {by ? by->text_at("member") : std::string_view(), entry.text_at("about")}) {
    const auto member = MemberId::parse(id);
    if (!member) continue;
    const Places::Named* named = desk.places.named(*member);
    if (named && reach.studios.contains(reference_studio_of(named->org_code))) return true;
    const auto places = desk.places.reached_by(*member, desk.now_ms);
    return !places.empty() && std::all_of(places.begin(), places.end(), [&](const StudioPlace* place) {
      return reach.studios.contains(place->studio);
    });
  }
  return false;
}

OrRefused<std::int64_t> number_asked(const Request& request, std::string_view name, std::int64_t otherwise) {
  const std::string_view text = request.query_at(name);
  if (text.empty()) return otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && number >= 0) return number;
  return refuse(Problem::bad_request,
                both(in_quotes(name) + " 应当是不小于零的整数", in_quotes(name) + " is a whole number, not below zero"),
                {{"parameter", name}});
}

template <class Id>
OrRefused<std::string> id_asked(const Request& request, std::string_view name) {
  const std::string_view text = request.query_at(name);
  if (text.empty()) return std::string();
  if (const auto id = Id::parse(text)) return id->text();  // as the log writes it
  return refuse(Problem::bad_request, both(in_quotes(name) + " 应当是标识", in_quotes(name) + " is an id"),
                {{"parameter", name}});
}

OrRefused<AuditAsked> audit_asked(const Desk& desk, const Request& request) {
  AuditAsked asked;
  LX_TRY(asked.from_ms, number_asked(request, "from_ms", 0));
  LX_TRY(asked.to_ms, number_asked(request, "to_ms", INT64_MAX));
  if (const std::string_view after = request.query_at("after"); !after.empty()) {
    const auto line = number_behind(desk.self, line_number, after);
    if (!line) {
      return refuse(Problem::bad_request, both("after 应当是上一页的 next", "\"after\" is the \"next\" of a page"),
                    {{"parameter", "after"}});
    }
    asked.after = *line;
  }
  LX_TRY(asked.member, id_asked<MemberId>(request, "actor"));
  LX_TRY(asked.device, id_asked<DeviceId>(request, "device"));
  LX_TRY(asked.record, id_asked<RecordId>(request, "record"));
  LX_TRY(asked.studio, id_asked<StudioId>(request, "studio"));
  asked.act = request.query_at("act");
  if (!asked.act.empty() && !act_named(asked.act)) {
    return refuse(Problem::bad_request, both("没有 act " + in_quotes(asked.act), "no act " + in_quotes(asked.act)),
                  {{"parameter", "act"}});
  }
  return asked;
}

OrRefused<Response> show(const std::filesystem::path& folder, const Desk& desk, const Request& request) {
  const Reach reach = reach_of(desk);
  if (reach.studios.empty()) {
    return refuse(Problem::forbidden, both("审计日志只供审计员查看", "the audit log is for auditors alone"));
  }
  LX_TRY(const AuditAsked asked, audit_asked(desk, request));
  LX_TRY(const std::int64_t limit, number_asked(request, "limit", lines_default));
  LX_TRY(const AuditPage page, audit_page(folder, asked, static_cast<std::size_t>(limit),
                                          [&](const Value& entry) { return may_see(desk, reach, entry); }));
  request.entry->count = static_cast<std::int64_t>(page.lines.size());
  for (const Parameter& parameter : audit_parameters)
    request.entry->add(parameter.name, request.query_at(parameter.name));
  Value::List lines;
  for (const AuditLine& line : page.lines) {
    // Lines are numbered over the whole server: the gaps would count what is not his to see.
    Value::Object entry = line.entry.object() ? *line.entry.object() : Value::Object{};
    if (!reach.all) entry.erase("number");
    lines.emplace_back(std::move(entry));
  }
  Value::Object answer{{"entries", std::move(lines)}};
  if (page.next > 0) answer.emplace("next", opaque_number(desk.self, line_number, page.next));
  return json_response(std::move(answer));
}

}  // namespace

void add_audit_routes(DeskRoutes& routes, std::filesystem::path folder) {
  routes.get("/v1/audit", audit_parameters, [folder = std::move(folder)](const Desk& desk, const Request& request) {
    return show(folder, desk, request);
  });
}

}  // namespace lianxin::server
