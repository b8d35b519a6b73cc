#include "server/audit/segments.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include "schema/json.h"
#include "server/audit/entry.h"
#include "server/disk/files.h"
#include "server/disk/line_files.h"
#include "server/telemetry/log.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".ndjson";
constexpr std::size_t number_digits = 12;
constexpr std::size_t head_bytes_max = 4096;

tl::unexpected<Error> disk_error(const char* act) {
  return failure(Errc::unavailable, std::string(act) + " the audit log: " + std::strerror(errno));
}

std::string file_name(std::int64_t first) {
  std::string digits = std::to_string(first);
  if (digits.size() < number_digits) digits.insert(0, number_digits - digits.size(), '0');
  return digits.append(suffix);
}

// Months since the beginning of 1970, in Greenwich.
std::int64_t month_of(std::int64_t unix_ms) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms)));
  const std::chrono::year_month_day date(day);
  return (static_cast<int>(date.year()) - 1970) * 12LL + static_cast<unsigned>(date.month()) - 1;
}

Value::Object entry_of_server(Act act, std::int64_t now_ms) {
  Entry entry;
  entry.act = act;
  entry.by.kind = Actor::Kind::server;
  Value::Object object = to_object(entry);
  object.emplace("at_ms", now_ms);
  return object;
}

}  // namespace

Result<std::vector<SegmentFile>> segments_in(const fs::path& folder) {
  std::vector<SegmentFile> files;
  std::error_code error;
  if (!fs::exists(folder, error)) return files;
  for (const fs::directory_entry& item : fs::directory_iterator(folder, error)) {
    const std::string name = item.path().filename().string();
    SegmentFile file{0, item.path()};
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), file.first);
    if (wrong == std::errc{} && name == file_name(file.first)) files.push_back(std::move(file));
  }
  if (error) return failure(Errc::unavailable, "list the audit log: " + error.message());
  std::sort(files.begin(), files.end(), [](const SegmentFile& a, const SegmentFile& b) { return a.first < b.first; });
  return files;
}

Result<std::optional<HeadMark>> head_mark_in(const fs::path& file) {
  const Result<std::string> text = read_text(file, head_bytes_max);
  if (!text && text.error().code == Errc::not_found) return std::nullopt;
  if (!text) return tl::unexpected(text.error());
  const Result<Value> value = parse_json(*text);
  const auto corrupt = [&] { return failure(Errc::corrupt, "the head mark " + file.string() + " cannot be read"); };
  if (!value || !value->object()) return corrupt();
  HeadMark mark;
  mark.end.number = value->integer_at("number");
  mark.at_ms = value->integer_at("at_ms");
  if (!from_hex(value->text_at("hash"), mark.end.hash) || !from_hex(value->text_at("signature"), mark.signature)) {
    return corrupt();
  }
  return mark;
}

Result<bool> Segments::open(std::int64_t now_ms) {
  LX_CHECK(make_private_folder(place_.folder));
  lock_ = OpenFile(place_.folder / "lock", O_RDWR | O_CREAT);
  if (lock_.get() < 0) return disk_error("lock");
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  auto mark = head_mark_in(place_.head);
  if (!mark && mark.error().code != Errc::corrupt) return tl::unexpected(mark.error());
  const bool marked = mark && *mark && (**mark).is_signed_by(public_key_of(place_.key));
  if (end_.number == 0 && mark && !*mark) {  // a new log: from now on there is always a mark
    LX_CHECK(put_mark(now_ms));
    return false;
  }
  const bool cut = !marked || (**mark).end.number > end_.number;
  if (!cut) {
    marked_ = (**mark).end.number;
    return false;
  }
  Value::Object told = entry_of_server(Act::audit_cut, now_ms);
  told.emplace("count", marked ? (**mark).end.number - end_.number : 0);
  told.emplace("reason", marked ? "behind_the_mark" : "no_mark");
  if (marked) {
    end_ = (**mark).end;  // what is gone keeps its numbers
    LX_CHECK(begin_file(now_ms));
  }
  LX_CHECK(add(std::span(&told, 1), now_ms));
  LX_CHECK(put_mark(now_ms));
  return true;
}

Status Segments::open_last() {
  LX_TRY(const std::vector<SegmentFile> all, segments_in(place_.folder));
  file_ = OpenFile();
  size_ = 0;
  end_ = {};
  if (all.empty()) return {};
  for (auto at = all.rbegin(); at != all.rend() && end_.number == 0; ++at) {
    const OpenFile file(at->path, O_RDONLY);
    if (file.get() < 0) return disk_error("open");
    LX_TRY(const std::string bytes, read_from(file.get(), 0));
    for_each_line(bytes, [&](std::string_view text, std::size_t) {
      if (const auto line = read_audit_line(text)) end_ = line->end;
    });
  }
  file_ = OpenFile(all.back().path, O_RDWR | O_APPEND);
  return file_.get() < 0 ? disk_error("open") : Status{};
}

// What others have added to the last file, or left there by half.
Status Segments::read_news() {
  LX_TRY(const std::string news, read_from(file_.get(), size_));
  if (news.empty()) return {};
  // Nobody goes by a line that a power cut can still take: one of a process that was killed before it had waited.
  if (::fdatasync(file_.get()) != 0) return disk_error("sync");
  std::size_t whole = 0;
  for_each_line(news, [&](std::string_view text, std::size_t end) {
    if (const auto line = read_audit_line(text)) {
      end_ = line->end;
      if (size_ == 0 && whole == 0) month_ = month_of(line->at_ms());
    }
    whole = end;
  });
  size_ += whole;
  if (whole == news.size()) return {};
  if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return disk_error("mend the end of");
  torn_bytes_ += news.size() - whole;
  log_event(LogLevel::warning, "audit_torn",
            {{"after", std::to_string(end_.number)}, {"bytes", std::to_string(news.size() - whole)}});
  return {};
}

// The file behind the one that is open, where another process has begun it.
Result<bool> Segments::open_next() {
  OpenFile next(place_.folder / file_name(end_.number + 1), O_RDWR | O_APPEND);
  if (next.get() < 0) return errno == ENOENT ? Result<bool>(false) : Result<bool>(disk_error("open"));
  struct stat here {
  }, there{};
  if (::fstat(file_.get(), &here) != 0 || ::fstat(next.get(), &there) != 0) return disk_error("look at");
  if (here.st_ino == there.st_ino) return false;  // the open one, still without a line
  file_ = std::move(next);
  size_ = 0;
  return true;
}

Status Segments::catch_up() {
  struct stat info {};
  // One that was taken away since is nothing to add to.
  const bool gone = file_.get() >= 0 && ::fstat(file_.get(), &info) == 0 && info.st_nlink == 0;
  if (file_.get() < 0 || gone) LX_CHECK(open_last());
  if (file_.get() < 0) return {};
  bool more = true;
  while (more) {
    LX_CHECK(read_news());
    LX_TRY(more, open_next());
  }
  return {};
}

Status Segments::begin_file(std::int64_t now_ms) {
  file_ = OpenFile(place_.folder / file_name(end_.number + 1), O_RDWR | O_CREAT | O_APPEND);
  if (file_.get() < 0) return disk_error("begin a file of");
  size_ = 0;
  month_ = month_of(now_ms);
  return sync_folder(place_.folder);
}

Status Segments::add(std::span<const Value::Object> entries, std::int64_t now_ms) {
  const bool full = size_ >= file_bytes_max, another_month = size_ > 0 && month_of(now_ms) > month_;
  if (file_.get() < 0 || full || another_month) LX_CHECK(begin_file(now_ms));
  AuditEnd end = end_;
  std::string lines;
  if (size_ == 0) {
    Value::Object begun = entry_of_server(Act::segment_begun, now_ms);
    begun.emplace("signature", to_hex(sign(place_.key, signed_end(end))));
    lines += audit_line(std::move(begun), end);
  }
  if (torn_bytes_ > 0) {
    Value::Object mended = entry_of_server(Act::audit_mended, now_ms);
    mended.emplace("count", static_cast<std::int64_t>(torn_bytes_));
    lines += audit_line(std::move(mended), end);
  }
  for (const Value::Object& entry : entries) lines += audit_line(entry, end);
  LX_CHECK(add_to(file_.get(), size_, lines));
  if (size_ == 0) month_ = month_of(now_ms);
  size_ += lines.size();
  end_ = end;
  torn_bytes_ = 0;
  return {};
}

Status Segments::append(std::span<const Value::Object> entries, std::int64_t now_ms) {
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  return add(entries, now_ms);
}

Status Segments::put_mark(std::int64_t now_ms) {
  const Signature signature = sign(place_.key, signed_end(end_));
  LX_CHECK(write_durably(
      place_.head,
      to_json(Value::Object{
          {"at_ms", now_ms}, {"hash", to_hex(end_.hash)}, {"number", end_.number}, {"signature", to_hex(signature)}}) +
          "\n"));
  marked_ = end_.number;
  return {};
}

Status Segments::mark(std::int64_t now_ms) {
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  return end_.number == marked_ ? Status{} : put_mark(now_ms);
}

Result<Segments::Pruned> Segments::prune(std::int64_t before_ms, std::int64_t now_ms, bool dry_run) {
  const FolderLock lock(lock_.get());
  LX_CHECK(catch_up());
  LX_TRY(const std::vector<SegmentFile> all, segments_in(place_.folder));
  std::vector<fs::path> old;
  Pruned pruned;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const OpenFile file(all[i].path, O_RDONLY);
    if (file.get() < 0) return disk_error("open");
    LX_TRY(const std::string bytes, read_from(file.get(), 0));
    std::int64_t last_ms = INT64_MAX;  // one without a line that can be read is kept: somebody has to look at it
    for_each_line(bytes, [&](std::string_view text, std::size_t) {
      if (const auto line = read_audit_line(text)) last_ms = line->at_ms();
    });
    if (last_ms >= before_ms) break;
    old.push_back(all[i].path);
    if (pruned.first == 0) pruned.first = all[i].first;
    pruned.last = all[i + 1].first - 1;
  }
  pruned.files = static_cast<std::int64_t>(old.size());
  if (dry_run || old.empty()) return pruned;
  Value::Object told = entry_of_server(Act::audit_pruned, now_ms);
  told.emplace("count", pruned.last - pruned.first + 1);
  told.emplace("with", Value::Object{{"first", std::to_string(pruned.first)}, {"last", std::to_string(pruned.last)}});
  LX_CHECK(add(std::span(&told, 1), now_ms));
  for (const fs::path& path : old) {
    if (::unlink(path.c_str()) != 0) return disk_error("take a file away from");
  }
  LX_CHECK(sync_folder(place_.folder));
  return pruned;
}

}  // namespace lianxin::server
