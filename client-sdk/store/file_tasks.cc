#include "client-sdk/store/file_tasks.h"

namespace lianxin::client {
namespace {

constexpr Query task_done_to{"task_done_to", "SELECT done_to FROM file_task WHERE task = $1"};
constexpr Query begin_task{"begin_task", R"sql(
  INSERT INTO file_task (task) VALUES ($1) ON CONFLICT (task) DO UPDATE SET done_to = 0
)sql"};
constexpr Query advance_task{"advance_task", "UPDATE file_task SET done_to = $2 WHERE task = $1"};
constexpr Query end_task{"end_task", "DELETE FROM file_task WHERE task = $1"};

std::string name_of(FileTask task) {
  switch (task) {
    case FileTask::make_key: return "make_key";
    case FileTask::seal_few: return "seal_few";
    case FileTask::seal_lines: return "seal_lines";
    case FileTask::seal_rows: return "seal_rows";
    case FileTask::seal_fresh: return "seal_fresh";
    case FileTask::seal_entries: return "seal_entries";
    case FileTask::seal_numbers: return "seal_numbers";
    case FileTask::rewrite: return "rewrite";
  }
  return {};
}

}  // namespace

bool FileTasks::is_due(FileTask task) { return done_to(task).has_value(); }
std::optional<std::int64_t> FileTasks::done_to(FileTask task) {
  return db_.one(task_done_to, first_number, name_of(task));
}
void FileTasks::begin(FileTask task) { db_.exec(begin_task, name_of(task)); }
void FileTasks::advance(FileTask task, std::int64_t done_to) { db_.exec(advance_task, name_of(task), done_to); }
void FileTasks::end(FileTask task) { db_.exec(end_task, name_of(task)); }

}  // namespace lianxin::client
