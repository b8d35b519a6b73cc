#include "server/storage/sqlite/encrypted_layout.h"

#include <doctest/doctest.h>

#include <set>

using namespace lianxin::server;

TEST_SUITE_BEGIN("server/storage/encrypted_layout");

TEST_CASE("units cover a file without a gap, and lie apart on the disk under different names") {
  for (const FileLayout layout : {FileLayout::database, FileLayout::wal, FileLayout::rollback}) {
    std::set<lianxin::UnitName> names;
    std::int64_t end = 0, disk_end = layout == FileLayout::rollback ? rollback_head_bytes : 0;
    for (int i = 0; i < 100; ++i) {
      const FileUnit unit = unit_at(layout, end);
      CHECK(unit.begin == end);
      CHECK(unit.disk_begin == disk_end);
      CHECK(unit.disk_bytes >= unit.bytes);
      CHECK(unit.disk_bytes % 16 == 0);
      CHECK(names.insert(unit.name).second);
      end += unit.bytes;
      disk_end += unit.disk_bytes;
      CHECK(unit_at(layout, end - 1).name == unit.name);
    }
  }
}

TEST_CASE("a frame of a wal shares no unit with the next") {
  constexpr std::int64_t head = 32, frame = 24 + page_bytes;
  for (std::int64_t i = 1; i < 50; ++i) {
    CHECK(unit_at(FileLayout::wal, head + i * frame).begin == head + i * frame);
  }
}

TEST_CASE("how long a file is on the disk tells how long it is") {
  for (const FileLayout layout : {FileLayout::database, FileLayout::wal}) {
    for (std::int64_t bytes = 0; bytes < 3 * 4200; ++bytes) {
      CAPTURE(bytes);
      CHECK(bytes_of_disk(layout, disk_bytes_of(layout, bytes)) == bytes);
    }
  }
}

TEST_SUITE_END();
