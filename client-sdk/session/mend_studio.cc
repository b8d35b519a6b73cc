#include "client-sdk/session/mend_studio.h"

#include <limits>
#include <set>

#include "sync/model/cursor.h"
#include "sync/model/limits.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// A new day, a new try: of one that no pull mended as well. It stays flagged until one helps.
void begin_day(StudioState& studio, std::int64_t today) {
  if (studio.repair_day == today) return;
  studio.repair_day = today;
  studio.repair_pulls = 0;
  if (!studio.trouble) return;
  studio.mending = Mending::none;
  studio.compare_from.reset();
}

// No more pulls today.
bool stopped(const StudioState& studio) {
  return studio.trouble &&
         (studio.mending == Mending::pulled_twice || studio.repair_pulls >= limits::repair_pulls_a_day_max);
}

// The same place in the log, of no access that there is: what is there is pulled from zero. The server still sees whether it
// knows that history, and until it has all come it must be told of rows that nobody else may have any more.
std::string from_zero(const std::string& cursor) {
  std::optional<Cursor> place = Cursor::parse(cursor);
  if (!place) return {};
  place->access = {};
  return place->text();
}

// Which records of one stretch are not what the server has. Both sides hold what one snapshot gave: the page that came
// with it has just been taken.
void compare(PhoneCore& phone, StudioState& studio, const Compared& compared) {
  Studios studios(phone.db());
  Rows rows(phone.db());
  std::set<RecordId> listed;
  for (const RecordDigest& theirs : compared.records) {
    listed.insert(theirs.record);
    if (rows.digest(studio.id, theirs.record) != theirs.digest) studios.note_differing(studio.id, theirs.record);
  }
  const Seq up_to = compared.more ? compared.to : std::numeric_limits<Seq>::max();
  for (const RecordId& ours : rows.records_between(studio.id, compared.from, up_to)) {
    if (!listed.contains(ours)) studios.note_differing(studio.id, ours);
  }
  studio.compare_from.reset();
  if (compared.more) studio.compare_from = compared.to;
}

}  // namespace

void agrees(PhoneCore& phone, StudioState& studio) {
  if (studio.trouble) Studios(phone.db()).clear_differing(studio.id);
  studio.mending = Mending::none;
  studio.trouble = false;
  studio.compare_from.reset();
}

bool differs(PhoneCore& phone, StudioState& studio, const StudioRequest& asked, const StudioReply& part,
             std::int64_t server_ms) {
  begin_day(studio, server_ms / day_ms);
  if (!stopped(studio)) {
    if (studio.mending != Mending::none) {
      (void)mend_by_pull(phone, studio, server_ms);
    } else {
      studio.mending = Mending::told;
    }
    return false;
  }
  if (!studio.compare_from) return true;
  if (asked.compare_from != studio.compare_from) return false;  // the next request asks for it
  if (part.compared && part.compared->from == *studio.compare_from) {
    compare(phone, studio, *part.compared);
  } else {
    studio.compare_from.reset();  // this server does not compare
  }
  return !studio.compare_from;
}

bool mend_by_pull(PhoneCore& phone, StudioState& studio, std::int64_t server_ms) {
  begin_day(studio, server_ms / day_ms);
  if (stopped(studio)) return false;
  if (studio.mending == Mending::pulled_twice || studio.repair_pulls >= limits::repair_pulls_a_day_max) {
    studio.trouble = true;
    studio.compare_from = 0;
    Studios(phone.db()).clear_differing(studio.id);
    return false;
  }
  ++studio.repair_pulls;
  studio.mending = studio.mending == Mending::pulled_once ? Mending::pulled_twice : Mending::pulled_once;
  studio.cursor = from_zero(studio.cursor);
  studio.end_fresh();
  Rows(phone.db()).clear_fresh(studio.id);
  return true;
}

}  // namespace lianxin::client
