// What is still to be done about the file as a whole, kept in it: whoever is ended meanwhile goes on where he was.
#pragma once

#include <optional>

#include "client-sdk/store/database.h"

namespace lianxin::client {

// In the order in which they are done.
enum class FileTask { make_key, seal_few, seal_lines, seal_rows, seal_fresh, seal_entries, seal_numbers, rewrite };

// All within a transaction.
class FileTasks {
 public:
  explicit FileTasks(Database& db) : db_(db) {}

  bool is_due(FileTask task);
  std::optional<std::int64_t> done_to(FileTask task);  // none: it is not due
  void begin(FileTask task);
  void advance(FileTask task, std::int64_t done_to);
  void end(FileTask task);

 private:
  Database& db_;
};

}  // namespace lianxin::client
