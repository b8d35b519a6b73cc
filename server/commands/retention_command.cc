// What has been kept as long as the office's rules have it: told, and with --apply erased.
#include <iostream>

#include "server/commands/commands.h"
#include "server/disk/files.h"
#include "server/upkeep/retention.h"

namespace lianxin::server {
namespace {

constexpr std::size_t rules_bytes_max = 1 << 20;

struct Swept {
  std::size_t records = 0, changes = 0;
  std::string oldest;
};

Result<Swept> sweep(Parts& parts, const Moment& moment, const RetentionRule& rule, bool apply) {
  Swept swept;
  LX_CHECK(each_due(moment, *parts.store, *parts.lists, rule, [&](const DueRecord& due) -> Status {
    ++swept.records;
    if (swept.oldest.empty() || due.day < swept.oldest) swept.oldest = due.day;
    if (!apply) return {};
    LX_TRY(const std::size_t changes, erase_due(moment, *parts.store, rule, due));
    swept.changes += changes;
    return {};
  }));
  return swept;
}

}  // namespace

Result<int> run_retention(const ServerOptions& options, const RetentionOptions& retention) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const std::string json, read_text(retention.rules, rules_bytes_max));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const std::vector<RetentionRule> rules, read_retention(*moment.catalog, json));
  for (const RetentionRule& rule : rules) {
    LX_TRY(const Swept swept, sweep(*parts, moment, rule, retention.apply));
    std::cout << rule.kind << "\t" << rule.keep_days << " days\t" << swept.records << " due";
    if (!swept.oldest.empty()) std::cout << "\tsince " << swept.oldest;
    if (retention.apply) std::cout << "\terased from " << swept.changes << " changes";
    std::cout << "\n";
    if (retention.apply && swept.records > 0) {
      static_cast<void>(note_done(*parts, Act::erased, rule.kind));
    }
  }
  return 0;
}

}  // namespace lianxin::server
