// What holds of the phone's file at any moment, and at the end.
#include <SQLiteCpp/Database.h>

#include <algorithm>

#include "sync/server/feed.h"
#include "tests/sim/scenarios/phone_story.h"

namespace lianxin::sim {

void PhoneStory::check_file() {
  check_whole();
  const auto status = phone_.phone().status();
  const std::string why = status ? "" : status.problem().code + " " + status.problem().detail;
  if (!report_.expect(3, status.ok(), "the file cannot be read: " + why)) return;
  if (purged_ && status->purged) {
    report_.expect(14, status->here == 0 && phone_.studios().empty(), "an emptied phone still holds something");
    return;
  }
  if (!report_.expect(3, !enrolled_ || status->enrolled, "an enrolment is gone") || !status->enrolled) return;
  check_own_lines();
  check_save_under_way();
  check_drafts();
  check_rows(server_.studio);
  check_views();
}

void PhoneStory::check_whole() {
  SQLite::Database beside(phone_.path(), SQLite::OPEN_READWRITE);
  const std::string verdict = beside.execAndGet("PRAGMA integrity_check").getString();
  report_.expect(3, verdict == "ok", "integrity_check: " + verdict);
}

void PhoneStory::check_tasks() {
  SQLite::Database beside(phone_.path(), SQLite::OPEN_READWRITE);
  const int tasks = beside.execAndGet("SELECT count(*) FROM file_task").getInt();
  report_.expect(3, tasks == 0, "something of the file is still to be sealed or rewritten");
}

void PhoneStory::check_own_lines() {
  std::map<ChangeId, std::string> there;
  const PublicKey key = phone_.identity().key;
  for (const StudioState& studio : phone_.studios()) {
    Hash h = chain_start(studio.id, key);
    N n = 0;
    for (const OwnChange& change : own(studio.id)) {
      h = chain_next(h, change.line_hash);
      report_.expect(1, change.n == ++n && change.h == h, "the chain of its own changes is broken");
      report_.expect(3, change.line.empty() || sha256(change.line) == change.line_hash, "an own line was altered");
      there[change.id] = change.line;
    }
    report_.expect(1, studio.acked_n <= n, "acknowledged is more than there is");
  }
  for (const auto& [id, line] : ledger_.lines) {
    const auto at = there.find(id);
    const bool kept = at != there.end() && (at->second == line || (handed_over_ && at->second.empty()));
    report_.expect(3, kept, "a saved change is not in the file: " + id.text());
  }
}

// A save that the phone died in is whole, and its form is gone; or there is nothing of it, and the form is as it was.
void PhoneStory::check_save_under_way() {
  if (!under_way_.saving || under_way_.token.empty()) return;
  const StudioId studio = under_way_.saving->studio.is_zero() ? server_.studio : under_way_.saving->studio;
  const std::size_t now = own(studio).size();
  const bool whole = now == under_way_.own_before + static_cast<std::size_t>(under_way_.saving->changes);
  report_.expect(3, whole || now == under_way_.own_before, "part of a save is in the file");
  const auto drafts = phone_.phone().drafts();
  const bool open = drafts && std::any_of(drafts->begin(), drafts->end(),
                                          [&](const DraftView& draft) { return draft.token == under_way_.token; });
  report_.expect(3, drafts.ok() && (!whole || !open), "a form is open though it was saved");
  if (ledger_.drafts.contains(under_way_.token)) report_.expect(3, whole || open, "a form is gone and was not saved");
  if (whole) ledger_.drafts.erase(under_way_.token);
}

void PhoneStory::check_drafts() {
  for (const auto& [token, cells] : ledger_.drafts) {
    const auto form = phone_.core().db().read([&] { return Forms(phone_.core().db()).find(token); });
    const bool there = form && *form && (*form)->staged.size() >= cells;
    report_.expect(3, there, "what was kept of a form is gone");
  }
}

// The cursor implies the rows up to it, as they were then (PROTOCOL 1.6).
void PhoneStory::check_rows(const StudioId& studio) {
  const auto studios = phone_.studios();
  const auto at =
      std::find_if(studios.begin(), studios.end(), [&](const StudioState& one) { return one.id == studio; });
  if (at == studios.end()) return;
  const auto cursor = Cursor::parse(at->pull.cursor());
  const Seq upto = cursor ? cursor->seq : 0;
  std::map<RecordId, Row> here;
  for (DeliveredRow& one : phone_.rows(studio)) here[one.row.record] = std::move(one.row);
  for (const auto& [id, row] : here) report_.expect(6, row.last_seq <= upto, "a row is newer than the cursor");
  const Access access = server_.access(member_, studio);
  const Status read = server_.store().read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const auto rows, snapshot.rows_after(0, 10'000, 1 << 30));
    for (const StoredRow& stored : rows) {
      if (stored.last_seq > upto) continue;
      LX_TRY(const Row whole, decode_row(stored.encoded));
      const std::optional<Row> visible = visible_row(server_.catalog(), access, whole);
      if (!visible) continue;
      const auto mine = here.find(visible->record);
      const bool same = mine != here.end() && mine->second.last_seq == visible->last_seq &&
                        delivered_digest(mine->second) == delivered_digest(*visible);
      report_.expect(6, same, "a row up to the cursor is missing or another");
    }
    return {};
  });
  report_.expect(6, read.has_value(), "the server cannot be read");
}

// What the save under way is to leave there; empty where it does not write that field.
std::string PhoneStory::value_under_way(const RecordId& record, const std::string& field) const {
  if (!under_way_.saving || under_way_.saving->record != record) return {};
  const auto at = under_way_.saving->shows.find(field);
  return at == under_way_.saving->shows.end() ? std::string() : at->second;
}

// View = row + own work: what was saved is shown, and counted once (PROTOCOL 1.8).
void PhoneStory::check_views() {
  for (const auto& [id, fields] : ledger_.shows) {
    const auto view = phone_.phone().record(id.text());
    if (!report_.expect(8, view.ok(), "a saved record is not in view")) continue;
    for (const auto& [name, value] : fields) {
      const FieldView* field = view->field(name);
      const std::string shown = field ? field->value.to_text() : "";
      report_.expect(8, !shown.empty() && (shown == value || shown == value_under_way(id, name)),
                     "a saved value is not shown: " + name);
    }
  }
  for (const auto& [id, fields] : ledger_.counts) {
    const auto view = phone_.phone().record(id.text());
    if (!view) continue;  // said above
    for (const auto& [name, sum] : fields) {
      const bool waits =
          under_way_.saving && under_way_.saving->record == id && under_way_.saving->counts.contains(name);
      const FieldView* field = view->field(name);
      const std::int64_t shown = field && field->value.integer() ? *field->value.integer() : 0;
      const bool with_it = waits && shown == sum + under_way_.saving->counts.at(name);
      report_.expect(8, shown == sum || with_it, name + " counts " + std::to_string(shown));
    }
  }
}

// Every change that was ever promised is on the server, once; nothing waits, and phone and server show the same.
void PhoneStory::check_end() {
  std::map<ChangeId, int> on_server;
  for (const StudioId& studio : {server_.studio, server_.second_studio}) {
    const Status read = server_.store().read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const auto log, snapshot.log_after(0, 1'000'000));
      for (const Logged& line : log) ++on_server[line.id];
      return {};
    });
    report_.expect(3, read.has_value(), "the server cannot be read");
  }
  for (const ChangeId& id : ever_) report_.expect(1, on_server[id] == 1, "a promised change is not on the server once");
  const auto status = phone_.phone().status();
  report_.expect(3, status && status->waiting == 0, "something still waits at the end");
  const auto studio = phone_.studio(server_.studio);
  const auto cursor = Cursor::parse(studio.pull.cursor());
  report_.expect(7, cursor && cursor->seq == server_.head(), "the phone has not caught up at the end");
  check_file();
}

}  // namespace lianxin::sim
