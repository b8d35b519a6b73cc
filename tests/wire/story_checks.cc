// What a story says must come of its acts, against what came.
#include <algorithm>

#include "schema/json.h"
#include "tests/wire/reading.h"
#include "tests/wire/story.h"

namespace lianxin::kit {
namespace {

constexpr std::int64_t noon_ms = 1'790'000'000'000;

Value part(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found ? *found : Value();
}

void put_part(Value::Object& parts, const char* name, Value::Object value) {
  if (!value.empty()) parts.emplace(name, std::move(value));
}

}  // namespace

Status StoryTeller::same(const std::string& what, const Value& expected, const Value& came) const {
  if (expected == came) return {};
  return failure(Errc::invalid_argument, where_ + ": " + what + "\n  the story says " + to_json(expected) +
                                             "\n  what came is   " + to_json(came));
}

Status StoryTeller::check(const Value& told, const Value& inputs, const Value& observed) {
  if (told.find("push")) LX_CHECK(check_push(told, inputs, observed));
  if (told.find("page")) LX_CHECK(check_page(told, inputs, observed));
  if (told.find("view")) LX_CHECK(check_view(told, observed));
  if (told.find("offer")) LX_CHECK(same("taken as witnessed", part(told, "witnessed"), part(observed, "witnessed")));
  if (told.find("release_kinds")) LX_CHECK(same("released", part(told, "released"), part(observed, "released")));
  return check_records(part(told, "expect"));
}

Status StoryTeller::check_push(const Value& told, const Value& inputs, const Value& observed) {
  if (told.find("error")) return same("error", part(told, "error"), part(observed, "error"));
  const auto sent = static_cast<N>(inputs.list_at("lines").size());
  const N all = inputs.integer_at("first_n") - 1 + sent;
  const N acked = told.integer_at("acked", all);
  LX_CHECK(same("acked_n", acked, part(observed, "acked_n")));
  const KitDevice& device = player_->devices().at(std::string(told.text_at("push")));
  const bool h_is_own = part(observed, "h") == Value(to_hex(device.h.back()));
  LX_CHECK(same("h of another chain", told.boolean_at("foreign_h", acked != all), !h_is_own));
  if (acked == all) return check_lines(told, observed);
  return same("lines taken", Value(Value::List{}), part(observed, "log"));
}

// Each line that is new: applied, or held with its code and the address that is wrong. After them what the server did.
Status StoryTeller::check_lines(const Value& told, const Value& observed) {
  std::vector<Value> own, by_server;
  const Value server = player_->identities().object_at("server").at("device");
  for (const Value& logged : observed.list_at("log")) {
    (part(logged, "device") == server ? by_server : own).push_back(logged);
  }
  std::size_t next = 0;
  const Value none;
  const auto take_next = [&]() -> const Value& { return next < own.size() ? own[next++] : none; };
  // Lines that a device sends for the first time though it has had them for long stand in `sent_first`.
  for (const char* list : {"sent_first", "changes"}) {
    for (const Value& change : told.list_at(list)) {
      if (change.boolean_at("already") || change.find("known")) continue;
      const Value& logged = take_next();
      const std::string label(change.text_at("id"));
      Value::List outcome{part(logged, "outcome")}, expected{change.find("held") ? "held" : "applied"};
      for (const char* name : {"code", "field"}) {
        if (logged.find(name)) outcome.push_back(labels_.labelled(part(logged, name)));
      }
      for (const Value& item : change.list_at("held")) expected.push_back(item);
      LX_CHECK(same("what became of " + label, expected, outcome));
      const Value::List& clock = change.list_at("clock");
      if (clock.empty()) continue;
      const Hlc given = Hlc::at(noon_ms + *clock[0].integer(), static_cast<std::uint16_t>(*clock[1].integer()));
      LX_CHECK(same("effective clock of " + label, given.text(), part(logged, "clock")));
    }
  }
  LX_CHECK(same("lines logged", static_cast<std::int64_t>(next), static_cast<std::int64_t>(own.size())));
  return same("the server's own changes", told.integer_at("server_acts"), static_cast<std::int64_t>(by_server.size()));
}

Status StoryTeller::check_records(const Value& expected) {
  if (!expected.object()) return {};
  for (const auto& [label, state] : *expected.object()) {
    const RecordId record = labels_.record(label);
    open_.erase(record);
    LX_TRY(const std::optional<Row> row, player_->row(record));
    if (!row) return failure(Errc::invalid_argument, where_ + ": no record " + label);
    LX_TRY(const Value came, described(*row));
    LX_CHECK(same("record " + label, state, came));
  }
  return {};
}

// All of a row that a rule decides, in labels. What is empty is left out, and so are ladders that nobody has touched.
Result<Value> StoryTeller::described(const Row& row) {
  Value parts = without_feet(reading_of(player_->catalog(), row));
  Value::Object heads, pending, heights, held, witnessed, contested;
  for (const auto& [address, cell] : row.cells) {
    Value::List ids, awaited, given_back, unseen;
    Value::Object heights_here;
    for (const std::vector<Head>* steps : {&cell.heads, &cell.history}) {
      for (const Head& head : *steps) {
        if (steps == &cell.heads) ids.emplace_back(head.id.text());
        if (head.witnessed) given_back.emplace_back(head.id.text());
        for (const ChangeId& id : head.contested) unseen.emplace_back(id.text());
        if (head.cycle == 0) continue;
        heights_here.emplace(head.id.text(), Value::List{std::int64_t{head.cycle}, std::int64_t{head.rank}});
      }
    }
    for (const Pending& item : cell.pending) awaited.emplace_back(item.id.text());
    if (!ids.empty()) heads.emplace(address, std::move(ids));
    if (!awaited.empty()) pending.emplace(address, std::move(awaited));
    if (!given_back.empty()) witnessed.emplace(address, std::move(given_back));
    if (!unseen.empty()) contested.emplace(address, std::move(unseen));
    if (!heights_here.empty()) heights.emplace(address, std::move(heights_here));
  }
  constexpr const char* decisions[] = {"open", "corrected", "dismissed"};
  for (const HeldMark& mark : row.held) {
    Value::List parts_of_mark{mark.code};
    if (!mark.field.empty()) parts_of_mark.emplace_back(mark.field);
    if (mark.decision != HeldMark::Decision::open) {
      parts_of_mark.emplace_back(decisions[static_cast<std::size_t>(mark.decision)]);
    }
    held.emplace(mark.id.text(), std::move(parts_of_mark));
  }
  Value::Object& all = *parts.object();
  put_part(all, "heads", std::move(heads));
  put_part(all, "pending", std::move(pending));
  put_part(all, "heights", std::move(heights));
  put_part(all, "held", std::move(held));
  put_part(all, "witnessed", std::move(witnessed));
  put_part(all, "contested", std::move(contested));
  return labels_.labelled(parts);
}

Value StoryTeller::without_feet(Value reading) const {
  const auto at = reading.object()->find("shown");
  if (at == reading.object()->end()) return reading;
  Value::Object& shown = *at->second.object();
  std::erase_if(shown, [&](const auto& field) {
    for (const auto& [name, ladder] : player_->catalog().ladders) {
      const bool of_ladder = field.first == "state" ? name == "work" : field.first == "_review" && name == "review";
      if (of_ladder && field.second == Value(ladder.initial)) return true;
    }
    return false;
  });
  if (shown.empty()) reading.object()->erase(at);
  return reading;
}

Status StoryTeller::check_page(const Value& told, const Value& inputs, const Value& observed) {
  Value::List records, own;
  Value::Object above, cells;
  for (const Value& text : observed.list_at("rows")) {
    LX_TRY(const Row row, decode_row(*text.text()));
    const std::string record = row.record.text();
    records.emplace_back(record);
    Value::List addresses, above_here;
    for (const auto& [address, cell] : row.cells) {
      addresses.emplace_back(address);
      for (const std::vector<Head>* heads : {&cell.heads, &cell.history}) {
        for (const Head& head : *heads) {
          const Value id(head.id.text());
          if (head.own && std::find(own.begin(), own.end(), id) == own.end()) own.push_back(id);
        }
      }
    }
    for (const std::string& address : row.above) above_here.emplace_back(address);
    cells.emplace(record, std::move(addresses));
    if (!above_here.empty()) above.emplace(record, std::move(above_here));
  }
  const bool given = told.boolean_at("given", true);
  LX_CHECK(same("given", given, part(observed, "given")));
  LX_CHECK(same("acked_n", told.integer_at("acked", inputs.integer_at("last_n")), part(observed, "acked_n")));
  if (told.find("phone")) {
    LX_CHECK(same("the phone", part(told, "phone"), part(observed, "phone")));
  } else if (inputs.boolean_at("taken") && given) {
    const char* digest = told.boolean_at("more") ? "none" : "equal";
    LX_CHECK(same("the phone", Value::Object{{"digest", digest}}, part(observed, "phone")));
  }
  if (!given) return {};
  LX_CHECK(same("records of the page", Value(told.list_at("records")), labels_.labelled(records)));
  LX_CHECK(same("values left out", Value(told.list_at("own")), labels_.labelled(own)));
  LX_CHECK(same("above the clearance", Value(told.object_at("above")), labels_.labelled(above)));
  if (told.find("cells")) LX_CHECK(same("cells", part(told, "cells"), labels_.labelled(cells)));
  const bool from_zero = told.boolean_at("from_zero", inputs.text_at("cursor").empty());
  LX_CHECK(same("from_zero", from_zero, part(observed, "from_zero")));
  LX_CHECK(same("history_unknown", told.boolean_at("history_unknown"), part(observed, "history_unknown")));
  LX_CHECK(same("more", told.boolean_at("more"), part(observed, "more")));
  LX_CHECK(same("a digest", told.boolean_at("digest", !told.boolean_at("more")), observed.find("digest") != nullptr));
  if (inputs.boolean_at("taken")) cursors_[std::string(told.text_at("page"))] = observed.text_at("cursor");
  return {};
}

Status StoryTeller::check_view(const Value& told, const Value& observed) {
  if (observed.is_null()) return same("the view", part(told, "shows"), observed);
  return same("the view", part(told, "shows"), labels_.labelled(without_feet(observed)));
}

}  // namespace lianxin::kit
