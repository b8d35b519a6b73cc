#include "server/review/moves.h"

#include "server/language/said.h"
#include "server/people/people_act.h"
#include "sync/rules/belongs.h"

namespace lianxin::server {
namespace {

// The record as it stands in the reference data of the org unit that it belongs to, and that org unit's code.
struct Standing {
  std::string org_code;
  Row row;
};
tl::unexpected<Error> none_such(const Move& move) {
  return said(Errc::not_found, "没有登记过 " + in_quotes(move.record.text()) + "，或不归您管",
              "there is no " + move.kind + " of the id " + in_quotes(move.record.text()) + " that you look after");
}

Result<Standing> standing_of(Store& store, const StudioId& reference, const Move& move) {
  Standing standing;
  LX_CHECK(store.read(reference, [&](ReadTxn& snapshot) -> Status {
    const ReferenceName name{move.kind, move.record.text()};
    LX_TRY(const auto owners, snapshot.owners(std::span(&name, 1)));
    standing.org_code = owners.front();
    return {};
  }));
  if (standing.org_code.empty()) return none_such(move);
  LX_CHECK(store.read(reference_studio_of(standing.org_code), [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto rows, snapshot.records(std::span(&move.record, 1)));
    if (!rows.front()) return {};
    LX_TRY(standing.row, decode_row(rows.front()->encoded));
    return {};
  }));
  if (standing.row.kind != move.kind) return none_such(move);
  return standing;
}

Result<Moved> move(Store& store, const Places& places, Rules rules, const SelfDevice& actor, const Move& move) {
  if (move.kind != "studio" && move.kind != "member") {
    return said(Errc::invalid_argument, "只能移交工作室 (studio) 或人员 (member)",
                "what is moved is a studio or a member");
  }
  const StudioId reference = reference_studio_of(move.to);
  LX_TRY(const Standing standing, standing_of(store, reference, move));
  const std::string& from = standing.org_code;
  const StudioPlace* to = places.place(reference);
  if (to) rules.place = *to;
  const Speaker speaker{actor.member, rules.server_ms};
  const BelongingRules belonging{rules.place, rules.grants, rules.orgs, {}};
  const bool is_server = actor.member == rules.self.member;
  const auto keeps = [&](const std::string& org) { return is_server || coordinates(belonging, speaker, org); };
  // Whoever keeps one side alone learns nothing of the other, not even that it is there.
  if (!keeps(from)) return none_such(move);
  if (!is_server && !keeps(move.to)) {
    return said(Errc::not_allowed, "没有您管的单位 " + in_quotes(move.to) + "；只有同时管两边的上级协调员可以移交",
                "you keep no org unit " + in_quotes(move.to) + "; only a coordinator above both org units can move it");
  }
  if (!to || !to->reference) {
    return said(Errc::not_found, "没有单位 " + in_quotes(move.to), "there is no org unit " + in_quotes(move.to));
  }
  if (from == move.to) {
    return said(Errc::conflict, "已经归 " + in_quotes(move.to), "it belongs to " + in_quotes(move.to) + " already");
  }
  LX_TRY(MovedRecord act, move_here(store, rules, actor, standing.row, move.reason));
  return Moved{std::move(act), from};
}

}  // namespace

Result<Moved> move_record(Store& store, const Places& places, const Rules& rules, const SelfDevice& actor,
                          const Move& asked) {
  const PeopleAct act{asked.who, "reference_moved", asked.record.text(), asked.to, asked.reason};
  Result<Moved> moved = move(store, places, rules, actor, asked);
  const bool refused = moved && moved->act.refused;
  note_act(act, refused ? std::string_view(moved->act.refused->code) : moved ? "done" : name_of(moved.error().code));
  return moved;
}

}  // namespace lianxin::server
