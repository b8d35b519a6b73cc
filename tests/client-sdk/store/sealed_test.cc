// What lies in a phone's file: nothing of what people recorded, in whatever form, and all of it for who has the key.
#include <zlib.h>

#include <fstream>
#include <iterator>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/store/file_tasks.h"
#include "schema/text.h"
#include "tests/client-sdk/phone_fixture.h"
#include "tests/client-sdk/plain_file.h"
#include "tests/client-sdk/session/damage.h"
#include "tests/support/full_disk.h"
#include "tests/support/temp_folder.h"

namespace lianxin::client {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The phone's file, what SQLite keeps beside it, and whatever else lies in the folder of temporary files.
std::string all_on_disk(const TestPhone& phone) {
  std::string all;
  for (const char* end : {"", "-wal", "-shm", "-journal"}) all += bytes_of(phone.path + end);
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
    if (entry.is_regular_file() && entry.path().filename().string().starts_with("etilqs_"))
      all += bytes_of(entry.path());
  }
  return all;
}

std::string in_base64(std::string_view text) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i + 2 < text.size(); i += 3) {
    const unsigned three = static_cast<unsigned char>(text[i]) << 16 | static_cast<unsigned char>(text[i + 1]) << 8 |
                           static_cast<unsigned char>(text[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) out += letters[three >> shift & 63];
  }
  return out;
}

std::string in_utf16(std::string_view text, bool big) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_character(text);
    const char high = static_cast<char>(c >> 8 & 255), low = static_cast<char>(c & 255);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

// In each form in which a program may have left it. Of base64 what is the same wherever the text begins.
std::vector<std::string> forms_of(const std::string& text) {
  std::vector<std::string> forms{text};
  std::string hex = to_hex(as_bytes(text));
  forms.push_back(hex);
  for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  forms.push_back(hex);
  for (std::size_t at = 0; at < 3; ++at) {
    std::string base64 = in_base64(std::string_view(text).substr(at));
    forms.push_back(base64);
    for (char& c : base64) c = c == '+' ? '-' : c == '/' ? '_' : c;
    forms.push_back(base64);
  }
  if (is_utf8(text)) {
    forms.push_back(in_utf16(text, false));
    forms.push_back(in_utf16(text, true));
  }
  return forms;
}

// What must lie nowhere, once the phone has been used for everything.
struct Used {
  FakeServer server;
  MemberId li = server.add_member("李红杏村召集", "convener");
  TestPhone phone;
  std::vector<std::string> texts{"李红杏村召集",       "赵小六家的名字",     "13912345678",
                                 "两小时前摔倒的老人", "彩石村三组门牌十九", "县交警大队二楼",
                                 "还没有存的话",       "高血压三级的病人",   "头晕三天没有吃药"};
  std::string resident, visit;

  explicit Used(const std::string& name) : phone(server, name) {
    phone.enrol(server.code_for(li));
    server.set_clearance(li, server.studio, Sensitivity::health);
    server.grant(li, server.studio, "clinic_doctor", Sensitivity::health);
    phone.sync();
    resident = phone.make(R"({"name":"赵小六家的名字","contact_phone":"13912345678"})", "resident");
    visit = phone.make(R"({"address_text":"彩石村三组门牌十九","notes_text":"两小时前摔倒的老人"})", "outreach_visit");
    phone.make(R"({"title":"路灯","participants":{"赵小六家的名字":{"unit":"县交警大队二楼"}},
                   "remarks":"高血压三级的病人"})");
    phone.make(R"({"anonymous":true,"seq_no":1,"sex_code":"1","age_band":"15-19","village":"彩石村三组门牌十九",
                   "clinic_visit_id":"1f8f1f53-00f4-468e-814a-ac3b4f890743",
                   "doctor_id":"26866b18-0865-421c-9318-8d0cfd515c9b","chief_complaint":"头晕三天没有吃药"})",
               "clinic_encounter");
    phone.sync();
    Form draft = must(phone.phone->begin_edit(visit));
    must(draft.set("notes_text", "还没有存的话"));
    CHECK(must(phone.phone->find("门牌十九")).size() == 1);
    must(phone.phone->list());
    const Identity who = identity();
    texts.push_back(who.token);
    texts.push_back(std::string(view(who.secret)));
    texts.push_back(to_hex(who.secret));
  }
  Identity identity() {
    PhoneCore& core = PhoneInternals::core(*phone.phone);
    return *core.db().read([&] { return core.identity(); });
  }
  void check_nothing_on_disk() {
    const std::string all = all_on_disk(phone);
    for (const std::string& text : texts) {
      CAPTURE(text);
      for (const std::string& form : forms_of(text)) CHECK(all.find(form) == std::string::npos);
    }
  }
};

// Of release 8 of the file: a first sync, a visit on the server and one that waits, two drafts.
void put_old_file(const std::string& path) {
  gzFile old = gzopen(LIANXIN_SOURCE_DIR "/tests/client-sdk/before_sealing.phone.gz", "rb");
  REQUIRE(old);
  std::ofstream out(path, std::ios::binary);
  char buffer[65536];
  for (int size = 0; (size = gzread(old, buffer, sizeof buffer)) > 0;) out.write(buffer, size);
  gzclose(old);
}

constexpr Query swap_rows{"test_swap", R"sql(
  UPDATE row SET row_sealed = (SELECT row_sealed FROM row AS other WHERE other.record = $2) WHERE record = $1
)sql"};
constexpr Query entry_as_form{"test_entry_as_form", R"sql(
  UPDATE form SET form_sealed = (SELECT search_sealed FROM list_entry LIMIT 1)
)sql"};

void run(TestPhone& phone, const std::function<void(Database&)>& act) {
  Database& db = PhoneInternals::core(*phone.phone).db();
  REQUIRE(db.write([&]() -> Status {
    act(db);
    return {};
  }));
}

int tasks_left(TestPhone& phone) {
  constexpr Query count{"test_tasks", "SELECT count(*) FROM file_task"};
  int left = 0;
  run(phone, [&](Database& db) { left = static_cast<int>(db.one(count, first_number).value_or(-1)); });
  return left;
}

}  // namespace

TEST_SUITE("client-sdk/store/sealed") {
  TEST_CASE(
      "nothing that was recorded, no name, no key and no token lies in a phone's file, beside it or in a temporary "
      "one") {
    Used used("sealed-used");
    used.check_nothing_on_disk();
    used.phone.phone = std::make_unique<Phone>(used.phone.open_again());
    CHECK(must(used.phone.phone->drafts()).size() == 1);
    CHECK(used.phone.shown(used.visit, "notes_text") == "两小时前摔倒的老人");
    used.check_nothing_on_disk();
    used.phone.phone.reset();
    used.check_nothing_on_disk();
  }

  TEST_CASE("a file that sealed nothing is sealed when it is opened, and nothing of what it was is left") {
    Used used("sealed-migrated");
    used.phone.edit(used.visit, R"({"notes_text":"还没有送出"})");
    const StatusView before = used.phone.status();
    const auto drafts = must(used.phone.phone->drafts());
    const auto list = must(used.phone.phone->list()).items;
    const auto rows = phone_rows(used.phone, used.server.studio);
    used.phone.make_plain();
    CHECK(all_on_disk(used.phone).find("赵小六家的名字") != std::string::npos);
    used.phone.phone = std::make_unique<Phone>(used.phone.open_again());
    used.check_nothing_on_disk();
    CHECK(tasks_left(used.phone) == 0);
    CHECK(used.phone.status().to_json() == before.to_json());
    CHECK(phone_rows(used.phone, used.server.studio) == rows);
    const auto now = must(used.phone.phone->list()).items;
    REQUIRE(now.size() == list.size());
    for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i].to_json() == list[i].to_json());
    REQUIRE(must(used.phone.phone->drafts()).size() == drafts.size());
    CHECK(must(used.phone.phone->drafts())[0].to_json() == drafts[0].to_json());
    CHECK(must(used.phone.phone->find("门牌十九")).size() == 1);
    CHECK(must(used.phone.phone->record(used.phone.view(used.visit).provisional_no)).id == used.visit);
    CHECK(used.phone.sync().pushed == 1);
    used.check_nothing_on_disk();
  }

  TEST_CASE("a file that the release before left behind opens with all that was in it, and is sealed then") {
    const test::TempFolder folder;
    const std::string path = folder / "old.phone";
    put_old_file(path);
    CHECK(bytes_of(path).find("彩石村三组门牌十九") != std::string::npos);
    PhoneOptions options;
    options.path = path;
    Phone phone = must(Phone::open(options));
    const StatusView status = must(phone.status());
    CHECK(status.member_name == "米小满");
    CHECK(status.here == 2);
    CHECK(status.waiting == 1);
    CHECK(must(phone.drafts()).size() == 2);
    CHECK(must(phone.list()).items.size() == 2);
    CHECK(must(phone.receipts()).size() == 1);
    CHECK(must(phone.find("门牌十九")).front().provisional_no == "临-8047-0001");
    const RecordView visit = must(phone.record("临-8047-0001"));
    CHECK(visit.field("notes_text")->value.to_text() == "两小时前摔倒的老人");
    std::string all;
    for (const char* end : {"", "-wal"}) all += bytes_of(path + end);
    for (const char* text : {"彩石村三组门牌十九", "两小时前摔倒的老人", "还没有送出的话", "草稿里的门牌",
                             "赵小六家的名字", "13912345678", "米小满", "旧手机"}) {
      CAPTURE(text);
      for (const std::string& form : forms_of(text)) CHECK(all.find(form) == std::string::npos);
    }
  }

  TEST_CASE("many rows are sealed some at a time, and who is ended in between goes on where he was") {
    TwoPhones phones("sealed-batches");
    std::string last;
    for (int i = 0; i < 450; ++i) last = phones.a.make("{\"title\":\"第" + std::to_string(i) + "盏路灯\"}");
    phones.a.sync();
    const auto rows = phone_rows(phones.a, phones.server.studio);
    phones.a.make_plain();
    // The disk is full at ever more bytes: what is refused then is done the next time.
    const auto bytes = fs::file_size(phones.a.path);
    int ended = 0;
    for (std::uintmax_t room = 64 << 10; room < 8 * bytes; room += 256 << 10) {
      const FullDisk full(room);
      ended += phones.a.opens() ? 0 : 1;
    }
    CHECK(ended > 2);
    phones.a.phone = std::make_unique<Phone>(phones.a.open_again());
    CHECK(phone_rows(phones.a, phones.server.studio) == rows);
    CHECK(must(phones.a.phone->find("第449盏")).front().id == last);
    CHECK(tasks_left(phones.a) == 0);
    CHECK(phones.a.sync().complete);
  }

  TEST_CASE("a value in another's place is taken for neither: a row is pulled again, a draft is told as damaged") {
    Used used("sealed-swapped");
    const auto rows = phone_rows(used.phone, used.server.studio);
    run(used.phone, [&](Database& db) {
      db.exec(swap_rows, *RecordId::parse(used.resident), *RecordId::parse(used.visit));
      db.exec(entry_as_form);
    });
    CHECK_FALSE(used.phone.phone->record(used.resident).ok());
    CHECK(must(used.phone.phone->drafts()).front().damaged);
    for (int i = 0; i < 4; ++i) used.phone.sync();
    CHECK(phone_rows(used.phone, used.server.studio) == rows);
    CHECK(used.phone.shown(used.resident, "name") == "赵小六家的名字");
  }

  TEST_CASE("a purged phone's file holds nothing, and what was sealed before opens no more") {
    Used used("sealed-purged");
    const std::string before = bytes_of(used.phone.path) + bytes_of(used.phone.path + "-wal");
    used.server.on_reply = [](SyncReply& reply) { reply.purge = true; };
    Phone other = used.phone.open_again();
    CHECK(must(used.phone.try_sync()).purged);
    used.check_nothing_on_disk();
    CHECK(tasks_left(used.phone) == 0);
    constexpr Query counts{"test_left", R"sql(
      SELECT (SELECT count(*) FROM row) + (SELECT count(*) FROM own_change) + (SELECT count(*) FROM form) +
             (SELECT count(*) FROM list_entry) + (SELECT count(*) FROM meta)
    )sql"};
    run(used.phone, [&](Database& db) { CHECK(db.one(counts, first_number) == 1); });  // that it was purged

    const std::string after = all_on_disk(used.phone);
    CHECK(after.size() < before.size());
    const auto stale = other.begin_new("micro_consultation");  // another process, which had the key of before
    REQUIRE_FALSE(stale.ok());
    CHECK(stale.problem().code == "purged");
  }

  TEST_CASE("rows and lines of a studio that was taken away are in no page of the file") {
    Used used("sealed-lost");
    constexpr Query one_row{"test_one_row", "SELECT row_sealed FROM row WHERE record = $1"};
    std::string sealed;
    run(used.phone, [&](Database& db) { sealed = *db.one(one_row, first_blob, *RecordId::parse(used.visit)); });
    must(used.phone.phone->discard(must(used.phone.phone->drafts()).front().token));
    const std::string middle = sealed.substr(sealed.size() / 2, 24);
    CHECK(all_on_disk(used.phone).find(middle) != std::string::npos);
    used.server.end_grants(used.li, used.server.studio);
    for (int i = 0; i < 3; ++i) static_cast<void>(used.phone.try_sync());
    CHECK(must(used.phone.phone->list()).items.empty());
    CHECK(all_on_disk(used.phone).find(middle) == std::string::npos);
    CHECK(tasks_left(used.phone) == 0);
  }
}

}  // namespace lianxin::client
