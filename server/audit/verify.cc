#include "server/audit/verify.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "server/audit/acts.h"
#include "server/disk/line_files.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

// The files as they are at one moment; whoever adds holds the same lock. All but the last do not change any more.
struct AtOnce {
  std::vector<SegmentFile> files;
  std::string last;  // the bytes of the last one
  std::optional<HeadMark> mark;
  bool mark_unreadable = false;
};

Result<std::string> bytes_of(const SegmentFile& file) {
  const OpenFile opened(file.path, O_RDONLY);
  if (opened.get() < 0) return failure(Errc::unavailable, "open " + file.path.string());
  return read_from(opened.get(), 0);
}

Result<AtOnce> look_at(const AuditToVerify& asked) {
  const OpenFile lock_file(asked.folder / "lock", O_RDONLY);
  std::optional<FolderLock> lock;
  if (lock_file.get() >= 0) lock.emplace(lock_file.get());
  AtOnce at;
  Result<std::optional<HeadMark>> mark = head_mark_in(asked.head);
  at.mark_unreadable = !mark;
  if (mark) at.mark = *mark;
  LX_TRY(at.files, segments_in(asked.folder));
  if (at.files.empty()) return at;
  LX_TRY(at.last, bytes_of(at.files.back()));
  return at;
}

bool tells_of_a_gap(std::string_view act) {
  return act == name_of(Act::audit_mended) || act == name_of(Act::audit_cut) || act == name_of(Act::audit_missed) ||
         act == name_of(Act::audit_pruned);
}

// Goes along the lines, from file to file.
class Walk {
 public:
  Walk(const AuditToVerify& asked, AuditVerified& found) : asked_(asked), found_(found) {}

  // Lines that are known to have had this hash.
  void expect(const AuditEnd& end) { expected_.push_back(end); }

  void take_file(const SegmentFile& file, std::string_view bytes, bool is_last) {
    name_ = file.path.filename().string();
    line_ = 0;
    if (found_.files++ == 0) {
      found_.first = file.first;
      before_.number = file.first - 1;
      known_ = before_.number == 0;
    }
    std::size_t whole = 0;
    for_each_line(bytes, [&](std::string_view text, std::size_t end) {
      take(text, file.first);
      whole = end;
    });
    if (whole == bytes.size()) return;
    ++line_;
    tell(is_last ? "torn" : "altered", next(), next());
  }

  void end() {
    found_.end = before_;
    name_.clear();
    line_ = 0;
    if (found_.first > 1 && !pruned_to_.contains(found_.first - 1)) tell("missing", 1, found_.first - 1);
    for (const AuditEnd& each : expected_) {
      if (each.number > before_.number) tell("cut", before_.number + 1, each.number);
    }
  }

  void no_mark() { tell("no_mark", 0, 0); }

 private:
  std::int64_t next() const { return before_.number + unread_ + 1; }

  void take(std::string_view text, std::int64_t first_of_file) {
    ++line_;
    ++found_.lines;
    const auto line = read_audit_line(text);
    if (!line) {
      tell("altered", next(), next());
      ++unread_;
      return;
    }
    const std::int64_t number = line->end.number;
    if (number <= before_.number) {
      tell("out_of_place", number, number);
      return;
    }
    const std::int64_t gap = number - before_.number - 1;
    if (gap > unread_) tell("missing", before_.number + unread_ + 1, number - 1);
    if (gap == 0 && unread_ == 0 && known_ && line->before != before_.hash) tell("replaced", number - 1, number - 1);
    if (line_ == 1 && !begins_file(*line, first_of_file)) tell("file_begins", number, number);
    for (const AuditEnd& each : expected_) {
      if (each.number == number && each.hash != line->end.hash) tell("replaced", number, number);
    }
    note(*line);
    before_ = line->end;
    known_ = true;
    unread_ = 0;
  }

  bool begins_file(const AuditLine& line, std::int64_t first_of_file) const {
    Signature signature{};
    return line.end.number == first_of_file && line.entry.text_at("act") == name_of(Act::segment_begun) &&
           from_hex(line.entry.text_at("signature"), signature) &&
           verify(asked_.key, signed_end({line.end.number - 1, line.before}), signature);
  }

  void note(const AuditLine& line) {
    const std::string_view act = line.entry.text_at("act");
    if (!tells_of_a_gap(act)) return;
    if (found_.noted.size() < AuditVerified::findings_max) {
      found_.noted.push_back(std::string(act) + " at line " + std::to_string(line.end.number) + ": " +
                             std::to_string(line.entry.integer_at("count")));
    }
    if (act != name_of(Act::audit_pruned)) return;
    const Value* with = line.entry.find("with");
    const std::string_view last = with ? with->text_at("last") : std::string_view();
    std::int64_t number = 0;
    std::from_chars(last.data(), last.data() + last.size(), number);
    pruned_to_.insert(number);
  }

  void tell(const char* what, std::int64_t from, std::int64_t to) {
    ++found_.findings_count;
    if (found_.findings.size() < AuditVerified::findings_max) found_.findings.push_back({what, from, to, name_, line_});
  }

  const AuditToVerify& asked_;
  AuditVerified& found_;
  std::vector<AuditEnd> expected_;
  std::string name_;
  std::int64_t line_ = 0;
  AuditEnd before_;          // of the last line that can be read
  bool known_ = false;       // its hash is
  std::int64_t unread_ = 0;  // lines since that cannot be read
  std::set<std::int64_t> pruned_to_;
};

}  // namespace

std::string AuditFinding::text() const {
  std::string text = what;
  if (from > 0)
    text +=
        from == to ? " line " + std::to_string(from) : " lines " + std::to_string(from) + " to " + std::to_string(to);
  if (!file.empty()) text += " in " + file;
  if (line > 0) text += ":" + std::to_string(line);
  return text;
}

Result<AuditVerified> verify_audit(const AuditToVerify& asked) {
  AuditVerified found;
  LX_TRY(const AtOnce at, look_at(asked));
  Walk walk(asked, found);
  const bool marked = at.mark && at.mark->is_signed_by(asked.key);
  if (marked) {
    found.marked = at.mark->end.number;
    found.marked_ms = at.mark->at_ms;
    walk.expect(at.mark->end);
  }
  if (asked.expect) walk.expect(*asked.expect);
  for (const SegmentFile& file : at.files) {
    const bool is_last = &file == &at.files.back();
    Result<std::string> earlier;
    if (!is_last) earlier = bytes_of(file);
    if (!earlier) return tl::unexpected(std::move(earlier).error());
    walk.take_file(file, is_last ? at.last : *earlier, is_last);
  }
  walk.end();
  if (!marked && (!at.files.empty() || at.mark || at.mark_unreadable)) walk.no_mark();
  return found;
}

}  // namespace lianxin::server
