#include "server/people/enrolment.h"

#include <charconv>

#include "server/people/device_rows.h"
#include "server/people/queries.h"
#include "server/people/renewals.h"
#include "server/people/restoration.h"
#include "server/people/revocations.h"
#include "server/people/secrets.h"
#include "server/people/shown_name.h"
#include "server/people/states.h"
#include "server/people/sync_notes.h"
#include "server/storage/sql.h"
#include "sync/wire/certificate.h"

namespace lianxin::server {
namespace {

struct CodeRow {
  Hash hash{};
  StudioId studio;
  MemberId member;
  bool shared = false;
  std::string issued_by;
  std::int64_t expires_ms = 0;
  std::optional<DeviceId> used_by;
  std::int64_t withdrawn_ms = 0;
  std::int64_t wrong_tries = 0;
};

std::optional<CodeRow> code_named(SqlConnection& connection, const std::string& name) {
  const auto read = [](const SqlRun& run) {
    CodeRow code;
    run.read(code.hash, code.studio, code.member, code.shared, code.issued_by, code.expires_ms, code.used_by,
             code.withdrawn_ms, code.wrong_tries);
    return code;
  };
  return connection.first(people_sql::code_by_name, read, name);
}

Device new_device(const PublicKey& key, const std::string& name, const SelfDevice& self, const CodeRow& code,
                  std::int64_t now_ms, std::optional<DeviceId> rekeyed_from = {}) {
  Device device;
  device.id = device_id_of(key);
  device.key = key;
  device.name = name;
  device.member = code.member;
  device.studio = code.studio;
  device.shared = code.shared;
  device.enrolled_ms = now_ms;
  device.enrolled_by = code.issued_by;
  device.rekeyed_from = rekeyed_from;
  device.token_ms = now_ms;
  device.certificate = sign_certificate(self.secret, {device.id, key, device.member, device.studio, device.shared,
                                                      now_ms, now_ms + certificate_ms, rekeyed_from});
  return device;
}

// As its certificate says; and as what became of the device whose place it took, where that one is known, or of itself
// by the list beside the keys.
Device readmitted_device(SqlConnection& connection, const Certificate& shown, const ReadmitRequest& request,
                         const std::map<DeviceId, DeviceStatus>& listed, std::int64_t now_ms) {
  Device device;
  device.id = shown.device;
  device.key = shown.key;
  device.name = shown_name(request.device_name);
  device.member = shown.member;
  device.studio = shown.studio;
  device.shared = shown.shared;
  device.certificate = request.certificate;
  device.enrolled_ms = shown.enrolled_ms;
  device.enrolled_by = "certificate";
  device.readmitted_ms = device.token_ms = now_ms;
  for (const DeviceId& id : {shown.rekeyed_from.value_or(shown.device), shown.device}) {
    if (const auto found = listed.find(id); found != listed.end()) device.status = found->second;
  }
  if (!shown.rekeyed_from || !device_with_id(connection, *shown.rekeyed_from)) return device;
  device.rekeyed_from = shown.rekeyed_from;
  if (const auto cut_off = cut_off_line(connection, *shown.rekeyed_from)) {
    device.status = cut_off->status;
    device.after_revocation = cut_off->after_revocation;
  }
  return device;
}

bool same_offer(const Device& device, const CodeRow& code) {
  return device.status == DeviceStatus::active && device.member == code.member && device.studio == code.studio &&
         device.shared == code.shared;
}

Enrolled::Outcome decide(const std::optional<CodeRow>& code, const DeviceId& asking, const std::optional<Device>& known,
                         std::int64_t now_ms) {
  if (!code) return Enrolled::Outcome::code_unknown;
  if (!code->used_by && code->wrong_tries >= Enrolment::wrong_tries_max) return Enrolled::Outcome::code_locked;
  if (code->used_by && *code->used_by != asking) return Enrolled::Outcome::code_used;
  // A code that was used in time serves its own device for ever: only the reply is repeated.
  if (!code->used_by && (code->expires_ms <= now_ms || code->withdrawn_ms > 0)) return Enrolled::Outcome::code_unknown;
  if (known && !same_offer(*known, *code)) return Enrolled::Outcome::not_allowed;
  return Enrolled::Outcome::ok;
}

}  // namespace

Result<std::string> Enrolment::issue_code(const CodeOffer& offer) {
  std::string code;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    do code = make_enrol_code(random_);
    while (code_named(connection, name_of_code(code)));  // each name is one code's
    const Hash code_hash = hash_of_secret(code);
    connection.exec(people_sql::insert_code, code_hash, offer.studio, offer.member, offer.shared, offer.issued_by,
                    offer.now_ms, offer.expires_ms, name_of_code(code));
    notes.code(code_hash);
    return {};
  }));
  return code;
}

Result<Enrolled> Enrolment::enrol(const EnrolRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  enrolled.outcome = Enrolled::Outcome::bad_signature;
  if (!is_signed(request)) return enrolled;
  const std::string code = normal_enrol_code(request.code);
  const Hash code_hash = hash_of_secret(code);
  enrolled.outcome = Enrolled::Outcome::code_unknown;
  // Guesses at codes that are not there cost no write.
  LX_TRY(const bool named, database_.ask([&](SqlConnection& connection) {
    return !code.empty() && code_named(connection, name_of_code(code)).has_value();
  }));
  if (!named) return enrolled;
  const DeviceId id = device_id_of(request.key);
  enrolled.token = make_token(random_);
  const Hash token = hash_of_secret(enrolled.token);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    const auto row = code_named(connection, name_of_code(code));
    const auto known = device_with_id(connection, id);
    enrolled.outcome = row && row->hash == code_hash ? decide(row, id, known, now_ms) : Enrolled::Outcome::code_unknown;
    if (row && row->hash != code_hash) {
      if (row->wrong_tries >= wrong_tries_max) return {};  // enough are counted
      connection.exec(people_sql::note_wrong_try, row->hash);
      notes.code(row->hash);
      return {};
    }
    if (enrolled.outcome != Enrolled::Outcome::ok) return {};
    if (known) {
      enrolled.device = *known;
      offer_token(connection, id, token, now_ms);
    } else {
      enrolled.device = new_device(request.key, shown_name(request.device_name), self_, *row, now_ms);
      insert_device(connection, enrolled.device, token);
    }
    connection.exec(people_sql::use_code, code_hash, id);
    notes.device(id);
    notes.code(code_hash);
    return {};
  }));
  return enrolled;
}

Result<Enrolled> Enrolment::rekey(const Device& old, const RekeyRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  enrolled.outcome = Enrolled::Outcome::bad_signature;
  if (!is_signed(request, old.key)) return enrolled;
  LX_CHECK(notes_.flush());  // what was taken from it so far
  enrolled.token = make_token(random_);
  const Hash token = hash_of_secret(enrolled.token);
  const DeviceId id = device_id_of(request.key);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    enrolled.outcome = Enrolled::Outcome::not_allowed;
    const auto before = device_with_id(connection, old.id);  // it may have been cut off since it was looked up
    if (!before) return {};
    const auto cut_off = cut_off_line(connection, old.id);
    if (const auto known = device_with_id(connection, id)) {
      // Who holds a lost phone has its old key as well: no token of a device in use is made with that.
      const bool fits = cut_off ? known->cut_off() : known->status == DeviceStatus::active;
      if (known->rekeyed_from != old.id || !fits) return {};
      enrolled.device = *known;
      offer_token(connection, id, token, now_ms);
    } else {
      const CodeRow like{{}, before->studio, before->member, before->shared, before->enrolled_by, 0, std::nullopt, 0,
                         0};
      enrolled.device = new_device(request.key, before->name, self_, like, now_ms, old.id);
      enrolled.device.readmitted_ms = before->readmitted_ms;  // its grant may still be awaited
      if (cut_off) {
        enrolled.device.status = cut_off->status;
        enrolled.device.after_revocation = cut_off->after_revocation;
      }
      insert_device(connection, enrolled.device, token);
    }
    connection.exec(people_sql::retire_device, old.id, id);
    notes.device(id);
    notes.device(old.id);
    enrolled.outcome = Enrolled::Outcome::ok;
    return {};
  }));
  if (enrolled.device.cut_off()) LX_CHECK(revocations_.note({id}, enrolled.device.status));
  return enrolled;
}

std::string Enrolment::readmission_nonce(std::int64_t now_ms) const {
  const std::string made = std::to_string(now_ms);
  return made + "." + to_base64url(sign(self_.secret, "lianxin readmission nonce v1|" + made));
}

std::optional<std::int64_t> Enrolment::moment_of(const std::string& nonce, std::int64_t now_ms) const {
  std::int64_t made_ms = 0;
  const auto [end, error] = std::from_chars(nonce.data(), nonce.data() + nonce.size(), made_ms);
  if (error != std::errc{} || made_ms > now_ms || made_ms < now_ms - nonce_ms_max) return std::nullopt;
  // Signatures of this kind are the same each time they are made.
  if (!equal_in_constant_time(as_bytes(nonce), as_bytes(readmission_nonce(made_ms)))) return std::nullopt;
  return made_ms;
}

Result<Enrolled> Enrolment::readmit(const ReadmitRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  enrolled.outcome = Enrolled::Outcome::certificate_unknown;
  const auto shown = read_certificate(self_.key, request.certificate);
  if (!shown || shown->device != device_id_of(shown->key)) return enrolled;
  enrolled.outcome = Enrolled::Outcome::certificate_ended;
  if (shown->ends_ms <= now_ms) return enrolled;
  enrolled.outcome = Enrolled::Outcome::nonce_old;
  const auto nonce_ms = moment_of(request.nonce, now_ms);
  if (!nonce_ms) return enrolled;
  enrolled.outcome = Enrolled::Outcome::bad_signature;
  if (!is_signed(request, shown->key)) return enrolled;
  LX_TRY(const auto listed, revocations_.all());
  enrolled.token = following_token(self_, shown->device, *nonce_ms);
  const Hash token = hash_of_secret(enrolled.token);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (const auto known = device_with_id(connection, shown->device)) {
      enrolled.device = *known;
      offer_token(connection, known->id, token, *nonce_ms);
    } else {
      enrolled.device = readmitted_device(connection, *shown, request, listed, now_ms);
      insert_device(connection, enrolled.device, token);
      note_readmitted(connection, shown->device, shown->enrolled_ms, now_ms);
    }
    notes.device(shown->device);
    if (const auto from = enrolled.device.rekeyed_from; from && enrolled.device.readmitted_ms == now_ms) {
      connection.exec(people_sql::retire_device, *from, shown->device);
      notes.device(*from);
    }
    return {};
  }));
  if (enrolled.device.cut_off()) LX_CHECK(revocations_.note({shown->device}, enrolled.device.status));
  enrolled.outcome = Enrolled::Outcome::ok;
  return enrolled;
}

}  // namespace lianxin::server
