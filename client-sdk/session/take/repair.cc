#include "client-sdk/session/take/repair.h"

#include <limits>
#include <set>

#include "sync/model/cursor.h"

namespace lianxin::client {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// The same place in the log, of no access that there is: what is there is pulled from zero. The server still sees
// whether it knows that history, and until it has all come it must be told of rows that nobody else may have any more.
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
  studio.repair.compare_from.reset();
  if (compared.more) studio.repair.compare_from = compared.to;
}

}  // namespace

void rows_agree(PhoneCore& phone, StudioState& studio) {
  if (studio.repair.flagged) Studios(phone.db()).clear_differing(studio.id);
  studio.repair.end();
}

bool rows_differ(const Part& part, StudioState& studio) {
  Repair& repair = studio.repair;
  repair.begin_day(part.server_ms / day_ms);
  if (!repair.is_over_for_today()) {
    if (repair.stage == Repair::Stage::none) {
      repair.stage = Repair::Stage::told;
    } else {
      pull_again(part.phone, studio, part.server_ms);
    }
    return false;
  }
  if (!repair.compare_from) return true;
  if (part.asked.compare_from != repair.compare_from) return false;  // the next request asks for it
  if (part.reply.compared && part.reply.compared->from == *repair.compare_from) {
    compare(part.phone, studio, *part.reply.compared);
  } else {
    repair.compare_from.reset();  // this server does not compare
  }
  return !repair.compare_from;
}

void pull_again(PhoneCore& phone, StudioState& studio, std::int64_t server_ms) {
  Repair& repair = studio.repair;
  repair.begin_day(server_ms / day_ms);
  if (repair.is_over_for_today()) return;
  if (repair.no_pull_left()) {
    repair.flag();
    Studios(phone.db()).clear_differing(studio.id);
    return;
  }
  repair.note_pull();
  studio.pull.arrive(from_zero(studio.pull.cursor()));
  Rows(phone.db()).clear_fresh(studio.id);
}

}  // namespace lianxin::client
