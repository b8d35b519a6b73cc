#include "server/routes/refusals.h"

#include <algorithm>
#include <string>

#include "schema/json.h"
#include "schema/refusals.h"
#include "server/language/said.h"
#include "server/review/record_view.h"
#include "server/review/refused.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"

namespace lianxin::server {

bool changed_meanwhile(std::string_view refusal_code) {
  constexpr std::string_view codes[] = {refusals::step_from_mismatch, refusals::held_unknown, refusals::heads_full,
                                        refusals::base_missing, refusals::record_missing};
  return std::find(std::begin(codes), std::end(codes), refusal_code) != std::end(codes);
}

Value document_of(const Response& problem) {
  auto document = parse_json(problem.body);
  return document ? std::move(*document) : Value();
}

RefusedParts unknown_fields(const Desk& desk, std::string_view kind, const Value& body) {
  RefusedParts unknown;
  if (!desk.catalog.kind(kind)) return unknown;
  for (const Value& write : body.list_at("writes")) {
    const auto at = Address::parse(write.text_at("at"));
    if (!at || desk.catalog.field(kind, at->field)) continue;
    unknown.push_back({{std::string(refusals::field_unknown), at->text()}, std::string(kind), {}});
  }
  return unknown;
}

RefusalTold told_of(const Desk& desk, const RefusedParts& refused, std::string_view path, std::string_view body) {
  std::string draft = desk.keep_draft(path, body);
  const Fate fate = draft.empty() ? Fate::unkept : Fate::refused;
  Value::List all = refused_view(desk, refused, fate);
  RefusalTold told{*all.front().object(), refused_sentence(desk, refused, fate, true),
                   refused_sentence(desk, refused, fate, false)};
  told.members.erase("sentence");
  told.members.emplace("refusals", std::move(all));
  if (!draft.empty()) told.members.emplace("draft", std::move(draft));
  return told;
}

Error in_words(const Error& error) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"the state is ", "记录的状态已经改变"},
      {"nothing is open at ", "这一栏没有待裁定的冲突，可能已有人裁定"},
      {"\"keep\" names none of the heads", "keep 不是这一栏现有内容中任何一个的标识"},
      {"one of \"keep\" and \"value\" is needed", "keep 和 value 要给出一个"},
      {"a workflow is settled with the name of a state", "流程要用状态的名称来裁定"},
      {"\"field\" is no workflow", "field 不是一个流程栏目"},
      {"\"marks\" names a field that the kind does not have", "marks 里有这类记录没有的栏目"},
      {"this kind is not reviewed", "这类记录不需要审核"},
      {"the two records are of different kinds", "两条记录不是同一类，不能合并"},
      {"the two records are not joined", "这两条记录没有合并"},
      {"no step was taken yet", "还没有办理过任何一步，没有可以撤销的"},
  };
  if (in_both(error.message)) return error;
  for (const auto& [begins, zh] : known) {
    if (error.message.starts_with(begins)) return {error.code, both(zh, error.message)};
  }
  return error;
}

Value::Object state_now(const Desk& desk, const ActedOn& on) {
  if (!on.place) return {};
  const auto rows = rows_of(desk, on.place->studio, std::span(&on.record, 1));
  const auto seen = rows && rows->front() ? seen_in(desk, *on.place, *rows->front()) : std::nullopt;
  if (!seen) return {};
  const Row& row = seen->row;
  const RowSummary summary = seen->summary(desk.catalog);
  Value::Object now{{"studio", on.place->studio.text()},
                    {"record", row.record.text()},
                    {"last_seq", row.last_seq},
                    {"review", summary.review},
                    {"review_label", state_label(desk, row.kind, "_review", summary.review)},
                    {"state", summary.state},
                    {"state_label", workflow_label(desk, row.kind, summary.state)},
                    {"official_no", summary.official_no},
                    {"deleted", summary.deleted},
                    {"revised", summary.revised},
                    {"conflicts", summary.conflicts},
                    {"held", summary.held}};
  if (on.at.field.empty()) return now;
  Value::List heads;
  if (const Cell* cell = row.cell(on.at.text())) {
    for (const Head& head : cell->heads) heads.emplace_back(head_view(desk, on.place->studio, row.kind, on.at, head));
  }
  now.emplace("address", on.at.text());
  now.emplace("label", label_in(desk, on.place->studio, row, on.at));
  now.emplace("heads", std::move(heads));
  return now;
}

Response refusal_response(const Desk& desk, const Request& request, const RefusedParts& refused, const ActedOn& on) {
  const bool meanwhile = changed_meanwhile(refused.front().code);
  RefusalTold told = told_of(desk, refused, request.path, request.body);
  told.members.emplace("type", "/problems/" + refused.front().code);
  if (meanwhile) told.members.emplace("now", state_now(desk, on));
  return problem(meanwhile ? Problem::conflict : Problem::refused, request, both(told.zh, told.en),
                 std::move(told.members));
}

Response conflict_response(const Desk& desk, const Request& request, const Error& error, const ActedOn& on) {
  Value::Object more{{"now", state_now(desk, on)}};
  if (std::string draft = desk.keep_draft(request.path, request.body); !draft.empty()) {
    more.emplace("draft", std::move(draft));
  }
  Response response =
      problem(Problem::conflict, request, in_both(error.message) ? error.message : std::string(), std::move(more));
  response.note = half_of(error.message, false);
  return response;
}

OrRefused<Response> act_response(const Desk& desk, const Request& request, const ActedOn& on,
                                 const Result<ActAnswer>& answer) {
  if (!answer && answer.error().code == Errc::conflict) {
    return conflict_response(desk, request, in_words(answer.error()), on);
  }
  if (!answer) return tl::unexpected(Refused(in_words(answer.error())));
  if (!answer->ok()) return refusal_response(desk, request, answer->acted.refused, on);
  return json_response(Value::Object{{"seq", answer->acted.seq}, {"record", answer->record}});
}

}  // namespace lianxin::server
