#include "server/storage/sqlite/encrypted_layout.h"

#include <algorithm>

namespace lianxin::server {
namespace {

constexpr std::int64_t wal_head = 32, frame_head = 24, frame_head_on_disk = 32, rollback_unit = 512;
constexpr std::int64_t frame = frame_head + page_bytes, frame_on_disk = frame_head_on_disk + page_bytes;

UnitName name_of(FileLayout layout, std::int64_t number) {
  UnitName name{};
  name[0] = static_cast<std::uint8_t>(layout);
  for (std::size_t i = 0; i < 8; ++i) {
    name[8 + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i));
  }
  return name;
}

FileUnit unit_of_wal(std::int64_t offset) {
  if (offset < wal_head) return {0, wal_head, 0, wal_head, name_of(FileLayout::wal, 0)};
  const std::int64_t number = (offset - wal_head) / frame;
  const std::int64_t begin = wal_head + number * frame, disk_begin = wal_head + number * frame_on_disk;
  if (offset < begin + frame_head) {
    return {begin, frame_head, disk_begin, frame_head_on_disk, name_of(FileLayout::wal, 2 * number + 1)};
  }
  return {begin + frame_head, page_bytes, disk_begin + frame_head_on_disk, page_bytes,
          name_of(FileLayout::wal, 2 * number + 2)};
}

}  // namespace

FileUnit unit_at(FileLayout layout, std::int64_t offset) {
  if (layout == FileLayout::wal) return unit_of_wal(offset);
  const std::int64_t bytes = layout == FileLayout::database ? page_bytes : rollback_unit;
  const std::int64_t number = offset / bytes, begin = number * bytes;
  return {begin, bytes, layout == FileLayout::rollback ? rollback_head_bytes + begin : begin, bytes,
          name_of(layout, number)};
}

std::int64_t disk_bytes_of(FileLayout layout, std::int64_t bytes) {
  if (layout != FileLayout::wal || bytes <= wal_head) return bytes;
  const std::int64_t frames = (bytes - wal_head) / frame, rest = (bytes - wal_head) % frame;
  const std::int64_t rest_on_disk = rest <= frame_head ? rest : rest + frame_head_on_disk - frame_head;
  return wal_head + frames * frame_on_disk + rest_on_disk;
}

std::int64_t bytes_of_disk(FileLayout layout, std::int64_t disk_bytes) {
  if (layout != FileLayout::wal || disk_bytes <= wal_head) return disk_bytes;
  const std::int64_t frames = (disk_bytes - wal_head) / frame_on_disk, rest = (disk_bytes - wal_head) % frame_on_disk;
  return wal_head + frames * frame + std::min(rest, frame_head) + std::max<std::int64_t>(0, rest - frame_head_on_disk);
}

}  // namespace lianxin::server
