// A push of 500 changes with 50 among them that cannot be applied, of ten sorts: they hold up nothing, people on both
// sides see them and why, and setting one right reaches its author (PROTOCOL 4.3, 4.4).
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "client-sdk/demo/desk.h"
#include "tests/support/phone_file.h"
#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

constexpr const char* studio_code = "990121-S01";
const StudioId studio = *StudioId::parse("1f8f1f53-00f4-468e-814a-ac3b4f890743");
const MemberId member = *MemberId::parse("26866b18-0865-421c-9318-8d0cfd515c9b");        // 米小满
const MemberId other_member = *MemberId::parse("14f926da-ba08-429b-90ab-09d89e0c2a5d");  // 郝商量

ChangeId change_id(int i) {
  ChangeId id;
  id.bytes[0] = 0xC0;
  id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(i);
  return id;
}

Change visit(int i, std::int64_t now_ms) {
  Change change;
  change.id = change_id(i);
  change.studio = studio;
  change.record = RecordId{change_id(i).bytes};
  change.kind = "outreach_visit";
  change.member = member;
  change.claimed = Hlc::at(now_ms, static_cast<std::uint16_t>(i));
  change.made.wall_ms = now_ms;
  change.kinds_version = 1;
  change.writes.push_back({{"address_text", {}, {}}, Op::put, "第" + std::to_string(i) + "户", {}, {}, {}});
  return change;
}

void only_write(Change& change, Write write) { change.writes = {std::move(write)}; }

// Ten ways not to be applicable, by what the server will say.
const std::vector<std::pair<std::string, void (*)(Change&)>> poisons = {
    {"unreadable", [](Change&) {}},  // its bytes are spoiled below
    {"kind_unknown", [](Change& c) { c.kind = "no_such_kind"; }},
    {"field_unknown",
     [](Change& c) {
       only_write(c, {{"no_such_field", {}, {}}, Op::put, "x", {}, {}, {}});
     }},
    {"value_type",
     [](Change& c) {
       only_write(c, {{"address_text", {}, {}}, Op::put, 7, {}, {}, {}});
     }},
    {"code_unknown",
     [](Change& c) {
       only_write(c, {{"visit_kind", {}, {}}, Op::put, "teleport", {}, {}, {}});
     }},
    {"wrong_studio", [](Change& c) { c.studio.bytes[0] ^= 1; }},
    {"kinds_newer", [](Change& c) { c.kinds_version = 1000; }},
    {"member_not_on_device", [](Change& c) { c.member = other_member; }},
    {"step_from_mismatch",
     [](Change& c) {
       only_write(c, {{"_review", {}, {}}, Op::step, "submitted", "accepted", {}, {}});
     }},
    {"reason_missing",
     [](Change& c) {
       only_write(c, {{"persons_reached", {}, {}}, Op::count, -3, {}, {}, {}});
     }},
};

// The phone's file gets what no SDK would have saved, chained as if it had.
void put_changes(const std::string& path, std::int64_t now_ms) {
  PhoneFile file(path);
  for (int i = 0; i < 500; ++i) {
    Change change = visit(i, now_ms);
    if (i % 10 != 3) {
      file.append(change, line_of(change));
      continue;
    }
    const auto& [code, spoil] = poisons[static_cast<std::size_t>(i / 10) % poisons.size()];
    spoil(change);
    const std::string line =
        code == "unreadable" ? "{\"id\":\"\xff\xfe not a line " + std::to_string(i) : line_of(change);
    change.studio = studio;  // whose chain it goes into
    file.append(change, line);
  }
}

}  // namespace

TEST_SUITE("whole/poison") {
  TEST_CASE("fifty poison changes among five hundred are held and the rest applied") {
    TempFolder folder;
    ServerProcess server(folder);
    server.command({"account", "add", "--login", "cxy", "--member", "程协友"}, "a long enough password\n");
    server.start();
    const std::string path = folder / "phone";
    {
      Phone phone = enrolled_phone(server, path, studio_code, "米小满");
      must(phone.sync());
    }
    put_changes(path, system_clock().wall_ms());

    PhoneOptions options;
    options.path = path;
    Phone phone = must(Phone::open(options));
    const SyncReport report = must(phone.sync());
    CHECK(report.complete);
    CHECK(must(phone.status()).on_server == 500);

    ListOptions all;
    all.kind = "outreach_visit";
    all.limit = 1000;
    const ListPageView listed = must(phone.list(all));
    const auto applied =
        std::count_if(listed.items.begin(), listed.items.end(), [](const ListItem& item) { return item.held == 0; });
    CHECK(applied == 450);

    // On the phone: fifty things that need somebody, each with a sentence a convener can read.
    std::set<std::string> codes, held;
    for (const InboxItem& item : must(phone.inbox())) {
      if (item.kind != InboxKind::held) continue;
      codes.insert(item.code);
      held.insert(item.change);
      CHECK(item.sentence.zh.size() > 12);
      CHECK(item.sentence.en.size() > 12);
    }
    CHECK(held.size() == 50);
    std::set<std::string> wanted;
    for (const auto& [code, spoil] : poisons) wanted.insert(code);
    CHECK(codes == wanted);

    // On the desk: the same fifty.
    demo::Desk desk("127.0.0.1", server.port());
    desk.sign_in("cxy", "a long enough password");
    const Value open = desk.get("/v1/held?studio=" + studio.text() + "&limit=100");
    CHECK(open.list_at("held").size() == 50);

    // The coordinator sets one right: its value is in, and its author's phone sees that.
    const int wrong = 43;  // code_unknown
    const std::string record = RecordId{change_id(wrong).bytes}.text();
    desk.post("/v1/held/" + studio.text() + "/" + change_id(wrong).text(),
              Value::Object{{"decision", "correct"},
                            {"reason", "应为入户走访"},
                            {"writes", Value::List{Value::Object{{"at", "visit_kind"}, {"put", "household"}}}}});
    must(phone.sync());
    const RecordView view = must(phone.record(record));
    REQUIRE(view.field("visit_kind"));
    CHECK(view.field("visit_kind")->value == FieldValue("household"));
    const std::vector<InboxItem> inbox = must(phone.inbox());
    CHECK(std::any_of(inbox.begin(), inbox.end(), [&](const InboxItem& item) {
      return item.kind == InboxKind::corrected && item.change == change_id(wrong).text();
    }));
    CHECK(desk.get("/v1/held?studio=" + studio.text() + "&limit=100").list_at("held").size() == 49);
  }
}
