#include "server/people/people_act.h"

#include "server/telemetry/log.h"

namespace lianxin::server {

void note_act(const PeopleAct& act, std::string_view outcome) {
  // What is done is told with the audit log (server/audit); what was typed, and who has which login, in neither.
  if (outcome == "done") return;
  log_event(LogLevel::warning, act.what, {{"where", act.where}, {"outcome", std::string(outcome)}});
}

}  // namespace lianxin::server
