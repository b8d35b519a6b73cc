#include "tests/fault/office.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "schema/json.h"
#include "tests/support/file_bytes.h"

namespace lianxin::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* login = "cxy";
constexpr const char* password = "correct horse 2026";

// 田耕耘 of 990121-S03 helps out in 990121-S01.
constexpr const char* further_grant =
    R"({"grants":[{"member":"523795a6-3e38-4d5e-8f0d-f86ca038689b","role":"convener","studio":"990121-S01",)"
    R"("clearance":"personal"}]})";

}  // namespace

const char* name_of(PutBack way) {
  switch (way) {
    case PutBack::command: return "by the command";
    case PutBack::copy: return "by a plain copy of the file";
    case PutBack::command_without_journal: return "by the command, journal lost";
    case PutBack::copy_without_journal: return "by a plain copy, journal lost";
  }
  return "";
}

bool keeps_journal(PutBack way) { return way == PutBack::command || way == PutBack::copy; }

Office::Office(const TempFolder& folder) : folder_(folder), server_(folder) {
  server_.command({"account", "add", "--login", login, "--member", "程协友"}, std::string(password) + "\n");
  std::ofstream(folder_ / "grant.json") << further_grant;
}

void Office::start() {
  server_.start();
  desk_ = std::make_unique<demo::Desk>("127.0.0.1", server_.port());
  desk_->sign_in(login, password);
}

void Office::stop() {
  desk_.reset();
  if (server_.stop() != 0) throw std::runtime_error("the server did not end well:\n" + server_.log());
}

void Office::back_up() {
  std::string file = server_.command({"backup"});
  file.resize(file.find('\n'));
  const auto manifest = parse_json(test::bytes_of(fs::path(file).replace_extension(".json")));
  if (!manifest) throw std::runtime_error("a backup without a manifest: " + file);
  backups_.push_back({file, manifest->integer_at("made_ms")});
}

void Office::put_back(const OfficeBackup& backup, PutBack way) {
  const fs::path data = server_.data();
  if (!keeps_journal(way)) {
    fs::rename(data / "journal", folder_ / ("journal-lost-" + std::to_string(++journals_lost_)));
    acts_.clear();  // a desk has no phone to give them back from
  }
  if (way == PutBack::command || way == PutBack::command_without_journal) {
    server_.command({"restore", "--as-of", std::to_string(backup.made_ms)});
  } else {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database() + ending);
    fs::copy_file(backup.file, database());
    fs::permissions(database(), fs::perms::owner_write, fs::perm_options::add);
  }
  if (!keeps_journal(way) && granted_more_) import_grant();
}

void Office::grant_more() {
  if (granted_more_) return;
  import_grant();
  granted_more_ = true;
}

void Office::import_grant() { server_.command({"import", folder_ / "grant.json"}); }

bool Office::here(const std::string& studio, const std::string& visit, std::string& review) {
  try {
    review = desk_->record(studio, visit).text_at("review");
    return true;
  } catch (const demo::StoryStopped& stopped) {
    if (stopped.sentence.find(" not_found ") != std::string::npos) return false;
    throw std::runtime_error(stopped.sentence);
  }
}

bool Office::count(const std::string& studio, const std::string& visit) {
  std::string review;
  if (!here(studio, visit, review)) return false;
  const std::string reason = "desk act " + std::to_string(++acts_done_);
  try {
    desk_->edit(studio, visit, {Value::Object{{"at", "questionnaires"}, {"count", 1}}}, reason);
  } catch (const demo::StoryStopped& stopped) {
    throw std::runtime_error(stopped.sentence);
  }
  acts_.push_back(reason);
  return true;
}

bool Office::accept(const std::string& studio, const std::string& visit) {
  std::string review;
  if (!here(studio, visit, review) || review != "submitted") return false;
  try {
    desk_->verdict(studio, visit, "accepted");
  } catch (const demo::StoryStopped& stopped) {
    // Two phones' notes that disagree, or a change that is held, stand in the way.
    if (stopped.sentence.find("\"refused\"") != std::string::npos) return false;
    throw std::runtime_error(stopped.sentence);
  }
  return true;
}

void Office::revoke(const std::string& device) {
  try {
    desk_->post("/v1/devices/" + device + "/revoke", Value::Object{});
  } catch (const demo::StoryStopped& stopped) {
    throw std::runtime_error(stopped.sentence);
  }
}

}  // namespace lianxin::test
