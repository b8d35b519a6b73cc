#include "server/storage/sqlite/encrypted_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "schema/assert.h"
#include "server/storage/sqlite/encrypted_layout.h"

namespace lianxin::server {
namespace {

constexpr const char* vfs_name = "lianxin-encrypted";
constexpr std::string_view plain_mark("SQLite format 3\0", 16), encrypted_mark("LianxinE");
constexpr std::size_t mark_bytes = 16;

sqlite3_vfs* system_files = nullptr;  // set once, before the VFS has a name

struct Encryption {
  DataKeyId key{};
  XtsCipher cipher;
  FileLayout layout = FileLayout::database;
  std::int64_t rollback_bytes = 0;  // of a rollback journal, as SQLite has it
  std::array<std::uint8_t, page_bytes> unit{};
};

// What SQLite has for an open file: this, and behind it the system's.
struct OpenedFile {
  sqlite3_file base;
  Encryption* encryption;  // nullptr: it lies as it is

  sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

OpenedFile& opened(sqlite3_file* file) { return *reinterpret_cast<OpenedFile*>(file); }

void put_mark(const DataKeyId& key, std::uint8_t* out) {
  std::copy(encrypted_mark.begin(), encrypted_mark.end(), out);
  std::copy(key.begin(), key.end(), out + encrypted_mark.size());
}

bool has_mark(const Encryption& encryption, const FileUnit& unit) {
  return encryption.layout == FileLayout::database && unit.begin == 0;
}

// One unit from the disk into `encryption.unit`; zeroes, and SQLITE_IOERR_SHORT_READ, where it is not there whole.
int read_unit(OpenedFile& file, const FileUnit& unit) {
  Encryption& encryption = *file.encryption;
  const int done = file.inner()->pMethods->xRead(file.inner(), encryption.unit.data(),
                                                 static_cast<int>(unit.disk_bytes), unit.disk_begin);
  if (done == SQLITE_IOERR_SHORT_READ) encryption.unit.fill(0);
  if (done != SQLITE_OK) return done;
  encryption.cipher.decrypt(unit.name, std::span(encryption.unit).first(static_cast<std::size_t>(unit.disk_bytes)));
  if (has_mark(encryption, unit)) std::copy(plain_mark.begin(), plain_mark.end(), encryption.unit.begin());
  return SQLITE_OK;
}

int write_unit(OpenedFile& file, const FileUnit& unit) {
  Encryption& encryption = *file.encryption;
  std::fill(encryption.unit.begin() + unit.bytes, encryption.unit.begin() + unit.disk_bytes, std::uint8_t{0});
  encryption.cipher.encrypt(unit.name, std::span(encryption.unit).first(static_cast<std::size_t>(unit.disk_bytes)));
  if (has_mark(encryption, unit)) put_mark(encryption.key, encryption.unit.data());
  return file.inner()->pMethods->xWrite(file.inner(), encryption.unit.data(), static_cast<int>(unit.disk_bytes),
                                        unit.disk_begin);
}

// Calls `f(unit, first byte of it, bytes of it, bytes done before)` for each unit of a range until one fails.
template <class F>
int each_unit(FileLayout layout, std::int64_t offset, std::int64_t bytes, F f) {
  for (std::int64_t done = 0; done < bytes;) {
    const FileUnit unit = unit_at(layout, offset + done);
    const std::int64_t from = offset + done - unit.begin, part = std::min(unit.bytes - from, bytes - done);
    const int code = f(unit, from, part, done);
    if (code != SQLITE_OK) return code;
    done += part;
  }
  return SQLITE_OK;
}

int note_rollback_bytes(OpenedFile& file, std::int64_t bytes) {
  Encryption& encryption = *file.encryption;
  if (encryption.layout != FileLayout::rollback || bytes == encryption.rollback_bytes) return SQLITE_OK;
  std::uint8_t said[8];
  for (std::size_t i = 0; i < 8; ++i) {
    said[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bytes) >> (8 * i));
  }
  const int code = file.inner()->pMethods->xWrite(file.inner(), said, sizeof said, 0);
  if (code == SQLITE_OK) encryption.rollback_bytes = bytes;
  return code;
}

int read_rollback_bytes(OpenedFile& file) {
  std::uint8_t said[8];
  const int code = file.inner()->pMethods->xRead(file.inner(), said, sizeof said, 0);
  if (code == SQLITE_IOERR_SHORT_READ) return SQLITE_OK;  // a new one
  if (code != SQLITE_OK) return code;
  std::uint64_t bytes = 0;
  for (std::size_t i = 8; i-- > 0;) bytes = bytes << 8 | said[i];
  file.encryption->rollback_bytes = static_cast<std::int64_t>(bytes);
  return SQLITE_OK;
}

int file_close(sqlite3_file* file) {
  delete opened(file).encryption;
  opened(file).encryption = nullptr;
  return opened(file).inner()->pMethods->xClose(opened(file).inner());
}

int file_read(sqlite3_file* base, void* out, int bytes, sqlite3_int64 offset) {
  OpenedFile& file = opened(base);
  if (!file.encryption) return file.inner()->pMethods->xRead(file.inner(), out, bytes, offset);
  bool is_short = false;
  const int code = each_unit(file.encryption->layout, offset, bytes,
                             [&](const FileUnit& unit, std::int64_t from, std::int64_t part, std::int64_t done) {
                               const int read = read_unit(file, unit);
                               if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return read;
                               is_short = is_short || read == SQLITE_IOERR_SHORT_READ;
                               std::memcpy(static_cast<char*>(out) + done, file.encryption->unit.data() + from,
                                           static_cast<std::size_t>(part));
                               return SQLITE_OK;
                             });
  const bool past_end =
      file.encryption->layout == FileLayout::rollback && offset + bytes > file.encryption->rollback_bytes;
  return code == SQLITE_OK && (is_short || past_end) ? SQLITE_IOERR_SHORT_READ : code;
}

int file_write(sqlite3_file* base, const void* from, int bytes, sqlite3_int64 offset) {
  OpenedFile& file = opened(base);
  if (!file.encryption) return file.inner()->pMethods->xWrite(file.inner(), from, bytes, offset);
  const int code = each_unit(file.encryption->layout, offset, bytes,
                             [&](const FileUnit& unit, std::int64_t begin, std::int64_t part, std::int64_t done) {
                               if (part < unit.bytes) {  // the rest of the unit stays
                                 const int read = read_unit(file, unit);
                                 if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return read;
                               }
                               std::memcpy(file.encryption->unit.data() + begin, static_cast<const char*>(from) + done,
                                           static_cast<std::size_t>(part));
                               return write_unit(file, unit);
                             });
  if (code != SQLITE_OK) return code;
  return note_rollback_bytes(file, std::max<std::int64_t>(file.encryption->rollback_bytes, offset + bytes));
}

int file_truncate(sqlite3_file* base, sqlite3_int64 bytes) {
  OpenedFile& file = opened(base);
  const auto* methods = file.inner()->pMethods;
  if (!file.encryption) return methods->xTruncate(file.inner(), bytes);
  if (file.encryption->layout != FileLayout::rollback) {
    return methods->xTruncate(file.inner(), disk_bytes_of(file.encryption->layout, bytes));
  }
  if (bytes > 0) return note_rollback_bytes(file, bytes);
  file.encryption->rollback_bytes = 0;
  return methods->xTruncate(file.inner(), 0);
}

int file_sync(sqlite3_file* file, int flags) {
  return opened(file).inner()->pMethods->xSync(opened(file).inner(), flags);
}

int file_size(sqlite3_file* base, sqlite3_int64* bytes) {
  OpenedFile& file = opened(base);
  const int code = file.inner()->pMethods->xFileSize(file.inner(), bytes);
  if (code != SQLITE_OK || !file.encryption) return code;
  *bytes = file.encryption->layout == FileLayout::rollback ? file.encryption->rollback_bytes
                                                           : bytes_of_disk(file.encryption->layout, *bytes);
  return SQLITE_OK;
}

int file_lock(sqlite3_file* file, int kind) {
  return opened(file).inner()->pMethods->xLock(opened(file).inner(), kind);
}
int file_unlock(sqlite3_file* file, int kind) {
  return opened(file).inner()->pMethods->xUnlock(opened(file).inner(), kind);
}
int file_is_reserved(sqlite3_file* file, int* out) {
  return opened(file).inner()->pMethods->xCheckReservedLock(opened(file).inner(), out);
}

int file_control(sqlite3_file* base, int act, void* what) {
  OpenedFile& file = opened(base);
  // Sizes that SQLite asks for ahead are those of its own file, which only a database's is on the disk.
  const bool of_sizes = act == SQLITE_FCNTL_SIZE_HINT || act == SQLITE_FCNTL_CHUNK_SIZE;
  const bool other_size = file.encryption && file.encryption->layout != FileLayout::database;
  if (act == SQLITE_FCNTL_MMAP_SIZE || (of_sizes && other_size)) return SQLITE_NOTFOUND;
  return file.inner()->pMethods->xFileControl(file.inner(), act, what);
}

int file_sector_size(sqlite3_file* file) { return opened(file).inner()->pMethods->xSectorSize(opened(file).inner()); }

// Of what the system promises only what holds for units as well.
int file_characteristics(sqlite3_file* base) {
  OpenedFile& file = opened(base);
  const int promised = file.inner()->pMethods->xDeviceCharacteristics(file.inner());
  return file.encryption ? promised & (SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN)
                         : promised;
}

int file_shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  return opened(file).inner()->pMethods->xShmMap(opened(file).inner(), region, bytes, extend, out);
}
int file_shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return opened(file).inner()->pMethods->xShmLock(opened(file).inner(), offset, n, flags);
}
void file_shm_barrier(sqlite3_file* file) { opened(file).inner()->pMethods->xShmBarrier(opened(file).inner()); }
int file_shm_unmap(sqlite3_file* file, int remove) {
  return opened(file).inner()->pMethods->xShmUnmap(opened(file).inner(), remove);
}

// Version 2: nothing is mapped into memory past this.
constexpr sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// Of a database whose first bytes on the disk are these.
std::optional<DataKeyId> key_named_by(std::string_view first_bytes) {
  if (!first_bytes.starts_with(encrypted_mark)) return std::nullopt;
  DataKeyId key;
  std::copy_n(first_bytes.begin() + static_cast<std::ptrdiff_t>(encrypted_mark.size()), key.size(), key.begin());
  return key;
}

// The key of a database that was just opened: what it names, and of an empty one what it is to be made under. None: it
// lies as it is. SQLITE_AUTH: the key is not held.
int find_key(OpenedFile& file, const char* name, std::optional<DataKeyId>& key) {
  char first[mark_bytes];
  const int code = file.inner()->pMethods->xRead(file.inner(), first, sizeof first, 0);
  if (code == SQLITE_OK) {
    key = key_named_by({first, sizeof first});
  } else if (code == SQLITE_IOERR_SHORT_READ) {
    DataKeyId asked;
    const char* text = sqlite3_uri_parameter(name, "key");
    if (text && from_hex(text, asked)) key = asked;
  } else {
    return code;
  }
  return key && !held_data_key(*key) ? SQLITE_AUTH : SQLITE_OK;
}

int encrypt_with(OpenedFile& file, const DataKeyId& key, FileLayout layout) {
  const std::optional<SecretKey> secret = held_data_key(key);
  if (!secret) return SQLITE_AUTH;
  try {
    file.encryption = new Encryption{key, XtsCipher(*secret, "lianxin database file v1"), layout};
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
  return layout == FileLayout::rollback ? read_rollback_bytes(file) : SQLITE_OK;
}

int find_encryption(OpenedFile& file, const char* name, int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    std::optional<DataKeyId> key;
    const int code = find_key(file, name, key);
    return code == SQLITE_OK && key ? encrypt_with(file, *key, FileLayout::database) : code;
  }
  const Encryption* of_database = opened(sqlite3_database_file_object(name)).encryption;
  if (!of_database) return SQLITE_OK;
  return encrypt_with(file, of_database->key, (flags & SQLITE_OPEN_WAL) != 0 ? FileLayout::wal : FileLayout::rollback);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* base, int flags, int* flags_out) {
  OpenedFile& file = *new (base) OpenedFile{{nullptr}, nullptr};
  constexpr int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
  if (!name || (flags & kinds) == 0) return SQLITE_CANTOPEN;  // a temporary one
  file.inner()->pMethods = nullptr;
  int code = system_files->xOpen(system_files, name, file.inner(), flags, flags_out);
  if (code == SQLITE_OK) code = find_encryption(file, name, flags);
  if (code == SQLITE_OK) {
    file.base.pMethods = &methods;
  } else if (file.inner()->pMethods) {
    file_close(base);
  }
  return code;
}

bool registered() {
  static sqlite3_vfs vfs;
  system_files = sqlite3_vfs_find(nullptr);
  LX_ASSERT(system_files);
  vfs = *system_files;  // all that is not done to an open file is the system's own
  vfs.zName = vfs_name;
  vfs.pNext = nullptr;
  vfs.szOsFile = static_cast<int>(sizeof(OpenedFile)) + system_files->szOsFile;
  vfs.xOpen = open_file;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

}  // namespace

const char* encrypted_files() {
  static const bool done = registered();
  LX_ASSERT(done);
  return vfs_name;
}

std::string name_to_open(const std::filesystem::path& file, const std::optional<DataKeyId>& key) {
  std::string name = file.is_absolute() ? "file://" : "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      const std::uint8_t byte[] = {static_cast<std::uint8_t>(c)};
      name += "%" + to_hex(byte);
    } else {
      name += c;
    }
  }
  if (key) name += "?key=" + to_hex(*key);
  return name;
}

std::optional<DataKeyId> key_of_file(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK || !file || file->pMethods != &methods || !opened(file).encryption) return std::nullopt;
  return opened(file).encryption->key;
}

}  // namespace lianxin::server
