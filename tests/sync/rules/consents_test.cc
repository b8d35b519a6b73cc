#include "sync/rules/consents.h"

#include <doctest/doctest.h>

#include "sync/model/relation.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

using Standing = Consent::Standing;

Consent consent(std::uint8_t number, Standing standing, const char* day, std::int64_t at_ms = 1000) {
  return {numbered<RecordId>(number), numbered<RecordId>(0x77).text(), "health", standing, day, Hlc::at(at_ms), false};
}

// By those that are known, of a row that names `named` and the person.
std::set<RecordId> due(std::vector<Consent> known, std::set<RecordId> marks = {}, bool by_person = false) {
  StandsOn on;
  if (by_person) on.persons.emplace(numbered<RecordId>(0x77).text(), "health");
  if (!by_person) on.consents.insert(numbered<RecordId>(1));
  return marks_due(on, marks, known, {});
}

const std::set<RecordId> first{numbered<RecordId>(1)}, second{numbered<RecordId>(2)};

TEST_SUITE("sync/rules/consents") {
  TEST_CASE("a consent that ended withholds what names it, or its person for the same") {
    const Consent ended = consent(1, Standing::ended, "2026-05-02");
    CHECK(due({ended}) == first);
    CHECK(due({ended}, {}, true) == first);
    CHECK(due({consent(1, Standing::given, "2026-05-02")}).empty());
    Consent other = ended;
    other.scope = "photo_publish";
    CHECK(due({other}, {}, true).empty());
    CHECK(due({other}) == first);  // it was named
  }
  TEST_CASE("what is given later lifts it, what was given before does not") {
    const Consent ended = consent(1, Standing::ended, "2026-05-02", 5000);
    const auto beside = [&](const char* day, std::int64_t at_ms) {
      return due({ended, consent(2, Standing::given, day, at_ms)}, first);
    };
    CHECK(beside("2026-05-01", 9000) == first);
    CHECK(beside("2026-05-03", 1000).empty());
    CHECK(beside("2026-05-02", 4000) == first);
    CHECK(beside("2026-05-02", 6000).empty());
    Consent deleted = consent(2, Standing::given, "2026-05-03");
    deleted.deleted = true;
    CHECK(due({ended, deleted}, first) == first);
    Consent of_another = consent(2, Standing::given, "2026-05-03");
    of_another.resident = numbered<RecordId>(0x78).text();
    CHECK(due({ended, of_another}) == first);
  }
  TEST_CASE("a mark goes once its consent says so, and stays where nothing is known of it") {
    CHECK(due({consent(1, Standing::given, "2026-05-02")}, first).empty());
    CHECK(due({}, second) == second);
    CHECK(due({consent(2, Standing::unknown, "")}, second) == second);
    CHECK(due({consent(2, Standing::ended, "2026-05-02")}, second).empty());  // the row names it no more
  }
  TEST_CASE("what names a record is withheld as that one is") {
    CHECK(marks_due({}, {}, {}, second) == second);
    CHECK(marks_due({}, second, std::vector{consent(2, Standing::given, "2026-05-02")}, {}).empty());
  }
  TEST_CASE("a mark leaves a record's lead, its counts and what is internal in sight") {
    Row row;
    row.kind = "outreach_visit";
    const auto shows = [&](const char* field) { return !withheld(shipped_catalog(), row, field); };
    CHECK(shows("notes_text"));
    row.cells["_withheld/" + numbered<RecordId>(1).text()].heads.emplace_back();
    CHECK_FALSE(shows("notes_text"));
    CHECK_FALSE(shows("a_field_that_nobody_knows"));
    for (const char* field : {"persons_reached", "_review", "_withheld", "_deleted", "visit_kind"}) {
      CAPTURE(field);
      CHECK(shows(field));
    }
    row.kind = "clinic_encounter";
    CHECK_FALSE(shows("sex_code"));
    CHECK(shows("_deleted"));
  }
}

}  // namespace
}  // namespace lianxin
