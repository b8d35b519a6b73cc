#include "tests/sim/scenarios/server_story.h"

#include "schema/assert.h"
#include "server/storage/sqlite/search_index.h"
#include "sync/log/rebuild.h"
#include "sync/server/act.h"
#include "sync/server/release.h"
#include "tests/support/one_studio_answering.h"
#include "tests/support/temp_folder.h"

namespace lianxin::sim {
namespace {

constexpr std::int64_t step_ms = 60'000;

std::string told(const Page& page) {
  std::string text = std::to_string(page.acked_n()) + " " + to_hex(page.acked.value_or(ChainHead{}).h) + " " +
                     page.cursor.text() + (page.from_zero ? " zero" : "") + (page.more ? " more" : "");
  if (page.digest) text += " " + page.digest->text();
  for (const std::string& row : page.rows) text += "\n" + row;
  return text;
}

AskingDevice asking(const Pusher& pusher) {
  return {pusher.device, pusher.key, pusher.member, pusher.shared, pusher.revoked, 0};
}

Result<StudioAnswer> answer_of(StoryServer& server, const Rules& rules, const Pusher& device, StudioRequest asked) {
  const Access access = access_of(device.member, rules.grants, rules.place, rules.server_ms);
  OneStudioAnswering answering(server.store(), rules, asking(device), access);
  asked.studio = rules.place.studio;
  return answer_one(answering, device.clocks, std::move(asked));
}

RecordId record(std::uint8_t number) { return numbered<RecordId>(number); }

}  // namespace

// It goes when the process ends in an orderly way, and holds nothing but an empty file.
const std::string& story_folder() {
  static const test::TempFolder folder;
  return folder.path();
}
const std::string& story_file() {
  static const std::string file = story_folder() + "/lianxin.db";
  return file;
}

Status StoryServer::open() {
  close();
  const Module modules[] = {log_tables()};
  LX_TRY(database_, open_database(file_, modules));
  store_ = std::make_unique<SqlStore>(*database_);
  return {};
}

void StoryServer::close() {
  store_.reset();
  database_.reset();
}

ServerStory::ServerStory() {
  Kind& visit = bench_.catalog.kinds.at("visit");
  visit.number_code = "ZF";
  Field number = *visit.field("title");
  number.name = "_official_no";
  number.once = true;
  number.writers = {"server"};
  visit.fields.push_back(number);
  bench_.grants.push_back(
      {Bench::member(3), "township_liaison", bench_.studio, {}, 0, INT64_MAX, Sensitivity::internal});
  newer_ = bench_.catalog;
  newer_.version = 3;
  visits();
  clashes();
  later_ = true;
  forks_and_witnesses();
  late_work();
}

void ServerStory::begin_again() { cursors_.clear(); }

// Records are made, some large, some lines cannot be applied, and a batch comes twice.
void ServerStory::visits() {
  add_push("a first visit", 1,
           {line(1, 1, record(1), {put("title", "上柳湾村"), put("place", "三组"), count("headcount", 3)})});
  add_page(2, 1 << 20);
  add_push("a long text and a withheld field", 2,
           {line(2, 2, record(2), {put("title", std::string(30'000, 'x')), put("phone", "139")})});
  add_push("a value of the wrong type", 1,
           {line(1, 3, record(1), {put("title", 7)}), line(1, 4, record(1), {count("headcount", 2)})});
  std::vector<std::string> batch;
  for (std::uint8_t i = 0; i < 40; ++i) {
    batch.push_back(line(1, static_cast<std::uint8_t>(10 + i), record(static_cast<std::uint8_t>(10 + i % 12)),
                         {put("title", "户" + std::to_string(i)), count("headcount", 1)}));
  }
  add_push("forty changes at once", 1, batch);
  Push again;
  again.first_n = device(1).n - 39;
  Hash h = chain_start(bench_.studio, Bench::device_of(1).key);
  for (std::size_t i = 0; i + 40 < sent_[1].size(); ++i) h = chain_next(h, sha256(sent_[1][i]));
  again.before = h;
  for (const std::string& one : batch) {
    again.entries.push_back({one, std::nullopt});
    h = chain_next(h, sha256(one));
  }
  const SelfDevice phone = Bench::device_of(1);
  again.signature = sign(phone.secret, push_message(phone.device, bench_.studio, again.first_n, h));
  send("the same forty again", bench_.pusher(1), again);
  add_push("a line that nobody can read", 2, {"this is no change", line(2, 60, record(3), {put("title", "后来")})});
  add("the search index follows", true, [](StoryServer& server, const Rules&) -> Result<std::string> {
    LX_TRY(const bool more,
           index_rows(server.database(), 8, [](const StoredRow& row) { return row.encoded.substr(0, 80); }));
    (void)more;
    return std::string();
  });
  add_restart();
}

// Two phones and the desk disagree, and a verdict gives a number.
void ServerStory::clashes() {
  add_push("a second opinion", 2, {line(2, 61, record(1), {put("title", "下柳湾村")})});
  add_page(1, 4000);
  add_page(1, 4000);
  add_act("the desk settles it", {{record(1), "visit", {}, {put("title", "柳湾", {c(1), c(61)})}, 3}});
  add_act("the desk dismisses the wrong value",
          {{record(1), "visit", {}, {put("_held/" + c(3).text(), "dismiss")}, 3}});
  add_push("a step whose base is not there", 2,
           {line(2, 62, record(1), {step("state", "triaged", "assigned", {c(63)})})});
  add_push("the base, and a submission", 1,
           {line(1, 63, record(1), {step("state", "open", "triaged")}),
            line(1, 64, record(1), {step("_review", "draft", "submitted")})});
  add_act("the desk accepts", {{record(1), "visit", {}, {step("_review", "submitted", "accepted", {c(64)})}, 60}});
  add_page(2, 1 << 20);
  add_push("kinds that the server does not know yet", 1, {[&] {
             Change newer = bench_.change(1, 65, {put("weather", "雨")});
             newer.record = record(4);
             newer.kinds_version = 3;
             return line_of(newer);
           }()});
  add_restart();
}

// A phone was cloned, another gives back what it held, and the server learns new kinds.
void ServerStory::forks_and_witnesses() {
  add("the new kinds release what waited", false, [](StoryServer& server, const Rules& rules) -> Result<std::string> {
    const ChangeId held[] = {c(65)};
    LX_TRY(const std::size_t released, release_known_kinds(server.store(), rules.place.studio, rules, held));
    (void)released;
    return std::string();
  });
  add_fork(1, 5);
  add_push("the clone's own work", 5, {line(1, 66, record(1), {count("headcount", -1)}, "算重了")}, false, 1);
  OfferedHead offered{record(6), "visit", {"title", {}, {}}, {}};
  offered.head.id = c(70);
  offered.head.value = "记得";
  offered.head.clock = Hlc::at(Bench::noon_ms);
  offered.head.member = Bench::member(2);
  const Pusher phone = bench_.pusher(1);
  add("a phone gives back what it held", false,
      [offered, phone](StoryServer& server, const Rules& rules) -> Result<std::string> {
        StudioRequest asked;
        asked.cursor = lost_cursor(rules.place.studio, rules.self).text();
        asked.offered = {offered};
        LX_CHECK(answer_of(server, rules, phone, asked));
        return std::string();
      });
  add_push("the author's own line comes after all", 2, {line(2, 70, record(6), {put("title", "记得")})});
  add_page(5, 3000);
  add("all rows are made anew from the log", true, [](StoryServer& server, const Rules& rules) -> Result<std::string> {
    LX_TRY(const StudioHead head, rebuild(server.store(), rules.place.studio, rules.catalog));
    return sum_up_to(head.digests, Sensitivity::health).text();
  });
}

void ServerStory::late_work() {
  add_page(5, 1 << 20);
  add_push("a lost phone hands over", 2, {line(2, 71, record(7), {put("title", "交回")})}, true);
  add_push("a delete that had not seen an edit", 3, {line(3, 72, record(10), {put("_deleted", true)}, "重复")});
  std::vector<std::string> batch;
  for (std::uint8_t i = 0; i < 30; ++i) {
    batch.push_back(line(3, static_cast<std::uint8_t>(80 + i), record(static_cast<std::uint8_t>(30 + i)),
                         {put("title", std::string(700, 'y')), element("people/王" + std::to_string(i), Op::add)}));
  }
  add_push("thirty new records", 3, batch);
  add_act("the desk names two members", {{record(30), "visit", {}, {element("people/程", Op::add)}, 100},
                                         {record(31), "visit", {}, {element("people/程", Op::add)}, 100}});
  for (int i = 0; i < 3; ++i) add_page(3, 20'000);
  add("the search index follows again", true, [](StoryServer& server, const Rules&) -> Result<std::string> {
    LX_TRY(const bool more,
           index_rows(server.database(), 100, [](const StoredRow& row) { return row.encoded.substr(0, 80); }));
    (void)more;
    return std::string();
  });
}

void ServerStory::add(const std::string& name, bool once,
                      std::function<Result<std::string>(StoryServer&, const Rules&)> run) {
  const Catalog& catalog = later_ ? newer_ : bench_.catalog;
  const std::uint64_t number = steps_.size();
  steps_.push_back({name, once, [this, number, run = std::move(run), &catalog](StoryServer& server) {
                      // A repeat draws the same ids, so that what it makes is what the first attempt would have made.
                      SeededRandom random(1000 + number);
                      const auto now = Bench::noon_ms + static_cast<std::int64_t>(number) * step_ms;
                      return run(server, Rules{catalog, bench_.grants, bench_.place, bench_.self, random, now});
                    }});
}

void ServerStory::send(const std::string& name, const Pusher& pusher, Push push) {
  add(name, false, [pusher, push = std::move(push)](StoryServer& server, const Rules& rules) -> Result<std::string> {
    StudioRequest asked;
    asked.push = push;
    LX_TRY(const StudioAnswer answered, answer_of(server, rules, pusher, std::move(asked)));
    return told(answered.reply.page);
  });
}

ServerStory::Device& ServerStory::device(std::uint8_t key) {
  const auto [at, fresh] = devices_.try_emplace(key);
  if (fresh) at->second = {key, 0, chain_start(bench_.studio, Bench::device_of(key).key)};
  return at->second;
}

std::string ServerStory::line(std::uint8_t author, std::uint8_t id, const RecordId& of, std::vector<Write> writes,
                              const std::string& reason) {
  Change change = bench_.change(author, id, std::move(writes), reason);
  change.record = of;
  change.kinds_version = 2;
  return line_of(change);
}

void ServerStory::add_push(const std::string& name, std::uint8_t key, const std::vector<std::string>& lines,
                           bool revoked, std::uint8_t member) {
  Device& from = device(key);
  Push push;
  push.first_n = from.n + 1;
  push.before = from.h;
  for (const std::string& one : lines) {
    push.entries.push_back({one, std::nullopt});
    sent_[key].push_back(one);
    from.h = chain_next(from.h, sha256(one));
    ++from.n;
  }
  const SelfDevice phone = Bench::device_of(key);
  push.signature = sign(phone.secret, push_message(phone.device, bench_.studio, push.first_n, from.h));
  Pusher pusher = bench_.pusher(key);
  pusher.revoked = revoked;
  if (member != 0) pusher.member = Bench::member(member);
  send(name, pusher, push);
}

void ServerStory::add_fork(std::uint8_t old_key, std::uint8_t new_key) {
  Device& to = device(new_key);
  Push push;
  push.before = to.h;
  for (const std::string& one : sent_[old_key]) {
    const Result<Change> change = parse_line(one);
    LX_ASSERT(change.has_value());
    push.entries.push_back({{}, std::pair(change->id, sha256(one))});
    to.h = chain_next(to.h, sha256(one));
    ++to.n;
  }
  const SelfDevice phone = Bench::device_of(new_key);
  push.signature = sign(phone.secret, push_message(phone.device, bench_.studio, 1, to.h));
  Pusher pusher = bench_.pusher(new_key);
  pusher.member = Bench::member(old_key);
  send("a clone brings its lines under a new key", pusher, push);
}

void ServerStory::add_act(const std::string& name, std::vector<Draft> drafts) {
  add(name, true, [drafts = std::move(drafts)](StoryServer& server, const Rules& rules) -> Result<std::string> {
    LX_TRY(const ActDone done, act(server.store(), rules.place.studio, rules, Bench::device_of(9), drafts));
    if (!done.refused.empty()) return failure(Errc::not_allowed, done.refused.front().code);
    return std::to_string(done.seq);
  });
}

void ServerStory::add_page(std::uint8_t key, std::size_t bytes_max) {
  const N last_n = device(key).n;
  Pusher phone = bench_.pusher(key);
  if (key == 5) phone.member = Bench::member(1);
  add("a page for phone " + std::to_string(key), false,
      [this, key, phone, last_n, bytes_max](StoryServer& server, const Rules& rules) -> Result<std::string> {
        StudioRequest asked;
        asked.last_n = last_n;
        asked.bytes_max = bytes_max;
        if (cursors_[key]) asked.cursor = cursors_[key]->text();
        LX_TRY(const StudioAnswer answered, answer_of(server, rules, phone, asked));
        LX_ASSERT(answered.reply.page.given);
        cursors_[key] = answered.reply.page.cursor;
        return told(answered.reply.page);
      });
}

void ServerStory::add_restart() {
  add("the server is started again", false, [](StoryServer& server, const Rules&) -> Result<std::string> {
    server.close();
    LX_CHECK(server.open());
    return std::string();
  });
}

}  // namespace lianxin::sim
