#include "tests/fault/restored_file.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <stdexcept>

#include "sync/model/change.h"
#include "sync/model/row.h"
#include "tests/support/database_beside.h"
#include "tests/support/process.h"

namespace lianxin::test {
namespace {

std::string hex_of(const SQLite::Column& column) {
  ChangeId id;
  if (column.getBytes() != static_cast<int>(id.bytes.size())) throw std::runtime_error("an id of another length");
  std::copy_n(static_cast<const std::uint8_t*>(column.getBlob()), id.bytes.size(), id.bytes.begin());
  return id.text();
}

std::string text_of(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

void read_line(const std::string& line, RestoredFile& file) {
  const auto change = parse_line(line);
  if (!change) throw std::runtime_error("an unreadable line: " + change.error().message);
  for (const Write& write : change->writes) {
    for (const ChangeId& base : write.bases) file.named.insert(base.text());
    if (write.op != Op::witness) continue;
    const auto head = head_of(write.witnessed);
    if (head) file.witnessed.insert(head->id.text());
  }
}

void read_row(const Row& row, RestoredFile& file) {
  const std::string visit = row.record.text();
  if (const Cell* cell = row.cell("persons_reached")) {
    for (const Head& head : cell->heads) {
      file.counted[visit][head.id.text()] = *head.value.integer();
      if (head.witnessed) file.with_witnessed.insert(visit);
    }
  }
  const Cell* cell = row.cell("_official_no");
  if (!cell) return;
  for (const Head& head : cell->heads) {
    if (head.value.text()) file.numbers[visit].insert(*head.value.text());
  }
}

RestoredFile read_copy(const std::string& path) {
  SQLite::Database database = open_beside(path);
  RestoredFile file;
  SQLite::Statement lines(database, "SELECT change_id, device, line FROM change_log");
  while (lines.executeStep()) {
    file.device_of[hex_of(lines.getColumn(0))] = hex_of(lines.getColumn(1));
    read_line(text_of(lines.getColumn(2)), file);
  }
  SQLite::Statement rows(database, "SELECT encoded FROM record WHERE kind = 'outreach_visit'");
  while (rows.executeStep()) {
    const auto row = decode_row(rows.getColumn(0).getString());
    if (!row) throw std::runtime_error("an unreadable row");
    read_row(*row, file);
  }
  SQLite::Statement devices(database, "SELECT device FROM device WHERE status IN ('lost', 'revoked')");
  while (devices.executeStep()) file.cut_off.insert(hex_of(devices.getColumn(0)));
  return file;
}

}  // namespace

RestoredFile RestoredFile::read(const std::string& path) {
  const TempFolder folder;
  const std::string copy = folder / "copy.db";
  hold_key_of(path);
  std::filesystem::copy_file(path, copy);
  std::filesystem::permissions(copy, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  if (std::filesystem::exists(path + "-wal")) std::filesystem::copy_file(path + "-wal", copy + "-wal");
  return read_copy(copy);
}

}  // namespace lianxin::test
