#include "server/people/devices.h"

#include <charconv>
#include <utility>

#include "server/journal/journal.h"
#include "server/people/queries.h"
#include "server/people/restoration.h"
#include "server/people/restoration_queries.h"
#include "server/people/secrets.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

constexpr std::pair<DeviceStatus, const char*> status_names[] = {{DeviceStatus::active, "active"},
                                                                 {DeviceStatus::lost, "lost"},
                                                                 {DeviceStatus::revoked, "revoked"},
                                                                 {DeviceStatus::retired, "retired"}};

DeviceStatus status_named(const std::string& name) {
  for (const auto& [status, its_name] : status_names) {
    if (name == its_name) return status;
  }
  return DeviceStatus::revoked;  // a status of a later version: nothing is given to what is not understood
}

std::optional<DeviceId> optional_id(const SqlRun& run, int column) {
  if (run.is_null(column)) return std::nullopt;
  return run.id<DeviceId>(column);
}

Device read_device(const SqlRun& run) {
  Device device;
  device.id = run.id<DeviceId>(0);
  device.key = run.bytes<32>(1);
  device.name = run.text(2);
  device.member = run.id<MemberId>(3);
  device.studio = run.id<StudioId>(4);
  device.shared = run.integer(5) != 0;
  device.certificate = run.text(6);
  device.enrolled_ms = run.integer(7);
  device.enrolled_by = run.text(8);
  device.status = status_named(run.text(9));
  device.rekeyed_from = optional_id(run, 10);
  device.superseded_by = optional_id(run, 11);
  device.last_sync_ms = run.integer(12);
  device.backlog = run.integer(13);
  device.skew_ms = run.integer(14);
  device.after_revocation = run.integer(15);
  device.readmitted_ms = run.integer(16);
  return device;
}

std::optional<Device> device_with_id(SqlConnection& connection, const DeviceId& id) {
  SqlRun run = connection.run(people_sql::device_by_id);
  run.bind(1, id);
  if (!run.step()) return std::nullopt;
  return read_device(run);
}

void insert(SqlConnection& connection, const Device& device, const Hash& token) {
  SqlRun run = connection.run(people_sql::insert_device);
  run.bind(1, device.id).bind(2, device.key).bind(3, device.name).bind(4, device.member).bind(5, device.studio);
  run.bind(6, device.shared ? 1 : 0).bind(7, device.certificate).bind(8, token).bind(9, device.enrolled_ms);
  run.bind(10, device.enrolled_by).bind(11, std::string(name_of(device.status)));
  if (device.rekeyed_from) run.bind(12, *device.rekeyed_from);
  run.bind(13, device.after_revocation).bind(14, device.readmitted_ms);
  run.exec();
}

void set_token(SqlConnection& connection, const DeviceId& id, const Hash& token) {
  connection.run(people_sql::set_device_token).bind(1, id).bind(2, token).exec();
}

// What a cut-off device, or one of which such a one came, hands down to the next. Its lines are counted on: a new key
// is no new allowance.
struct CutOff {
  DeviceStatus status = DeviceStatus::revoked;
  std::int64_t after_revocation = 0;
};

std::optional<CutOff> cut_off_line(SqlConnection& connection, const DeviceId& id) {
  SqlRun run = connection.run(people_sql::cut_off_line);
  run.bind(1, id);
  if (!run.step()) return std::nullopt;
  return CutOff{status_named(run.text(0)), run.integer(1)};
}

struct CodeRow {
  StudioId studio;
  MemberId member;
  bool shared = false;
  std::string issued_by;
  std::int64_t expires_ms = 0;
  std::optional<DeviceId> used_by;
};

std::optional<CodeRow> code_with_hash(SqlConnection& connection, const Hash& hash) {
  SqlRun run = connection.run(people_sql::code_by_hash);
  run.bind(1, hash);
  if (!run.step()) return std::nullopt;
  return CodeRow{run.id<StudioId>(0), run.id<MemberId>(1), run.integer(2) != 0,
                 run.text(3),         run.integer(4),      optional_id(run, 5)};
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
  device.certificate = sign_certificate(
      self.secret, {device.id, key, device.member, device.studio, device.shared, now_ms, rekeyed_from});
  return device;
}

// As its certificate says; and as what became of the device whose place it took, where that one is known.
Device readmitted_device(SqlConnection& connection, const Certificate& shown, const ReadmitRequest& request,
                         std::int64_t now_ms) {
  Device device;
  device.id = shown.device;
  device.key = shown.key;
  device.name = request.device_name;
  device.member = shown.member;
  device.studio = shown.studio;
  device.shared = shown.shared;
  device.certificate = request.certificate;
  device.enrolled_ms = shown.enrolled_ms;
  device.enrolled_by = "certificate";
  device.readmitted_ms = now_ms;
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
  if (code->used_by && *code->used_by != asking) return Enrolled::Outcome::code_used;
  // A code that was used in time serves its own device for ever: only the reply is repeated.
  if (!code->used_by && code->expires_ms <= now_ms) return Enrolled::Outcome::code_unknown;
  if (known && !same_offer(*known, *code)) return Enrolled::Outcome::not_allowed;
  return Enrolled::Outcome::ok;
}

}  // namespace

const char* name_of(DeviceStatus status) {
  for (const auto& [one, name] : status_names) {
    if (one == status) return name;
  }
  return "";
}

Devices::Devices(SqlDatabase& database, Journal& journal, Random& random, const SelfDevice& self)
    : database_(database), journal_(journal), random_(random), self_(self) {}

Result<std::string> Devices::issue_code(const CodeOffer& offer) {
  const std::string code = make_enrol_code(random_);
  const Hash code_hash = hash_of_secret(code);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::insert_code);
      run.bind(1, code_hash).bind(2, offer.studio).bind(3, offer.member).bind(4, offer.shared ? 1 : 0);
      run.bind(5, offer.issued_by).bind(6, offer.now_ms).bind(7, offer.expires_ms).exec();
    }
    notes.code(code_hash);
    return {};
  }));
  return code;
}

Result<Enrolled> Devices::enrol(const EnrolRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  if (!is_signed(request)) {
    enrolled.outcome = Enrolled::Outcome::bad_signature;
    return enrolled;
  }
  const Hash code_hash = hash_of_secret(normal_enrol_code(request.code));
  const DeviceId id = device_id_of(request.key);
  enrolled.token = make_token(random_);
  const Hash token = hash_of_secret(enrolled.token);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    const auto code = code_with_hash(connection, code_hash);
    const auto known = device_with_id(connection, id);
    enrolled.outcome = decide(code, id, known, now_ms);
    if (enrolled.outcome != Enrolled::Outcome::ok) return {};
    if (known) {
      enrolled.device = *known;
      set_token(connection, id, token);
    } else {
      enrolled.device = new_device(request.key, request.device_name, self_, *code, now_ms);
      insert(connection, enrolled.device, token);
    }
    connection.run(people_sql::use_code).bind(1, code_hash).bind(2, id).exec();
    notes.device(id);
    notes.code(code_hash);
    return {};
  }));
  return enrolled;
}

Result<Enrolled> Devices::rekey(const Device& old, const RekeyRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  if (!is_signed(request, old.key)) {
    enrolled.outcome = Enrolled::Outcome::bad_signature;
    return enrolled;
  }
  LX_CHECK(flush());  // what was taken from it so far
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
      set_token(connection, id, token);
    } else {
      const CodeRow like{before->studio, before->member, before->shared, before->enrolled_by, 0, std::nullopt};
      enrolled.device = new_device(request.key, before->name, self_, like, now_ms, old.id);
      enrolled.device.readmitted_ms = before->readmitted_ms;  // its grant may still be awaited
      if (cut_off) {
        enrolled.device.status = cut_off->status;
        enrolled.device.after_revocation = cut_off->after_revocation;
      }
      insert(connection, enrolled.device, token);
    }
    connection.run(people_sql::retire_device).bind(1, old.id).bind(2, id).exec();
    notes.device(id);
    notes.device(old.id);
    enrolled.outcome = Enrolled::Outcome::ok;
    return {};
  }));
  return enrolled;
}

std::string Devices::readmission_nonce(std::int64_t now_ms) const {
  const std::string made = std::to_string(now_ms);
  return made + "." + to_base64url(sign(self_.secret, "lianxin readmission nonce v1|" + made));
}

bool Devices::own_nonce(const std::string& nonce, std::int64_t now_ms) const {
  std::int64_t made_ms = 0;
  const auto [end, error] = std::from_chars(nonce.data(), nonce.data() + nonce.size(), made_ms);
  if (error != std::errc{} || made_ms > now_ms || made_ms < now_ms - nonce_ms_max) return false;
  // Signatures of this kind are the same each time they are made.
  return equal_in_constant_time(as_bytes(nonce), as_bytes(readmission_nonce(made_ms)));
}

Result<Enrolled> Devices::readmit(const ReadmitRequest& request, std::int64_t now_ms) {
  Enrolled enrolled;
  enrolled.outcome = Enrolled::Outcome::certificate_unknown;
  const auto shown = read_certificate(self_.key, request.certificate);
  if (!shown || shown->device != device_id_of(shown->key)) return enrolled;
  enrolled.outcome = Enrolled::Outcome::nonce_old;
  if (!own_nonce(request.nonce, now_ms)) return enrolled;
  enrolled.outcome = Enrolled::Outcome::bad_signature;
  if (!is_signed(request, shown->key)) return enrolled;
  enrolled.token = make_token(random_);
  const Hash token = hash_of_secret(enrolled.token);
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (const auto known = device_with_id(connection, shown->device)) {
      enrolled.device = *known;
      set_token(connection, known->id, token);
    } else {
      enrolled.device = readmitted_device(connection, *shown, request, now_ms);
      insert(connection, enrolled.device, token);
      note_readmitted(connection, shown->device, shown->enrolled_ms, now_ms);
    }
    notes.device(shown->device);
    if (const auto from = enrolled.device.rekeyed_from; from && enrolled.device.readmitted_ms == now_ms) {
      connection.run(people_sql::retire_device).bind(1, *from).bind(2, shown->device).exec();
      notes.device(*from);
    }
    return {};
  }));
  enrolled.outcome = Enrolled::Outcome::ok;
  return enrolled;
}

Result<std::optional<Device>> Devices::with_token(std::string_view token) {
  std::optional<Device> found;
  if (token.empty()) return found;
  // Looked up by its hash: how long that takes tells nothing about any token that exists.
  const Hash hash = hash_of_secret(token);
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::device_by_token);
    run.bind(1, hash);
    if (run.step()) found = read_device(run);
    return {};
  }));
  return found;
}

Result<std::optional<Device>> Devices::find(const DeviceId& id) {
  std::optional<Device> found;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    found = device_with_id(connection, id);
    return {};
  }));
  return found;
}

Result<std::vector<Device>> Devices::all() {
  LX_CHECK(flush());
  std::vector<Device> devices;
  LX_CHECK(database_.read([&](SqlConnection& connection) -> Status {
    SqlRun run = connection.run(people_sql::all_devices);
    while (run.step()) devices.push_back(read_device(run));
    return {};
  }));
  return devices;
}

Status Devices::set_status(const DeviceId& id, DeviceStatus status) {
  if (status == DeviceStatus::retired) return failure(Errc::not_allowed, "a device retires by taking a new key");
  std::vector<DeviceId> changed;
  LX_CHECK(write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    {
      SqlRun run = connection.run(people_sql::set_device_status);
      run.bind(1, id).bind(2, std::string(name_of(status)));
      for (changed.clear(); run.step();) changed.push_back(run.id<DeviceId>(0));
    }
    for (const DeviceId& each : changed) notes.device(each);
    return {};
  }));
  if (changed.empty()) return failure(Errc::not_found, "no device " + id.text());
  return {};
}

void Devices::note_sync(const DeviceId& id, const SyncNote& note) {
  const std::lock_guard lock(notes_mutex_);
  SyncNote& kept = notes_[id];
  const SyncNote before = kept;
  kept = note;
  kept.lines_after_revocation += before.lines_after_revocation;
  kept.lines += before.lines;
  kept.heads += before.heads;
  recent_[id] = note;
}

std::map<DeviceId, Devices::SyncNote> Devices::take_recent() {
  const std::lock_guard lock(notes_mutex_);
  return std::exchange(recent_, {});
}

Status Devices::flush() {
  std::map<DeviceId, SyncNote> notes;
  {
    const std::lock_guard lock(notes_mutex_);
    notes.swap(notes_);
  }
  if (notes.empty()) return {};
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& told) -> Status {
    SqlRun run = connection.run(people_sql::note_device_sync);
    SqlRun back = connection.run(restoration_sql::note_return);
    for (const auto& [id, note] : notes) {
      run.bind(1, id).bind(2, note.at_ms).bind(3, note.backlog).bind(4, note.skew_ms);
      run.bind(5, note.lines_after_revocation).exec();
      run.again();
      back.bind(1, id).bind(2, note.at_ms).bind(3, note.lines).bind(4, note.heads);
      back.bind(5, note.has_given_all ? 1 : 0).exec();
      back.again();
      // A database that was put back must not give a phone that is cut off its allowance anew.
      if (note.lines_after_revocation > 0) told.device(id);
    }
    return {};
  });
}

}  // namespace lianxin::server
