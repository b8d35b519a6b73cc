#include "client-sdk/phone/save_form.h"

#include <algorithm>
#include <cstdio>

#include "client-sdk/core/problems.h"
#include "client-sdk/phone/added_codes.h"
#include "client-sdk/phone/labels.h"
#include "client-sdk/phone/lock.h"
#include "client-sdk/phone/surroundings.h"
#include "client-sdk/store/lists.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/text.h"
#include "schema/warnings.h"
#include "sync/log/summary.h"
#include "sync/model/limits.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"
#include "sync/rules/complete.h"
#include "sync/rules/gates.h"
#include "sync/rules/judge.h"
#include "sync/rules/room.h"

namespace lianxin::client {
namespace {

// What a save stands on.
struct Ground {
  Identity who;
  std::shared_ptr<const Catalog> catalog;
  const Kind* kind = nullptr;
  StudioState studio;
  GrantedStudio grant;
  RecordState now;  // the record as it is shown at this moment; its row's kind empty: there is none yet
};

Result<Ground> ground_of(PhoneCore& phone, const OpenForm& form) {
  Ground ground;
  LX_TRY(ground.who, phone.identity());
  LX_TRY(ground.catalog, phone.catalog());
  std::optional<StudioState> studio = Studios(phone.db()).find(form.studio);
  if (!studio) return refuse_with(problem_code::studio_unknown);
  ground.studio = std::move(*studio);
  LX_TRY(ground.grant, Grants(phone.db()).of(form.studio));
  ground.kind = ground.catalog->kind(form.kind);
  if (!ground.kind) return refuse_with(problem_code::kind_unknown);
  LX_TRY(std::optional<RecordState> now,
         RecordStates(phone.db(), *ground.catalog, ground.who.key).find(ground.studio, form.record));
  ground.now.studio = form.studio;
  ground.now.row.record = form.record;
  if (now) ground.now = std::move(*now);
  return ground;
}

// "临-3F2A-0007": of this device's hand, until the server gives an official one.
std::string provisional_no(const DeviceId& device, std::int64_t given) {
  std::string hand = device.text().substr(0, 4);
  std::transform(hand.begin(), hand.end(), hand.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  char number[32];
  std::snprintf(number, sizeof number, "%04lld", static_cast<long long>(given));
  return "临-" + hand + "-" + number;
}

// What was set, and what the phone itself adds to the first change of a record. `given`: a number that it uses up.
Result<std::vector<Staged>> completed(PhoneCore& phone, const OpenForm& form, const Ground& ground,
                                      std::optional<std::int64_t>& given) {
  std::vector<Staged> staged = form.staged;
  if (!form.is_new || !ground.now.row.kind.empty()) return staged;
  const auto set = [&](std::string_view field) {
    return std::any_of(staged.begin(), staged.end(), [&](const Staged& one) { return one.at.field == field; });
  };
  const Kind& kind = *ground.kind;
  if (kind.field("entry_mode") && !set("entry_mode")) staged.push_back({{"entry_mode", {}, {}}, Op::put, "offline"});
  const bool numbered = !kind.number_code.empty() || !kind.number_codes.empty();
  if (numbered && kind.field("_provisional_no") && !set("_provisional_no")) {
    LX_TRY(const std::int64_t before, Meta(phone.db()).number(meta_names::provisional));
    given = before + 1;
    staged.push_back({{"_provisional_no", {}, {}}, Op::put, provisional_no(ground.who.device, *given)});
  }
  return staged;
}

// A change writes a cell once; a second entry of the same append goes into a change of its own.
std::vector<std::vector<Staged>> one_write_a_cell(const std::vector<Staged>& staged) {
  std::vector<std::vector<Staged>> parts;
  for (const Staged& one : staged) {
    const auto free = std::find_if(parts.begin(), parts.end(), [&](const std::vector<Staged>& part) {
      return part.size() < limits::change_writes_max &&
             std::none_of(part.begin(), part.end(), [&](const Staged& other) { return other.at == one.at; });
    });
    if (free == parts.end()) {
      parts.push_back({one});
    } else {
      free->push_back(one);
    }
  }
  return parts;
}

Change change_of(PhoneCore& phone, const OpenForm& form, const Ground& ground, const std::vector<Staged>& staged,
                 Hlc last) {
  Change change;
  change.id = phone.random_id<ChangeId>();
  change.studio = form.studio;
  change.record = form.record;
  change.kind = form.kind;
  change.member = ground.who.current;
  change.made = phone.clocks();
  change.claimed = tick(last, change.made.wall_ms);
  change.kinds_version = ground.catalog->version;
  change.seen = form.seen;
  phone.fill(change.salt);
  change.reason = form.reason;
  for (const Staged& one : staged) {
    const auto write_of = form.resolving ? resolution_of : edit_of;
    change.writes.push_back(write_of(*ground.catalog, form.kind, form.as_opened, one.at, one.op, one.value));
  }
  return change;
}

// What a save would log, and why it may not.
struct Prepared {
  std::vector<Staged> staged;
  std::vector<Change> changes;
  std::optional<std::int64_t> number;  // a provisional one that it uses up
  Row after;
  std::vector<Refusal> refusals;
};

// Every cell is judged by itself, so that all that is wrong is told at once.
void judge_each(const Ground& ground, const Change& change, const Access& access, std::vector<Refusal>& refusals) {
  for (const Write& write : change.writes) {
    Change alone = change;
    alone.writes = {write};
    if (auto refusal = judge(*ground.catalog, ground.now.row, alone, access)) refusals.push_back(std::move(*refusal));
  }
  if (!refusals.empty()) return;
  if (auto refusal = judge(*ground.catalog, ground.now.row, change, access)) refusals.push_back(std::move(*refusal));
  const HasRoom has_room = [&](std::size_t growth, std::size_t bytes_max) {
    return encode_row(ground.now.row).size() + growth <= bytes_max;
  };
  if (auto refusal = judge_room(ground.now.row, change, access, has_room)) refusals.push_back(std::move(*refusal));
}

Result<Prepared> prepared(PhoneCore& phone, const OpenForm& form, const Ground& ground) {
  Prepared save;
  LX_TRY(save.staged, completed(phone, form, ground, save.number));
  const Access access = access_in(ground.grant, ground.who.current);
  LX_TRY(Hlc last, Meta(phone.db()).last_clock());
  for (const std::vector<Staged>& part : one_write_a_cell(save.staged)) {
    save.changes.push_back(change_of(phone, form, ground, part, last));
    last = save.changes.back().claimed;
    judge_each(ground, save.changes.back(), access, save.refusals);
    if (line_of(save.changes.back()).size() > limits::change_bytes_max) {
      save.refusals.push_back({std::string(refusals::change_too_large), {}});
    }
  }
  if (!save.refusals.empty()) return save;
  RecordStates states(phone.db(), *ground.catalog, ground.who.key);
  LX_TRY(save.after, states.row_with(ground.now, save.changes));
  const Surroundings around = surroundings_of(phone, *ground.catalog, ground.studio.id, form.record);
  // One act, however many lines it takes.
  Change whole = save.changes.front();
  for (std::size_t i = 1; i < save.changes.size(); ++i) {
    whole.writes.insert(whole.writes.end(), save.changes[i].writes.begin(), save.changes[i].writes.end());
  }
  save.refusals = obstacles_to({*ground.catalog, ground.now.row, save.after, whole, access.roles, around});
  return save;
}

std::vector<WrongField> all_wrong(const Catalog& catalog, const OpenForm& form, const std::vector<Refusal>& refusals) {
  std::vector<WrongField> wrong = wrong_fields(catalog, form);
  for (WrongField& each : wrong_fields(catalog, form, refusals)) {
    // What was typed there fits nothing, and that is told already.
    const bool is_typed =
        each.code == refusals::incomplete && std::any_of(form.unplaced.begin(), form.unplaced.end(),
                                                         [&](const Unplaced& one) { return one.name == each.field; });
    if (!is_typed) wrong.push_back(std::move(each));
  }
  return wrong;
}

// Refused: the form stays, with all that was entered.
Expected<Saved> kept(PhoneCore& phone, OpenForm& form, Problem problem) {
  form.refused = true;
  Forms(phone.db()).save(form);
  problem.draft = form.token;
  return problem;
}

Status append(PhoneCore& phone, const Identity& who, const std::vector<Change>& changes) {
  OwnChanges own(phone.db());
  for (const Change& change : changes) LX_CHECK(own.append(who.key, change, line_of(change)));
  Meta(phone.db()).set(meta_names::last_clock, changes.back().claimed.text());
  return {};
}

// What a person should look at, now that it is safe.
void add_advice(PhoneCore& phone, const Ground& ground, const Row& after, const std::vector<Staged>& staged,
                Saved& saved) {
  const auto advise = [&](const std::string& code, const std::string& field, const std::string& zh,
                          const std::string& en) {
    const auto same = [&](const Advice& other) { return other.code == code && other.field == field; };
    if (std::any_of(saved.warnings.begin(), saved.warnings.end(), same)) return;
    saved.warnings.push_back({code,
                              field,
                              {sentence_for(code, Fate::saved, "zh", zh), sentence_for(code, Fate::saved, "en", en)},
                              label_of(*ground.catalog, ground.kind->name, field)});
  };
  for (const Staged& one : staged) {
    for (const Warning& warning : warnings_of(*ground.kind, one.at.text(), one.value)) {
      advise(warning.code, warning.field, {}, {});
    }
    if (const auto code = unlisted_code(*ground.catalog, *ground.kind, one.at.text(), one.value);
        code && !added_codes(phone, *ground.catalog).contains({code->list, code->code})) {
      advise(std::string(refusals::code_unknown), one.at.text(), {}, {});
    }
  }
  const Shown shown = shown_fields(*ground.catalog, after);
  const Surroundings around = surroundings_of(phone, *ground.catalog, ground.studio.id, after.record);
  for (const FailedCheck& failed : failed_checks(*ground.kind, shown, elements_of(*ground.catalog, after), around)) {
    advise(failed.code, failed.field, failed.zh, failed.en);
  }
  saved.missing = missing_fields(*ground.kind, shown);
  for (const std::string& field : saved.missing) {
    saved.missing_labels.push_back(label_of(*ground.catalog, ground.kind->name, field));
  }
}

// Nothing is left of what was entered, and that stays so: it waits for nobody any more.
Expected<Saved> emptied(PhoneCore& phone, OpenForm& form) {
  form.refused = false;
  Forms(phone.db()).save(form);
  return problem(problem_code::nothing_written);
}

}  // namespace

bool can_be_kept(const OpenForm& form) {
  return is_utf8(form.reason) && std::all_of(form.staged.begin(), form.staged.end(), [](const Staged& one) {
           return is_utf8(one.at.text()) && is_utf8(to_json(one.value));
         });
}

Result<Expected<Saved>> save_or_keep(PhoneCore& phone, OpenForm& form) {
  LX_CHECK(phone.identity());  // nothing is kept in a file that was emptied
  if (!can_be_kept(form)) return refuse_with(problem_code::text_malformed);
  if (form.staged.empty() && form.unplaced.empty()) return emptied(phone, form);
  const Result<Ground> found = ground_of(phone, form);
  if (!found && found.error().code != Errc::invalid_argument) return tl::unexpected(found.error());
  if (!found) return kept(phone, form, problem_of(found.error()));
  const Ground& ground = *found;
  Prepared save;
  if (!form.staged.empty()) {
    LX_TRY(save, prepared(phone, form, ground));
  }
  std::vector<WrongField> wrong = all_wrong(*ground.catalog, form, save.refusals);
  if (!wrong.empty()) return kept(phone, form, problem_of(std::move(wrong)));
  LX_CHECK(append(phone, ground.who, save.changes));
  LX_TRY(const bool locked, is_locked(phone));
  if (!locked) note_used(phone);
  if (save.number) Meta(phone.db()).set(meta_names::provisional, std::to_string(*save.number));
  Forms(phone.db()).drop(form.token);
  Saved saved;
  saved.record = form.record.text();
  for (const Change& change : save.changes) saved.changes.push_back(change.id.text());
  if (save.number) saved.provisional_no = provisional_no(ground.who.device, *save.number);
  LX_TRY(const std::optional<RecordState> after,
         RecordStates(phone.db(), *ground.catalog, ground.who.key).find(ground.studio, form.record));
  if (after && !after->row.kind.empty()) {
    Lists(phone.db(), *ground.catalog).put(*after, searched_on(ground.who));
    const RowSummary summary = summary_of(*ground.catalog, after->row);
    saved.number = summary.official_no.empty() ? summary.provisional_no : summary.official_no;
    add_advice(phone, ground, after->row, save.staged, saved);
  }
  return Expected<Saved>(std::move(saved));
}

Result<std::vector<WrongField>> wrong_in(PhoneCore& phone, const OpenForm& form) {
  LX_TRY(const Ground ground, ground_of(phone, form));
  Prepared save;
  if (!form.staged.empty()) {
    LX_TRY(save, prepared(phone, form, ground));
  }
  return all_wrong(*ground.catalog, form, save.refusals);
}

}  // namespace lianxin::client
