#include "tests/wire/player.h"

#include <algorithm>

#include "sync/log/rebuild.h"
#include "sync/server/release.h"
#include "sync/server/tell.h"
#include "tests/support/lost_cursor.h"
#include "tests/wire/reading.h"

namespace lianxin::kit {
namespace {

Error wrong(const std::string& what) { return {Errc::invalid_argument, "case: " + what}; }

template <class IdType>
Status read_id(const Value& parts, std::string_view name, IdType& id) {
  const auto parsed = IdType::parse(parts.text_at(name));
  if (!parsed) return tl::unexpected(wrong(std::string(name)));
  id = *parsed;
  return {};
}

Status read_device(const Value& parts, SelfDevice& device) {
  LX_CHECK(read_id(parts, "member", device.member));
  if (!from_hex(parts.text_at("seed"), device.secret)) return tl::unexpected(wrong("seed"));
  device.key = public_key_of(device.secret);
  device.device = device_id_of(device.key);
  return {};
}

Result<std::string> unhex(std::string_view hex) {
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  if (!from_hex(hex, bytes)) return tl::unexpected(wrong("hex"));
  return std::string(bytes.begin(), bytes.end());
}

// A line as a case writes it: its text, {"hex": bytes that are no text}, or {"known": [change id, SHA-256]}.
Result<PushEntry> entry_of(const Value& line) {
  if (line.text()) return PushEntry{*line.text(), std::nullopt};
  if (line.find("hex")) {
    LX_TRY(std::string bytes, unhex(line.text_at("hex")));
    return PushEntry{std::move(bytes), std::nullopt};
  }
  const Value::List& known = line.list_at("known");
  ChangeId id;
  Hash hash;
  const bool read = known.size() == 2 && known[0].text() && known[1].text() && from_hex(*known[0].text(), id.bytes) &&
                    from_hex(*known[1].text(), hash);
  if (!read) return tl::unexpected(wrong("line"));
  return PushEntry{{}, std::pair(id, hash)};
}

ClockReading clocks_of(const Value& value) {
  return {value.integer_at("wall_ms"), value.integer_at("boot_ms"), std::string(value.text_at("boot"))};
}

Value logged_value(const Logged& logged, bool with_line) {
  Value::Object parts{{"seq", logged.seq},
                      {"id", logged.id.text()},
                      {"record", logged.record.text()},
                      {"device", logged.device.text()},
                      {"outcome", logged.outcome == Outcome::applied ? "applied" : "held"},
                      {"clock", logged.clock.text()},
                      {"log_hash", to_hex(logged.log_hash)}};
  if (!logged.code.empty()) parts.emplace("code", logged.code);
  if (!logged.field.empty()) parts.emplace("field", logged.field);
  if (with_line) parts.emplace("line", logged.line);
  return parts;
}

Value page_value(const Page& page) {
  Value::Object parts{
      {"acked_n", page.acked_n()}, {"h", to_hex(page.acked.value_or(ChainHead{}).h)}, {"given", page.given}};
  if (!page.given) return parts;
  Value::List rows;
  for (const std::string& row : page.rows) rows.emplace_back(row);
  parts.emplace("rows", std::move(rows));
  parts.emplace("from_zero", page.from_zero);
  parts.emplace("history_unknown", page.history_unknown);
  parts.emplace("more", page.more);
  parts.emplace("cursor", page.cursor.text());
  if (page.digest) parts.emplace("digest", page.digest->text());
  return parts;
}

}  // namespace

void CountedRandom::fill(std::span<std::uint8_t> out) {
  const Hash block = sha256("lianxin kit random" + std::to_string(++fills_));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = block[i % block.size()];
}

Result<std::unique_ptr<Player>> Player::open(const std::filesystem::path& kit, const Value& head, Store& store,
                                             std::filesystem::path scratch) {
  std::unique_ptr<Player> player(new Player(kit, store, std::move(scratch)));
  LX_CHECK(player->read_head(head));
  return player;
}

Status Player::read_head(const Value& head) {
  LX_TRY(kinds_, load_kinds(kit_, head.integer_at("kinds", 1)));
  const Value& studio = head.find("studio") ? *head.find("studio") : Value();
  LX_CHECK(read_id(studio, "id", place_.studio));
  place_.code = studio.text_at("code");
  for (const Value& code : studio.list_at("org_codes")) place_.org_codes.emplace_back(code.text() ? *code.text() : "");
  LX_CHECK(read_people(head.list_at("people")));
  LX_CHECK(read_device(head.find("server") ? *head.find("server") : Value(), self_));
  for (const auto& [name, parts] : head.object_at("devices")) {
    KitDevice& device = devices_[name];
    LX_CHECK(read_device(parts, device.device));
    device.shared = parts.boolean_at("shared");
    device.h.push_back(chain_start(place_.studio, device.device.key));
  }
  return {};
}

Status Player::read_people(const Value::List& people) {
  grants_.clear();
  for (const Value& item : people) {
    Grant grant;
    LX_CHECK(read_id(item, "member", grant.member));
    grant.role = item.text_at("role");
    grant.org_code = item.text_at("org_code");
    if (grant.org_code.empty()) grant.studio = place_.studio;
    grant.from_ms = item.integer_at("from_ms", 0);
    grant.to_ms = item.integer_at("to_ms", INT64_MAX);
    const auto clearance = sensitivity_named(item.text_at("clearance"));
    if (!clearance) return tl::unexpected(wrong("clearance"));
    grant.clearance = *clearance;
    grants_.push_back(std::move(grant));
  }
  return {};
}

Value Player::identities() const {
  Value::Object devices;
  for (const auto& [name, device] : devices_) {
    devices.emplace(name, Value::Object{{"device", device.device.device.text()},
                                        {"key", to_hex(device.device.key)},
                                        {"h", to_hex(device.h.front())}});
  }
  return Value::Object{{"server", Value::Object{{"device", self_.device.text()}, {"key", to_hex(self_.key)}}},
                       {"devices", std::move(devices)}};
}

Result<KitDevice*> Player::device_of(const Value& act) {
  const auto at = devices_.find(std::string(act.text_at("device")));
  if (at == devices_.end()) return tl::unexpected(wrong("device"));
  return &at->second;
}

Rules Player::rules(const Value& act) {
  return {kinds_.catalog, grants_, place_, self_, random_, act.integer_at("server_ms")};
}

OneStudioAnswering Player::server_for(const Value& act, const KitDevice& device) {
  const SelfDevice& by = device.device;
  return {store_,
          rules(act),
          {by.device, by.key, by.member, device.shared, device.revoked, 0},
          access_of(by.member, grants_, place_, act.integer_at("server_ms"))};
}

Result<StudioAnswer> Player::answer_to(const Value& act, const KitDevice& device, StudioRequest asked,
                                       const ClockReading& clocks) {
  asked.studio = place_.studio;
  OneStudioAnswering server = server_for(act, device);
  return answer_one(server, clocks, std::move(asked));
}

Result<Value> Player::play(const Value& act) {
  const std::string_view what = act.text_at("do");
  if (what == "push") return push(act);
  if (what == "page") return page(act);
  if (what == "save") return save(act);
  if (what == "view") return view(act);
  if (what == "offer") return offer(act);
  if (what == "release_kinds") return release_kinds(act);
  if (what == "rebuild") return rebuild_all();
  if (what == "kinds") {
    LX_TRY(kinds_, load_kinds(kit_, act.integer_at("version")));
    return Value(Value::Object{});
  }
  if (what == "grants") {
    LX_CHECK(read_people(act.list_at("people")));
    return Value(Value::Object{});
  }
  if (what == "revoke") {
    LX_TRY(KitDevice * device, device_of(act));
    device->revoked = true;
    return Value(Value::Object{});
  }
  return tl::unexpected(wrong("do"));
}

Status Player::chain_on(KitDevice& device, const Value::List& lines, std::vector<PushEntry>& entries) const {
  for (const Value& line : lines) {
    LX_TRY(PushEntry entry, entry_of(line));
    const Hash line_hash = entry.known ? entry.known->second : sha256(entry.line);
    device.h.push_back(chain_next(device.h.back(), line_hash));
    device.lines.push_back(entry.line);
    entries.push_back(std::move(entry));
  }
  return {};
}

// The phone chains its lines anew from first_n on, as it has them, and signs; `before` and `signature` stand in the act
// only where somebody sends wrong ones.
Result<Value> Player::push(const Value& act) {
  LX_TRY(KitDevice * device, device_of(act));
  const N first_n = act.integer_at("first_n", 1);
  if (first_n < 1 || first_n > static_cast<N>(device->h.size())) return tl::unexpected(wrong("first_n"));
  device->h.resize(static_cast<std::size_t>(first_n));
  device->lines.resize(static_cast<std::size_t>(first_n - 1));
  Push sent;
  sent.first_n = first_n;
  sent.before = device->h.back();
  LX_CHECK(chain_on(*device, act.list_at("lines"), sent.entries));
  const SelfDevice& by = device->device;
  sent.signature = sign(by.secret, push_message(by.device, place_.studio, first_n, device->h.back()));
  Value::Object observed{{"before", to_hex(sent.before)}, {"signature", to_hex(sent.signature)}};
  if (act.find("before") && !from_hex(act.text_at("before"), sent.before)) return tl::unexpected(wrong("before"));
  if (act.find("signature") && !from_hex(act.text_at("signature"), sent.signature)) {
    return tl::unexpected(wrong("signature"));
  }
  StudioRequest asked;
  asked.push = std::move(sent);
  const Result<StudioAnswer> answered =
      answer_to(act, *device, std::move(asked), clocks_of(act.find("clocks") ? *act.find("clocks") : Value()));
  if (!answered) {
    observed.emplace("error", name_of(answered.error().code));
  } else {
    const Pushed& pushed = answered->note.pushed;
    observed.emplace("acked_n", answered->reply.page.acked_n());
    observed.emplace("h", to_hex(answered->reply.page.acked.value_or(ChainHead{}).h));
    observed.emplace("applied", static_cast<std::int64_t>(pushed.applied));
    observed.emplace("held", static_cast<std::int64_t>(pushed.held));
    observed.emplace("already_there", static_cast<std::int64_t>(pushed.already_there));
  }
  LX_CHECK(note_news(observed));
  return Value(std::move(observed));
}

Result<Value> Player::save(const Value& act) {
  LX_TRY(KitDevice * device, device_of(act));
  std::vector<PushEntry> entries;
  LX_CHECK(chain_on(*device, act.list_at("lines"), entries));
  return Value(Value::Object{{"n", static_cast<N>(device->lines.size())}, {"h", to_hex(device->h.back())}});
}

Result<Value> Player::page(const Value& act) {
  LX_TRY(KitDevice * device, device_of(act));
  StudioRequest asked;
  asked.last_n = act.integer_at("last_n", static_cast<N>(device->lines.size()));
  asked.cursor = act.text_at("cursor");
  asked.bytes_max = static_cast<std::size_t>(act.integer_at("bytes"));
  LX_TRY(StudioAnswer answered, answer_to(act, *device, asked));
  Page& page = answered.reply.page;
  if (answered.reply.problem == "not_granted") {
    // No server sends this page. The kit has it for what a phone does when nothing is left that it may see.
    OneStudioAnswering server = server_for(act, *device);
    asked.studio = place_.studio;
    LX_TRY(const StudioReply told, tell(server, *server.standing(place_.studio), asked, asked.bytes_max, false));
    page = told.page;
  }
  page.cursor.mark.reset();  // the server's own secret: no other SDK can make it
  Value observed = page_value(page);
  if (act.boolean_at("taken")) {
    LX_TRY(KitPhone * phone, phone_of(act, *device));
    LX_TRY(Value taken, phone->take(place_.studio, asked.cursor, page, act.integer_at("server_ms")));
    observed.object()->emplace("phone", std::move(taken));
  }
  return observed;
}

// `phone_kinds`: of a phone that has not fetched the server's kinds yet.
Result<KitPhone*> Player::phone_of(const Value& act, KitDevice& device) {
  const std::string name(act.text_at("device"));
  if (!device.phone) {
    LX_TRY(device.phone, KitPhone::open(scratch_ / (name + ".phone"), device.device));
  }
  const Access access = access_of(device.device.member, grants_, place_, act.integer_at("server_ms"));
  GrantedStudio grant{place_.studio, place_.code, place_.code, place_.reference, {}};
  grant.holders.push_back({device.device.member, name, access.roles, access.clearance});
  LX_TRY(const Kinds kinds, load_kinds(kit_, act.integer_at("phone_kinds", kinds_.catalog.version)));
  LX_CHECK(device.phone->prepare(kinds, grant, device.lines));
  return device.phone.get();
}

Result<Value> Player::view(const Value& act) {
  LX_TRY(KitDevice * device, device_of(act));
  RecordId record;
  LX_CHECK(read_id(act, "record", record));
  LX_TRY(KitPhone * phone, phone_of(act, *device));
  return phone->view(record);
}

Result<Value> Player::offer(const Value& act) {
  LX_TRY(KitDevice * device, device_of(act));
  std::vector<OfferedHead> heads;
  for (const Value& item : act.list_at("heads")) {
    OfferedHead offered;
    LX_CHECK(read_id(item, "record", offered.record));
    offered.kind = item.text_at("kind");
    const auto at = Address::parse(item.text_at("at"));
    if (!at || !item.find("head")) return tl::unexpected(wrong("heads"));
    offered.at = *at;
    LX_TRY(offered.head, head_of(*item.find("head")));
    heads.push_back(std::move(offered));
  }
  StudioRequest asked;
  asked.cursor = lost_cursor(place_.studio, self_).text();
  asked.offered = std::move(heads);
  LX_TRY(const StudioAnswer answered, answer_to(act, *device, std::move(asked)));
  Value::Object observed{{"witnessed", static_cast<std::int64_t>(answered.note.witnessed)}};
  LX_CHECK(note_news(observed));
  return Value(std::move(observed));
}

Result<Value> Player::release_kinds(const Value& act) {
  std::vector<ChangeId> held;
  for (const Value& item : act.list_at("held")) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return tl::unexpected(wrong("held"));
    held.push_back(*id);
  }
  LX_TRY(const std::size_t released, release_known_kinds(store_, place_.studio, rules(act), held));
  Value::Object observed{{"released", static_cast<std::int64_t>(released)}};
  LX_CHECK(note_news(observed));
  return Value(std::move(observed));
}

// Every row and digest made anew from the log: the same bytes.
Result<Value> Player::rebuild_all() {
  std::vector<std::string> before, after;
  const auto read_rows = [&](std::vector<std::string>& rows) {
    return store_.read(place_.studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(0, SIZE_MAX / 2, SIZE_MAX / 2));
      for (const StoredRow& row : stored) rows.push_back(row.encoded);
      LX_TRY(const StudioHead head, snapshot.head());
      for (const Digest& digest : head.digests) rows.push_back(digest.text());
      return {};
    });
  };
  LX_CHECK(read_rows(before));
  LX_TRY(const StudioHead rebuilt, rebuild(store_, place_.studio, kinds_.catalog));
  LX_CHECK(read_rows(after));
  return Value(Value::Object{{"same", before == after}, {"seq", rebuilt.seq}});
}

// What the log and the rows have more than after the act before.
Status Player::note_news(Value::Object& observed) {
  Value::List lines, took_effect;
  Value::Object rows, readings;
  LX_TRY(const std::vector<Logged> logged, log());
  const Seq seen = head_seq_;
  for (const Logged& each : logged) {
    if (each.seq > seen) {
      lines.push_back(logged_value(each, each.device == self_.device));
    } else if (applied_seqs_[each.id] != each.applied_seq) {
      took_effect.emplace_back(Value::Object{{"id", each.id.text()}, {"seq", each.applied_seq}});
    }
    applied_seqs_[each.id] = each.applied_seq;
    head_seq_ = each.seq;
  }
  LX_CHECK(store_.read(place_.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(const std::vector<StoredRow> stored, snapshot.rows_after(seen, SIZE_MAX / 2, SIZE_MAX / 2));
    for (const StoredRow& item : stored) {
      LX_TRY(const Row row, decode_row(item.encoded));
      rows.emplace(item.record.text(), item.encoded);
      readings.emplace(item.record.text(), reading_of(kinds_.catalog, row));
    }
    LX_TRY(const StudioHead head, snapshot.head());
    Value::List digests;
    for (const Digest& digest : head.digests) digests.emplace_back(digest.text());
    observed.emplace("digests", std::move(digests));
    return {};
  }));
  observed.emplace("log", std::move(lines));
  observed.emplace("rows", std::move(rows));
  observed.emplace("read", std::move(readings));
  if (!took_effect.empty()) observed.emplace("took_effect", std::move(took_effect));
  return {};
}

Result<std::vector<Logged>> Player::log() const {
  std::vector<Logged> logged;
  LX_CHECK(store_.read(place_.studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(logged, snapshot.log_after(0, 100'000));
    return {};
  }));
  return logged;
}

Result<std::optional<Row>> Player::row(const RecordId& record) const {
  std::optional<Row> found;
  LX_CHECK(store_.read(place_.studio, [&](ReadTxn& snapshot) -> Status {
    const RecordId ids[] = {record};
    LX_TRY(const auto rows, snapshot.records(ids));
    if (!rows[0]) return {};
    LX_TRY(found, decode_row(rows[0]->encoded));
    return {};
  }));
  return found;
}

}  // namespace lianxin::kit
