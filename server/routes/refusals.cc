#include "server/routes/refusals.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/refusals.h"
#include "server/review/record_view.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"
#include "server/said.h"

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

Refusal refusal_of(const Acted& acted) { return {acted.refused, {}}; }

Value::Object refusal_members(const Desk& desk, std::string_view kind, const Refusal& refusal) {
  Value::Object members{{"code", refusal.code}};
  const auto at = Address::parse(refusal.field);
  if (at) {
    members.emplace("field", refusal.field);
    members.emplace("label", label_of(desk, kind, *at));
  }
  return members;
}

Value::Object state_now(const Desk& desk, const ActedOn& on) {
  const auto rows = rows_of(desk, on.place->studio, std::span(&on.record, 1));
  const auto seen =
      rows && rows->front() ? seen_by(desk.catalog, desk.access(*on.place), *rows->front()) : std::nullopt;
  if (!seen) return {};
  const Row& row = seen->row;
  const RowSummary summary = seen->summary(desk.catalog);
  Value::Object now{{"studio", on.place->studio.text()},
                    {"record", row.record.text()},
                    {"last_seq", row.last_seq},
                    {"review", summary.review},
                    {"review_label", state_label(desk, row.kind, "_review", summary.review)},
                    {"state", summary.state},
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

Response refusal_response(const Desk& desk, const Request& request, const Refusal& refusal, const ActedOn& on) {
  const bool meanwhile = changed_meanwhile(refusal.code);
  Value::Object more = refusal_members(desk, on.kind, refusal);
  more.emplace("type", "/problems/" + refusal.code);
  if (meanwhile) more.emplace("now", state_now(desk, on));
  const std::string detail = both(sentence_for(refusal.code, "zh"), sentence_for(refusal.code, "en"));
  return problem(meanwhile ? Problem::conflict : Problem::refused, request, detail, std::move(more));
}

Response conflict_response(const Desk& desk, const Request& request, const Error& error, const ActedOn& on) {
  Response response = problem(Problem::conflict, request, in_both(error.message) ? error.message : std::string(),
                              {{"now", state_now(desk, on)}});
  response.note = half_of(error.message, false);
  return response;
}

OrRefused<Response> act_response(const Desk& desk, const Request& request, const ActedOn& on,
                                 const Result<ActAnswer>& answer) {
  if (!answer && answer.error().code == Errc::conflict) {
    return conflict_response(desk, request, answer.error(), on);
  }
  if (!answer) return tl::unexpected(Refused(answer.error()));
  if (!answer->ok()) return refusal_response(desk, request, refusal_of(answer->acted), on);
  return json_response(Value::Object{{"seq", answer->acted.seq}, {"record", answer->record}});
}

}  // namespace lianxin::server
