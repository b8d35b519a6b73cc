// A withdrawn consent, in whatever order it comes with what stands on it (PROTOCOL 3.13).
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "sync/log/rebuild.h"
#include "sync/model/limits.h"
#include "sync/model/relation.h"
#include "sync/rules/consents.h"
#include "sync/server/act.h"
#include "sync/server/feed.h"
#include "tests/schema/kinds_folder.h"
#include "tests/sync/fixtures.h"

namespace lianxin {
namespace {

constexpr const char* complaint = "Kesou";

// A doctor 1, a coordinator 9; the patient, their consent to health data, and what was found.
struct Clinic : Bench {
  Clinic() {
    catalog = shipped_catalog();
    grants.clear();
    for (const auto& [number, role] : {std::pair(1, "clinic_doctor"), std::pair(9, "coordinator")}) {
      grants.push_back(
          {member(static_cast<std::uint8_t>(number)), role, studio, {}, 0, INT64_MAX, Sensitivity::health});
    }
  }

  Change of(const RecordId& id, const char* kind, std::uint8_t number, std::vector<Write> writes,
            std::uint8_t author = 1) const {
    Change made = change(author, number, std::move(writes));
    made.record = id;
    made.kind = kind;
    made.kinds_version = 0;
    return made;
  }
  Change consenting(const RecordId& id, std::uint8_t number, const char* given_on = "2026-05-01") const {
    return of(
        id, "consent", number,
        {put("resident_id", patient.text()), put("scope", "health"), put("state", "given"), put("given_on", given_on)});
  }
  Change withdrawing(std::uint8_t number, std::vector<ChangeId> bases) const {
    return of(consent, "consent", number, {put("state", "withdrawn", bases), put("withdrawn_at", "2026-06-01")});
  }
  Change finding(const RecordId& id, std::uint8_t number, bool by_consent = true) const {
    std::vector<Write> writes{put("sex_code", "2"), put("chief_complaint", complaint),
                              put("patient_resident_id", patient.text())};
    if (by_consent) writes.push_back(put("consent_id", consent.text()));
    return of(id, "clinic_encounter", number, writes);
  }
  void sent(const Change& made) {
    REQUIRE(send(made.member == member(9) ? 9 : 1, made));
    now_ms += 1000;
  }
  bool shows(const RecordId& id) {
    const Row now = row_of(id);
    REQUIRE(now.begun());
    const SelfDevice device = device_of(9);
    const Access access = access_of(device.member, grants, place, now_ms);
    const auto visible = visible_row(catalog, access, now);
    const bool there = visible && visible->cell("chief_complaint");
    CHECK(there != is_withheld(now));
    return there;
  }

  Page page(std::uint8_t reader) {
    Page page;
    const SelfDevice device = device_of(reader);
    const Asker asker{device.device,
                      access_of(member(reader), grants, place, now_ms),
                      chain_start(studio, device.key),
                      sender_of(reader).n,
                      std::nullopt,
                      1 << 20};
    REQUIRE(store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(page, page_for(snapshot, catalog, asker));
      return {};
    }));
    return page;
  }

  // The sums of the head are those of the rows, a reader's rows sum to the digest, and a replay makes the same.
  void check_sums() {
    StudioHead head;
    REQUIRE(store.read(studio, [&](ReadTxn& snapshot) -> Status {
      LX_TRY(head, snapshot.head());
      return {};
    }));
    Digest sum;
    const Page all = page(9);
    for (const std::string& text : all.rows) {
      const auto row = decode_row(text);
      REQUIRE(row);
      sum += delivered_digest(*row);
    }
    REQUIRE(all.digest);
    CHECK(sum == *all.digest);
    const auto rebuilt = rebuild(store, studio, catalog);
    REQUIRE(rebuilt);
    CHECK(rebuilt->digests == head.digests);
  }

  RecordId patient = numbered<RecordId>(0x61), consent = numbered<RecordId>(0x62), other = numbered<RecordId>(0x63);
  RecordId found = numbered<RecordId>(0x64), noted = numbered<RecordId>(0x65);
};

TEST_SUITE("sync/server/withholding") {
  TEST_CASE("a withdrawal before, after and beside the record comes to one row (PROTOCOL 3.13)") {
    std::vector<int> order{0, 1, 2};
    std::vector<std::string> cells;
    do {
      CAPTURE(order);
      Clinic clinic;
      for (const int next : order) {
        if (next == 0) clinic.sent(clinic.consenting(clinic.consent, 1));
        // A withdrawal that did not see the giving stands beside it, and is shown.
        if (next == 1) clinic.sent(clinic.withdrawing(2, {}));
        if (next == 2) clinic.sent(clinic.finding(clinic.found, 3));
      }
      CHECK_FALSE(clinic.shows(clinic.found));
      CHECK(marks_in(clinic.row_of(clinic.found)) == std::set<RecordId>{clinic.consent});
      CHECK(clinic.row_of(clinic.found).held.empty());
      clinic.check_sums();
      std::string of_it;
      for (const auto& [address, cell] : clinic.row_of(clinic.found).cells) of_it += address + " ";
      cells.push_back(of_it);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(std::all_of(cells.begin(), cells.end(), [&](const std::string& each) { return each == cells.front(); }));
  }
  TEST_CASE("lines of one push are marked as those of several are") {
    Clinic clinic;
    REQUIRE(clinic.send(1, {line_of(clinic.consenting(clinic.consent, 1)), line_of(clinic.finding(clinic.found, 2)),
                            line_of(clinic.withdrawing(3, {c(1)})), line_of(clinic.finding(clinic.noted, 4, false))}));
    CHECK_FALSE(clinic.shows(clinic.found));
    CHECK_FALSE(clinic.shows(clinic.noted));
    clinic.check_sums();
  }
  TEST_CASE("who names the person is withheld as who names the consent is, and only for what was withdrawn") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2, false));
    Change photo =
        clinic.of(clinic.other, "consent", 3,
                  {put("resident_id", clinic.patient.text()), put("scope", "photo_publish"), put("state", "refused")});
    clinic.sent(photo);
    CHECK(clinic.shows(clinic.found));
    clinic.sent(clinic.withdrawing(4, {c(1)}));
    CHECK_FALSE(clinic.shows(clinic.found));
    clinic.check_sums();
  }
  TEST_CASE("its author is given nothing of it any more, and what is not personal still comes") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2));
    const auto seen_by_author = [&] {
      for (const std::string& text : clinic.page(1).rows) {
        const auto row = decode_row(text);
        REQUIRE(row);
        if (row->record == clinic.found) return *row;
      }
      return Row();
    };
    CHECK(seen_by_author().cell("chief_complaint"));
    clinic.sent(clinic.withdrawing(3, {c(1)}));
    const Row now = seen_by_author();
    REQUIRE(now.record == clinic.found);
    CHECK(now.last_seq == clinic.row_of(clinic.found).last_seq);
    CHECK_FALSE(now.cell("chief_complaint"));
    CHECK_FALSE(now.cell("consent_id"));
    CHECK(now.cell("_withheld/" + clinic.consent.text()));
    CHECK(std::none_of(clinic.page(1).rows.begin(), clinic.page(1).rows.end(),
                       [](const std::string& text) { return text.find(complaint) != std::string::npos; }));
    CHECK(clinic.page(9).rows.size() == 2);  // the consent itself is shown
  }
  TEST_CASE("what is given again is shown again, by the same consent or a later one") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2));
    clinic.sent(clinic.withdrawing(3, {c(1)}));
    REQUIRE_FALSE(clinic.shows(clinic.found));
    SUBCASE("the same") { clinic.sent(clinic.of(clinic.consent, "consent", 4, {put("state", "given", {c(3)})})); }
    SUBCASE("a later one") {
      clinic.sent(clinic.consenting(clinic.other, 4, "2026-05-31"));
      CHECK_FALSE(clinic.shows(clinic.found));
      clinic.sent(clinic.of(clinic.other, "consent", 5, {put("given_on", "2026-06-02", {c(4)})}));
    }
    CHECK(clinic.shows(clinic.found));
    clinic.check_sums();
  }
  TEST_CASE("a write from a phone that had not heard is applied and withheld, and a person is told at the desk") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2));
    clinic.sent(clinic.withdrawing(3, {c(1)}));
    clinic.sent(clinic.of(clinic.found, "clinic_encounter", 4, {put("advice_text", complaint)}));
    CHECK(clinic.log().back().outcome == Outcome::applied);
    CHECK_FALSE(clinic.shows(clinic.found));
    const auto written = [&](Write write) {
      const Draft draft{clinic.found, "clinic_encounter", "核对", {std::move(write)}, 0};
      const auto none_around = [](const Row&) { return Surroundings{}; };
      const auto done =
          act(clinic.store, clinic.studio, clinic.rules(), Clinic::device_of(9), std::span(&draft, 1), none_around);
      REQUIRE(done);
      return done->refused.empty() ? std::string() : done->refused.front().code;
    };
    clinic.grants.push_back({Clinic::member(9), "clinic_doctor", clinic.studio, {}, 0, INT64_MAX, Sensitivity::health});
    CHECK(written(put("advice_text", "新", {c(4)})) == "withheld");
    CHECK(written(put("_deleted", true)).empty());
  }
  TEST_CASE("what names a withheld record is withheld with it, and comes back with it") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2));
    clinic.sent(clinic.of(clinic.noted, "comment", 3, {put("target_id", clinic.found.text()), put("text", complaint)}));
    REQUIRE(clinic.row_of(clinic.noted).guard == Sensitivity::health);
    clinic.sent(clinic.withdrawing(4, {c(1)}));
    CHECK(withheld(clinic.catalog, clinic.row_of(clinic.noted), "text"));
    const RecordId later = numbered<RecordId>(0x66);
    clinic.sent(clinic.of(later, "comment", 5, {put("target_id", clinic.found.text()), put("text", complaint)}));
    CHECK(withheld(clinic.catalog, clinic.row_of(later), "text"));
    clinic.check_sums();
    clinic.sent(clinic.of(clinic.consent, "consent", 6, {put("state", "given", {c(4)})}));
    CHECK_FALSE(is_withheld(clinic.row_of(clinic.noted)));
    CHECK_FALSE(is_withheld(clinic.row_of(later)));
  }
  TEST_CASE("nobody lifts a consent by naming another person beside") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2, false));
    clinic.sent(clinic.of(clinic.found, "clinic_encounter", 3, {put("patient_resident_id", clinic.other.text())}));
    clinic.sent(clinic.withdrawing(4, {c(1)}));
    CHECK_FALSE(clinic.shows(clinic.found));
  }
  TEST_CASE("a person is the same in whatever letters the id is written") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.patient = numbered<RecordId>(0xAB);
    std::string capitals = clinic.patient.text();
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](char letter) { return letter >= 'a' ? static_cast<char>(letter - 'a' + 'A') : letter; });
    clinic.sent(clinic.of(clinic.found, "clinic_encounter", 2,
                          {put("chief_complaint", complaint), put("patient_resident_id", capitals)}));
    clinic.sent(clinic.of(clinic.consent, "consent", 3,
                          {put("resident_id", clinic.patient.text(), {c(1)}), put("state", "refused", {c(1)})}));
    CHECK_FALSE(clinic.shows(clinic.found));
  }
  TEST_CASE("no phone marks a record, or takes a mark away") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    clinic.sent(clinic.finding(clinic.found, 2));
    const std::string at = "_withheld/" + clinic.consent.text();
    clinic.sent(clinic.of(clinic.found, "clinic_encounter", 3, {element(at, Op::add)}));
    CHECK(clinic.log().back().code == "not_allowed");
    CHECK(clinic.shows(clinic.found));
  }
  TEST_CASE("more than a transaction marks is left to what follows, and the sums agree") {
    Clinic clinic;
    clinic.sent(clinic.consenting(clinic.consent, 1));
    const auto records = static_cast<int>(limits::withheld_rows_max) + 20;
    std::vector<std::string> lines;
    for (int i = 0; i < records; ++i) {
      Change one = clinic.finding({}, 0);
      one.record.bytes[0] = one.id.bytes[0] = static_cast<std::uint8_t>(i);
      one.record.bytes[1] = one.id.bytes[1] = static_cast<std::uint8_t>(1 + i / 256);
      one.record.bytes[15] = one.id.bytes[15] = 7;
      lines.push_back(line_of(one));
    }
    REQUIRE(clinic.send(1, lines));
    clinic.sent(clinic.withdrawing(3, {c(1)}));
    std::size_t marked = 0;
    for (const Logged& line : clinic.log()) {
      marked += line.line.find("\"_withheld/") != std::string::npos ? 1 : 0;
    }
    CHECK(marked == limits::withheld_rows_max);
    clinic.check_sums();
  }
}

}  // namespace
}  // namespace lianxin
