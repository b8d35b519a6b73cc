// An audit log in a folder of its own, with a clock that the test moves, and what is in it.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "server/audit/audit.h"
#include "server/audit/query.h"
#include "server/audit/verify.h"
#include "tests/support/file_bytes.h"
#include "tests/support/temp_folder.h"

namespace lianxin::server_test {

using namespace server;
using test::bytes_of;

inline void put_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

struct AuditFolder {
  test::TempFolder folder;
  std::int64_t now_ms = 1'795'176'000'000;  // 2026-11-20
  SecretKey key{7};

  std::filesystem::path log() const { return folder / "audit"; }
  std::filesystem::path head() const { return folder / "audit-head.json"; }

  std::unique_ptr<Audit> open() {
    auto audit = Audit::open({log(), head(), key}, [this] { return now_ms; });
    if (!audit) FAIL(audit.error().message);
    return std::move(*audit);
  }

  AuditVerified verified(std::optional<AuditEnd> expect = {}) const {
    auto found = verify_audit({log(), head(), public_key_of(key), expect});
    if (!found) FAIL(found.error().message);
    return std::move(*found);
  }

  std::vector<std::filesystem::path> files() const {
    const auto segments = segments_in(log());
    REQUIRE(segments);
    std::vector<std::filesystem::path> files;
    for (const SegmentFile& each : *segments) files.push_back(each.path);
    return files;
  }

  std::vector<Value> entries(const AuditAsked& asked = {}) const {
    std::vector<Value> entries;
    const Status read = each_audit_line(log(), asked, [&](const AuditLine& line) -> Status {
      entries.push_back(line.entry);
      return {};
    });
    REQUIRE(read);
    return entries;
  }
};

inline Entry entry_of(Act act, std::uint8_t number = 1) {
  Entry entry;
  entry.act = act;
  entry.by.kind = Actor::Kind::desk;
  entry.by.member.bytes[15] = number;
  entry.by.from = "192.0.2.7";
  return entry;
}

}  // namespace lianxin::server_test
