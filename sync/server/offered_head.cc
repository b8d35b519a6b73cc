#include "sync/server/offered_head.h"

#include <algorithm>

#include "schema/validate.h"
#include "sync/model/limits.h"

namespace lianxin {
namespace {

// The record is not here: how its author stood to it then is not known, and he gets the benefit of it; who offers not.
constexpr Relation as_author{true, true, true, true};

constexpr std::int32_t ladder_cycles_max = 1000;  // of a witnessed step: no workflow was begun so often

// Whether somebody who holds `access` can have taken a step to that state.
bool leads_to(const Ladder& ladder, std::string_view state, const Access& access) {
  const auto has_one = [&](const std::vector<std::string>& roles) {
    return std::any_of(roles.begin(), roles.end(), [&](const std::string& role) { return access.has(role); });
  };
  return has_one(ladder.resolvers) || std::any_of(ladder.steps.begin(), ladder.steps.end(), [&](const Step& step) {
           return step.to == state && has_one(step.roles);
         });
}

Access author_of(const Rules& rules, const Head& head) {
  if (head.member == rules.self.member) return server_access(head.member);
  return access_of(head.member, rules.grants, rules.place, head.clock.unix_ms());
}

// The same author, as the one of his roles that the head is signed with.
Access as_signed(Access author, const Head& head) {
  if (!head.role.empty()) author.roles = {head.role};
  return author;
}

// The server writes where it is named, as for numbers; and where nobody else is, nobody else writes.
bool belongs_to(const Catalog& catalog, const OfferedHead& offered, const Field& field, const Access& signer) {
  const ServerWrites server = server_writes(*catalog.kind(offered.kind), field);
  return signer.is_server() ? server != ServerWrites::never : server != ServerWrites::alone;
}

// The value as the kinds have it; the rank of a step is theirs.
std::optional<Head> fitting(const Rules& rules, const Field& field, const OfferedHead& offered, Head head,
                            const Access& signer) {
  const CellRule rule = rule_of(rules.catalog, offered.kind, offered.at);
  switch (rule.merge) {
    case Merge::ladder: {
      const Rung* rung = rule.ladder && head.value.text() ? rule.ladder->rung(*head.value.text()) : nullptr;
      if (!rung || head.cycle < 1 || head.cycle > ladder_cycles_max) return {};
      if (!leads_to(*rule.ladder, rung->state, signer)) return {};
      head.rank = rung->rank;
      return head;
    }
    case Merge::counter: return head.value.integer() ? std::optional(head) : std::nullopt;
    case Merge::set: return head.value.is_null() ? std::optional(head) : std::nullopt;
    case Merge::append: return check_entry(rules.catalog, field, head.value) ? std::nullopt : std::optional(head);
    case Merge::register_: break;
  }
  const bool wrong =
      !head.value.is_null() &&
      (offered.at.attribute.empty() ? check_value(rules.catalog, field, head.value)
                                    : check_attribute(rules.catalog, field, offered.at.attribute, head.value));
  return wrong ? std::nullopt : std::optional(head);
}

// Who could write it himself, in no higher a name than his own, might as well push it. A coordinator could let it in.
bool within_authority(const Rules& rules, const Access& asker, const OfferedHead& offered, const Head& head,
                      const Access& signer) {
  const Kind& kind = *rules.catalog.kind(offered.kind);
  const Field& field = *kind.field(offered.at.field);
  if (!may_write(signer, kind, field, as_author)) return false;
  if (may_decide_held(asker)) return true;
  if (outranks(signer, asker) || !may_write(asker, kind, field, {})) return false;
  const CellRule rule = rule_of(rules.catalog, offered.kind, offered.at);
  return rule.merge != Merge::ladder || leads_to(*rule.ladder, *head.value.text(), asker);
}

}  // namespace

std::optional<BelievedHead> believable(const Rules& rules, const Access& asker, const OfferedHead& offered) {
  const Field* field = rules.catalog.field(offered.kind, offered.at.field);
  if (!field || visibility(asker, rules.catalog, offered.kind, offered.at.field, {}) != Visibility::visible) return {};
  Head head = offered.head;
  head.own = false;
  head.clock = std::min(head.clock, Hlc::at(rules.server_ms + limits::forward_clock_ms_max));
  const Access author = author_of(rules, head);
  if (!head.role.empty() && !author.has(head.role)) return {};
  const Access signer = as_signed(author, head);
  if (!belongs_to(rules.catalog, offered, *field, signer)) return {};
  std::optional<Head> fits = fitting(rules, *field, offered, std::move(head), signer);
  if (!fits) return {};
  const bool unproved = !within_authority(rules, asker, offered, *fits, signer);
  return BelievedHead{std::move(*fits), unproved};
}

}  // namespace lianxin
