#include "server/upkeep/consent_settling.h"

#include <algorithm>

#include "server/storage/snapshot.h"
#include "sync/model/relation.h"
#include "sync/server/log_appender.h"

namespace lianxin::server {
namespace {

using Through = ConsentBond::Through;

// Those that withhold: not those after which another one was given.
struct Ended {
  std::vector<std::string> consents;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> of_person;  // by scope; the consents of each
};

Ended ended_of(const std::map<RecordId, Consent>& known) {
  std::vector<Consent> all;
  all.reserve(known.size());
  for (const auto& [id, consent] : known) all.push_back(consent);
  Ended ended;
  for (const Consent& consent : all) {
    if (consent.standing != Consent::Standing::ended || is_given_again(consent, all)) continue;
    ended.consents.push_back(consent.record.text());
    if (!RecordId::parse(consent.resident)) continue;
    ended.of_person[consent.scope][consent.resident].push_back(consent.record.text());
  }
  return ended;
}

}  // namespace

Result<std::vector<StudioId>> ConsentSettling::grown() {
  std::vector<StudioId> grown;
  LX_TRY(const std::vector<StudioId> studios, store_.studios());
  for (const StudioId& studio : studios) {
    LX_TRY(const StudioHead head, head_of(store_, studio));
    Part& part = parts_[studio];
    if (part.seq != head.seq) grown.push_back(studio);
    part.seq = head.seq;
  }
  return grown;
}

Result<ConsentSettling::Consents> ConsentSettling::consents_among(const Catalog& catalog, const StudioId& studio,
                                                                  const std::vector<RecordId>& ids) {
  Consents found;
  if (ids.empty()) return found;
  LX_TRY(const auto rows, ask_studio(store_, studio, [&](ReadTxn& snapshot) { return snapshot.records(ids); }));
  for (const std::optional<StoredRow>& stored : rows) {
    if (!stored || stored->kind != consent_kind) continue;
    LX_TRY(const Row row, decode_row(stored->encoded));
    if (auto consent = consent_in(catalog, row)) found.emplace(row.record, std::move(*consent));
  }
  return found;
}

Result<ConsentSettling::Consents> ConsentSettling::ended_in(const Catalog& catalog, const StudioId& studio) {
  std::vector<RecordId> ids;
  for (const char* state : {"withdrawn", "refused"}) {
    LX_TRY(const auto rows, lists_.with_field(studio, std::string(consent_kind), "state", Value(state)));
    for (const ListedRow& row : rows) ids.push_back(row.record);
  }
  return consents_among(catalog, studio, ids);
}

Result<ConsentSettling::Consents> ConsentSettling::known_now(const Catalog& catalog) {
  Consents known;
  for (const auto& [studio, part] : parts_) known.insert(part.ended.begin(), part.ended.end());
  std::vector<std::string> persons;
  for (const auto& [id, consent] : known) persons.push_back(consent.resident);
  for (const auto& [studio, part] : parts_) {
    if (persons.empty()) break;
    LX_TRY(const auto found, lists_.with_field_among(studio, "resident_id", persons));
    std::vector<RecordId> ids;
    for (const RecordWithText& one : found) {
      if (!known.contains(one.record)) ids.push_back(one.record);
    }
    LX_TRY(Consents consents, consents_among(catalog, studio, ids));
    known.merge(consents);
  }
  // One that ended no more is to lift its marks, in whatever studio it lies.
  std::set<RecordId> marked_by;
  for (const auto& [studio, part] : parts_) {
    for (const RecordWithText& mark : part.marks) {
      const auto consent = RecordId::parse(mark.text);
      if (consent && !known.contains(*consent)) marked_by.insert(*consent);
    }
  }
  const std::vector<RecordId> ids(marked_by.begin(), marked_by.end());
  for (const auto& [studio, part] : parts_) {
    LX_TRY(Consents consents, consents_among(catalog, studio, ids));
    known.merge(consents);
  }
  return known;
}

// Records that name the persons, or, without a field, their own.
Result<std::vector<RecordWithText>> ConsentSettling::naming_persons(
    const StudioId& studio, const std::string& field,
    const std::map<std::string, std::vector<std::string>>& of_person) {
  std::vector<std::string> persons;
  std::vector<RecordId> own;
  for (const auto& [person, consents] : of_person) {
    persons.push_back(person);
    own.push_back(*RecordId::parse(person));
  }
  if (!field.empty()) return lists_.with_field_among(studio, field, persons);
  std::vector<RecordWithText> here;
  LX_TRY(const auto rows, ask_studio(store_, studio, [&](ReadTxn& snapshot) { return snapshot.records(own); }));
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (rows[i]) here.push_back({persons[i], own[i]});
  }
  return here;
}

// What may have to be marked otherwise than it is: some too many do no harm, for each is judged where it is written.
Result<std::set<RecordId>> ConsentSettling::to_mark(const Catalog& catalog, const StudioId& studio) {
  std::set<RecordId> found;
  const Ended ended = ended_of(known_);
  std::set<std::pair<std::string, RecordId>> marked;  // consent and record
  std::set<RecordId> withheld;
  for (const RecordWithText& mark : parts_[studio].marks) {
    marked.emplace(mark.text, mark.record);
    withheld.insert(mark.record);
    const bool ends = std::find(ended.consents.begin(), ended.consents.end(), mark.text) != ended.consents.end();
    if (!ends) found.insert(mark.record);
  }
  const auto take = [&](const std::vector<std::string>& consents, const RecordId& record) {
    const bool there = std::any_of(consents.begin(), consents.end(), [&](const std::string& consent) {
      return marked.contains({consent, record});
    });
    if (!there) found.insert(record);
  };
  for (const auto& [name, kind] : catalog.kinds) {
    for (const ConsentBond& bond : kind.consents) {
      if (bond.through == Through::record) {
        std::vector<std::string> named;
        named.reserve(withheld.size());
        for (const RecordId& record : withheld) named.push_back(record.text());
        LX_TRY(const auto bound, lists_.with_field_among(studio, bond.field, named));
        for (const RecordWithText& one : bound) {
          if (!withheld.contains(one.record)) found.insert(one.record);
        }
        continue;
      }
      if (bond.through == Through::consent) {
        LX_TRY(const auto bound, lists_.with_field_among(studio, bond.field, ended.consents));
        for (const RecordWithText& one : bound) take({one.text}, one.record);
        continue;
      }
      const auto of_scope = ended.of_person.find(bond.scope);
      if (of_scope == ended.of_person.end()) continue;
      LX_TRY(const auto bound, naming_persons(studio, bond.field, of_scope->second));
      for (const RecordWithText& one : bound) take(of_scope->second.at(one.text), one.record);
    }
  }
  return found;
}

Status ConsentSettling::settle_studio(const Moment& now, const StudioId& studio) {
  LX_TRY(const std::set<RecordId> records, to_mark(*now.catalog, studio));
  if (records.empty()) return {};
  const StudioPlace* place = now.places->place(studio);
  const Rules rules = now.rules(place ? *place : StudioPlace{studio, {}, {}, false});
  for (const RecordId& record : records) {
    LX_CHECK(write_as(store_, studio, rules, rules.self, [&](LogAppender& log) -> Status {
      log.know_consents(known_);
      return log.withhold(record);
    }));
  }
  return {};
}

Status ConsentSettling::settle() {
  Status settled = settle_grown();
  if (!settled) parts_.clear();  // all of it is tried again
  return settled;
}

Status ConsentSettling::settle_grown() {
  LX_TRY(const Moment now, moments_.now());
  LX_TRY(std::vector<StudioId> due, grown());
  if (due.empty()) return {};
  for (const StudioId& studio : due) {
    LX_TRY(parts_[studio].ended, ended_in(*now.catalog, studio));
    LX_TRY(parts_[studio].marks, lists_.with_any(studio, std::string(withheld_field)));
  }
  LX_TRY(Consents known, known_now(*now.catalog));
  if (known != known_) {
    known_ = std::move(known);
    due.clear();
    for (const auto& [studio, part] : parts_) due.push_back(studio);
  }
  for (const StudioId& studio : due) LX_CHECK(settle_studio(now, studio));
  return {};
}

}  // namespace lianxin::server
