#include "tests/sync/property/compare.h"

#include <algorithm>

#include "sync/model/view.h"
#include "tests/sync/test_kinds.h"

namespace lianxin {
namespace {

using Ids = std::set<ChangeId>;

std::string listed(const Ids& ids) {
  std::string text = "{";
  for (const ChangeId& id : ids) text += " " + id.text().substr(0, 6);
  return text + " }";
}

class Comparison {
 public:
  Comparison(Findings& findings, const oracle::Oracle& oracle, const std::string& who, const Catalog& catalog,
             const Row& row, const oracle::View& view, const Access* reader)
      : findings_(findings), oracle_(oracle), who_(who), catalog_(catalog), row_(row), view_(view), reader_(reader) {}

  void run() {
    std::set<std::string> addresses = oracle_.addresses(view_, row_.record);
    for (const auto& [address, cell] : row_.cells) addresses.insert(address);
    conflicts_ = conflicts_of(catalog_, row_);
    for (const std::string& address : addresses) {
      const Address at = *Address::parse(address);
      if (at.field != "_held") cell(address, at);
    }
    if (above("_deleted")) return;  // he sees his part of it, and no more
    const bool expected = oracle_.deleted(view_, row_.record);
    expect(13, is_deleted(catalog_, row_) == expected, {},
           [&] { return std::string(expected ? "is deleted" : "is not deleted"); });
  }

 private:
  bool above(const std::string& field) const { return reader_ && guarded(row_.kind, field) > reader_->clearance; }

  // The words are made only where something is wrong: most of a simulation is spent here.
  template <class What>
  void expect(int invariant, bool holds, const std::string& address, What what) {
    findings_.expect(
        invariant, holds,
        holds ? std::string() : who_ + " " + row_.record.text().substr(0, 8) + " " + address + ": " + what());
  }

  void cell(const std::string& address, const Address& at) {
    oracle::Expected expected = oracle_.cell(view_, row_.record, at);
    const CellRule rule = rule_of(catalog_, row_.kind, at);
    const Cell* cell = row_.cell(address);
    Ids heads;
    if (cell) {
      for (const Head& head : cell->heads) heads.insert(head.id);
    }
    if (above(at.field)) {
      std::erase_if(expected.heads, [&](const ChangeId& id) { return oracle_.told(id)->member != reader_->member; });
      expect(8, heads == expected.heads, address, [] { return std::string("own heads above clearance"); });
      return;
    }
    const auto both = [&](const Ids& found, const Ids& wanted) {
      return listed(found) + ", expected " + listed(wanted);
    };
    expect(9, heads == expected.heads, address, [&] { return "heads " + both(heads, expected.heads); });
    const Value shown_value = shown(rule, cell ? *cell : Cell{}).value;
    expect(9, shown_value == expected.shown, address, [] { return std::string("what is shown"); });
    const Ids rivals = rivals_at(address);
    if (address == "_deleted") {
      expect(13, rivals.empty() == expected.conflict.empty(), address,
             [] { return std::string("delete against edit"); });
    } else {
      expect(9, rivals == expected.conflict, address, [&] { return "conflict " + both(rivals, expected.conflict); });
    }
  }

  Ids rivals_at(const std::string& address) {
    Ids rivals;
    int conflicts = 0;
    for (const Conflict& conflict : conflicts_) {
      if (conflict.address != address) continue;
      ++conflicts;
      for (const Head& head : conflict.heads) rivals.insert(head.id);
    }
    expect(9, conflicts <= 1, address, [] { return std::string("more than one conflict"); });
    return rivals;
  }

  Findings& findings_;
  const oracle::Oracle& oracle_;
  const std::string& who_;
  const Catalog& catalog_;
  const Row& row_;
  const oracle::View& view_;
  const Access* reader_;
  std::vector<Conflict> conflicts_;
};

}  // namespace

void compare(Findings& findings, const oracle::Oracle& oracle, const std::string& who, const Catalog& catalog,
             const Row& row, const oracle::View& view, const Access* reader) {
  Comparison(findings, oracle, who, catalog, row, view, reader).run();
}

}  // namespace lianxin
