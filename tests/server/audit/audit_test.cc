// The audit log as a thing that keeps lines: what it promises of them, and what is found when somebody was at them.
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "schema/json.h"
#include "tests/server/audit/log_of.h"
#include "tests/support/full_disk.h"

using namespace lianxin::server_test;
using namespace lianxin;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

std::vector<std::string> lines_of(const std::string& bytes) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', from), bytes.size() - 1);
    lines.push_back(bytes.substr(from, end + 1 - from));
    from = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return bytes;
}

bool names(const AuditVerified& found, std::string_view what, std::int64_t from, std::int64_t to) {
  return std::any_of(found.findings.begin(), found.findings.end(),
                     [&](const AuditFinding& each) { return each.what == what && each.from == from && each.to == to; });
}

// Eight lines in two files, closed as a server closes it.
struct Written : AuditFolder {
  Written() {
    {
      const auto audit = open();
      for (std::uint8_t i = 1; i <= 3; ++i) REQUIRE(audit->note(entry_of(Act::record_read, i)));
      now_ms += 31 * day_ms;
      for (std::uint8_t i = 4; i <= 6; ++i) REQUIRE(audit->note(entry_of(Act::sign_in, i)));
    }
    const std::vector<std::filesystem::path> all = files();
    REQUIRE(all.size() == 2);
    first = all[0];
    last = all[1];
    first_bytes = bytes_of(first);
    last_bytes = bytes_of(last);
    REQUIRE(verified().clean());
    REQUIRE(verified().end.number == 8);
  }

  std::filesystem::path first, last;
  std::string first_bytes, last_bytes;
};

}  // namespace

TEST_SUITE("server/audit/audit") {
  TEST_CASE_FIXTURE(AuditFolder, "what is noted is there whole, dated, numbered, for its owner alone") {
    {
      const auto audit = open();
      Entry entry = entry_of(Act::record_read);
      entry.records.resize(2);
      entry.records[1].bytes[0] = 5;
      REQUIRE(audit->note(entry));
    }
    REQUIRE(files().size() == 1);
    struct stat info {};
    REQUIRE(::stat(files().front().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    REQUIRE(::stat(head().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    REQUIRE(::stat(log().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    const std::vector<Value> all = entries();
    REQUIRE(all.size() == 2);
    CHECK(all[0].text_at("act") == "segment_begun");
    CHECK(all[1].text_at("act") == "record_read");
    CHECK(all[1].integer_at("number") == 2);
    CHECK(all[1].integer_at("at_ms") == now_ms);
    CHECK(all[1].find("by")->text_at("from") == "192.0.2.7");
    CHECK(all[1].list_at("records").size() == 2);
    CHECK(verified().clean());
  }

  TEST_CASE("an act has one name, and a name one act") {
    for (int i = 0; i <= static_cast<int>(Act::other); ++i) {
      const Act act = static_cast<Act>(i);
      CHECK(act_named(name_of(act)) == act);
    }
    CHECK_FALSE(act_named("nosuch"));
  }

  TEST_CASE_FIXTURE(AuditFolder, "more records than one line takes are told in several") {
    {
      const auto audit = open();
      Entry entry = entry_of(Act::rows_given);
      entry.records.resize(2 * Entry::records_max + 1);
      REQUIRE(audit->note(entry));
    }
    const std::vector<Value> all = entries();
    REQUIRE(all.size() == 4);
    CHECK(all[1].list_at("records").size() == Entry::records_max);
    CHECK(all[3].list_at("records").size() == 1);
  }

  TEST_CASE_FIXTURE(Written, "a byte that is another than was written is found, whichever it is") {
    for (const auto& [file, bytes] : {std::pair(first, first_bytes), std::pair(last, last_bytes)}) {
      for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const char flip : {'\x01', '\x20'}) {  // another character; and a capital for a small letter
          std::string altered = bytes;
          altered[at] = static_cast<char>(altered[at] ^ flip);
          put_bytes(file, altered);
          CAPTURE(at);
          CHECK_FALSE(verified().clean());
        }
      }
      put_bytes(file, bytes);
    }
    CHECK(verified().clean());
  }

  TEST_CASE_FIXTURE(Written, "a line that was taken out or moved or written twice is found and named") {
    const std::vector<std::string> lines = lines_of(last_bytes);
    REQUIRE(lines.size() == 4);  // 5 to 8
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto number = static_cast<std::int64_t>(5 + i);
      CAPTURE(number);
      std::vector<std::string> without = lines;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      put_bytes(last, joined(without));
      CHECK(names(verified(), i + 1 == lines.size() ? "cut" : "missing", number, number));
      for (std::size_t k = i + 1; k < lines.size(); ++k) {
        std::vector<std::string> swapped = lines;
        std::swap(swapped[i], swapped[k]);
        put_bytes(last, joined(swapped));
        const AuditVerified found = verified();
        CHECK_FALSE(found.clean());
        CHECK(std::any_of(found.findings.begin(), found.findings.end(),
                          [](const AuditFinding& each) { return each.what == "out_of_place"; }));
      }
      std::vector<std::string> doubled = lines;
      doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
      put_bytes(last, joined(doubled));
      CHECK(names(verified(), "out_of_place", number, number));
    }
  }

  TEST_CASE_FIXTURE(Written, "an end that was cut off is found at whatever byte") {
    for (std::size_t size = 0; size < last_bytes.size(); ++size) {
      put_bytes(last, last_bytes.substr(0, size));
      CAPTURE(size);
      CHECK_FALSE(verified().clean());
    }
    put_bytes(last, joined({lines_of(last_bytes)[0], lines_of(last_bytes)[1]}));
    CHECK(names(verified(), "cut", 7, 8));
    std::filesystem::remove(last);
    CHECK(names(verified(), "cut", 5, 8));
    std::filesystem::remove(first);
    CHECK(names(verified(), "cut", 1, 8));
  }

  TEST_CASE_FIXTURE(Written, "a file that was taken away or exchanged is found") {
    put_bytes(last, first_bytes);
    CHECK_FALSE(verified().clean());
    put_bytes(last, last_bytes);
    std::filesystem::remove(first);
    CHECK(names(verified(), "missing", 1, 4));
  }

  TEST_CASE_FIXTURE(Written, "a log that was written anew with other lines is not taken for this one") {
    AuditFolder other;
    {
      const auto audit = other.open();
      for (std::uint8_t i = 11; i <= 13; ++i) REQUIRE(audit->note(entry_of(Act::record_read, i)));
      other.now_ms += 31 * day_ms;
      for (std::uint8_t i = 14; i <= 16; ++i) REQUIRE(audit->note(entry_of(Act::sign_in, i)));
    }
    put_bytes(first, bytes_of(other.files()[0]));
    put_bytes(last, bytes_of(other.files()[1]));
    CHECK(names(verified(), "replaced", 8, 8));
  }

  TEST_CASE_FIXTURE(Written, "a head mark that is gone or is not the server's is found") {
    const std::string mark = bytes_of(head());
    std::filesystem::remove(head());
    CHECK(names(verified(), "no_mark", 0, 0));
    put_bytes(head(), mark.substr(0, 20));
    CHECK(names(verified(), "no_mark", 0, 0));
    for (std::size_t at = 0; at < mark.size(); ++at) {
      const bool of_time = at >= mark.find("at_ms") && at < mark.find("hash") - 2;  // not signed: for people alone
      if (of_time || mark[at] == '\n') continue;
      std::string altered = mark;
      altered[at] = static_cast<char>(altered[at] ^ 1);
      put_bytes(head(), altered);
      CAPTURE(at);
      CHECK_FALSE(verified().clean());
    }
  }

  TEST_CASE_FIXTURE(Written, "who has the key as well is found by the end that somebody noted elsewhere") {
    const AuditEnd noted = verified().end;
    for (const std::filesystem::path& file : files()) std::filesystem::remove(file);
    std::filesystem::remove(head());
    {
      const auto audit = open();
      for (std::uint8_t i = 1; i <= 9; ++i) REQUIRE(audit->note(entry_of(Act::record_read, i)));
    }
    CHECK(verified().clean());
    CHECK(names(verified(noted), "replaced", 8, 8));
    CHECK(names(verified(AuditEnd{20, {}}), "cut", 11, 20));
  }

  TEST_CASE_FIXTURE(Written, "a server that finds lines gone says so, goes on, and they stay missing") {
    put_bytes(last, joined({lines_of(last_bytes)[0], lines_of(last_bytes)[1]}));
    {
      const auto audit = open();
      CHECK_FALSE(audit->wrong().empty());
      CHECK(audit->note(entry_of(Act::sign_in)));
    }
    const AuditVerified found = verified();
    CHECK(names(found, "missing", 7, 8));
    CHECK(found.noted.size() == 1);
    CHECK(entries().back().text_at("act") == "sign_in");
    {
      const auto audit = open();  // told once
      CHECK(audit->wrong().empty());
    }
  }

  TEST_CASE_FIXTURE(Written, "a line that a crash left by half is mended and told") {
    const std::string next = joined({last_bytes, R"({"before":"00)"});
    put_bytes(last, next);
    CHECK(names(verified(), "torn", 9, 9));
    {
      const auto audit = open();
      CHECK(audit->wrong().empty());
      REQUIRE(audit->note(entry_of(Act::sign_in)));
    }
    const AuditVerified found = verified();
    CHECK(found.clean());
    REQUIRE(found.noted.size() == 1);
    CHECK(found.noted[0].find("audit_mended") == 0);
  }

  TEST_CASE_FIXTURE(AuditFolder, "after every byte that a crash can leave the log goes on and loses nothing noted") {
    {
      const auto audit = open();
      REQUIRE(audit->note(entry_of(Act::sign_in)));
    }
    const std::filesystem::path file = files().front();
    const std::string whole = bytes_of(file), mark = bytes_of(head());
    {
      const auto audit = open();
      REQUIRE(audit->note(entry_of(Act::sign_out)));
    }
    const std::string more = bytes_of(file);
    for (std::size_t size = whole.size(); size < more.size(); size += 7) {
      put_bytes(file, more.substr(0, size));
      put_bytes(head(), mark);
      {
        const auto audit = open();
        REQUIRE(audit->note(entry_of(Act::exported)));
      }
      CAPTURE(size);
      CHECK(verified().clean());
      CHECK(entries().back().text_at("act") == "exported");
      CHECK(entries()[1].text_at("act") == "sign_in");
    }
  }

  TEST_CASE_FIXTURE(AuditFolder, "notes of many threads and two processes are each there once, in one chain") {
    constexpr int threads = 8, notes = 25;
    {
      const auto one = open(), other = open();  // each with its own idea of the end, as two processes have
      std::vector<std::thread> running;
      for (int t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
          for (int i = 0; i < notes; ++i) {
            Entry entry = entry_of(Act::record_read);
            entry.count = t * notes + i + 1;
            CHECK((t % 2 == 0 ? one : other)->note(entry));
          }
        });
      }
      for (std::thread& each : running) each.join();
    }
    CHECK(verified().clean());
    std::vector<std::int64_t> counts;
    for (const Value& entry : entries()) {
      if (entry.text_at("act") == "record_read") counts.push_back(entry.integer_at("count"));
    }
    std::sort(counts.begin(), counts.end());
    REQUIRE(counts.size() == threads * notes);
    for (std::size_t i = 0; i < counts.size(); ++i) CHECK(counts[i] == static_cast<std::int64_t>(i) + 1);
  }

  TEST_CASE_FIXTURE(AuditFolder, "a full disk refuses what would be shown, keeps what is done, and is told") {
    const auto audit = open();
    REQUIRE(audit->note(entry_of(Act::sign_in)));
    {
      const FullDisk full;
      CHECK_FALSE(audit->note(entry_of(Act::record_read)));
      audit->keep(entry_of(Act::verdict_given));
      CHECK_FALSE(audit->tend());
      CHECK_FALSE(audit->ready());
      CHECK_FALSE(audit->wrong().empty());
    }
    CHECK(audit->ready());
    CHECK(audit->wrong().empty());
    CHECK(audit->note(entry_of(Act::sign_out)));
    std::vector<std::string> acts;
    for (const Value& entry : entries()) acts.emplace_back(entry.text_at("act"));
    CHECK(acts == std::vector<std::string>{"segment_begun", "sign_in", "verdict_given", "sign_out"});
    CHECK(verified().clean());
  }

  TEST_CASE_FIXTURE(AuditFolder, "what does not fit in memory either is counted") {
    {
      const auto audit = open();
      for (std::size_t i = 0; i < Audit::kept_max + 7; ++i) audit->keep(entry_of(Act::rows_given));
    }
    const std::vector<Value> all = entries();
    CHECK(all.back().text_at("act") == "audit_missed");
    CHECK(all.back().integer_at("count") == 7);
  }

  TEST_CASE_FIXTURE(AuditFolder, "whoever only knocks does not fill the disk") {
    {
      const auto audit = open();
      for (int i = 0; i < 20'000; ++i) {
        Entry entry;
        entry.act = Act::record_read;
        entry.outcome = "not_signed_in";
        entry.by.from = "192.0.2." + std::to_string(i % 200);
        audit->refuse(entry);
      }
      now_ms += 61'000;
      REQUIRE(audit->tend());
    }
    const std::vector<Value> all = entries();
    CHECK(all.size() <= 2 * Refusals::keys_max + 2);
    std::int64_t told = 0;
    for (const Value& entry : all) {
      if (entry.text_at("act") == "record_read") told += std::max<std::int64_t>(1, entry.integer_at("count"));
    }
    CHECK(told == 20'000);
  }

  TEST_CASE_FIXTURE(AuditFolder, "a day of knocking has an end as well") {
    Refusals refusals;
    std::int64_t written = 0;
    for (std::int64_t minute = 0; minute < 24 * 60 - 1; ++minute) {
      for (int i = 0; i < 70; ++i) {
        Entry entry;
        entry.by.from = std::to_string(minute) + "." + std::to_string(i);
        const std::int64_t at_ms = day_ms * 20'000 + minute * 60'000;
        written += static_cast<std::int64_t>(refusals.ended(at_ms).size());
        written += refusals.count(entry, at_ms) ? 1 : 0;
      }
    }
    CHECK(written <= Refusals::told_max + 24 * 60);
  }

  TEST_CASE_FIXTURE(Written, "old files go as wholes, never below half a year, and after a look") {
    const auto audit = open();
    CHECK_FALSE(audit->prune(Audit::keep_days_min - 1));
    CHECK_FALSE(audit->prune(0, true));
    now_ms += 1100 * day_ms;
    const auto looked = audit->prune(Audit::keep_days, true);
    REQUIRE(looked);
    CHECK(looked->files == 1);
    CHECK(looked->first == 1);
    CHECK(looked->last == 4);
    CHECK(files().size() == 2);
    REQUIRE(audit->prune(Audit::keep_days));
    CHECK(files().size() == 2);  // the second, and the one that tells of it
    CHECK_FALSE(std::filesystem::exists(first));
    AuditVerified found = verified();
    CHECK(found.clean());
    CHECK(found.first == 5);
    CHECK(entries().back().text_at("act") == "audit_pruned");
    REQUIRE(audit->note(entry_of(Act::sign_in)));
    CHECK(verified().clean());
    // What goes besides is missed.
    std::filesystem::remove(last);
    CHECK_FALSE(verified().clean());
  }

  TEST_CASE_FIXTURE(AuditFolder, "pages hold each line that is asked for once, whatever their size") {
    {
      const auto audit = open();
      for (std::uint8_t i = 0; i < 50; ++i) {
        REQUIRE(audit->note(entry_of(i % 2 ? Act::sign_in : Act::record_read, i % 5 + 1)));
        now_ms += day_ms;
      }
    }
    AuditAsked asked;
    asked.act = "sign_in";
    for (const std::size_t size : {1U, 3U, 25U, 100U}) {
      std::vector<std::int64_t> numbers;
      asked.after = 0;
      for (int pages = 0;; ++pages) {
        REQUIRE(pages < 60);
        const auto page = audit_page(log(), asked, size, [](const Value&) { return true; });
        REQUIRE(page);
        for (const AuditLine& line : page->lines) numbers.push_back(line.end.number);
        if (page->next == 0) break;
        asked.after = page->next;
      }
      CHECK(numbers.size() == 25);
      CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    }
    AuditAsked of_one{now_ms - 20 * day_ms, now_ms, entry_of(Act::sign_in, 3).by.member.text(), {}, {}, {}, {}, 0};
    CHECK(entries(of_one).size() == 4);
  }
}
