#include "server/server.h"

#include <chrono>

#include "server/people/migrations_auth.h"
#include "server/recovery/journalled_store.h"
#include "server/recovery/replay.h"
#include "server/telemetry/log.h"
#include "server/storage/sqlite/database.h"
#include "server/storage/sqlite/sqlite_list_store.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace lianxin::server {
namespace {

// So many are read at a time; a studio that holds more is settled by the next start.
constexpr std::size_t held_lines_max = 10000;
constexpr std::size_t indexed_rows_at_a_time = 200;

std::int64_t system_now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

Rules Moment::rules(const StudioPlace& place) const {
  return {*catalog, places->grants(), place, *self, *random, now_ms};
}

Status Server::create(const ServerOptions& options) {
  LX_CHECK(DataFolder::create(options.data));
  LX_CHECK(KindsFolder::check(options.kinds, options.data / "kinds"));  // before there is a key, so that init can be repeated
  SystemRandom random;
  LX_CHECK(KeyFolder(options.data / "keys").create_server_key(random));
  // Opened once, so that what is wrong with the kinds or the disk is said now and not to the first phone.
  const auto server = open(options, Purpose::serve);
  if (!server) return tl::unexpected(server.error());
  return {};
}

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Purpose purpose) {
  std::unique_ptr<Server> server(new Server);
  server->now_ms_ = options.now_ms ? options.now_ms : system_now_ms;
  LX_TRY(server->folder_, DataFolder::open(options.data, purpose == Purpose::serve ? DataFolder::Use::serve
                                                                                   : DataFolder::Use::command));
  server->keys_ = std::make_unique<KeyFolder>(server->folder_->keys());
  LX_TRY(server->self_, server->keys_->server());
  LX_TRY(server->journal_, Journal::open(server->folder_->journal(), server->now_ms_));
  LX_TRY(server->database_, SqliteDatabase::open(server->folder_->database()));
  LX_CHECK(server->database_->migrate("auth", auth_migrations));
  LX_CHECK(server->keys_->load_desks());
  LX_TRY(std::unique_ptr<Store> store, SqliteStore::open(*server->database_));
  server->store_ = std::make_unique<JournalledStore>(std::move(store), *server->journal_, server->own_devices());
  server->mender_ = std::make_unique<Mender>(*server->store_);
  server->lists_ = std::make_unique<SqliteListStore>(*server->database_);
  LX_CHECK(recover_kinds(*server->journal_, *server->database_));
  server->kinds_ = std::make_unique<KindsFolder>(*server->database_, *server->journal_, options.kinds,
                                                 server->folder_->kinds());
  LX_CHECK(server->kinds_->load());
  server->devices_ = std::make_unique<Devices>(*server->database_, *server->journal_, server->random_, server->self_);
  server->accounts_ = std::make_unique<Accounts>(*server->database_, *server->journal_, server->random_);
  server->grants_ = std::make_unique<Grants>(*server->database_, *server->journal_);
  server->directory_ = std::make_unique<Directory>(*server->store_, *server->grants_);
  LX_TRY(server->recovered_, recover(*server));
  server->journal_waiting_ = server->recovered_.waiting;
  server->marks_ = std::make_unique<Marks>(*server->journal_, *server->database_, *server->store_, *server->devices_);
  server->serves_ = purpose == Purpose::serve;
  return server;
}

Server::~Server() {
  if (!devices_) return;
  if (const Status flushed = devices_->flush(); !flushed) {
    log_event(LogLevel::warning, "notes_lost", {{"reason", flushed.error().message}});
  }
  if (!serves_ || !marks_) return;
  Status marked = marks_->tell();
  if (marked) marked = tell_untold(*this);
  if (marked) marked = marks_->note_agreement(true);
  if (!marked) log_event(LogLevel::warning, "marks_lost", {{"reason", marked.error().message}});
}

Status Server::tell_marks() {
  const std::lock_guard alone(telling_);  // what one finds is told by all that it goes through, not by another's half
  LX_CHECK(marks_->tell());
  if (!serves_) return {};
  LX_CHECK(tell_untold(*this));
  return marks_->note_agreement(false);
}

Result<Moment> Server::moment() {
  Moment moment{kinds_->catalog(), nullptr, &self_, &random_, now_ms()};
  LX_TRY(moment.places, directory_->places(*moment.catalog, moment.now_ms));
  return moment;
}

Result<SelfDevice> Server::desk_of(const Account& account) {
  return keys_->desk(account.login, account.member, random_);
}

Status Server::settle_kinds() {
  LX_TRY(const Moment now, moment());
  if (settled_version_ == now.catalog->version) return {};
  LX_TRY(const std::vector<StudioId> studios, store_->studios());
  for (const StudioId& studio : studios) LX_CHECK(settle_studio(now, studio));
  settled_version_ = now.catalog->version;
  return {};
}

Status Server::settle_studio(const Moment& now, const StudioId& studio) {
  StudioHead head;
  Status read = store_->read(studio, [&](ReadTxn& snapshot) -> Status {
    LX_TRY(head, snapshot.head());
    return {};
  });
  if (!read) return read;
  if (head.sensitivity_version != now.catalog->sensitivity_version) {
    LX_TRY(const StudioHead rebuilt, rebuild(*store_, studio, *now.catalog));
    log_event("studio_rebuilt", {{"studio", studio.text()}, {"seq", std::to_string(rebuilt.seq)}});
  }
  LX_TRY(const std::vector<HeldLine> held, lists_->held_open(std::span(&studio, 1), held_lines_max));
  std::vector<ChangeId> waiting;
  for (const HeldLine& line : held) {
    if (line.line.code == "kinds_newer") waiting.push_back(line.line.id);
  }
  if (waiting.empty()) return {};
  const StudioPlace* place = now.places->place(studio);
  const Rules rules = now.rules(place ? *place : StudioPlace{studio, {}, {}, false});
  LX_TRY(const std::size_t released, release_known_kinds(*store_, studio, rules, waiting));
  log_event("kinds_released", {{"studio", studio.text()}, {"changes", std::to_string(released)}});
  return {};
}

Status Server::settle_grants() {
  LX_TRY(const Moment now, moment());
  // Twice for each: a sync that began before they changed may still have held a line by the places of before.
  const bool again = settled_places_ == now.places;
  if (again && settled_twice_) return {};
  LX_TRY(const std::vector<Device> devices, devices_->all());
  for (const Device& device : devices) {
    if (device.readmitted_ms > 0 && !device.cut_off()) LX_CHECK(settle_device(now, device));
  }
  settled_places_ = now.places;
  settled_twice_ = again;
  return {};
}

Status Server::settle_device(const Moment& now, const Device& device) {
  const StudioPlace* place = now.places->place(device.studio);
  if (!place || !now.places->ever_granted(device.member, *place)) return {};
  LX_TRY(const std::vector<HeldLine> held, lists_->held_open(std::span(&device.studio, 1), held_lines_max));
  std::vector<ChangeId> waiting;
  for (const HeldLine& line : held) {
    if (line.line.code == "awaits_grant" && line.line.device == device.id) waiting.push_back(line.line.id);
  }
  if (waiting.empty()) return {};
  // A duty phone stands for its studio: what is granted by org unit does not act on it.
  std::vector<Grant> grants(now.places->grants().begin(), now.places->grants().end());
  if (device.shared) std::erase_if(grants, [](const Grant& grant) { return grant.studio.is_zero(); });
  Rules rules = now.rules(*place);
  rules.grants = grants;
  LX_TRY(const std::size_t released, release_granted(*store_, device.studio, rules, waiting));
  log_event("grants_released", {{"device", device.id.text()}, {"changes", std::to_string(released)}});
  return {};
}

Status Server::settle_journal() {
  if (journal_waiting_ == 0) return {};
  LX_TRY(journal_waiting_, take_waiting(*this));
  return {};
}

Result<bool> Server::index_some() {
  const auto catalog = kinds_->catalog();
  return lists_->index_some(indexed_rows_at_a_time,
                            [&](const StoredRow& row) { return search_text(*catalog, row); });
}

std::string search_text(const Catalog& catalog, const StoredRow& stored) {
  const auto row = decode_row(stored.encoded);
  return row ? search_text(catalog, *row) : std::string();
}

std::string search_text(const Catalog& catalog, const Row& row) {
  const Kind* kind = catalog.kind(row.kind);
  if (!kind) return {};
  const auto shown = shown_fields(catalog, row);
  std::string text;
  const auto add = [&](const Value& value) {
    if (!value.text()) return;
    if (!text.empty()) text += '\n';
    text += *value.text();
  };
  for (const Field& field : kind->fields) {
    if (!field.search || sensitivity_of(catalog, row.kind, field.name) >= Sensitivity::health) continue;
    const auto value = shown.find(field.name);
    if (value == shown.end()) continue;
    add(value->second);
    if (const Value::List* list = value->second.list()) {
      for (const Value& item : *list) {
        add(item);
        if (!item.object()) continue;
        for (const auto& [name, part] : *item.object()) add(part);
      }
    }
  }
  return text;
}

}  // namespace lianxin::server
