// 义诊: CV-01 … CV-10, their patients, and what was handed out.
#include "client-sdk/demo/planner.h"

namespace lianxin::demo {
void Planner::clinic(const Value& record) {
  Entry entry = event_form(record);
  copy_fields(record,
              {"clinic_kind", "organiser_studio_id", "checks_count", "prescriptions_count", "leaflets_count",
               "referrals_count", "funding_source", "summary_text"},
              entry.fields);
  drop_zeros({"checks_count", "prescriptions_count", "leaflets_count", "referrals_count"}, entry.fields);
  Value::Object doctors;
  for (const Value& doctor : record.list_at("doctors")) {
    doctors[std::string(doctor.text_at("person_id"))] = element(doctor, {"name", "person_id", "dept"});
  }
  entry.fields["doctors"] = doctors;
  Value::Object units;
  for (const Value& unit : record.list_at("co_units")) {
    const std::string name = story_.office_name(*unit.text());
    units["name:" + name] = Value::Object{{"name", name}};
  }
  entry.fields["co_units"] = units;
  // Each table counts on its own phone: the visit's own phone as it opens the visit, the others once they have it.
  for (const auto& [phone, persons] : record.object_at("device_counts")) {
    if (phone == entry.phone) {
      entry.fields["persons_served"] = persons;
      continue;
    }
    Entry table = form(record, "clinic_visit", entry.record);
    table.is_new = false;
    table.fields["persons_served"] = persons;
    save_on(phone, std::move(table));
  }
  save(std::move(entry));
  concerns(record, "clinic");
  attachments(record);
  for (const Value& patient : record.list_at("encounters_sample")) encounter(record, patient);
  for (const Value& line : record.list_at("dispense_summary")) dispense(record, line);
}

void Planner::encounter(const Value& visit, const Value& patient) {
  Entry entry = form(visit, "clinic_encounter", std::string(patient.text_at("encounter_id")));
  const bool guardian = patient.text_at("consent") == "guardian_signed";
  if (const std::string_view id = patient.text_at("patient_resident_id"); !id.empty()) {
    Value::Object person = {{"name", patient.text_at("patient_alias")}};
    copy_fields(patient, {"sex_code", "age_band"}, person);
    if (const std::string_view of = patient.text_at("guardian_resident_id"); !of.empty()) {
      const std::string name = std::string(patient.text_at("patient_alias")) + "的监护人";
      person["guardian_resident_id"] = resident(visit, std::string(of), {{"name", name}});
    }
    entry.fields["patient_resident_id"] = resident(visit, std::string(id), std::move(person));
    consent(visit, std::string(id), "health", guardian);
    entry.fields["consent_id"] = id_from_name("consent:health:" + std::string(id));
  }
  copy_fields(
      patient,
      {"seq_no", "anonymous", "patient_alias", "guardian_resident_id", "sex_code", "age_band", "village", "consent",
       "chief_complaint", "glucose_mmol_l", "glucose_timing", "advice_text", "followup_due_on", "doctor_id"},
      entry.fields);
  entry.fields["clinic_visit_id"] = visit.text_at("id");
  const Value::List& readings = patient.list_at("bp_readings");
  if (readings.empty()) copy_fields(patient, {"sbp_mmhg", "dbp_mmhg"}, entry.fields);
  const std::string opened_on = entry.phone;
  const std::string& own = story_.phone_of_member(patient.text_at("doctor_id"));
  if (own != opened_on) {
    save_on(own, std::move(entry));
    return;
  }
  // A pressure that was taken twice: each table's reading is kept, on the phone that took it.
  for (const Value& reading : readings) {
    const std::string_view phone = reading.text_at("device");
    Value::Object taken = {{"sbp_mmhg", *reading.find("sbp")},
                           {"dbp_mmhg", *reading.find("dbp")},
                           {"at", *reading.find("at")},
                           {"device", phone}};
    if (phone == opened_on) {
      entry.fields["bp_readings"] = Value::List{taken};
      entry.fields["sbp_mmhg"] = taken["sbp_mmhg"];
      entry.fields["dbp_mmhg"] = taken["dbp_mmhg"];
      continue;
    }
    // Both begin it that day: months later, when they sync, the clinic is over, and none sees the other's patients.
    Entry other = entry;
    other.begun_elsewhere = true;
    for (const char* field : {"sbp_mmhg", "dbp_mmhg", "advice_text"}) other.fields.erase(field);
    other.fields["bp_readings"] = Value::List{taken};
    save_on(phone, std::move(other));
  }
  save(std::move(entry));
}

// One line of what a visit gave out. The box was loaded with exactly that much, unless the story says otherwise; where
// it names the phones that gave it out, each has a line of its own.
void Planner::dispense(const Value& visit, const Value& line) {
  const std::string key = std::string(visit.text_at("key")) + ":" + std::string(line.text_at("item_id"));
  const Value* scenario = visit.find("stock_scenario");
  const bool counted = scenario && scenario->text_at("item") == line.text_at("generic_name");

  Entry loaded = form(visit, "medicine_stock_move", id_from_name("loaded:" + key));
  loaded.fields = {{"item_id", *line.find("item_id")},
                   {"item_text", *line.find("generic_name")},
                   {"kind", "in"},
                   {"qty", counted ? *scenario->find("loaded") : *line.find("qty")},
                   {"unit", *line.find("unit")},
                   {"clinic_visit_id", visit.text_at("id")},
                   {"occurred_on", visit.text_at("occurred_on")}};
  save(std::move(loaded));

  Entry given = form(visit, "medicine_dispense", id_from_name("given:" + key));
  given.fields = {{"clinic_visit_id", visit.text_at("id")},
                  {"item_id", *line.find("item_id")},
                  {"item_text", *line.find("generic_name")},
                  {"qty", *line.find("qty")},
                  {"unit", *line.find("unit")},
                  {"unit_price_fen", *line.find("unit_price_fen")},
                  {"occurred_on", visit.text_at("occurred_on")}};
  if (!counted) {
    save(std::move(given));
    return;
  }
  for (const auto& [phone, qty] : scenario->object_at("dispensed")) {
    Entry part = given;
    part.record = id_from_name("given:" + key + ":" + phone);
    part.fields["qty"] = qty;
    if (phone == given.phone) {
      save(std::move(part));
    } else {
      save_on(phone, std::move(part));
    }
  }
}

}  // namespace lianxin::demo
