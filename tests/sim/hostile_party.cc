#include "tests/sim/hostile_party.h"

#include <algorithm>
#include <stdexcept>

#include "schema/json.h"
#include "sync/model/limits.h"
#include "sync/model/relation.h"
#include "sync/server/act.h"
#include "sync/wire/enrolment.h"
#include "sync/wire/envelope.h"
#include "sync/wire/signed_request.h"

namespace lianxin::sim {
namespace {

constexpr const char* states[] = {"draft", "submitted", "accepted", "returned", "open", "triaged", "done", "nowhere"};
constexpr const char* roles[] = {"convener", "township_liaison", "clinic_doctor", "coordinator", "server", "", "king"};

template <class T, std::size_t N>
const T& one_of(SeededRandom& random, const T (&items)[N]) {
  return items[random.below(N)];
}

SelfDevice device_from(SeededRandom& random, const MemberId& member) {
  SelfDevice device;
  random.fill(device.secret);
  device.key = public_key_of(device.secret);
  device.device = device_id_of(device.key);
  device.member = member;
  return device;
}

}  // namespace

HostileParty::HostileParty(FakeServer& server, const std::int64_t& now_ms, std::uint64_t seed, const MemberId& member,
                           std::vector<Topic> topics)
    : server_(server),
      now_ms_(now_ms),
      random_(seed),
      phone_(device_from(random_, member)),
      desk_(device_from(random_, member)),
      member_(member),
      topics_(std::move(topics)) {
  TransportRequest request;
  request.path = "/v1/enrol";
  request.body = to_json(to_value(enrol_request(phone_.secret, server.code_for(member_), "手机")));
  const TransportReply reply = server.call(request);
  const Result<Value> body = parse_json(reply.body);
  if (reply.status != 200 || !body) throw std::runtime_error("a hostile phone is not enrolled");
  token_ = body->text_at("token");
}

const Topic& HostileParty::some_topic() { return random_.chance(70) ? topics_.front() : random_.one_of(topics_); }

Change HostileParty::change(const Topic& topic, const RecordId& record, std::vector<Write> writes) {
  Change made;
  made.id = random_.id<ChangeId>();
  made.studio = topic.studio;
  made.record = record;
  made.kind = topic.kind;
  made.member = member_;
  made.claimed = Hlc::at(now_ms_);
  made.made = {now_ms_, 1'000, "boot"};
  made.kinds_version = 1;
  random_.fill(made.salt);
  made.reason = "理由";
  made.writes = std::move(writes);
  return made;
}

RecordId HostileParty::some_record(const Topic& topic) {
  if (random_.chance(20)) return random_.id<RecordId>();
  if (!topic.records.empty() && random_.chance(60)) return random_.one_of(topic.records);
  return records_.empty() ? random_.id<RecordId>() : random_.one_of(records_);
}

ChangeId HostileParty::some_id() {
  return ids_.empty() || random_.chance(30) ? random_.id<ChangeId>() : random_.one_of(ids_);
}

std::int64_t HostileParty::some_number() {
  constexpr std::int64_t ends[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, std::int64_t{1} << 48};
  return random_.chance(70) ? one_of(random_, ends) : static_cast<std::int64_t>(random_.next());
}

Value HostileParty::some_value(const Topic& topic) {
  if (!topic.texts.empty() && random_.chance(70)) return random_.one_of(topic.texts);
  switch (random_.below(6)) {
    case 0: return Value();
    case 1: return some_number();
    case 2: return std::string(random_.below(3'000), '"');
    case 3: return Value::Object{{"text", "冒"}};
    case 4: return true;
    default: return "冒名";
  }
}

Write HostileParty::some_write(const Topic& topic) {
  Write write;
  write.at = *Address::parse(random_.one_of(topic.addresses));
  if (write.at.field == "_held") write.at.element = some_id().text();
  constexpr Op ops[] = {Op::put, Op::put, Op::put, Op::add, Op::remove, Op::count, Op::step, Op::append, Op::witness};
  write.op = !topic.texts.empty() && random_.chance(70) ? Op::put : one_of(random_, ops);
  write.value = write.op == Op::count ? Value(some_number()) : some_value(topic);
  if (write.at.field == "_held") write.value = random_.chance(50) ? "release" : "dismiss";
  if (write.op == Op::step) {
    write.from = one_of(random_, states);
    write.value = one_of(random_, states);
  }
  for (std::size_t bases = random_.below(4); bases > 0; --bases) write.bases.push_back(some_id());
  if (random_.chance(3)) write.bases.resize(limits::bases_max, some_id());
  std::sort(write.bases.begin(), write.bases.end());
  write.bases.erase(std::unique(write.bases.begin(), write.bases.end()), write.bases.end());
  if (write.op == Op::witness) write.witnessed = Value::Object{{"id", some_id().text()}, {"value", "x"}};
  return write;
}

std::string HostileParty::altered(std::string line) {
  if (line.empty()) return line;
  switch (random_.below(4)) {
    case 0: line[random_.below(line.size())] ^= static_cast<char>(1 << random_.below(7)); break;
    case 1: line.resize(random_.below(line.size())); break;
    case 2: line.insert(random_.below(line.size()), line.substr(0, random_.below(line.size()))); break;
    case 3: std::reverse(line.begin(), line.end()); break;
  }
  std::replace(line.begin(), line.end(), '\n', ' ');  // else it is two lines, and the bytes no request at all
  return line;
}

std::vector<std::string> HostileParty::some_lines(const Topic& topic, const Knows& knows) {
  std::vector<std::string> lines;
  for (std::size_t left = 1 + random_.below(6); left > 0; --left) {
    Change made = change(topic, some_record(topic), {some_write(topic)});
    while (random_.chance(30)) made.writes.push_back(some_write(topic));
    switch (random_.below(9)) {
      case 0: made.member = knows.members.empty() ? member_ : random_.one_of(knows.members); break;
      case 1: made.claimed = Hlc{random_.chance(50) ? UINT64_MAX : 0}; break;
      case 2: made.made = {some_number(), some_number(), "boot"}; break;
      case 3: made.seen = {some_number(), {1, 2, 3}}; break;
      case 4: made.kinds_version = some_number(); break;
      case 5: made.studio = random_.one_of(topics_).studio; break;
      case 6:
        made.kind = random_.chance(30) ? "patient" : random_.chance(30) ? "_overflow" : random_.one_of(topics_).kind;
        break;
      case 7: made.id = some_id(); break;
      case 8: break;
    }
    lines.push_back(line_of(made));
    if (!knows.lines.empty() && random_.chance(40)) {
      const std::string& stolen = random_.one_of(knows.lines);
      lines.push_back(random_.chance(70) ? stolen : altered(stolen));
    }
  }
  return lines;
}

// Up to the bounds of a record, in one push: entries, held changes beside it, reasons that many writes would keep.
std::vector<std::string> HostileParty::flood(const Topic& topic, const Knows& knows) {
  std::vector<std::string> lines;
  const RecordId record = some_record(topic);
  const std::size_t how = random_.below(4);
  const std::size_t count = how == 0 ? 16 : how == 3 ? 4 : limits::held_marks_max + 20;
  for (std::size_t i = 0; i < count; ++i) {
    Change made = change(topic, record, {});
    switch (how) {
      case 0: made.writes = {{*Address::parse("log"), Op::append, std::string(60'000, 'x'), {}, {}, {}}}; break;
      case 1:
        made.member = knows.members.empty() ? random_.id<MemberId>() : random_.one_of(knows.members);
        made.writes = {{*Address::parse("title"), Op::put, "占", {}, {}, {}}};
        break;
      case 2: made.writes = {{*Address::parse("people/" + std::to_string(i)), Op::add, {}, {}, {}, {}}}; break;
      case 3:
        for (int at = 0; at < 100; ++at) {
          made.writes.push_back({*Address::parse("people/多" + std::to_string(at)), Op::add, {}, {}, {}, {}});
        }
        made.reason = std::string(100'000, 'x');
        break;
    }
    lines.push_back(line_of(made));
  }
  return lines;
}

OfferedHead HostileParty::some_head(const Topic& topic, const Knows& knows) {
  OfferedHead offered{some_record(topic), topic.kind, *Address::parse(random_.one_of(topic.addresses)), {}};
  Head& head = offered.head;
  head.id = some_id();
  head.value = random_.chance(40) ? Value(one_of(random_, states)) : some_value(topic);
  head.clock = random_.chance(30) ? Hlc{UINT64_MAX} : Hlc::at(now_ms_);
  constexpr int nobody = 10;
  head.member = random_.chance(nobody)  ? random_.id<MemberId>()
                : random_.chance(30)    ? server_.self().member
                : random_.chance(30)    ? server_.desk_device().member
                : knows.members.empty() ? member_
                                        : random_.one_of(knows.members);
  head.role = one_of(random_, roles);
  head.cycle = static_cast<std::int32_t>(random_.between(-1, 3));
  head.rank = static_cast<std::int32_t>(random_.between(0, 100));
  for (std::size_t bases = random_.below(3); bases > 0; --bases) head.bases.push_back(some_id());
  std::sort(head.bases.begin(), head.bases.end());
  return offered;
}

ChainHead& HostileParty::chain(const StudioId& studio) {
  return chains_.try_emplace(studio, ChainHead{0, chain_start(studio, phone_.key)}).first->second;
}

StudioRequest HostileParty::honest_part(const StudioId& studio) {
  StudioRequest part;
  part.studio = studio;
  part.push.first_n = chain(studio).n + 1;
  part.push.before = chain(studio).h;
  part.last_n = chain(studio).n;
  part.bytes_max = limits::page_bytes_max;
  const std::vector<std::string>& cursors = cursors_[studio];
  if (!cursors.empty()) part.cursor = random_.chance(60) ? cursors.back() : random_.one_of(cursors);
  return part;
}

void HostileParty::add_lines(StudioRequest& part, const std::vector<std::string>& lines) {
  Hash h = part.push.before;
  std::size_t bytes = 0;
  for (const std::string& line : lines) {
    bytes += line.size();
    if (bytes > limits::push_bytes_max && !part.push.entries.empty()) break;
    part.push.entries.push_back({line, std::nullopt});
    h = chain_next(h, sha256(line));
  }
  part.last_n = part.push.first_n + static_cast<N>(part.push.entries.size()) - 1;
  part.push.signature = sign(phone_.secret, push_message(phone_.device, part.studio, part.push.first_n, h));
}

// One thing about the part that no honest phone says.
void HostileParty::twist(StudioRequest& part) {
  switch (random_.below(9)) {
    case 0: part.last_n = some_number(); break;
    case 1: part.push.first_n = some_number(); break;
    case 2: part.push.signature[random_.below(64)] ^= 1; break;
    case 3: part.studio = random_.chance(50) ? random_.one_of(topics_).studio : random_.id<StudioId>(); break;
    case 4: part.compare_from = some_number(); break;
    case 5: part.cursor = random_.chance(50) ? "not a cursor" : altered(part.cursor); break;
    case 6: part.asked.resize(random_.below(200), some_id()); break;
    case 7: part.differs = true; break;
    case 8:
      if (!part.push.entries.empty()) part.push.entries.front().known = std::pair(some_id(), Hash{});
      break;
  }
}

void HostileParty::say(SyncRequest request) {
  TransportRequest call;
  call.path = "/v1/sync";
  call.token = token_;
  call.body = encode_request(request);
  // It has the key of its own device: what is not signed by that is not looked at (PROTOCOL 5.1).
  if (!random_.chance(3)) call.body = signed_request({phone_.device, phone_.secret}, server_.now_ms, call.body);
  sent_.push_back(call.body);
  if (sent_.size() > 8) sent_.erase(sent_.begin());
  if (random_.chance(5)) call.body = altered(call.body);
  if (random_.chance(10)) call.body = random_.one_of(sent_);
  const TransportReply reply = server_.call(call);
  const Result<SyncReply> heard = decode_reply(reply.body);
  if (reply.delivery == Delivery::answered && reply.status == 200 && heard) return hear(*heard);
  const bool refused = reply.delivery != Delivery::answered || (reply.status >= 400 && reply.status < 500);
  if (!refused && wrong_.empty()) wrong_ = "answered with " + std::to_string(reply.status);
}

void HostileParty::hear_row(const Access& access, const Row& row) {
  if (records_.size() < 40) records_.push_back(row.record);
  const Relation relation = relation_of(access, server_.catalog(), row);
  for (const HeldMark& mark : row.held) ids_.push_back(mark.id);
  for (const auto& [address, cell] : row.cells) {
    const std::string field = address.substr(0, address.find('/'));
    const bool is_own = std::find(row.above.begin(), row.above.end(), address) != row.above.end();
    if (!is_own && visibility(access, server_.catalog(), row.kind, field, relation) != Visibility::visible) {
      wrong_ = "a cell above its clearance: " + address;
    }
    for (const Head& head : cell.heads) ids_.push_back(head.id);
  }
  if (ids_.size() > 400) ids_.erase(ids_.begin(), ids_.end() - 200);
}

void HostileParty::hear(const SyncReply& reply) {
  for (const StudioReply& studio : reply.studios) {
    const Access access = server_.access(member_, studio.studio);
    if (studio.page.given && !access.any() && wrong_.empty()) wrong_ = "a page of a studio in which nothing is granted";
    if (studio.page.acked) chain(studio.studio) = *studio.page.acked;
    if (studio.page.given) cursors_[studio.studio].push_back(studio.page.cursor.text());
    for (const std::string& text : studio.page.rows) {
      if (const Result<Row> row = decode_row(text)) hear_row(access, *row);
    }
  }
}

void HostileParty::lie(const Knows& knows) {
  ++lies_;
  SyncRequest request;
  request.clocks = {now_ms_, 1'000, "boot"};
  if (random_.chance(20)) request.clocks = {some_number(), some_number(), "boot"};
  request.kinds_version = random_.chance(20) ? some_number() : 1;
  const Topic& topic = some_topic();
  StudioRequest part = honest_part(topic.studio);
  const std::size_t dice = random_.below(100);
  if (dice < 60) {
    add_lines(part, some_lines(topic, knows));
  } else if (dice < 66) {
    add_lines(part, flood(topic, knows));
  } else if (dice < 90) {
    for (std::size_t heads = 1 + random_.below(12); heads > 0; --heads) part.offered.push_back(some_head(topic, knows));
  }
  if (random_.chance(20)) twist(part);
  part.differs |= random_.chance(15);
  request.studios.push_back(part);
  if (random_.chance(5)) request.studios.push_back(part);  // twice
  say(std::move(request));
}

void HostileParty::act() {
  ++lies_;
  const Topic& topic = some_topic();
  Change made = change(topic, some_record(topic), {some_write(topic)});
  while (random_.chance(30)) made.writes.push_back(some_write(topic));
  std::erase_if(made.writes, [](const Write& write) { return write.op == Op::witness; });  // no desk has words for it
  if (made.writes.empty()) return;
  const Draft draft{made.record, made.kind, made.reason, made.writes, random_.chance(70) ? 0 : some_number()};
  const auto done =
      lianxin::act(server_.store(), topic.studio, server_.rules(topic.studio), desk_, std::span(&draft, 1));
  if (!done || !done->refused.empty()) return;
  ++acts_;
  if (!server_.access(member_, topic.studio).any()) wrong_ = "a desk acts where nothing is granted";
}

}  // namespace lianxin::sim
