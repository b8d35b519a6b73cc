// Small makers for the unit tests of sync/: ids by number, changes in a line.
#pragma once

#include <string>
#include <vector>

#include "sync/model/chain.h"
#include "sync/server/push.h"
#include "tests/support/lost_cursor.h"
#include "tests/support/twice_store.h"
#include "tests/sync/seeded_random.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {

template <class IdType>
IdType numbered(std::uint8_t number) {
  IdType id;
  id.bytes.fill(number);
  return id;
}
inline ChangeId c(std::uint8_t number) { return numbered<ChangeId>(number); }

inline Write put(std::string field, Value value, std::vector<ChangeId> bases = {}) {
  return {*Address::parse(field), Op::put, std::move(value), {}, std::move(bases), {}};
}
inline Write count(std::string field, std::int64_t by) { return {*Address::parse(field), Op::count, by, {}, {}, {}}; }
inline Write step(std::string field, std::string from, std::string to, std::vector<ChangeId> bases = {}) {
  return {*Address::parse(field), Op::step, Value(std::move(to)), std::move(from), std::move(bases), {}};
}
inline Write element(std::string at, Op op, std::vector<ChangeId> bases = {}) {
  return {*Address::parse(at), op, {}, {}, std::move(bases), {}};
}

// One studio, one server, and devices made by number: convener 1, convener 2, coordinator 9.
struct Bench {
  static constexpr std::int64_t noon_ms = 1'790'000'000'000;

  Bench() : catalog(test_catalog(2)), random(7) {
    studio = numbered<StudioId>(0xAA);
    place = {studio, "990121-S01", {"990121"}, false};
    self = device_of(0xEE);
    for (const auto& [number, role] :
         {std::pair(1, "convener"), std::pair(2, "convener"), std::pair(9, "coordinator")}) {
      const auto clearance = number == 9 ? Sensitivity::health : Sensitivity::internal;
      grants.push_back({member(static_cast<std::uint8_t>(number)), role, studio, {}, 0, INT64_MAX, clearance});
    }
  }

  static MemberId member(std::uint8_t number) { return numbered<MemberId>(number); }
  static SelfDevice device_of(std::uint8_t number) {
    SelfDevice device;
    device.secret.fill(number);
    device.key = public_key_of(device.secret);
    device.device = device_id_of(device.key);
    device.member = member(number);
    return device;
  }

  Cursor lost() const { return lost_cursor(studio, self); }

  Rules rules() { return {catalog, grants, place, self, random, now_ms}; }

  Change change(std::uint8_t author, std::uint8_t id, std::vector<Write> writes, std::string reason = {}) const {
    Change made;
    made.id = c(id);
    made.studio = studio;
    made.record = record;
    made.kind = "visit";
    made.member = member(author);
    made.claimed = Hlc::at(now_ms);
    made.made = {now_ms, 1000, "boot"};
    made.kinds_version = 1;
    made.reason = std::move(reason);
    made.writes = std::move(writes);
    return made;
  }

  // Sends lines as the next of that device's chain.
  Result<Pushed> send(std::uint8_t author, const std::vector<std::string>& lines) {
    Sender& sender = sender_of(author);
    Push push;
    push.first_n = sender.n + 1;
    push.before = sender.h;
    Hash h = sender.h;
    for (const std::string& line : lines) {
      push.entries.push_back({line, std::nullopt});
      h = chain_next(h, sha256(line));
    }
    const SelfDevice device = device_of(author);
    push.signature = sign(device.secret, push_message(device.device, studio, push.first_n, h));
    last = push;
    Result<Pushed> pushed = lianxin::push(store, studio, rules(), pusher(author), push);
    if (pushed) {
      sender.n = pushed->acked_n;
      sender.h = pushed->h;
    }
    return pushed;
  }
  Result<Pushed> send(std::uint8_t author, const Change& made) { return send(author, {line_of(made)}); }

  Pusher pusher(std::uint8_t author) const {
    const SelfDevice device = device_of(author);
    return {device.device, device.key, device.member, false, false, {now_ms, 1000, "boot"}};
  }

  Row row() { return row_of(record); }
  Row row_of(const RecordId& id) {
    Row found;
    (void)store.read(studio, [&](ReadTxn& snapshot) -> Status {
      const RecordId ids[] = {id};
      LX_TRY(const std::vector<std::optional<StoredRow>> rows, snapshot.records(ids));
      if (!rows[0]) return {};
      LX_TRY(found, decode_row(rows[0]->encoded));
      return {};
    });
    return found;
  }
  std::vector<Logged> log() {
    std::vector<Logged> lines;
    (void)store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(lines, snapshot.log_after(0, 10'000));
      return {};
    });
    return lines;
  }
  Value shown_value(const std::string& address) {
    const Row now = row();
    const Cell* cell = now.cell(address);
    return cell ? shown(rule_of(catalog, "visit", *Address::parse(address)), *cell).value : Value();
  }

  struct Sender {
    N n = 0;
    Hash h{};
  };
  Sender& sender_of(std::uint8_t author) {
    const auto [at, fresh] = senders.try_emplace(author);
    if (fresh) at->second.h = chain_start(studio, device_of(author).key);
    return at->second;
  }

  Catalog catalog;
  SeededRandom random;
  StudioId studio;
  StudioPlace place;
  std::vector<Grant> grants;
  SelfDevice self;
  TwiceStore store;
  std::int64_t now_ms = noon_ms;
  RecordId record = numbered<RecordId>(0x55);
  std::map<std::uint8_t, Sender> senders;
  Push last;
};

}  // namespace lianxin
