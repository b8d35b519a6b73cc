#include "server/journal/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "server/disk/files.h"
#include "server/disk/line_files.h"
#include "server/journal/journal_line.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".ndjson";
constexpr std::size_t number_digits = 12;

tl::unexpected<Error> disk_error(const char* act) {
  return failure(Errc::unavailable, std::string(act) + " the journal: " + std::strerror(errno));
}

std::string file_name(std::int64_t first) {
  std::string digits = std::to_string(first);
  if (digits.size() < number_digits) digits.insert(0, number_digits - digits.size(), '0');
  return digits.append(suffix);
}

Result<std::string> read_file(const fs::path& path) {
  const OpenFile file(path, O_RDONLY);
  if (file.get() < 0) return disk_error("open");
  return read_from(file.get(), 0);
}

struct Tail {
  std::optional<JournalPlace> place;  // of the last line that can be read
  std::size_t bytes = 0;              // up to the end of the last whole line, whether it can be read or not
};

Tail tail_of(std::string_view bytes, const JournalSeal* seal) {
  Tail tail;
  for_each_line(bytes, [&](std::string_view text, std::size_t end) {
    const auto line = read_journal_line(text, {}, seal);
    if (line) tail.place = line->entry.place;
    tail.bytes = end;
  });
  return tail;
}

// Follows the entries of a journal from file to file and says which of them can be believed.
class Follower {
 public:
  Follower(const JournalPlace& after, const JournalSeal* seal, const std::function<Status(const JournalEntry&)>& f)
      : after_(after), seal_(seal), f_(f) {}

  // `before`: the place that the first file read continues from.
  void begin(const JournalPlace& before) {
    before_ = before;
    found_ = after_.number == before.number && after_.hash == before.hash;
  }

  Status take(std::string_view text) {
    auto line = read_journal_line(text, before_.hash, seal_);
    if (!line) {
      ++unreadable_;
      return {};
    }
    const JournalPlace place = line->entry.place;
    const bool unchecked = unreadable_ > 0 || place.number > before_.number + 1;
    const bool altered = !line->follows && !unchecked;
    if (place.number > after_.number) {  // what lies before it was found when that was read
      damage_.missing += std::max<std::int64_t>(0, place.number - before_.number - 1 - unreadable_);
      damage_.altered += unreadable_ + (altered ? 1 : 0);
    }
    unreadable_ = 0;
    before_ = place;
    if (place.number <= after_.number) {
      found_ = place == after_;
      return {};
    }
    if (!found_) return failure(Errc::not_found, "the journal has no entry " + std::to_string(after_.number));
    return altered ? Status{} : f_(line->entry);
  }

  Result<Journal::Damage> end() const {
    if (!found_) return failure(Errc::not_found, "the journal ends before entry " + std::to_string(after_.number));
    return Journal::Damage{damage_.altered + unreadable_, damage_.missing};
  }

 private:
  const JournalPlace after_;
  const JournalSeal* const seal_;
  const std::function<Status(const JournalEntry&)>& f_;
  JournalPlace before_;
  Journal::Damage damage_;
  std::int64_t unreadable_ = 0;  // lines just before this one
  bool found_ = false;
};

}  // namespace

std::string_view JournalEntry::kind() const {
  const auto kind = what.find("kind");
  return kind != what.end() && kind->second.text() ? std::string_view(*kind->second.text()) : std::string_view();
}

Journal::Journal(fs::path folder, std::function<std::int64_t()> now_ms, const std::optional<JournalSeal>& seal)
    : folder_(std::move(folder)), now_ms_(std::move(now_ms)), seal_(seal) {}

Result<std::unique_ptr<Journal>> Journal::open(const fs::path& folder, std::function<std::int64_t()> now_ms,
                                               const std::optional<JournalSeal>& seal) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return disk_error("make the folder of");
  std::unique_ptr<Journal> journal(new Journal(folder, std::move(now_ms), seal));
  journal->lock_ = OpenFile(folder / "lock", O_RDWR | O_CREAT);
  if (journal->lock_.get() < 0) return disk_error("lock");
  const std::lock_guard guard(journal->mutex_);
  const FolderLock lock(journal->lock_.get());
  LX_CHECK(journal->check_seal());
  LX_CHECK(journal->catch_up());
  if (seal) {
    LX_CHECK(journal->rewrite([&](JournalLine& line) -> std::optional<std::string> {
      return line.sealed ? std::nullopt : std::optional(sealed_line(line.entry, false, *seal));
    }));
  }
  return journal;
}

// A line that no seal opens reads as damage: so it is asked of the first whether this is the key at all.
Status Journal::check_seal() {
  LX_TRY(const std::vector<File> found, files());
  for (const File& file : found) {
    LX_TRY(const std::string bytes, read_file(file.path));
    std::string_view first;
    for_each_line(bytes, [&](std::string_view line, std::size_t) { first = first.empty() ? line : first; });
    if (first.empty()) continue;
    if (read_journal_line(first, {}, seal()) || !is_sealed_line(first)) return {};
    return failure(Errc::not_allowed, "the journal is sealed under a key that is not here: DATA/keys/data.secret");
  }
  return {};
}

Status Journal::rewrite(const ChangeLine& change) {
  LX_TRY(std::vector<File> found, files());
  for (std::size_t at = 0; at < found.size(); ++at) {
    LX_TRY(const std::string bytes, read_file(found[at].path));
    std::string anew;
    bool changed = false;
    for_each_line(bytes, [&](std::string_view text, std::size_t) {
      std::optional<JournalLine> line = read_journal_line(text, {}, seal());
      const std::optional<std::string> other = line ? change(*line) : std::nullopt;
      anew += other ? *other : std::string(text) + "\n";
      changed = changed || other.has_value();
    });
    if (!changed) continue;
    if (at + 1 == found.size()) LX_CHECK(begin_file(end_.number + 1));
    LX_CHECK(write_durably(found[at].path, anew));
  }
  return {};
}

Status Journal::lessen(const std::function<bool(Value::Object&)>& lessen) {
  if (!seal_) return failure(Errc::invalid_argument, "a journal without a seal is never made less");
  const std::lock_guard guard(mutex_);
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  return rewrite([&](JournalLine& line) -> std::optional<std::string> {
    return lessen(line.entry.what) ? std::optional(sealed_line(line.entry, true, *seal_)) : std::nullopt;
  });
}

Result<std::vector<Journal::File>> Journal::files() const {
  std::vector<File> files;
  std::error_code error;
  for (const fs::directory_entry& item : fs::directory_iterator(folder_, error)) {
    const std::string name = item.path().filename().string();
    File file{0, item.path()};
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), file.first);
    if (wrong == std::errc{} && name == file_name(file.first)) files.push_back(std::move(file));
  }
  if (error) return failure(Errc::unavailable, "list the journal: " + error.message());
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.first < b.first; });
  return files;
}

Status Journal::begin_file(std::int64_t first) {
  path_ = folder_ / file_name(first);
  file_ = OpenFile(path_, O_RDWR | O_CREAT | O_APPEND);
  if (file_.get() < 0) return disk_error("begin a file of");
  size_ = 0;
  return sync_folder(folder_);
}

// The last file; and where it holds no entry yet, the end of the one before it.
Status Journal::open_last(const std::vector<File>& files) {
  path_ = files.back().path;
  file_ = OpenFile(path_, O_RDWR | O_APPEND);
  if (file_.get() < 0) return disk_error("open");
  size_ = 0;
  end_ = {};
  if (files.size() < 2) return {};
  LX_TRY(const std::string before, read_file(files[files.size() - 2].path));
  end_ = tail_of(before, seal()).place.value_or(JournalPlace{files.back().first - 1, {}});
  return {};
}

Status Journal::catch_up() {
  LX_TRY(const std::vector<File> found, files());
  if (found.empty()) {
    end_ = {};
    return begin_file(1);
  }
  if (file_.get() < 0 || found.back().path != path_) LX_CHECK(open_last(found));
  LX_TRY(const std::string news, read_from(file_.get(), size_));
  // Nobody goes by an entry that a power cut can still take: one that was added without waiting for the disk, or by a
  // process that was killed before it had waited, is synced by whoever first reads it.
  if (!news.empty() && ::fdatasync(file_.get()) != 0) return disk_error("sync");
  const Tail tail = tail_of(news, seal());
  if (tail.place) end_ = *tail.place;
  size_ += tail.bytes;
  if (tail.bytes == news.size()) return {};
  if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return disk_error("mend the end of");
  log_event(LogLevel::warning, "journal_torn",
            {{"after", std::to_string(end_.number)}, {"bytes", std::to_string(news.size() - tail.bytes)}});
  return {};
}

Status Journal::append(std::vector<Value::Object> entries, bool durable) {
  const std::lock_guard guard(mutex_);
  const bool owes = !unwritten_.empty();  // perhaps what somebody waits for
  for (Value::Object& entry : entries) unwritten_.push_back(std::move(entry));
  if (unwritten_.empty()) return {};
  const FolderLock lock(lock_.get());
  return add_unwritten(durable || owes);
}

Status Journal::add_unwritten(bool durable) {
  LX_CHECK(catch_up());
  if (size_ >= file_bytes_max) LX_CHECK(begin_file(end_.number + 1));
  JournalPlace place = end_;
  std::string lines;
  for (const Value::Object& entry : unwritten_) lines += journal_line(entry, now_ms_(), place, seal());
  LX_CHECK(add_to(file_.get(), size_, lines, durable));
  unwritten_.clear();
  if (!durable) return {};  // read, and synced, by catch_up() before anybody goes by it
  size_ += lines.size();
  end_ = place;
  return {};
}

Result<JournalPlace> Journal::end() {
  const std::lock_guard guard(mutex_);
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  return end_;
}

Result<std::vector<Journal::File>> Journal::files_now() {
  const std::lock_guard guard(mutex_);
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  return files();
}

Result<Journal::Damage> Journal::each_after(const JournalPlace& after,
                                            const std::function<Status(const JournalEntry&)>& f) {
  LX_TRY(const std::vector<File> all, files_now());
  std::size_t at = 0;
  while (at + 1 < all.size() && all[at + 1].first <= after.number) ++at;
  Follower follower(after, seal(), f);
  follower.begin({});
  if (at > 0) {
    LX_TRY(const std::string before, read_file(all[at - 1].path));
    follower.begin(tail_of(before, seal()).place.value_or(JournalPlace{}));
  }
  for (; at < all.size(); ++at) {
    LX_TRY(const std::string bytes, read_file(all[at].path));
    Status taken;
    for_each_line(bytes, [&](std::string_view line, std::size_t) {
      if (taken) taken = follower.take(line);
    });
    LX_CHECK(std::move(taken));
  }
  return follower.end();
}

}  // namespace lianxin::server
