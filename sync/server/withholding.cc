// What the server marks as withheld in a write transaction (log_appender.h), because a consent was refused or withdrawn
// (sync/rules/consents.h): the record that was written, where it stands on one; and where a consent was written, what
// stands on it in this studio. What is too much for one transaction, and what stands on it in other studios, is marked
// by what follows (server/upkeep/consent_settling.h).
#include <algorithm>
#include <vector>

#include "sync/model/limits.h"
#include "sync/model/relation.h"
#include "sync/server/log_appender.h"

namespace lianxin {
namespace {

using Through = ConsentBond::Through;

struct Bond {
  std::string field, scope;
};
// Of every kind; each field once with each scope.
std::vector<Bond> bonds_through(const Catalog& catalog, Through through) {
  std::vector<Bond> bonds;
  for (const auto& [name, kind] : catalog.kinds) {
    for (const ConsentBond& bond : kind.consents) {
      const bool there = std::any_of(bonds.begin(), bonds.end(), [&](const Bond& other) {
        return other.field == bond.field && other.scope == bond.scope;
      });
      if (bond.through == through && !there) bonds.push_back({bond.field, bond.scope});
    }
  }
  return bonds;
}

template <class Set>
bool meet(const Set& one, const Set& other) {
  return std::any_of(one.begin(), one.end(), [&](const auto& item) { return other.contains(item); });
}

}  // namespace

// Rows that are only looked at are bounded apart from those that are written to: no push fails for them.
Result<bool> LogAppender::load_beside(const RecordId& record) {
  if (digests_before_.contains(record)) return true;
  if (beside_bytes_left_ < limits::row_bytes_max) return false;
  std::swap(rows_bytes_left_, beside_bytes_left_);
  const Status loaded = load_rows({record});
  std::swap(rows_bytes_left_, beside_bytes_left_);
  if (!loaded) return tl::unexpected(loaded.error());
  return true;
}

Result<std::vector<RecordId>> LogAppender::showing(const std::string& field, const RecordId& record) {
  return txn_.showing(field, record.text(), limits::looked_up_max);
}

Result<bool> LogAppender::take_consent(Consents& known, const RecordId& record) {
  if (known.contains(record)) return true;
  LX_TRY(const bool loaded, load_beside(record));
  const auto here = consent_in(rules_.catalog, replica_.row(record));
  const auto elsewhere = consents_elsewhere_.find(record);
  if (here) {
    known.emplace(record, *here);
  } else if (elsewhere != consents_elsewhere_.end()) {
    known.emplace(record, elsewhere->second);
  }
  return loaded;
}

// Those that stand in the index, and those of this transaction.
Result<bool> LogAppender::take_consents_of(Consents& known, const std::string& resident) {
  const auto person = RecordId::parse(resident);
  if (!person) return true;
  LX_TRY(std::vector<RecordId> records, showing("resident_id", *person));
  for (const auto& [id, row] : replica_.rows()) {
    if (row.kind == consent_kind && row.last_seq >= first_seq_) records.push_back(id);
  }
  for (const auto& [id, consent] : consents_elsewhere_) {
    if (consent.resident == resident) records.push_back(id);
  }
  for (const RecordId& record : records) {
    LX_TRY(const bool loaded, load_beside(record));
    if (!loaded) return false;
    const auto here = consent_in(rules_.catalog, replica_.row(record));
    if (here && here->resident != resident) continue;
    LX_TRY(const bool taken, take_consent(known, record));
    if (!taken) return false;
  }
  return true;
}

// All that decides about a row that stands on these, and is marked so. False: there was no room to read it.
Result<bool> LogAppender::take_what_decides(Consents& known, std::set<RecordId>& of_records, const StandsOn& on,
                                            const std::set<RecordId>& marks) {
  std::set<RecordId> consents = on.consents;
  for (const RecordId& record : on.records) {
    LX_TRY(const bool loaded, load_beside(record));
    if (!loaded) return false;
    of_records.merge(marks_in(replica_.row(record)));
  }
  consents.insert(marks.begin(), marks.end());
  std::set<std::string> persons;
  for (const RecordId& consent : consents) {
    LX_TRY(const bool taken, take_consent(known, consent));
    if (!taken) return false;
    if (known.contains(consent)) persons.insert(known.at(consent).resident);
  }
  for (const auto& [person, scope] : on.persons) persons.insert(person);
  for (const std::string& person : persons) {
    LX_TRY(const bool taken, take_consents_of(known, person));
    if (!taken) return false;
  }
  return true;
}

Result<bool> LogAppender::mark(const RecordId& record) {
  LX_TRY(const bool loaded, load_beside(record));
  if (!loaded) return false;
  const StandsOn on = stands_on(rules_.catalog, replica_.row(record));
  const std::set<RecordId> marks = marks_in(replica_.row(record));
  if (on.empty() && marks.empty()) return false;
  Consents by_id;
  std::set<RecordId> of_records;
  LX_TRY(const bool taken, take_what_decides(by_id, of_records, on, marks));
  if (!taken) return false;
  std::vector<Consent> known;
  for (const auto& [id, consent] : by_id) known.push_back(consent);
  const std::set<RecordId> due = marks_due(on, marks, known, of_records);
  for (const RecordId& consent : due) {
    if (marks.contains(consent)) continue;
    const Address at{std::string(withheld_field), consent.text(), {}};
    LX_CHECK(act_as_server(record, Write{at, Op::add, {}, {}, {}, {}}));
  }
  for (const RecordId& consent : marks) {
    if (due.contains(consent)) continue;
    Write write{{std::string(withheld_field), consent.text(), {}}, Op::remove, {}, {}, {}, {}};
    const Cell* cell = replica_.row(record).cell(write.at.text());
    for (const Head& head : cell ? cell->heads : std::vector<Head>()) write.bases.push_back(head.id);
    LX_CHECK(act_as_server(record, std::move(write)));
  }
  return due != marks;
}

// What may be marked otherwise because of this consent, and of the others of that person for the same: one that was
// given again lifts the withdrawal of another.
Result<std::set<RecordId>> LogAppender::standing_on(const Consent& consent) {
  Consents of_person{{consent.record, consent}};
  LX_TRY(const bool all, take_consents_of(of_person, consent.resident));
  static_cast<void>(all);  // of those that there is room to read
  std::erase_if(of_person, [&](const auto& other) { return other.second.scope != consent.scope; });
  const bool ended = std::any_of(of_person.begin(), of_person.end(),
                                 [](const auto& each) { return each.second.standing == Consent::Standing::ended; });
  std::set<RecordId> ids, found;
  const auto add = [&](const std::string& field, const RecordId& named) -> Status {
    LX_TRY(const std::vector<RecordId> records, showing(field, named));
    found.insert(records.begin(), records.end());
    return {};
  };
  for (const auto& [id, each] : of_person) {
    ids.insert(id);
    LX_CHECK(add(std::string(withheld_field), id));
    if (!ended) continue;
    for (const Bond& bond : bonds_through(rules_.catalog, Through::consent)) LX_CHECK(add(bond.field, id));
  }
  const auto person = RecordId::parse(consent.resident);
  for (const Bond& bond : bonds_through(rules_.catalog, Through::person)) {
    if (!ended || !person || bond.scope != consent.scope) continue;
    if (bond.field.empty()) found.insert(*person);
    if (!bond.field.empty()) LX_CHECK(add(bond.field, *person));
  }
  for (const auto& [id, row] : replica_.rows()) {
    if (row.last_seq < first_seq_) continue;
    const StandsOn on = stands_on(rules_.catalog, row);
    const bool stands = meet(on.consents, ids) || on.persons.contains({consent.resident, consent.scope});
    if (meet(marks_in(row), ids) || (ended && stands)) found.insert(id);
  }
  return found;
}

// What names the record, and is withheld with it.
Result<std::set<RecordId>> LogAppender::naming(const RecordId& record) {
  std::set<RecordId> found;
  for (const Bond& bond : bonds_through(rules_.catalog, Through::record)) {
    LX_TRY(const std::vector<RecordId> records, showing(bond.field, record));
    found.insert(records.begin(), records.end());
  }
  for (const auto& [id, row] : replica_.rows()) {
    if (row.last_seq >= first_seq_ && stands_on(rules_.catalog, row).records.contains(record)) found.insert(id);
  }
  return found;
}

Status LogAppender::withhold(const RecordId& record) {
  const auto consent = consent_in(rules_.catalog, replica_.row(record));
  std::set<RecordId> due{record};
  if (consent) {
    LX_TRY(due, standing_on(*consent));
  }
  while (!due.empty()) {
    const RecordId next = *due.begin();
    due.erase(due.begin());
    if (next != record && marked_left_ == 0) return {};
    LX_TRY(const bool changed, mark(next));
    if (!changed) continue;
    if (next != record) --marked_left_;
    LX_TRY(std::set<RecordId> naming_it, naming(next));
    due.merge(naming_it);
  }
  return {};
}

}  // namespace lianxin
