#include "client-sdk/store/record_state.h"

#include <algorithm>

namespace lianxin::client {
namespace {

// Where own changes take effect on the phone: beyond every seq that a log will ever reach.
constexpr Seq beyond_every_seq = Seq{1} << 62;

constexpr Query studio_of_record{"studio_of_record", R"sql(
  SELECT studio FROM row WHERE record = $1 UNION SELECT studio FROM own_change WHERE record = $1 LIMIT 1
)sql"};

// The server gives the true one: after its bases and after its device's change before it, so that in the view too later
// work is shown.
Hlc provisional_clock(const Row& row, const Change& change, Hlc previous) {
  Hlc clock = std::max(change.claimed, previous.next());
  for (const Write& write : change.writes) {
    const Cell* cell = row.cell(write.at.text());
    if (!cell) continue;
    for (const ChangeId& base : write.bases) {
      if (const Head* head = cell->step(base)) clock = std::max(clock, head->clock.next());
    }
  }
  return clock;
}

}  // namespace

RecordStates::RecordStates(Database& db, const Catalog& catalog, const PublicKey& key)
    : db_(db), catalog_(catalog), device_(device_id_of(key)) {}

Result<std::optional<RecordState>> RecordStates::find(const RecordId& record) {
  const std::optional<StudioId> studio = db_.one(studio_of_record, first_id<StudioId>, record);
  if (!studio) return std::optional<RecordState>();
  const std::optional<StudioState> state = Studios(db_).find(*studio);
  if (!state) return std::optional<RecordState>();
  return find(*state, record);
}

Result<std::optional<RecordState>> RecordStates::find(const StudioState& studio, const RecordId& record) {
  RecordState state;
  state.studio = studio.id;
  LX_TRY(std::optional<DeliveredRow> delivered, Rows(db_).find(studio.id, record));
  N contained = 0;
  if (delivered) {
    state.delivered = true;
    state.row = std::move(delivered->row);
    contained = delivered->acked_n;
  }
  const bool stands_for_a_line = state.row.kind == unreadable_kind || state.row.kind == overflow_kind;
  state.unread_line = stands_for_a_line && state.row.created_on == device_;
  OwnChanges own(db_);
  for (const HeldMark& mark : state.row.held) {
    LX_TRY(const std::optional<OwnChange> mine, own.find(mark.id));
    if (!mine || mine->line.empty()) continue;
    if (auto change = parse_line(mine->line)) state.own_held.emplace(mark.id, std::move(*change));
  }
  LX_TRY(const std::vector<OwnChange> above, own.of_record(studio.id, record, std::min(contained, studio.acked_n)));
  Hlc previous;
  for (const OwnChange& mine : above) {
    if (mine.line.empty()) continue;
    if (mine.n > studio.acked_n) {
      ++state.waiting;
      state.waiting_ids.insert(mine.id);
    }
    // A line that went bad on this disk still goes to the server, which keeps it; it hides nothing else meanwhile.
    const Result<Change> change = parse_line(mine.line);
    if (!change || mine.n <= contained || state.row.held_mark(mine.id)) continue;
    previous = provisional_clock(state.row, *change, previous);
    LX_TRY(const GrantedStudio* grant, grant_of(studio.id));
    take(state, *grant, *change, previous);
  }
  if (!state.delivered && state.row.kind.empty() && state.stuck.empty()) return std::optional<RecordState>();
  return std::optional<RecordState>(std::move(state));
}

Result<Row> RecordStates::row_with(RecordState state, std::span<const Change> changes) {
  LX_TRY(const GrantedStudio* grant, grant_of(state.studio));
  Hlc previous;
  for (const Change& change : changes) {
    previous = provisional_clock(state.row, change, previous);
    take(state, *grant, change, previous);
  }
  return std::move(state.row);
}

Result<const GrantedStudio*> RecordStates::grant_of(const StudioId& studio) {
  if (!grant_ || grant_->studio != studio) {
    LX_TRY(grant_, Grants(db_).of(studio));
  }
  return &*grant_;
}

void RecordStates::take(RecordState& state, const GrantedStudio& grant, const Change& change, Hlc clock) const {
  const Access access = access_in(grant, change.member);
  if (auto refusal = judge(catalog_, state.row, change, access)) {
    // Without its kinds (a restored file, a studio lost) nothing can be judged: what was saved is shown all the same.
    const bool unjudged = refusal->code == "kind_unknown" || refusal->code == "kinds_newer" ||
                          refusal->code == "not_granted" || refusal->code == "not_allowed";
    if (!unjudged) {
      state.stuck.push_back({change, std::move(*refusal)});
      return;
    }
  }
  // What is a head is there; what waits was applied before; a held one is looked through; the rest was superseded.
  const LookUpAt look_up = [&](const ChangeId& id, const Address& at) {
    const auto held = state.own_held.find(id);
    if (held == state.own_held.end()) return KnownWrite{KnownWrite::Standing::applied, {}, {}, {}};
    const MemberId& author = held->second.member;
    return KnownWrite{KnownWrite::Standing::held, bases_at(held->second, at), access_in(grant, author).roles, author};
  };
  Stamp stamp;
  stamp.clock = clock;
  stamp.seq = beyond_every_seq;
  stamp.seen = change.seen.seq;
  stamp.device = device_;
  stamp.roles = access.roles;
  apply(catalog_, state.row, change, stamp, look_up);
}

std::vector<RecordId> records_in(Database& db, const StudioId& studio) {
  constexpr Query all_records{"all_records", R"sql(
    SELECT record FROM row WHERE studio = $1 UNION SELECT record FROM own_change WHERE studio = $1
  )sql"};
  return db.all(all_records, first_id<RecordId>, studio);
}

}  // namespace lianxin::client
