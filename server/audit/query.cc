#include "server/audit/query.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "server/disk/line_files.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

// Whether a line can be about it at all: most are not, and are passed over unread.
bool may_name(std::string_view line, const std::string& id) {
  return id.empty() || line.find(id) != std::string_view::npos;
}

bool may_take(const AuditAsked& asked, std::string_view line) {
  return may_name(line, asked.member) && may_name(line, asked.device) && may_name(line, asked.record) &&
         may_name(line, asked.studio) && may_name(line, asked.act);
}

constexpr std::int64_t clock_back_ms = 24LL * 60 * 60 * 1000;  // no clock that was set back puts a line further

// When a file was begun; now and then asked of each of them, so its first line alone is read. 0: nobody knows.
std::int64_t begun_ms(const SegmentFile& segment) {
  const OpenFile file(segment.path, O_RDONLY);
  char head[1024];
  const ssize_t size = file.get() < 0 ? 0 : ::pread(file.get(), head, sizeof head, 0);
  const std::string_view text(head, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const auto line = read_audit_line(text.substr(0, text.find('\n')));
  return line ? line->at_ms() : 0;
}

// Files before this one have nothing that is asked for.
std::size_t first_file(const std::vector<SegmentFile>& files, const AuditAsked& asked) {
  std::size_t at = 0;
  while (at + 1 < files.size() && files[at + 1].first <= asked.after + 1) ++at;
  while (at + 1 < files.size()) {
    const std::int64_t next_ms = begun_ms(files[at + 1]);
    if (next_ms == 0 || next_ms > asked.from_ms - clock_back_ms) break;
    ++at;
  }
  return at;
}

enum class Go { on, enough };

// Calls `f` with each line that is asked for until it has enough; and `between` before each file but the first.
Status walk(const fs::path& folder, const AuditAsked& asked, const std::function<Result<Go>(AuditLine line)>& f,
            const std::function<Go(const SegmentFile&, std::size_t bytes)>& between) {
  LX_TRY(const std::vector<SegmentFile> files, segments_in(folder));
  std::size_t bytes_read = 0;
  for (std::size_t at = first_file(files, asked); at < files.size(); ++at) {
    if (bytes_read > 0 && between && between(files[at], bytes_read) == Go::enough) return {};
    const OpenFile file(files[at].path, O_RDONLY);
    if (file.get() < 0) continue;  // taken away since by its age
    LX_TRY(const std::string bytes, read_from(file.get(), 0));
    bytes_read += bytes.size();
    Status wrong;
    bool enough = false;
    for_each_line(bytes, [&](std::string_view text, std::size_t) {
      if (enough || !wrong || !may_take(asked, text)) return;
      auto line = read_audit_line(text);
      if (!line || line->end.number <= asked.after || !asked.takes(line->entry)) return;
      auto go = f(std::move(*line));
      if (!go) {
        wrong = tl::unexpected(std::move(go).error());
      } else {
        enough = *go == Go::enough;
      }
    });
    LX_CHECK(std::move(wrong));
    if (enough) return {};
  }
  return {};
}

bool names_record(const Value& entry, const std::string& record) {
  const Value::List& records = entry.list_at("records");
  return std::any_of(records.begin(), records.end(),
                     [&](const Value& each) { return each.text() && *each.text() == record; });
}

}  // namespace

bool AuditAsked::takes(const Value& entry) const {
  const std::int64_t at_ms = entry.integer_at("at_ms");
  const Value* by = entry.find("by");
  const std::string_view about = entry.text_at("about");
  const auto is = [&](const std::string& asked, const char* name) {
    return asked.empty() || about == asked || (by && by->text_at(name) == asked);
  };
  return at_ms >= from_ms && at_ms < to_ms && is(member, "member") && is(device, "device") &&
         (studio.empty() || entry.text_at("studio") == studio) && (act.empty() || entry.text_at("act") == act) &&
         (record.empty() || about == record || names_record(entry, record));
}

Result<AuditPage> audit_page(const fs::path& folder, const AuditAsked& asked, std::size_t lines_max,
                             const std::function<bool(const Value& entry)>& may_see) {
  AuditPage page;
  LX_CHECK(walk(
      folder, asked,
      [&](AuditLine line) -> Result<Go> {
        if (!may_see(line.entry)) return Go::on;
        if (page.lines.size() == lines_max) {
          page.next = page.lines.back().end.number;
          return Go::enough;
        }
        page.lines.push_back(std::move(line));
        return Go::on;
      },
      [&](const SegmentFile& next, std::size_t bytes) {
        if (bytes < bytes_read_max) return Go::on;
        page.next = next.first - 1;
        return Go::enough;
      }));
  return page;
}

Status each_audit_line(const fs::path& folder, const AuditAsked& asked,
                       const std::function<Status(const AuditLine& line)>& f) {
  return walk(folder, asked,
              [&](const AuditLine& line) -> Result<Go> {
                LX_CHECK(f(line));
                return Go::on;
              },
              {});
}

Result<std::map<std::string, AffectedRecord>> affected(const fs::path& folder, const AuditAsked& asked) {
  std::map<std::string, AffectedRecord> found;
  LX_CHECK(each_audit_line(folder, asked, [&](const AuditLine& line) -> Status {
    for (const Value& record : line.entry.list_at("records")) {
      if (!record.text()) continue;
      AffectedRecord& one = found[*record.text()];
      if (one.times++ == 0) one.first_ms = line.at_ms();
      one.last_ms = line.at_ms();
      one.acts.emplace(line.entry.text_at("act"));
    }
    return {};
  }));
  return found;
}

}  // namespace lianxin::server
