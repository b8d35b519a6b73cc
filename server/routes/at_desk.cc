#include "server/routes/at_desk.h"

#include <algorithm>
#include <charconv>

#include "server/language/said.h"
#include "server/people/keeper.h"
#include "server/people/unmasked.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

// Each record that is named anywhere in `view`, but for those of kinds that have nothing personal.
void add_records(const Catalog& catalog, const Value& view, std::vector<RecordId>& records) {
  if (const Value::List* list = view.list()) {
    for (const Value& part : *list) add_records(catalog, part, records);
  }
  if (!view.object()) return;
  if (const auto record = RecordId::parse(view.text_at("record"))) {
    if (may_be_personal(catalog, view.text_at("kind"))) records.push_back(*record);
  }
  for (const auto& [name, part] : *view.object()) add_records(catalog, part, records);
}

bool looks_after_any(const Moment& moment, const MemberId& member) {
  const auto places = moment.places->all();
  return std::any_of(places.begin(), places.end(), [&](const StudioPlace& place) {
    return looks_after(moment.places->access(member, place, moment.now_ms));
  });
}

}  // namespace

OrRefused<std::shared_ptr<const AtDesk>> at_desk(const DeskParts& parts, const Request& request) {
  auto at = std::make_shared<AtDesk>();
  LX_TRY(SignedInAs signed_in, account_of(parts.sessions, parts.moments, request));
  at->account = std::move(signed_in.account);
  // A password that somebody else has seen opens nothing but the way to one of his own (POST /v1/session/password).
  if (at->account.must_change) {
    return refuse(Problem::forbidden, both("请先修改密码", "change your password first"));
  }
  LX_TRY(at->moment, parts.moments.now());
  if (parts.second_factor_required && !at->account.second_factor && looks_after_any(at->moment, at->account.member)) {
    return refuse(Problem::second_factor_required);
  }
  LX_TRY(const SelfDevice device, parts.keys.desk(at->account.login, at->account.member, *at->moment.random));
  request.entry->by.device = device.device;
  // A history names the same few again and again.
  const auto device_name = [&devices = parts.devices,
                            known = std::map<DeviceId, std::string>()](const DeviceId& id) mutable {
    const auto [name, is_new] = known.try_emplace(id);
    if (!is_new) return name->second;
    const auto found = devices.find(id);
    if (found && *found) name->second = (*found)->name;
    return name->second;
  };
  const auto keep_draft = [&drafts = parts.drafts, login = at->account.login, now_ms = at->moment.now_ms](
                              std::string_view path, std::string_view body) {
    auto kept = drafts.keep(login, now_ms, std::string(path), std::string(body));
    return kept ? std::move(*kept) : std::string();
  };
  const auto opened = [&unmasked = parts.unmasked, member = at->account.member, now_ms = at->moment.now_ms](
                          const StudioId& studio, const RecordId& record) {
    return unmasked.opened(member, studio, record, now_ms);
  };
  at->desk = std::make_unique<Desk>(Desk{parts.store, parts.lists, *at->moment.catalog, *at->moment.places,
                                         *at->moment.self, *at->moment.random, at->moment.now_ms, device,
                                         request.language == Language::zh ? "zh" : "en", at->account.login, device_name,
                                         keep_draft, opened});
  return std::shared_ptr<const AtDesk>(std::move(at));
}

void DeskRoutes::add(const char* method, std::string pattern, Parameters parameters, StreamAnswer answer,
                     std::size_t bytes_max, unsigned flags) {
  const auto at_its_desk = [parts = parts_, parameters,
                            answer = std::move(answer)](const Request& request) -> OrRefused<Response> {
    LX_TRY(const auto at, at_desk(parts, request));
    if (auto wrong = refusal_of_values(*at->desk, request, parameters)) return tl::unexpected(std::move(*wrong));
    return answer(at, request);
  };
  router_.add(method, std::move(pattern), answering(at_its_desk), bytes_max, flags, names_of(parameters));
}

void DeskRoutes::get(std::string pattern, Parameters parameters, Answer answer) {
  get_stream(std::move(pattern), parameters,
             [answer = std::move(answer)](const std::shared_ptr<const AtDesk>& at, const Request& request) {
               return answer(*at->desk, request);
             });
}

void DeskRoutes::remove(std::string pattern, Answer answer) {
  add(
      "DELETE", std::move(pattern), {},
      [answer = std::move(answer)](const std::shared_ptr<const AtDesk>& at, const Request& request) {
        return answer(*at->desk, request);
      },
      0);
}

void DeskRoutes::get_stream(std::string pattern, Parameters parameters, StreamAnswer answer, unsigned flags) {
  add("GET", std::move(pattern), parameters, std::move(answer), 0, flags);
}

void DeskRoutes::post(std::string pattern, Members members, PostAnswer answer, std::size_t bytes_max, unsigned flags) {
  post_as(
      std::move(pattern), [members](const Value&) { return members; }, std::move(answer), bytes_max, flags);
}

void DeskRoutes::post_as(std::string pattern, MembersOf members_of, PostAnswer answer, std::size_t bytes_max,
                         unsigned flags) {
  const auto with_body = [members_of = std::move(members_of), answer = std::move(answer)](
                             const std::shared_ptr<const AtDesk>& at, const Request& request) -> OrRefused<Response> {
    Value body = Value::Object{};
    const bool none = request.body.empty() && !refusal_of_body(body, members_of(body));
    if (!none) {
      LX_TRY(body, json_body(request));
    }
    if (auto wrong = refusal_of_body(body, members_of(body))) return tl::unexpected(std::move(*wrong));
    return answer(*at->desk, request, body);
  };
  add("POST", std::move(pattern), {}, with_body, bytes_max, flags);
}

Keeper keeper_at(const Desk& desk) { return {desk.places, desk.now_ms, desk.login, desk.device.member}; }

std::size_t rows_asked(const Request& request) {
  const std::string_view limit = request.query_at("limit");
  std::size_t rows = list_rows_default;
  std::from_chars(limit.data(), limit.data() + limit.size(), rows);
  return rows;
}

OrRefused<RecordId> record_asked(const Desk& desk, const StudioPlace& place, std::string_view id_or_number) {
  LX_TRY(const std::vector<NamedRecord> named, records_named(desk, place, id_or_number));
  if (named.size() == 1) return named.front().record;
  if (named.empty()) {
    return refuse(Problem::not_found,
                  both("工作室 " + place.code + " 里没有记录 " + in_quotes(id_or_number) + "，或您无权查看",
                       "the studio " + place.code + " has no record " + in_quotes(id_or_number) + " that you may see"));
  }
  Value::List records;
  std::string ids;
  for (const NamedRecord& one : named) {
    records.push_back(Value::Object{{"record", one.record.text()},
                                    {"kind", one.kind},
                                    {"kind_label", kind_label(desk, one.kind)},
                                    {"title", one.title}});
    (ids += ids.empty() ? "" : " ") += one.record.text();
  }
  return refuse(Problem::ambiguous,
                both("编号 " + in_quotes(id_or_number) + " 对应 " + std::to_string(named.size()) + " 条记录：" + ids,
                     std::to_string(named.size()) + " records have the number " + in_quotes(id_or_number) + ": " + ids),
                {{"records", std::move(records)}});
}

OrRefused<Target> target_named(const Desk& desk, const StudioPlace& place, std::string_view id_or_number) {
  LX_TRY(const RecordId record, record_asked(desk, place, id_or_number));
  Result<Target> target = target_of(desk, place, record);
  if (!target && target.error().code == Errc::not_found) return no_record(record);
  if (!target) return tl::unexpected(Refused(std::move(target).error()));
  return std::move(*target);
}

OrRefused<Target> target_asked(const Desk& desk, const Request& request) {
  LX_TRY(const StudioPlace* place, studio_asked(desk, request.capture("studio")));
  LX_TRY(Target target, target_named(desk, *place, request.capture("id")));
  about(request, *place, target.row.record);
  return target;
}

void about(const Request& request, const StudioPlace& place, const RecordId& record) {
  request.entry->studio = place.studio;
  request.entry->records.push_back(record);
}

Response shown(const Desk& desk, const Request& request, const Value& view) {
  std::vector<RecordId>& records = request.entry->records;
  add_records(desk.catalog, view, records);
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return json_response(view);
}

ListAsked list_asked(const Request& request) {
  ListAsked asked;
  const auto text = [&](std::string_view name) { return std::string(request.query_at(name)); };
  const auto yes = [&](std::string_view name) { return request.query_at(name) == "1"; };
  asked.studio = text("studio");
  asked.kind = text("kind");
  asked.from = text("from");
  asked.to = text("to");
  asked.state = text("state");
  asked.review = text("review");
  asked.region_prefix = text("village");
  asked.words = text("text");
  asked.after = text("after");
  asked.with_conflict = yes("conflict");
  asked.with_held = yes("held");
  asked.revised = yes("revised");
  asked.withheld = yes("withheld");
  asked.with_deleted = yes("deleted");
  const std::string_view limit = request.query_at("limit");
  std::from_chars(limit.data(), limit.data() + limit.size(), asked.rows_max);
  return asked;
}

}  // namespace lianxin::server
