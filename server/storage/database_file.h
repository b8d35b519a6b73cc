// A database as a file, whoever has it open: copied, read at rest, and held against what the engine itself can tell of
// it.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "server/storage/data_keys.h"
#include "server/storage/sql.h"

namespace lianxin::server {

// SqlDatabase::read() on any file of ours; nothing of it is changed. not_found: there is no file. corrupt: it is no
// database of this program.
Status read_database(const std::filesystem::path& file, const SqlDatabase::Job& job);

// A consistent copy into a new file that needs nothing beside it. Writers go on meanwhile: it is one snapshot, taken in
// one step, and all they pay is a log beside the file that grows until it is done. conflict: `to` is already there;
// after any other error what there is of it is worth nothing. The copy is encrypted under `key`, which must be held, or
// where none is given as the original is.
Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                     const std::optional<DataKeyId>& key = {});

// The key under which a database is encrypted; none where it lies as it is. Errors as read_database().
Result<std::optional<DataKeyId>> key_of_database(const std::filesystem::path& file);

// What the names of the files end in that together are the database called by the name without: to be moved in this
// order.
std::span<const char* const> database_endings();

// Hears of each fault: a code, and where it is.
using TellFault = std::function<void(const char* code, std::vector<std::pair<std::string, std::string>> where)>;

// Each reads all that it looks at, and throws SqlFailure where that cannot be read.
void check_pages(SqlConnection& connection, const TellFault& tell);  // pages_wrong, reference_wrong
void check_seals(SqlConnection& connection, std::span<const Module> modules,
                 const TellFault& tell);                              // seal_missing, …_wrong
void check_search(SqlConnection& connection, const TellFault& tell);  // search_index_wrong, search_stray

// Takes the sealed tables for what they now are, and gives their names. For a person who has seen what is wrong and can
// live with it. Within a write. Throws SqlFailure.
std::vector<std::string> seal_anew(SqlConnection& connection, std::span<const Module> modules);

}  // namespace lianxin::server
