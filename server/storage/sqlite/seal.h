// What the tables hold, summed up, and kept in the transaction that changes them: a row that was altered, added or
// taken away by anything but this program shows, also in columns that no chain of hashes covers. It finds failing disks
// and slips of the hand. It is no defence against a forger, who can sum as well; the devices' signatures are.
//
// For each table the number of rows and the sum mod 2^128 of the first 16 bytes of SHA-256 over each row's values.
// Tables that follow from others (rows, lists, the search index) are not in it: they are held against what they follow
// from, and are made anew where they differ.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "server/storage/sqlite/connection.h"
#include "sync/model/digest.h"

namespace lianxin::server {

// Watches what one connection writes, by SQLite's pre-update hook. A job one of whose statements failed must fail as a
// whole: what such a statement had begun is undone without a word to the hook. Threads: the connection's.
class TableSeal {
 public:
  TableSeal(SqliteConnection& connection, std::vector<std::string> tables);  // `connection` must outlive this
  ~TableSeal();
  TableSeal(const TableSeal&) = delete;
  TableSeal& operator=(const TableSeal&) = delete;

  // At the first opening of a file: makes the table `seal` and sums up what is there. Outside any transaction.
  void prepare();

  void forget();  // what was noted was rolled back, or is not begun yet
  void keep();    // adds what was noted, within the transaction that did it

  // What CREATE TABLE said of each table. A migration that changes it for a sealed one changes what its rows sum up to:
  // those are summed up anew, in the migration's own transaction.
  using Definitions = std::map<std::string, std::string, std::less<>>;
  Definitions definitions();
  void keep_migrated(const Definitions& before);

 private:
  struct Noted {
    std::int64_t rows = 0;
    Digest sum;
  };
  struct Hook;  // what SQLite calls

  SqliteConnection& connection_;
  const std::vector<std::string> tables_;
  std::map<std::string, Noted, std::less<>> noted_;
  bool failed_ = false;  // a row could not be read: the job must not be kept
};

// The names of those that are sealed: what the modules say, and what the engine keeps itself. Every other table follows
// from these, or is the seal itself.
std::vector<std::string> sealed_tables(std::span<const Module> modules);

bool is_sealed(SqliteConnection& connection);  // false: no program that seals has opened the file yet

// Those of `tables` whose rows do not sum up to their seal, or cannot be read. Reads all of them: at the speed of the
// disk.
std::vector<std::string> broken_seals(SqliteConnection& connection, const std::vector<std::string>& tables);

// Takes the tables for what they now are.
void put_seals(SqliteConnection& connection, const std::vector<std::string>& tables);

}  // namespace lianxin::server
