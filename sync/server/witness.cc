#include "sync/server/witness.h"

#include <algorithm>

#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/validate.h"
#include "sync/model/limits.h"
#include "sync/server/feed.h"
#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

constexpr std::int32_t ladder_cycles_max = 1000;  // of a witnessed step: no workflow was begun so often

// Whether somebody of that role can have taken a step to that state.
bool leads_to(const Ladder& ladder, std::string_view state, const std::string& role) {
  const auto among = [&](const std::vector<std::string>& roles) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  };
  return among(ladder.resolvers) || std::any_of(ladder.steps.begin(), ladder.steps.end(), [&](const Step& step) {
           return step.to == state && among(step.roles);
         });
}

// The head as far as it can be believed; nothing where it could not have been written so.
std::optional<Head> believable(const Rules& rules, const Access& asker, const OfferedHead& offered) {
  const Field* field = rules.catalog.field(offered.kind, offered.at.field);
  if (!field || visibility(asker, rules.catalog, offered.kind, offered.at.field, {}) != Visibility::visible) return {};
  Head head = offered.head;
  head.own = false;
  head.clock = std::min(head.clock, Hlc::at(rules.server_ms + limits::forward_clock_ms_max));
  const bool by_server = head.member == rules.self.member;
  const Access author =
      by_server ? server_access(head.member) : access_of(head.member, rules.grants, rules.place, head.clock.unix_ms());
  if (!head.role.empty() && !author.has(head.role)) return {};
  const CellRule rule = rule_of(rules.catalog, offered.kind, offered.at);
  switch (rule.merge) {
    case Merge::ladder: {
      const Rung* rung = rule.ladder && head.value.text() ? rule.ladder->rung(*head.value.text()) : nullptr;
      if (!rung || head.cycle < 1 || head.cycle > ladder_cycles_max) return {};
      if (!leads_to(*rule.ladder, rung->state, head.role)) return {};
      head.rank = rung->rank;
      return head;
    }
    case Merge::counter: return head.value.integer() ? std::optional(head) : std::nullopt;
    case Merge::set: return head.value.is_null() ? std::optional(head) : std::nullopt;
    case Merge::append: return check_entry(rules.catalog, *field, head.value) ? std::nullopt : std::optional(head);
    case Merge::register_: break;
  }
  const bool wrong =
      !head.value.is_null() &&
      (offered.at.attribute.empty() ? check_value(rules.catalog, *field, head.value)
                                    : check_attribute(rules.catalog, *field, offered.at.attribute, head.value));
  return wrong ? std::nullopt : std::optional(head);
}

// The same head offered again is the same change, whatever became of it: one that is held would else be logged, and
// held, as often as it is offered.
ChangeId witness_id(const StudioId& studio, const OfferedHead& offered) {
  return {first_bytes<16>(sha256_of_parts({"lianxin witness", view(studio.bytes), view(offered.record.bytes),
                                           offered.kind, offered.at.text(), to_json(head_value(offered.head))}))};
}

bool has_head(const Row& row, const OfferedHead& offered) {
  const Cell* cell = row.cell(offered.at.text());
  return cell && cell->step(offered.head.id);
}

}  // namespace

Result<std::size_t> take_witnessed(Store& store, const StudioId& studio, const Rules& rules, const Access& asker,
                                   const std::optional<Cursor>& lost, std::span<const OfferedHead> heads) {
  if (heads.size() > limits::offered_heads_max) return failure(Errc::out_of_range, "offered_heads_max");
  std::size_t taken = 0;
  const bool own = lost && is_own(*lost, studio, rules.self.secret);
  if (!own) return failure(Errc::not_allowed, std::string(refusals::history_unproved));
  const Status written = write_as(store, studio, rules, rules.self, [&](LogAppender& log) -> Status {
    taken = 0;
    LX_TRY(const bool here, has_place(log.txn(), *lost));
    if (here) return {};  // nothing is missing, or no longer: a newer backup was put back meanwhile
    for (const OfferedHead& offered : heads) {
      if (log.replica().find(offered.head.id)) continue;  // its line is here, whatever became of it
      const std::optional<Head> head = believable(rules, asker, offered);
      if (!head) continue;
      Write write{offered.at, Op::witness, {}, {}, head->bases, head_value(*head)};
      Change witness = log.make(rules.self, {offered.record, offered.kind, {}, {std::move(write)}, 0});
      witness.id = witness_id(studio, offered);
      if (log.replica().find(witness.id)) continue;
      std::string line = line_of(witness);
      const Result<Change> read = parse_line(line);
      if (!read) continue;  // past the bounds of a line: no head of ours
      const Change& change = *read;
      LX_CHECK(log.prefetch({change}));
      if (has_head(log.replica().row(offered.record), offered)) continue;
      LX_TRY(const LogAppender::Taken outcome,
             log.take({rules.self.device, nullptr}, Line::of(std::move(line)), change));
      if (outcome.outcome == Outcome::held) continue;
      ++taken;
      if (offered.at.field == "_official_no" && head->value.text()) LX_CHECK(log.note_number(*head->value.text()));
    }
    return {};
  });
  if (!written) return tl::unexpected(written.error());
  return taken;
}

}  // namespace lianxin
