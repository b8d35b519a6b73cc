#include "tests/client-sdk/phone_fixture.h"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "client-sdk/core/phone_core.h"
#include "schema/json.h"
#include "tests/client-sdk/plain_file.h"

namespace lianxin::client {
namespace {

std::string path_for(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() / ("lianxin-sdk-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  return (folder / (name + ".phone")).string();
}

// A concern owes these with every save; most tests are about something else.
std::string with_what_is_owed(const std::string& json, const std::string& kind) {
  Result<Value> fields = parse_json(json);
  if (kind != "concern" || !fields || !fields->object()) return json;
  const std::pair<const char*, const char*> owed[] = {
      {"title", "路灯不亮"},   {"description", "路口的灯坏了半个月"}, {"source_kind", "outreach"},
      {"appeal_type", "help"}, {"category_code", "市政/路灯"},        {"region_code", "990121100201"},
      {"urgency", "normal"}};
  for (const auto& [field, value] : owed) fields->object()->emplace(field, value);
  return to_json(*fields);
}

void remove_all_of(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
}

}  // namespace

KindSet kinds_with(const std::string& name, const std::string& text, const std::string& instead, std::int64_t version) {
  std::vector<KindFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(LIANXIN_KINDS)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    KindFile file{entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {})};
    if (file.name == name + ".json") {
      const std::size_t at = file.text.find(text);
      REQUIRE(at != std::string::npos);
      file.text.replace(at, text.size(), instead);
    }
    files.push_back(std::move(file));
  }
  return KindSet::of(std::move(files), version);
}

TestPhone::TestPhone(FakeServer& of, const std::string& name) : server(of), path(path_for(name)) {
  remove_all_of(path);
  phone = std::make_unique<Phone>(must(Phone::open(options())));
}

TestPhone::~TestPhone() {
  phone.reset();
  remove_all_of(path);
}

PhoneOptions TestPhone::options() const {
  PhoneOptions options;
  options.path = path;
  options.clock = const_cast<TestClock*>(&clock);
  options.store_key = store_key;
  options.transport = &server;
  return options;
}

void TestPhone::enrol(const std::string& code) { must(phone->enrol("https://lianxin.example", code, "手机")); }

Phone TestPhone::open_again() const { return must(Phone::open(options())); }

void TestPhone::copy_file_to(const std::string& name) const {
  const std::string other = path_for(name);
  remove_all_of(other);
  for (const char* end : {"", "-wal"}) {
    if (std::filesystem::exists(path + end)) std::filesystem::copy_file(path + end, other + end);
  }
}

void TestPhone::take_file_from(const std::string& name) {
  phone.reset();
  remove_all_of(path);
  const std::string other = path_for(name);
  for (const char* end : {"", "-wal"}) {
    if (std::filesystem::exists(other + end)) std::filesystem::copy_file(other + end, path + end);
  }
  phone = std::make_unique<Phone>(must(Phone::open(options())));
}

void TestPhone::make_plain() {
  const std::string plain = path_for("plain");
  remove_all_of(plain);
  write_plain_file(PhoneInternals::core(*phone).db(), plain);
  phone.reset();
  remove_all_of(path);
  std::filesystem::rename(plain, path);
}

Expected<SyncReport> TestPhone::try_sync(std::int64_t retry_for_ms) {
  server.now_ms = clock.now_ms;
  SyncOptions options;
  options.retry_for_ms = retry_for_ms;
  options.wait = [this](std::int64_t ms) { clock.now_ms += ms; };
  return phone->sync(options);
}

SyncReport TestPhone::sync() {
  clock.now_ms += 1000;
  const SyncReport report = must(try_sync());
  CHECK(report.complete);
  return report;
}

std::string TestPhone::make(const std::string& json, const std::string& kind) {
  clock.now_ms += 1000;
  Form form = must(phone->begin_new(kind));
  must(form.fill(with_what_is_owed(json, kind)));
  return must(form.commit()).record;
}

Saved TestPhone::edit(const std::string& record, const std::string& json) {
  clock.now_ms += 1000;
  Form form = must(phone->begin_edit(record));
  must(form.fill(json));
  return must(form.commit());
}

RecordView TestPhone::view(const std::string& record) { return must(phone->record(record)); }

std::string TestPhone::shown(const std::string& record, const std::string& field) {
  const RecordView found = view(record);
  const FieldView* one = found.field(field);
  return one ? one->value.to_text() : "";
}

StatusView TestPhone::status() { return must(phone->status()); }

TwoPhones::TwoPhones(const std::string& name)
    : a(server, name + "-a"),
      b(server, name + "-b"),
      li(server.add_member("李红", "convener")),
      wang(server.add_member("王青", "convener")) {
  a.enrol(server.code_for(li));
  b.enrol(server.code_for(wang));
  a.sync();
  b.sync();
}

}  // namespace lianxin::client
