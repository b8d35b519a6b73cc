// From an open form to change lines on disk.
#include <algorithm>
#include <cstdio>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/core/problems.h"
#include "client-sdk/store/lists.h"
#include "schema/day.h"
#include "schema/planted.h"
#include "sync/model/limits.h"
#include "sync/model/view.h"
#include "sync/rules/bases.h"

namespace lianxin::client {
namespace {

bool is_numbered(const Kind& kind) { return !kind.number_code.empty() || !kind.number_codes.empty(); }

Advice advice_of(const Warning& warning) { return {warning.code, warning.field, sentence_of(warning.code)}; }

class Saver {
 public:
  Saver(PhoneCore& phone, const OpenForm& form, std::optional<Problem>& refused)
      : phone_(phone), form_(form), refused_(refused), meta_(phone.db()) {}

  Result<Saved> run() {
    LX_TRY(who_, phone_.identity());
    LX_TRY(catalog_, phone_.catalog());
    const std::optional<StudioState> studio = Studios(phone_.db()).find(form_.studio);
    if (!studio) return refuse_with("studio_unknown");
    LX_TRY(grant_, Grants(phone_.db()).of(form_.studio));
    kind_ = catalog_->kind(form_.kind);
    if (!kind_) return refuse_with("kind_unknown");
    LX_TRY(std::optional<RecordState> now, states().find(*studio, form_.record));
    if (!now) now.emplace();
    LX_TRY(const std::vector<Staged> staged, completed(*now));
    if (staged.empty()) return refuse_with("nothing_written");
    saved_.record = form_.record.text();
    for (const std::vector<Staged>& part : one_write_a_cell(staged)) LX_CHECK(save(part, now->row));
    Forms(phone_.db()).drop(form_.token);
    LX_TRY(const std::optional<RecordState> after, states().find(*studio, form_.record));
    if (after && !after->row.kind.empty()) {
      Lists(phone_.db(), *catalog_).put(*after);
      look_at(*after, staged);
    }
    return std::move(saved_);
  }

 private:
  RecordStates states() { return {phone_.db(), *catalog_, who_.key}; }

  // What the phone itself adds to the first change of a record.
  Result<std::vector<Staged>> completed(const RecordState& now) {
    std::vector<Staged> staged = form_.staged;
    if (!form_.is_new || staged.empty() || !now.row.kind.empty()) return staged;
    const auto set = [&](std::string_view field) {
      return std::any_of(staged.begin(), staged.end(), [&](const Staged& one) { return one.at.field == field; });
    };
    const Field* mode = kind_->field("entry_mode");
    if (mode && !set("entry_mode")) staged.push_back({{"entry_mode", {}, {}}, Op::put, "offline"});
    if (is_numbered(*kind_) && kind_->field("_provisional_no") && !set("_provisional_no")) {
      LX_TRY(const std::int64_t given, meta_.number(meta_names::provisional));
      meta_.set(meta_names::provisional, std::to_string(given + 1));
      std::string device = who_.device.text().substr(0, 4);
      std::transform(device.begin(), device.end(), device.begin(),
                     [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
      char number[32];
      std::snprintf(number, sizeof number, "%04lld", static_cast<long long>(given + 1));
      saved_.provisional_no = "临-" + device + "-" + number;
      staged.push_back({{"_provisional_no", {}, {}}, Op::put, saved_.provisional_no});
    }
    return staged;
  }

  // A change writes a cell once; a second entry of the same append goes into a change of its own.
  static std::vector<std::vector<Staged>> one_write_a_cell(const std::vector<Staged>& staged) {
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

  Status save(const std::vector<Staged>& staged, const Row& now) {
    Change change;
    change.id = phone_.random_id<ChangeId>();
    change.studio = form_.studio;
    change.record = form_.record;
    change.kind = form_.kind;
    change.member = who_.current;
    change.made = phone_.clocks();
    LX_TRY(const Hlc last, meta_.last_clock());
    change.claimed = tick(last, change.made.wall_ms);
    change.kinds_version = catalog_->version;
    change.seen = form_.seen;
    phone_.fill(change.salt);
    change.reason = form_.reason;
    for (const Staged& one : staged) {
      const Row& shown = LX_PLANTED(base_at_save) ? now : form_.as_opened;
      change.writes.push_back(form_.resolving ? resolution_of(*catalog_, form_.kind, shown, one.at, one.op, one.value)
                                              : edit_of(*catalog_, form_.kind, shown, one.at, one.op, one.value));
    }
    if (auto refusal = judge(*catalog_, now, change, access_in(grant_, who_.current))) {
      refused_ = problem_of(*refusal);
      return refuse_with("server_refused");  // undoes the transaction; `refused_` is what is told
    }
    const std::string line = line_of(change);
    if (line.size() > limits::change_bytes_max) return refuse_with("change_too_large");
    meta_.set(meta_names::last_clock, change.claimed.text());
    LX_CHECK(OwnChanges(phone_.db()).append(who_.key, change, line));
    saved_.changes.push_back(change.id.text());
    return {};
  }

  // What a person should look at, now that it is safe.
  void look_at(const RecordState& after, const std::vector<Staged>& staged) {
    const Shown shown = shown_fields(*catalog_, after.row);
    const auto mode = shown.find("entry_mode");
    const bool from_paper = mode != shown.end() && mode->second == Value("paper_backfill");
    for (const Staged& one : staged) {
      for (const Warning& warning : warnings_of(*kind_, one.at.field, one.value)) {
        saved_.warnings.push_back(advice_of(warning));
      }
      if (one.at.field == "occurred_on" && one.value.text()) {
        const std::string today = day_in_shanghai(phone_.clock.wall_ms());
        if (const auto warning = check_occurred(*one.value.text(), today, from_paper)) {
          saved_.warnings.push_back(advice_of(*warning));
        }
      }
      if (one.at.field == "_review" && one.value == Value("submitted")) {
        saved_.missing = missing_fields(*kind_, shown);
      }
    }
    for (const Warning& warning : record_warnings(*kind_, shown)) saved_.warnings.push_back(advice_of(warning));
  }

  PhoneCore& phone_;
  const OpenForm& form_;
  std::optional<Problem>& refused_;
  Meta meta_;
  Identity who_;
  std::shared_ptr<const Catalog> catalog_;
  const Kind* kind_ = nullptr;
  GrantedStudio grant_;
  Saved saved_;
};

}  // namespace

Result<Saved> save_form(PhoneCore& phone, const OpenForm& form, std::optional<Problem>& refused) {
  return phone.db().write([&]() -> Result<Saved> { return Saver(phone, form, refused).run(); });
}

Result<OpenForm> open_form(PhoneCore& phone, const RecordState& state) {
  const std::optional<StudioState> studio = Studios(phone.db()).find(state.studio);
  if (!studio) return refuse_with("studio_unknown");
  OpenForm form;
  form.token = phone.random_id<ChangeId>().text();
  form.studio = state.studio;
  form.record = state.row.record;
  form.kind = state.row.kind;
  form.seen = studio->seen;
  form.opened_ms = phone.clock.wall_ms();
  form.as_opened = state.row;
  return form;
}

}  // namespace lianxin::client
