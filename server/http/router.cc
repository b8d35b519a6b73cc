#include "server/http/router.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "schema/assert.h"
#include "server/http/limits.h"
#include "server/http/problem.h"
#include "server/language/said.h"

namespace lianxin::server {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_capture(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }
bool is_rest(std::string_view segment) { return is_capture(segment) && segment.ends_with("...}"); }

std::string_view name_of_capture(std::string_view segment) {
  return segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2));
}

// The decoded captures, or nothing where the path is not of that pattern.
std::optional<NamedTexts> captures_of(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  NamedTexts captures;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return std::nullopt;
    if (!is_capture(pattern[i])) {
      if (pattern[i] != path[i]) return std::nullopt;
      continue;
    }
    std::string raw = path[i];
    if (is_rest(pattern[i])) {
      for (std::size_t k = i + 1; k < path.size(); ++k) (raw += '/') += path[k];
    } else if (raw.empty()) {
      return std::nullopt;
    }
    std::string decoded;
    if (!percent_decode(raw, false, decoded)) return std::nullopt;
    captures.emplace_back(name_of_capture(pattern[i]), std::move(decoded));
    if (is_rest(pattern[i])) return captures;
  }
  if (pattern.size() != path.size()) return std::nullopt;
  return captures;
}

bool answers(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

std::string allow_of(std::vector<std::string> methods) {
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.emplace_back("HEAD");
  methods.emplace_back("OPTIONS");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  std::string allow;
  for (const std::string& method : methods) (allow += allow.empty() ? "" : ", ") += method;
  return allow;
}

std::string listed(const std::vector<std::string>& names, std::string_view comma) {
  std::string list;
  for (const std::string& name : names) (list += list.empty() ? "" : comma) += name;
  return list;
}

// Nothing where the query has only parameters of the route, each once.
std::optional<Response> refusal_of_query(const Route& route, const Request& request) {
  if (!route.pattern.starts_with("/v1/")) return std::nullopt;
  const std::vector<std::string>& known = route.parameters;
  for (auto at = request.query.begin(); at != request.query.end(); ++at) {
    const std::string& name = at->first;
    const bool twice = std::any_of(request.query.begin(), at, [&](const auto& before) { return before.first == name; });
    if (std::find(known.begin(), known.end(), name) != known.end() && !twice) continue;
    std::string zh = twice ? "参数 " + in_quotes(name) + " 给了两次" : "没有参数 " + in_quotes(name);
    std::string en = twice ? "the parameter " + in_quotes(name) + " is given twice" : "no parameter " + in_quotes(name);
    zh += known.empty() ? "；这里不接受参数" : "；可用的参数：" + listed(known, "、");
    en += known.empty() ? "; there are none here" : "; there are: " + listed(known, ", ");
    return problem(Problem::bad_request, request, both(zh, en),
                   {{"parameter", name}, {"allowed", Value::List(known.begin(), known.end())}});
  }
  return std::nullopt;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler, std::size_t body_bytes_max, unsigned flags,
                 std::vector<std::string> parameters) {
  LX_ASSERT(pattern.starts_with('/'));
  LX_ASSERT((flags & route_open) == 0 || body_bytes_max <= open_body_bytes_max);
  Entry entry;
  entry.segments = split(pattern);
  for (const std::string& segment : entry.segments)
    entry.rank += is_rest(segment) ? 'r' : is_capture(segment) ? 'c' : 'a';
  for (const Entry& other : entries_) {  // two routes for one request would be answered by whichever came first
    LX_ASSERT(other.route.method != method || other.route.pattern != pattern);
  }
  entry.route =
      Route{std::move(method), std::move(pattern), std::move(handler), body_bytes_max, flags, std::move(parameters)};
  entries_.push_back(std::move(entry));
}

void Router::around(Around around) {
  LX_ASSERT(!around_);
  around_ = std::move(around);
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match best;
  if (!path.starts_with('/')) return best;
  const std::vector<std::string> segments = split(path);
  const std::string* best_rank = nullptr;
  std::vector<std::string> methods;
  for (const Entry& entry : entries_) {
    auto captures = captures_of(entry.segments, segments);
    if (!captures) continue;
    methods.push_back(entry.route.method);
    if (!answers(entry.route, method) || (best_rank != nullptr && *best_rank <= entry.rank)) continue;
    best.route = &entry.route;
    best.captures = std::move(*captures);
    best_rank = &entry.rank;
  }
  if (best.route == nullptr && !methods.empty()) best.allow = allow_of(std::move(methods));
  return best;
}

Response Router::answer(Request request) const {
  const Match match = find(request.method, request.path);
  return answer(match, std::move(request));
}

Response Router::answer(const Match& match, Request request) const {
  if (match.route != nullptr) {
    request.captures = match.captures;
    if (request.method == "HEAD") request.method = "GET";
    if (auto refusal = refusal_of_query(*match.route, request)) return std::move(*refusal);
    request.entry = std::make_shared<server::Entry>();  // a request within a request is an act of its own
    return around_ ? around_(*match.route, request) : match.route->handler(request);
  }
  if (match.allow.empty()) return problem(Problem::not_found, request);
  Response response = request.method == "OPTIONS" ? no_content() : problem(Problem::method_not_allowed, request);
  response.headers.emplace_back("Allow", match.allow);
  return response;
}

}  // namespace lianxin::server
