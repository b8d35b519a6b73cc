#include "server/people/people_act.h"

#include "server/telemetry/log.h"

namespace lianxin::server {

void note_act(const PeopleAct& act, std::string_view outcome) {
  log_event(LogLevel::warning, act.what,
            {{"by", act.who},
             {"whom", act.whom},
             {"where", act.where},
             {"outcome", std::string(outcome)},
             {"reason", act.reason}});
}

}  // namespace lianxin::server
