#include "client-sdk/phone/save_form.h"

#include <algorithm>
#include <cstdio>

#include "client-sdk/core/problems.h"
#include "client-sdk/store/lists.h"
#include "schema/day.h"
#include "schema/refusals.h"
#include "schema/warnings.h"
#include "sync/model/limits.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"

namespace lianxin::client {
namespace {

// What a save stands on.
struct Ground {
  Identity who;
  std::shared_ptr<const Catalog> catalog;
  const Kind* kind = nullptr;
  StudioState studio;
  GrantedStudio grant;
  Row now;  // the record as it is shown at this moment; empty: there is none yet
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
  if (now) ground.now = std::move(now->row);
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
  if (staged.empty()) return refuse_with(problem_code::nothing_written);
  if (!form.is_new || !ground.now.kind.empty()) return staged;
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

Status append(PhoneCore& phone, const Identity& who, const std::vector<Change>& changes) {
  OwnChanges own(phone.db());
  for (const Change& change : changes) {
    const std::string line = line_of(change);
    if (line.size() > limits::change_bytes_max) return refuse_with(problem_code::change_too_large);
    LX_CHECK(own.append(who.key, change, line));
  }
  Meta(phone.db()).set(meta_names::last_clock, changes.back().claimed.text());
  return {};
}

// Whether a record here says that an office has added it to its list.
bool is_added(PhoneCore& phone, const Ground& ground, const UnlistedCode& code) {
  RecordStates states(phone.db(), *ground.catalog, ground.who.key);
  ListOptions codes;
  codes.kind = "code_list";
  do {
    std::string next;
    for (const ListItem& item : Lists(phone.db(), *ground.catalog).page(codes, std::nullopt, next)) {
      const auto state = states.find(*RecordId::parse(item.id));
      if (!state || !*state) continue;  // one that cannot be read stands in nobody's way
      const Shown shown = shown_fields(*ground.catalog, (*state)->row);
      const auto says = [&](const char* field, const std::string& text) {
        const auto at = shown.find(field);
        return at != shown.end() && at->second == Value(text);
      };
      if (says("list", code.list) && says("code", code.code)) return true;
    }
    codes.after = next;
  } while (!codes.after.empty());
  return false;
}

// What a person should look at, now that it is safe.
void add_advice(PhoneCore& phone, const Ground& ground, const Row& after, const std::vector<Staged>& staged,
                Saved& saved) {
  const auto advise = [&](const Warning& warning) {
    saved.warnings.push_back({warning.code, warning.field, sentence_of(warning.code)});
  };
  const Shown shown = shown_fields(*ground.catalog, after);
  const auto mode = shown.find("entry_mode");
  const bool from_paper = mode != shown.end() && mode->second == Value("paper_backfill");
  for (const Staged& one : staged) {
    for (const Warning& warning : warnings_of(*ground.kind, one.at.field, one.value)) advise(warning);
    if (const auto code = unlisted_code(*ground.catalog, *ground.kind, one.at.text(), one.value);
        code && !is_added(phone, ground, *code)) {
      advise({std::string(refusals::code_unknown), one.at.text()});
    }
    if (one.at.field == "occurred_on" && one.value.text()) {
      const std::string today = day_in_shanghai(phone.clock.wall_ms());
      if (const auto warning = check_occurred(*one.value.text(), today, from_paper)) advise(*warning);
    }
    if (one.at.field == "_review" && one.value == Value("submitted")) {
      saved.missing = missing_fields(*ground.kind, shown);
    }
  }
  for (const Warning& warning : record_warnings(*ground.kind, shown)) advise(warning);
}

}  // namespace

Result<Expected<Saved>> save_form(PhoneCore& phone, const OpenForm& form) {
  LX_TRY(const Ground ground, ground_of(phone, form));
  Meta meta(phone.db());
  std::optional<std::int64_t> number;
  LX_TRY(const std::vector<Staged> staged, completed(phone, form, ground, number));

  std::vector<Change> changes;
  LX_TRY(Hlc last, meta.last_clock());
  for (const std::vector<Staged>& part : one_write_a_cell(staged)) {
    changes.push_back(change_of(phone, form, ground, part, last));
    last = changes.back().claimed;
    const auto refusal =
        judge(*ground.catalog, ground.now, changes.back(), access_in(ground.grant, ground.who.current));
    if (refusal) return Expected<Saved>(problem_of(*refusal));
  }

  LX_CHECK(append(phone, ground.who, changes));
  if (number) meta.set(meta_names::provisional, std::to_string(*number));
  Forms(phone.db()).drop(form.token);
  Saved saved;
  saved.record = form.record.text();
  for (const Change& change : changes) saved.changes.push_back(change.id.text());
  if (number) saved.provisional_no = provisional_no(ground.who.device, *number);
  LX_TRY(const std::optional<RecordState> after,
         RecordStates(phone.db(), *ground.catalog, ground.who.key).find(ground.studio, form.record));
  if (after && !after->row.kind.empty()) {
    Lists(phone.db(), *ground.catalog).put(*after);
    add_advice(phone, ground, after->row, staged, saved);
  }
  return Expected<Saved>(std::move(saved));
}

}  // namespace lianxin::client
