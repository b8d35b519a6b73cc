#include "sync/model/relation.h"

#include <doctest/doctest.h>

#include "schema/day.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
const MemberId asker = numbered<MemberId>(1), other = numbered<MemberId>(2);
const std::int64_t clinic_day = *day_number("2026-05-12");

std::int64_t days_after(int days) { return (clinic_day + days) * day_ms; }  // eight in the morning in Shanghai

Row row_of(std::uint8_t number, const char* kind, const MemberId& by) {
  Row row;
  row.record = numbered<RecordId>(number);
  row.kind = kind;
  row.created_by = by;
  row.created = Hlc::at(days_after(0));
  row.last_writes[by] = {1, c(number)};
  return row;
}

void show(Row& row, const std::string& address, Value value = {}) {
  Head head;
  head.id = c(static_cast<std::uint8_t>(100 + row.cells.size()));
  head.value = std::move(value);
  row.cells[address].heads.push_back(head);
}

Access as(const char* role) {
  Access access{asker, {role}, Sensitivity::health};
  if (handles(access)) access.units = {"unit-record", asker.text()};
  return access;
}

struct Clinic {
  Row visit = row_of(1, "clinic_visit", other), encounter = row_of(2, "clinic_encounter", other),
      own = row_of(3, "clinic_encounter", asker), patient = row_of(4, "resident", other);

  explicit Clinic(bool names_him) {
    show(visit, "occurred_on", "2026-05-12");
    if (names_him) show(visit, "doctors/" + asker.text());
    for (Row* each : {&encounter, &own}) show(*each, "clinic_visit_id", visit.record.text());
    show(encounter, "patient_resident_id", patient.record.text());
  }
  Reach reach(std::int64_t now_ms) const {
    const Access doctor = as("clinic_doctor");
    ReachFinder finder(doctor, shipped_catalog(), now_ms);
    for (const Row* row : {&own, &encounter, &patient, &visit}) finder.take(*row);
    return finder.found();
  }
};

TEST_SUITE("sync/model/relation") {
  TEST_CASE("a clinic's doctor sees its patients until thirty days after it") {
    const Clinic clinic(true);
    const Access doctor = as("clinic_doctor");
    for (const int days : {0, 30}) {
      const Reach reach = clinic.reach(days_after(days));
      CHECK(relation_of(doctor, shipped_catalog(), clinic.encounter, reach).named);
      CHECK(relation_of(doctor, shipped_catalog(), clinic.patient, reach).named);
      CHECK(relation_of(doctor, shipped_catalog(), clinic.own, reach).own);
    }
    const Reach over = clinic.reach(days_after(31));
    CHECK_FALSE(relation_of(doctor, shipped_catalog(), clinic.encounter, over).named);
    CHECK_FALSE(relation_of(doctor, shipped_catalog(), clinic.patient, over).named);
    CHECK_FALSE(relation_of(doctor, shipped_catalog(), clinic.own, over).own);
    CHECK(relation_of(doctor, shipped_catalog(), clinic.visit, over).named);
    CHECK(over.text() != clinic.reach(days_after(30)).text());
  }
  TEST_CASE("one whom a clinic does not name sees of its patients his own alone") {
    const Clinic clinic(false);
    const Access doctor = as("clinic_doctor");
    const Reach reach = clinic.reach(days_after(1));
    CHECK_FALSE(relation_of(doctor, shipped_catalog(), clinic.encounter, reach).named);
    CHECK(relation_of(doctor, shipped_catalog(), clinic.own, reach).own);
    CHECK_FALSE(relation_of(doctor, shipped_catalog(), clinic.own, clinic.reach(days_after(31))).own);
  }
  TEST_CASE("a handling unit has what is assigned to it, whom that is about, and words about it") {
    Row concern = row_of(1, "concern", other), resident = row_of(2, "resident", other),
        comment = row_of(3, "comment", other), elsewhere = row_of(4, "concern", other);
    show(concern, "assigned_unit_id", "unit-record");
    show(concern, "appellant_resident_id", resident.record.text());
    show(comment, "target_id", concern.record.text());
    show(elsewhere, "assigned_unit_id", numbered<RecordId>(99).text());
    const Access unit = as("handling_unit");
    ReachFinder finder(unit, shipped_catalog(), days_after(0));
    for (const Row* row : {&comment, &concern, &resident, &elsewhere}) finder.take(*row);
    const Reach reach = finder.found();
    for (const Row* row : {&concern, &resident, &comment}) {
      CHECK(relation_of(unit, shipped_catalog(), *row, reach).assigned);
    }
    CHECK_FALSE(relation_of(unit, shipped_catalog(), elsewhere, reach).assigned);
    show(elsewhere, "co_units/" + asker.text());
    CHECK(relation_of(unit, shipped_catalog(), elsewhere).assigned);
  }
  TEST_CASE("a comment is as guarded as what it is about, and all the way where that is not known") {
    const Catalog& catalog = shipped_catalog();
    Row comment = row_of(1, "comment", other);
    show(comment, "target_id", numbered<RecordId>(2).text());
    CHECK(target_of(comment) == numbered<RecordId>(2));
    CHECK(guard_of(catalog, comment, nullptr) == Sensitivity::health);
    const Row concern = row_of(2, "concern", other), patient = row_of(2, "clinic_encounter", other),
              resident = row_of(2, "resident", other);
    CHECK(guard_of(catalog, comment, &concern) == Sensitivity::public_);  // no more than its own fields
    CHECK(guard_of(catalog, comment, &resident) == Sensitivity::personal);
    CHECK(guard_of(catalog, comment, &patient) == Sensitivity::health);
    show(comment, "target_field", "description");
    CHECK(guard_of(catalog, comment, &concern) == Sensitivity::personal);
    Row photo = row_of(3, "attachment", other);
    show(photo, "owner_record_id", concern.record.text());
    CHECK(guard_of(catalog, photo, &concern) == Sensitivity::public_);
    show(photo, "guarded_as", "health");
    CHECK(guard_of(catalog, photo, &concern) == Sensitivity::health);
  }
}

}  // namespace
}  // namespace lianxin
