// The office of the restore test: the real server program, the backups it made, its coordinator's desk, and the ways in
// which an office puts a database back.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client-sdk/demo/desk.h"
#include "tests/fault/field_phone.h"

namespace lianxin::test {

enum class PutBack { command, copy, command_without_journal, copy_without_journal };
inline constexpr std::size_t put_back_ways = 4;
const char* name_of(PutBack way);
bool keeps_journal(PutBack way);

struct OfficeBackup {
  std::string file;
  std::int64_t made_ms = 0;
};

// Throws where a command fails that must not.
class Office {
 public:
  explicit Office(const TempFolder& folder);

  void start();  // and has the coordinator sign in: a restore ends every session
  void stop();
  ServerProcess& server() { return server_; }
  std::string database() const { return server_.data() + "/lianxin.db"; }

  void back_up();  // while it serves
  const std::vector<OfficeBackup>& backups() const { return backups_; }

  // While it is stopped. Without its journal the office enters again what was granted since: nothing else knows of it.
  void put_back(const OfficeBackup& backup, PutBack way);
  std::string restored() { return server_.command({"restored"}); }

  // Another studio for a member who has phones already.
  void grant_more();

  // False: the visit is not here (yet).
  bool count(const std::string& studio, const std::string& visit);
  bool accept(const std::string& studio, const std::string& visit);  // also false where it is not submitted
  void revoke(const std::string& device);
  // Reasons of the acts that were answered and are journalled still.
  const std::vector<std::string>& acts() const { return acts_; }

 private:
  bool here(const std::string& studio, const std::string& visit, std::string& review);
  void import_grant();

  const TempFolder& folder_;
  ServerProcess server_;
  std::unique_ptr<demo::Desk> desk_;
  std::vector<OfficeBackup> backups_;
  std::vector<std::string> acts_;
  int acts_done_ = 0, journals_lost_ = 0;
  bool granted_more_ = false;
};

}  // namespace lianxin::test
