#include "client-sdk/core/phone_core.h"

#include <mutex>

#include "client-sdk/core/problems.h"
#include "client-sdk/store/lists.h"
#include "client-sdk/store/server_time.h"
#include "schema/assert.h"
#include "schema/catalog.h"

namespace lianxin::client {
namespace {

// Once for all phones of a process with the same kinds, as an app and its background service are: to read them takes
// longer than a sync with nothing new. They live as long as one of these phones does.
Result<std::shared_ptr<const Catalog>> read_catalog(const std::string& document) {
  static std::mutex mutex;
  static std::weak_ptr<const Catalog> last;
  static Hash last_read{};  // the document of `last`
  const Hash hash = sha256(document);
  const std::lock_guard lock(mutex);
  std::shared_ptr<const Catalog> catalog = last.lock();
  if (catalog && last_read == hash) return catalog;
  LX_TRY(Catalog read, read_catalog_document(document));
  catalog = std::make_shared<const Catalog>(std::move(read));
  last = catalog;
  last_read = hash;
  return catalog;
}

constexpr int renewed_at_once = 200;  // records; some tenths of a second on a slow phone

}  // namespace

Result<std::shared_ptr<PhoneCore>> PhoneCore::open(const PhoneOptions& options) {
  LX_ASSERT(options.clock && options.random);
  LX_TRY(std::unique_ptr<Database> database,
         Database::open({options.path, options.store_key, options.store_pin, *options.random, *options.clock}));
  std::unique_ptr<PhoneCore> core(new PhoneCore(options));
  core->database_ = std::move(database);
  return std::shared_ptr<PhoneCore>(core.release(), [](PhoneCore* closed) {
    closed->lock();  // wipes what it knew
    delete closed;
  });
}

void PhoneCore::fill(std::span<std::uint8_t> out) { random_.fill(out); }

SecretKey PhoneCore::random_key() {
  SecretKey key{};
  fill(key);
  return key;
}

std::int64_t PhoneCore::server_now_ms() {
  const ClockReading now = clocks();
  return db().read([&]() -> Result<std::int64_t> { return ServerTime(db()).at(now); }).value_or(now.wall_ms);
}

void PhoneCore::note_server_ms(std::int64_t server_ms, bool refused) {
  const ClockReading now = clocks();
  (void)db().write([&]() -> Status {
    ServerTime(db()).note(server_ms, now, refused);
    return {};
  });
}

Result<SecretKey> PhoneCore::pending_key(const char* name) {
  return db().write([&]() -> Result<SecretKey> {
    Meta meta(db());
    SecretKey key{};
    LX_TRY(const std::optional<std::string> stored, meta.get(name));
    if (stored && from_hex(*stored, key)) return key;
    key = random_key();
    meta.set(name, to_hex(key));
    return key;
  });
}

void PhoneCore::want_new_key() { Meta(db()).set(meta_names::rekeying, to_hex(random_key())); }

Result<bool> PhoneCore::wants_new_key() {
  LX_CHECK(identity());
  LX_TRY(const std::optional<std::string> key, Meta(db()).get(meta_names::rekeying));
  return key.has_value();
}

Status PhoneCore::begin_turn() {
  Bytes<16> drawn;
  fill(drawn);
  const std::string mine = to_hex(drawn);
  return db().alone([&]() -> Status {
    const Status begun = db().write([&]() -> Status {
      Meta(db()).set(meta_names::syncing, mine);
      return {};
    });
    if (begun) {
      turn_ = mine;
      return {};
    }
    // A phone whose disk is full hands over what it has all the same; what it is answered it cannot keep in any case.
    return db().read([&]() -> Status {
      LX_TRY(const std::optional<std::string> stored, Meta(db()).get(meta_names::syncing));
      turn_ = stored.value_or("");
      return {};
    });
  });
}

Status PhoneCore::in_turn() {
  LX_TRY(const std::optional<std::string> stored, Meta(db()).get(meta_names::syncing));
  if (stored.value_or("") == turn_) return {};
  return refuse_with(problem_code::sync_overtaken);
}

Result<Identity> PhoneCore::identity() {
  Meta meta(db());
  LX_TRY(std::optional<std::string> stored, meta.get(meta_names::identity));
  if (!stored) {
    identity_text_.clear();
    identity_ = {};
    LX_TRY(const std::int64_t purged, meta.number(meta_names::purged));
    return refuse_with(purged ? problem_code::purged : problem_code::not_enrolled);
  }
  if (*stored != identity_text_) {
    LX_TRY(identity_, read_identity(*stored));
    identity_text_ = std::move(*stored);
  }
  return identity_;
}

void PhoneCore::lock() {
  db().alone([&] {
    db().lock();
    identity_ = {};
    wipe(identity_text_);
    forget_signing_keys();
  });
}

Result<std::shared_ptr<const Catalog>> PhoneCore::catalog_or_empty() {
  if (catalog_) return catalog_;
  LX_TRY(const std::optional<std::string> document, Meta(db()).get(meta_names::catalog));
  if (!document) return std::make_shared<const Catalog>();
  LX_TRY(catalog_, read_catalog(*document));
  return catalog_;
}

Result<std::shared_ptr<const Catalog>> PhoneCore::catalog() {
  LX_TRY(std::shared_ptr<const Catalog> found, catalog_or_empty());
  if (found->kinds.empty()) return refuse_with(problem_code::kinds_missing);
  return found;
}

Status PhoneCore::set_catalog(const std::string& document) {
  Result<std::shared_ptr<const Catalog>> read = read_catalog(document);
  if (!read) return refuse_with(problem_code::server_kinds_bad);
  Meta(db()).set(meta_names::catalog, document);
  catalog_ = std::move(*read);
  Lists(db(), *catalog_).all_are_old();
  return {};
}

Result<bool> PhoneCore::renew_some_lists() {
  LX_TRY(const bool any, db().read([&]() -> Result<bool> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, catalog_or_empty());
    return Lists(db(), *kinds).has_old();
  }));
  if (!any) return false;
  return db().write([&]() -> Result<bool> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, catalog_or_empty());
    Lists lists(db(), *kinds);
    for (const Lists::Old& entry : lists.some_old(renewed_at_once)) {
      const std::optional<StudioState> studio = Studios(db()).find(entry.studio);
      if (studio) LX_CHECK(refresh_list(*studio, {&entry.record, 1}));
      lists.leave_as_it_was(entry);
    }
    return lists.has_old();
  });
}

void PhoneCore::renew_lists() {
  for (Result<bool> more = true; more && *more;) more = renew_some_lists();
}

Result<RecordState> PhoneCore::state_named(std::string_view name) {
  if (RecordId::parse(name)) return state_of(name);
  LX_CHECK(identity());
  LX_CHECK(check_text(name));
  LX_TRY(const std::shared_ptr<const Catalog> kinds, catalog_or_empty());
  const std::vector<ListItem> found = Lists(db(), *kinds).numbered(name);  // each record once
  if (found.empty()) return refuse_with(problem_code::record_unknown);
  if (found.size() == 1) return state_of(found.front().id);
  Label names{"可选：", "There are: "};
  for (const ListItem& item : found) {
    const Kind* kind = kinds->kind(item.kind);
    const std::string rest = " " + item.date + " " + item.title + " " + item.id;
    const bool first = &item == &found.front();
    names.zh += (first ? "" : "；") + (kind ? kind->label_zh : item.kind) + rest;
    names.en += (first ? "" : "; ") + (kind ? kind->label_en : item.kind) + rest;
  }
  return refuse_with(problem_code::record_unclear, names);
}

Result<RecordState> PhoneCore::state_of(std::string_view record) {
  LX_TRY(const Identity who, identity());
  LX_TRY(const std::shared_ptr<const Catalog> kinds, catalog_or_empty());
  const auto id = RecordId::parse(record);
  if (!id) return refuse_with(problem_code::record_unknown);
  LX_TRY(std::optional<RecordState> state, RecordStates(db(), *kinds, who.key).find(*id));
  if (!state) return refuse_with(problem_code::record_unknown);
  return std::move(*state);
}

Status PhoneCore::refresh_list(const StudioState& studio, std::span<const RecordId> records) {
  LX_TRY(const Identity who, identity());
  LX_TRY(const std::shared_ptr<const Catalog> kinds, catalog_or_empty());
  RecordStates states(db(), *kinds, who.key);
  Lists lists(db(), *kinds);
  for (const RecordId& record : records) {
    Result<std::optional<RecordState>> found = states.find(studio, record);
    // A row that cannot be read is found and pulled again when its studio is caught up; until then its entry stays as
    // it was, and all else goes on.
    if (!found && found.error().code == Errc::corrupt) continue;
    LX_TRY(const std::optional<RecordState> state, std::move(found));
    if (state && !state->row.kind.empty()) {
      lists.put(*state, searched_on(who));
    } else {
      lists.drop(studio.id, record);
    }
  }
  return {};
}

}  // namespace lianxin::client
