#include "tests/wire/story.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/cursor.h"

namespace lianxin::kit {
namespace {

constexpr std::int64_t noon_ms = 1'790'000'000'000;  // 2026-09-21 in Shanghai
constexpr std::int64_t booted_ago_ms = 5'000'000;    // before noon, all phones

std::string seed_of(const std::string& device) { return to_hex(sha256("lianxin kit seed " + device)); }

Value part(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found ? *found : Value();
}

// Whoever stands in most stories: two conveners, and a coordinator who sees everything.
const std::map<std::string, Value::Object>& usual_cast() {
  static const std::map<std::string, Value::Object> cast{
      {"he", {{"roles", Value::List{"convener"}}, {"clearance", "internal"}}},
      {"mi", {{"roles", Value::List{"convener"}}, {"clearance", "internal"}}},
      {"cxy", {{"roles", Value::List{"coordinator"}}, {"clearance", "health"}}}};
  return cast;
}

}  // namespace

Result<Value> StoryTeller::tell(const Value& story) {
  where_ = story.text_at("name");
  for (const auto& [label, person] : usual_cast()) cast_.emplace(label, person);
  for (const auto& [label, person] : story.object_at("cast")) cast_.insert_or_assign(label, *person.object());
  Value told = cast_of(story);
  LX_TRY(player_, Player::open(kit_, told, store_, scratch_));
  Value::Object& parts = *told.object();
  parts.emplace("expect", player_->identities());
  Value::List acts;
  int number = 0;
  for (const Value& each : story.list_at("acts")) {
    where_ = std::string(story.text_at("name")) + ", act " + std::to_string(++number);
    at_ms_ = each.integer_at("at", at_ms_ + 1000);
    LX_TRY(Value inputs, inputs_of(each));
    Result<Value> observed = player_->play(inputs);
    if (!observed) return failure(observed.error().code, where_ + ": " + observed.error().message);
    learn(each, *observed);
    LX_CHECK(check(each, inputs, *observed));
    if (each.find("why")) inputs.object()->emplace("why", part(each, "why"));
    inputs.object()->emplace("expect", std::move(*observed));
    acts.push_back(std::move(inputs));
  }
  if (!open_.empty()) return failure(Errc::invalid_argument, where_ + ": a record's end is not told");
  Value again(Value::Object{{"do", "rebuild"}});
  LX_TRY(Value observed, player_->play(again));
  LX_CHECK(same("rebuilt from the log", true, part(observed, "same")));
  again.object()->emplace("expect", std::move(observed));
  acts.push_back(std::move(again));
  parts.emplace("acts", std::move(acts));
  return told;
}

// People, devices and the studio: what a case begins with.
Value StoryTeller::cast_of(const Value& story) {
  Value::List people;
  Value::Object devices;
  for (const auto& [label, parts] : cast_) {
    const Value person(parts);
    const std::string seed_owner(person.text_at("same_phone_as", label));
    const std::string member(person.text_at("member", seed_owner));
    for (const Value& role : person.list_at("roles")) {
      Value::Object grant{
          {"member", labels_.member(member).text()}, {"role", role}, {"clearance", part(person, "clearance")}};
      for (const char* name : {"org_code", "from_ms", "to_ms"}) {
        if (person.find(name)) grant.emplace(name, part(person, name));
      }
      people.emplace_back(std::move(grant));
    }
    Value::Object device{{"member", labels_.member(member).text()}, {"seed", seed_of(seed_owner)}};
    if (person.boolean_at("shared")) device.emplace("shared", true);
    devices.emplace(label, std::move(device));
  }
  Value::Object studio{{"id", StudioId{Labels::bytes_of("studio")}.text()},
                       {"code", "990121-S01"},
                       {"org_codes", Value::List{"990121", "990100"}}};
  return Value::Object{
      {"name", part(story, "name")},
      {"title", part(story, "title")},
      {"protocol", part(story, "protocol")},
      {"kinds", story.integer_at("kinds", 1)},
      {"studio", std::move(studio)},
      {"server", Value::Object{{"member", labels_.member("server").text()}, {"seed", seed_of("server")}}},
      {"people", std::move(people)},
      {"devices", std::move(devices)}};
}

// The act as the case has it: what the story tells in labels, in bytes.
Result<Value> StoryTeller::inputs_of(const Value& told) {
  Value::Object act{{"server_ms", noon_ms + at_ms_}};
  for (const char* what : {"push", "save", "page", "view", "offer", "revoke"}) {
    if (!told.find(what)) continue;
    act.emplace("do", what);
    act.emplace("device", part(told, what));
  }
  if (told.find("push") || told.find("save")) {
    LX_CHECK(add_lines(told, act));
  } else if (told.find("page")) {
    add_page(told, act);
  } else if (told.find("view")) {
    act.emplace("record", labels_.record(std::string(told.text_at("record", "r1"))).text());
  } else if (told.find("offer")) {
    act.emplace("heads", offered_of(told));
  } else if (told.find("kinds")) {
    act.emplace("do", "kinds");
    act.emplace("version", part(told, "kinds"));
  } else if (told.find("release_kinds")) {
    Value::List held;
    for (const ChangeId& id : ids_of(told.list_at("release_kinds"))) held.emplace_back(id.text());
    act.emplace("do", "release_kinds");
    act.emplace("held", std::move(held));
  } else if (told.find("grants")) {
    for (const auto& [label, person] : told.object_at("grants")) cast_[label] = *person.object();
    act.emplace("do", "grants");
    act.emplace("people", part(cast_of({}), "people"));
  }
  if (!act.contains("do")) return failure(Errc::invalid_argument, where_ + ": no act");
  if (told.find("phone_kinds")) act.emplace("phone_kinds", part(told, "phone_kinds"));
  return Value(std::move(act));
}

Status StoryTeller::add_lines(const Value& told, Value::Object& act) {
  N first_n = 0;
  LX_TRY(Value::List lines, lines_of(told, std::string(Value(act).text_at("device")), first_n));
  act.emplace("lines", std::move(lines));
  if (told.find("save")) return {};
  act.emplace("first_n", first_n);
  const Value clocks = part(told, "clocks");
  act.emplace("clocks", Value::Object{{"wall_ms", noon_ms + clocks.integer_at("wall", at_ms_)},
                                      {"boot_ms", booted_ago_ms + clocks.integer_at("boot_ms", at_ms_)},
                                      {"boot", clocks.text_at("boot", "boot-1")}});
  for (const char* name : {"before", "signature"}) {
    if (told.find(name)) act.emplace(name, part(told, name));
  }
  return {};
}

// Without a cursor it is the phone's own, and the phone takes what comes.
void StoryTeller::add_page(const Value& told, Value::Object& act) {
  const std::string device(told.text_at("page")), named(told.text_at("cursor"));
  const bool own = !told.find("cursor");
  act.emplace("cursor", own ? cursors_[device] : named);
  act.emplace("taken", own);
  act.emplace("bytes", told.integer_at("bytes", 1 << 20));
  act.emplace("last_n", told.integer_at("last_n", static_cast<N>(lines_[device].size())));
}

// The device's lines from first_n on: those it has, then those made now.
Result<Value::List> StoryTeller::lines_of(const Value& told, const std::string& device, N& first_n) {
  Value::List& chain = lines_[device];
  first_n = told.integer_at("from", static_cast<N>(chain.size()) + 1);
  std::int64_t made_ms = at_ms_ - 100;
  for (const Value& change : told.list_at("changes")) {
    LX_TRY(Value line, line_of_change(change, device, made_ms++));
    chain.push_back(std::move(line));
  }
  return Value::List(chain.begin() + (first_n - 1), chain.end());
}

// A change; or {"raw": text}, {"hex": bytes}; or {"again": label}, a line once more; or {"known": label}, its hash
// only; or {"known_wrong": label}, the hash of other bytes under its id.
Result<Value> StoryTeller::line_of_change(const Value& change, const std::string& device, std::int64_t made_ms) {
  if (change.find("raw")) return part(change, "raw");
  if (change.find("hex")) return Value(Value::Object{{"hex", part(change, "hex")}});
  if (change.find("known_wrong")) {
    const ChangeId id = labels_.change(std::string(change.text_at("known_wrong")));
    return Value(Value::Object{{"known", Value::List{id.text(), to_hex(sha256("other bytes"))}}});
  }
  const std::string again(change.text_at("again", change.text_at("known")));
  if (again.empty()) {
    LX_TRY(const Change made, change_of(change, device, made_ms));
    std::string line = line_of(made);
    // As another program might have written it: it is these bytes that count, and what nobody knows is passed over.
    if (change.boolean_at("loose")) line = "{ \"from_a_newer_phone\" : [1, {}]," + line.substr(1);
    return Value(std::move(line));
  }
  LX_TRY(const std::vector<Logged> log, player_->log());
  const ChangeId id = labels_.change(again);
  const auto at = std::find_if(log.begin(), log.end(), [&](const Logged& logged) { return logged.id == id; });
  if (at == log.end()) return failure(Errc::invalid_argument, where_ + ": no such line " + again);
  if (change.find("again")) return Value(at->line);
  return Value(Value::Object{{"known", Value::List{id.text(), to_hex(sha256(at->line))}}});
}

Result<Change> StoryTeller::change_of(const Value& told, const std::string& device, std::int64_t made_ms) {
  Change change;
  const std::string label(told.text_at("id"));
  change.id = labels_.change(std::string(told.text_at("same_id_as", label)));
  change.studio = StudioId{Labels::bytes_of(std::string(told.text_at("studio", "studio")))};
  change.record = labels_.record(std::string(told.text_at("of", "r1")));
  change.kind = told.text_at("kind", "visit");
  const Value person(cast_.at(device));
  const std::string_view member = person.text_at("member", person.text_at("same_phone_as", device));
  change.member = labels_.member(std::string(told.text_at("by", member)));
  made_ms = told.integer_at("made", made_ms);
  change.claimed = Hlc::at(noon_ms + told.integer_at("claimed", made_ms));
  change.made = {noon_ms + told.integer_at("wall", made_ms), booted_ago_ms + told.integer_at("boot_ms", made_ms),
                 std::string(told.text_at("boot", "boot-1"))};
  change.kinds_version = told.integer_at("kinds", 1);
  change.reason = told.text_at("reason");
  const Hash salt = sha256("lianxin kit salt " + label);
  std::copy_n(salt.begin(), change.salt.size(), change.salt.begin());
  LX_TRY(change.seen, seen_of(told));
  for (const Value& item : told.list_at("writes")) {
    LX_TRY(Write write, write_of(item));
    change.writes.push_back(std::move(write));
  }
  return change;
}

Result<Write> StoryTeller::write_of(const Value& told) {
  // Read as any line is, so that a story writes what a line may hold.
  Value::Object parts = *told.object();
  parts.insert_or_assign("at", labels_.address(std::string(told.text_at("at"))));
  Value::List bases;
  for (const ChangeId& id : ids_of(told.list_at("base"))) bases.emplace_back(id.text());
  if (!bases.empty()) parts.insert_or_assign("base", std::move(bases));
  if (const Value* repeat = told.find("put_times")) {  // {"put_times": [text, times]}
    std::string text;
    for (std::int64_t i = *repeat->list()->at(1).integer(); i > 0; --i) text += *repeat->list()->at(0).text();
    parts.erase("put_times");
    parts.emplace("put", std::move(text));
  }
  Change carrier;
  carrier.kind = "visit";
  std::string line = line_of(carrier);
  line.resize(line.size() - 3);  // of "writes":[]}
  line += "[" + to_json(parts) + "]}";
  const Result<Change> read = parse_line(line);
  if (!read) return failure(read.error().code, where_ + ": " + read.error().message);
  return read->writes.front();
}

// `seen`: a seq, whose hash is looked up; or {"seq", "hash"} as they stand.
Result<Seen> StoryTeller::seen_of(const Value& told) {
  const Value given = part(told, "seen");
  Seen seen;
  if (given.object()) {
    seen.seq = given.integer_at("seq");
    if (!from_hex(given.text_at("hash"), seen.hash)) return failure(Errc::invalid_argument, where_ + ": seen");
  } else if (given.integer()) {
    LX_TRY(const std::vector<Logged> log, player_->log());
    seen.seq = *given.integer();
    for (const Logged& logged : log) {
      if (logged.seq == seen.seq) seen.hash = short_hash(logged.log_hash);
    }
  }
  return seen;
}

Value StoryTeller::offered_of(const Value& told) {
  Value::List offers;
  for (const Value& item : told.list_at("heads")) {
    Value::Object head = item.object_at("head");
    head.insert_or_assign("id", labels_.change(std::string(part(item, "head").text_at("id"))).text());
    head.insert_or_assign("member", labels_.member(std::string(part(item, "head").text_at("member"))).text());
    head.insert_or_assign("clock", Hlc::at(noon_ms + part(item, "head").integer_at("clock")).text());
    Value::List bases;
    for (const ChangeId& id : ids_of(part(item, "head").list_at("base"))) bases.emplace_back(id.text());
    if (!bases.empty()) head.insert_or_assign("base", std::move(bases));
    offers.emplace_back(Value::Object{{"record", labels_.record(std::string(item.text_at("of", "r1"))).text()},
                                      {"kind", item.text_at("kind", "visit")},
                                      {"at", part(item, "at")},
                                      {"head", std::move(head)}});
  }
  return offers;
}

std::vector<ChangeId> StoryTeller::ids_of(const Value::List& labels) {
  std::vector<ChangeId> ids;
  for (const Value& label : labels) ids.push_back(labels_.change(label.text() ? *label.text() : ""));
  return ids;
}

void StoryTeller::learn(const Value& told, const Value& observed) {
  const std::string server = player_->identities().object_at("server").at("device").text()[0];
  std::vector<std::string> unnamed;  // lines that could not choose their own id
  for (const Value& change : told.list_at("changes")) {
    const bool unnamable = change.find("raw") || change.find("hex") || change.find("same_id_as");
    if (unnamable && !change.boolean_at("already")) unnamed.emplace_back(change.text_at("id"));
  }
  auto next = unnamed.begin();
  for (const Value& logged : observed.list_at("log")) {
    const auto id = ChangeId::parse(logged.text_at("id"));
    const auto record = RecordId::parse(logged.text_at("record"));
    if (!id || !record) continue;
    open_.insert(*record);
    if (logged.text_at("device") == server) labels_.learn("server" + std::to_string(++server_lines_), *id);
    const bool own_record = record->bytes == id->bytes;
    if (own_record && next != unnamed.end()) labels_.learn(*next++, *id);
  }
}

}  // namespace lianxin::kit
