#include "tests/fault/ledger.h"

namespace lianxin::test {
namespace {

int times(const std::unordered_map<std::string, int>& counts, const std::string& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

void Ledger::made(int client, const std::string& studio, const std::string& record,
                  const std::vector<std::string>& changes, std::int64_t counted) {
  const std::lock_guard lock(mutex_);
  Book& book = clients_[client].books[studio];
  book.changes.insert(book.changes.end(), changes.begin(), changes.end());
  counted_[record] += counted;
}

void Ledger::told(int client, const std::string& device, const std::string& studio, std::int64_t on_server) {
  const std::lock_guard lock(mutex_);
  Client& of = clients_[client];
  if (!of.device.empty() && of.device != device) faults_.push_back("phone " + of.device + " became " + device);
  of.device = device;
  Book& book = of.books[studio];
  if (on_server < book.acknowledged) {
    faults_.push_back("phone " + device + " was told of " + std::to_string(book.acknowledged) + " and then of " +
                      std::to_string(on_server));
  }
  book.acknowledged = std::max(book.acknowledged, on_server);
}

void Ledger::perhaps_made(int client) {
  const std::lock_guard lock(mutex_);
  clients_[client].complete = false;
}

void Ledger::acted(const std::string& reason, bool answered) {
  const std::lock_guard lock(mutex_);
  acts_[reason] = answered;
}

Ledger::Verdict Ledger::compare(const DatabaseFile& file, bool quiet) const {
  const std::lock_guard lock(mutex_);
  Verdict verdict;
  verdict.faults = faults_;
  verdict.faults.insert(verdict.faults.end(), file.faults.begin(), file.faults.end());
  for (const auto& [number, client] : clients_) {
    for (const auto& [studio, book] : client.books) compare_book(client, studio, book, file, quiet, verdict);
  }
  for (const auto& [reason, answered] : acts_) {
    const int there = times(file.reasons, reason);
    if (answered && there == 0) {
      ++verdict.lost;
      verdict.faults.push_back("the desk's act " + reason + " was answered and is not there");
    }
    if (there > 1) {
      ++verdict.doubled;
      verdict.faults.push_back("the desk's act " + reason + " is there " + std::to_string(there) + " times");
    }
  }
  if (!quiet) return verdict;
  for (const auto& [record, counted] : counted_) {
    const auto row = file.counted.find(record);
    const std::int64_t there = row == file.counted.end() ? -1 : row->second;
    if (there == counted) continue;
    ++(there < counted ? verdict.lost : verdict.doubled);
    verdict.faults.push_back("visit " + record + " counts " + std::to_string(there) + " and not " +
                             std::to_string(counted));
  }
  return verdict;
}

void Ledger::compare_book(const Client& client, const std::string& studio, const Book& book, const DatabaseFile& file,
                          bool quiet, Verdict& verdict) const {
  const auto chain = file.acked.find({client.device, studio});
  const std::int64_t there = chain == file.acked.end() ? 0 : chain->second;
  const std::string whose = "phone " + client.device + " in " + studio;
  if (there < book.acknowledged) {
    verdict.lost += book.acknowledged - there;
    verdict.faults.push_back(whose + ": " + std::to_string(book.acknowledged) + " acknowledged, " +
                             std::to_string(there) + " there");
  }
  const auto size = static_cast<std::int64_t>(book.changes.size());
  if (quiet && client.complete && there != size) {
    ++(there < size ? verdict.lost : verdict.doubled);
    verdict.faults.push_back(whose + ": " + std::to_string(size) + " made, " + std::to_string(there) + " there");
  }
  // Of a phone whose process was killed in a save only the end tells which of its changes have which n.
  const std::int64_t owed = quiet ? size : client.complete ? std::min(book.acknowledged, size) : 0;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::string& id = book.changes[static_cast<std::size_t>(i)];
    const int found = times(file.lines, id);
    if (found == 0 && i < owed) {
      ++verdict.lost;
      verdict.faults.push_back(whose + ": change " + id + " is not there");
    }
    if (found > 1) ++verdict.doubled;
  }
}

Ledger::Totals Ledger::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals;
  for (const auto& [number, client] : clients_) {
    for (const auto& [studio, book] : client.books) {
      totals.made += static_cast<std::int64_t>(book.changes.size());
      totals.acknowledged += book.acknowledged;
    }
  }
  totals.records = static_cast<std::int64_t>(counted_.size());
  for (const auto& [record, counted] : counted_) totals.counted += counted;
  totals.acts = static_cast<std::int64_t>(acts_.size());
  for (const auto& [reason, answered] : acts_) totals.acts_answered += answered ? 1 : 0;
  return totals;
}

}  // namespace lianxin::test
