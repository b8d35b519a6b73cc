#include "client-sdk/store/file_lock.h"

#include "client-sdk/store/database.h"
#include "client-sdk/store/file_tasks.h"
#include "client-sdk/store/pin_tries.h"
#include "lianxin/codes.h"
#include "schema/text.h"

namespace lianxin::client {
namespace {

constexpr Query read_key{"read_file_key", "SELECT id, wrap FROM file_key"};
constexpr Query read_key_copy{"read_file_key_copy", "SELECT id, wrap FROM file_key_copy"};
constexpr Query read_key_id{"read_file_key_id", "SELECT id FROM file_key"};
constexpr Query write_key{"write_file_key", R"sql(
  INSERT INTO file_key (one, id, wrap) VALUES (1, $1, $2)
  ON CONFLICT (one) DO UPDATE SET id = excluded.id, wrap = excluded.wrap
)sql"};
constexpr Query write_key_copy{"write_file_key_copy", R"sql(
  INSERT INTO file_key_copy (one, id, wrap) VALUES (1, $1, $2)
  ON CONFLICT (one) DO UPDATE SET id = excluded.id, wrap = excluded.wrap
)sql"};

tl::unexpected<Error> refused(std::string_view code) { return failure(Errc::invalid_argument, std::string(code)); }

tl::unexpected<Error> wait_longer(std::int64_t ms) {
  const std::string minutes = std::to_string((ms + 59'999) / 60'000);
  return refused(std::string(problem_code::store_pin_wait) + "\n还要等 " + minutes +
                 " 分钟。\nMinutes left: " + minutes + ".");
}

void write(Database& db, const KeyWrap& wrap) {
  db.exec(write_key, wrap.key_id, Blob{wrap.text()});
  db.exec(write_key_copy, wrap.key_id, Blob{wrap.text()});
}

struct StoredWrap {
  std::optional<KeyWrap> wrap;  // the first of the two that is sound
  bool both = false;            // and the other is the same
};

StoredWrap stored_wrap(Database& db) {
  const auto read = [](SQLite::Statement& row) -> std::optional<KeyWrap> {
    std::optional<KeyWrap> wrap = KeyWrap::parse(blob_at(row, 1));
    if (wrap && wrap->key_id != bytes_at<8>(row, 0)) wrap.reset();
    return wrap;
  };
  std::optional<KeyWrap> one = db.one(read_key, read).value_or(std::nullopt);
  std::optional<KeyWrap> copy = db.one(read_key_copy, read).value_or(std::nullopt);
  const bool both = one && copy && one->text() == copy->text();
  return {one ? std::move(one) : std::move(copy), both};
}

tl::unexpected<Error> damaged() { return failure(Errc::corrupt, "the key of the phone's file"); }

Status check_length(std::string_view pin) {
  if (pin.empty() || character_count(pin) >= FileLock::pin_chars_min) return {};
  return refused(problem_code::store_pin_too_short);
}

}  // namespace

Result<Secret> FileLock::outer_key(KeyWrap::From from) const {
  if (from == KeyWrap::From::key_file) {
    if (auto key = key_file_.read()) return *key;
  } else if (const auto key = app_key_ ? app_key_() : std::nullopt) {
    return Secret(*key);
  }
  return refused(problem_code::store_key_missing);
}

Result<FileLock::Opened> FileLock::wrapped(KeyWrap::From from, const Secret& outer, std::string_view pin,
                                           const Secret& file_key, const Bytes<8>& key_id) const {
  Opened made;
  made.outer = outer;
  made.file_key = file_key;
  made.wrap.from = from;
  made.wrap.by_pin = !pin.empty();
  made.wrap.key_id = key_id;
  random_.fill(made.wrap.salt);
  made.wrap.set_outer(outer);
  LX_TRY(made.wrapping, made.wrap.wrapping_key(outer, pin));
  AeadKey::Nonce nonce;
  random_.fill(nonce);
  made.wrap.close(made.wrapping, file_key, nonce);
  return made;
}

Result<KeyWrap> FileLock::made(Database& db, std::string_view pin) {
  LX_CHECK(check_length(pin));
  return db.write_unkeyed([&]() -> Result<KeyWrap> {
    if (const StoredWrap stored = stored_wrap(db); stored.wrap) return *stored.wrap;  // by another process
    if (!FileTasks(db).is_due(FileTask::make_key)) return damaged();
    const auto from = app_key_ ? KeyWrap::From::app : KeyWrap::From::key_file;
    const auto at_file = app_key_ ? std::nullopt : key_file_.read_or_make(random_);
    if (!app_key_ && !at_file) return failure(Errc::unavailable, "the key file beside the phone's file cannot be made");
    LX_TRY(const Secret outer, at_file ? Result<Secret>(*at_file) : outer_key(from));
    Secret file_key;
    Bytes<8> key_id;
    random_.fill(file_key.bytes);
    random_.fill(key_id);
    LX_TRY(const Opened made, wrapped(from, outer, pin, file_key, key_id));
    write(db, made.wrap);
    FileTasks(db).end(FileTask::make_key);
    return made.wrap;
  });
}

Result<KeyWrap> FileLock::stored_or_made(Database& db, std::string_view pin) {
  LX_TRY(const StoredWrap stored, db.read_unkeyed([&] { return Result<StoredWrap>(stored_wrap(db)); }));
  if (!stored.wrap) return made(db, pin);
  if (!stored.both) {
    LX_CHECK(db.write_unkeyed([&]() -> Status {
      const StoredWrap now = stored_wrap(db);
      if (now.wrap && !now.both) write(db, *now.wrap);
      return {};
    }));
  }
  return *stored.wrap;
}

Result<FileLock::Opened> FileLock::opened(Database& db, std::string_view pin) {
  Opened opened;
  LX_TRY(opened.wrap, stored_or_made(db, pin));
  const KeyWrap& wrap = opened.wrap;
  LX_TRY(opened.outer, outer_key(wrap.from));
  if (!wrap.is_outer(opened.outer)) return refused(problem_code::store_key_wrong);
  if (wrap.by_pin) {
    if (pin.empty()) return refused(problem_code::store_pin_missing);
    LX_TRY(const std::int64_t wait_ms,
           db.write_unkeyed([&] { return Result<std::int64_t>(PinTries(db).begin(clock_)); }));
    if (wait_ms > 0) return wait_longer(wait_ms);
  }
  LX_TRY(opened.wrapping, wrap.wrapping_key(opened.outer, pin));
  const std::optional<Secret> file_key = wrap.open(opened.wrapping);
  if (!file_key) return refused(wrap.by_pin ? problem_code::store_pin_wrong : problem_code::store_key_wrong);
  opened.file_key = *file_key;
  if (wrap.by_pin) {
    LX_CHECK(db.write_unkeyed([&]() -> Status {
      PinTries(db).forget();
      return {};
    }));
  }
  return opened;
}

void FileLock::take(const Opened& opened) {
  open_.emplace(Open{opened.wrap, opened.wrapping, Sealer(opened.file_key, random_)});
}

Status FileLock::unlock(Database& db, std::string_view pin) {
  LX_TRY(const Opened found, opened(db, pin));
  take(found);
  return {};
}

Status FileLock::rewrap(Database& db, const KeyWrap& before, const Opened& next) {
  LX_CHECK(db.write_unkeyed([&]() -> Status {
    const StoredWrap now = stored_wrap(db);
    const bool same = now.wrap && now.wrap->text() == before.text();
    if (!same) return failure(Errc::busy, "another process changed what opens the file");
    write(db, next.wrap);
    return {};
  }));
  take(next);
  return {};
}

Status FileLock::change_pin(Database& db, std::string_view now, std::string_view next) {
  LX_CHECK(check_length(next));
  LX_TRY(const Opened before, opened(db, now));
  LX_TRY(const Opened after, wrapped(before.wrap.from, before.outer, next, before.file_key, before.wrap.key_id));
  return rewrap(db, before.wrap, after);
}

Status FileLock::change_key(Database& db, StoreKeySource next, std::string_view pin) {
  LX_TRY(const Opened before, opened(db, pin));
  const auto from = next ? KeyWrap::From::app : KeyWrap::From::key_file;
  const auto given = next ? next() : std::nullopt;
  std::optional<Secret> outer;
  if (given) outer.emplace(*given);
  if (!next) outer = key_file_.read_or_make(random_);
  if (!outer && next) return refused(problem_code::store_key_missing);
  if (!outer) return failure(Errc::unavailable, "the key file beside the phone's file cannot be made");
  LX_TRY(const Opened after,
         wrapped(from, *outer, before.wrap.by_pin ? pin : std::string_view(), before.file_key, before.wrap.key_id));
  LX_CHECK(rewrap(db, before.wrap, after));
  app_key_ = std::move(next);
  if (from == KeyWrap::From::app && before.wrap.from == KeyWrap::From::key_file) key_file_.destroy();
  return {};
}

Status FileLock::keep_up(Database& db) {
  if (!open_) return refused(problem_code::store_locked);
  const auto id = db.one(read_key_id, [](SQLite::Statement& row) { return bytes_at<8>(row, 0); });
  if (id == open_->wrap.key_id) return {};
  const StoredWrap stored = stored_wrap(db);
  if (!stored.wrap) return damaged();
  if (stored.wrap->key_id == open_->wrap.key_id) return {};
  const std::optional<Secret> file_key = stored.wrap->open(open_->wrapping);
  if (!file_key) {
    lock();
    return refused(problem_code::store_locked);
  }
  take({*stored.wrap, {}, Secret(open_->wrapping), *file_key});
  return {};
}

void FileLock::renew(Database& db) {
  Opened next{open_->wrap, {}, open_->wrapping, {}};
  random_.fill(next.file_key.bytes);
  random_.fill(next.wrap.key_id);
  AeadKey::Nonce nonce;
  random_.fill(nonce);
  next.wrap.close(next.wrapping, next.file_key, nonce);
  write(db, next.wrap);
  take(next);
}

}  // namespace lianxin::client
