#include "lianxin/phone.h"

#include <algorithm>
#include <new>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/core/problems.h"
#include "client-sdk/core/values.h"
#include "client-sdk/driver/system_device.h"
#include "client-sdk/phone/form_core.h"
#include "client-sdk/phone/pins.h"
#include "client-sdk/phone/show.h"
#include "client-sdk/session/session.h"
#include "client-sdk/store/damaged_changes.h"
#include "client-sdk/store/grants.h"
#include "client-sdk/store/lists.h"
#include "client-sdk/store/receipts.h"
#include "client-sdk/transport/http_transport.h"
#include "sync/model/view.h"

namespace lianxin {

using namespace client;
namespace {

constexpr Query noticed_changes{"noticed_changes", "SELECT change_id FROM noticed"};
constexpr Query note_change{"note_change", R"sql(
  INSERT INTO noticed (change_id) VALUES ($1) ON CONFLICT (change_id) DO NOTHING
)sql"};

constexpr std::size_t trouble_shown_max = 100;  // of each kind, record by record

// One that cannot be read has no name and no holders; all else of the studio is shown.
GrantedStudio grant_shown(PhoneCore& phone, const StudioId& studio) {
  Result<GrantedStudio> grant = Grants(phone.db()).of(studio);
  if (grant) return std::move(*grant);
  GrantedStudio unread;
  unread.studio = studio;
  return unread;
}

bool may_begin(const GrantedStudio& grant, const Kind& kind, const MemberId& member) {
  const Access access = access_in(grant, member);
  return grant.reference == kind.reference &&
         std::any_of(kind.writers.begin(), kind.writers.end(), [&](const std::string& role) { return access.has(role); });
}

bool is_named(const GrantedStudio& grant, std::string_view wanted) {
  return grant.studio.text() == wanted || grant.code == wanted;
}

Result<StudioState> studio_for(PhoneCore& phone, const Kind& kind, const MemberId& member, std::string_view wanted) {
  std::vector<StudioState> fit;
  for (StudioState& studio : Studios(phone.db()).all()) {
    if (!studio.granted) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    if (wanted.empty() ? may_begin(grant, kind, member) : is_named(grant, wanted)) fit.push_back(std::move(studio));
  }
  if (fit.empty()) return refuse_with("studio_unknown");
  if (fit.size() > 1 && wanted.empty()) return refuse_with("studio_unclear");
  return std::move(fit.front());
}

// The records of a flagged studio by name. Whether they are listed or not, the studio itself is.
void add_differing(PhoneCore& phone, const Catalog& kinds, const StudioState& studio, std::vector<InboxItem>& items) {
  std::vector<RecordId> records = Studios(phone.db()).differing(studio.id);
  if (records.size() > trouble_shown_max) records.resize(trouble_shown_max);
  for (const RecordId& record : records) {
    InboxItem item;
    item.kind = InboxKind::trouble;
    item.studio = studio.id.text();
    item.record = record.text();
    if (const auto state = phone.state_of(item.record)) item.title = view_of(kinds, *state).title;
    item.sentence = {"这条记录本机与服务器的不一样。", "This record is not the same here and on the server."};
    items.push_back(std::move(item));
  }
}

// What the server did not get as it was saved: damaged changes by their records; lost ones, of which nothing is left here,
// by their number.
void add_damaged_changes(PhoneCore& phone, const Catalog& kinds, std::vector<InboxItem>& items) {
  std::vector<DamagedChange> damaged;
  std::map<StudioId, std::vector<ChangeId>> lost;
  for (const DamagedChange& one : DamagedChanges(phone.db()).to_be_shown()) {
    if (one.damage == Damage::lost) {
      lost[one.studio].push_back(one.id);
    } else {
      damaged.push_back(one);
    }
  }
  if (damaged.size() > trouble_shown_max) damaged.resize(trouble_shown_max);
  for (const DamagedChange& one : damaged) {
    InboxItem item;
    item.kind = InboxKind::trouble;
    item.studio = one.studio.text();
    item.record = one.record.text();
    item.change = one.id.text();
    if (const auto state = phone.state_of(item.record)) item.title = view_of(kinds, *state).title;
    item.sentence = {"这条记录有一处修改在本机存储中损坏，已按现在的样子交给服务器存查、暂不生效，请核对后重填。",
                     "A change of this record was damaged in this phone's storage and is kept by the server as it is "
                     "now, without effect. Check it and enter it again."};
    items.push_back(std::move(item));
  }
  for (const auto& [studio, changes] : lost) {
    InboxItem item;
    item.kind = InboxKind::trouble;
    item.studio = studio.text();
    item.change = changes.front().text();
    const std::string count = std::to_string(changes.size());
    item.sentence = {count + " 条修改早先已交给服务器，服务器后来丢失了，请联系办公室。",
                     "The server has lost " + count + " changes that were handed over to it. Ask the office."};
    items.push_back(std::move(item));
  }
}

Result<std::vector<InboxItem>> inbox_items(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  std::set<ChangeId> noticed;
  phone.db().each(noticed_changes, [&](SQLite::Statement& row) { noticed.insert(id_at<ChangeId>(row, 0)); });
  std::vector<InboxItem> items;
  for (const ListItem& entry : Lists(phone.db(), *kinds).needing()) {
    LX_TRY(const RecordState state, phone.state_of(entry.id));
    std::vector<InboxItem> of_record = inbox_of(*kinds, state, who.current, noticed);
    items.insert(items.end(), of_record.begin(), of_record.end());
  }
  const std::vector<StudioState> studios = Studios(phone.db()).all();
  for (const StudioState& studio : studios) {
    if (!studio.trouble) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    InboxItem item;
    item.kind = InboxKind::trouble;
    item.studio = studio.id.text();
    item.title = grant.name;
    item.sentence = {"本机与服务器的内容对不上，请联系办公室核查。",
                     "What is here and what is on the server differ. Ask the office to look into it."};
    items.push_back(std::move(item));
    add_differing(phone, *kinds, studio, items);
  }
  add_damaged_changes(phone, *kinds, items);
  return items;
}

Result<std::vector<ReceiptView>> receipts_of(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  LX_TRY(const std::vector<KeptReceipt> kept, Receipts(phone.db()).all());
  const std::vector<StudioState> studios = Studios(phone.db()).all();
  OwnChanges own(phone.db());
  std::vector<ReceiptView> views;
  for (const KeptReceipt& one : kept) {
    ReceiptView view;
    view.studio = one.told.studio.text();
    for (const StudioState& studio : studios) {
      if (studio.id != one.told.studio) continue;
      const GrantedStudio grant = grant_shown(phone, studio.id);
      view.code = grant.code;
      view.name = grant.name;
    }
    view.device = one.told.device.text();
    view.acked_n = one.told.acked_n;
    view.here = own.last_n(one.told.studio);
    view.log_seq = one.told.seq;
    view.server_ms = one.told.server_ms;
    view.current = one.current;
    view.this_key = one.told.device == who.device;
    view.text = one.told.text();
    views.push_back(std::move(view));
  }
  std::stable_sort(views.begin(), views.end(), [](const ReceiptView& a, const ReceiptView& b) {
    return a.studio != b.studio ? a.studio < b.studio : a.server_ms > b.server_ms;
  });
  return views;
}

Result<StatusView> status_of(PhoneCore& phone) {
  StatusView view;
  Meta meta(phone.db());
  LX_TRY(const std::optional<Identity> who, meta.identity());
  LX_TRY(const std::int64_t purged, meta.number(meta_names::purged));
  view.purged = purged != 0;
  if (!who) return view;
  view.enrolled = true;
  view.device = who->device.text();
  view.device_name = who->device_name;
  view.member = who->current.text();
  view.member_name = who->member_name;
  view.server = who->server;
  LX_TRY(const std::shared_ptr<const Catalog> kinds, phone.catalog_or_empty());
  view.kinds_version = kinds->version;
  const std::vector<StudioState> studios = Studios(phone.db()).all();
  OwnChanges own(phone.db());
  for (const StudioState& studio : studios) {
    const GrantedStudio grant = grant_shown(phone, studio.id);
    StudioStatus one{studio.id.text(), grant.code, grant.name, own.last_n(studio.id), 0,
                     studio.synced_ms, studio.granted, studio.trouble, {}, studio.problem};
    for (const RecordId& record : Studios(phone.db()).differing(studio.id)) one.differing.push_back(record.text());
    one.on_server = std::min(one.here, studio.acked_n);
    view.here += one.here;
    view.on_server += one.on_server;
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (holder.member == who->current && !holder.name.empty()) view.member_name = holder.name;
    }
    if (studio.granted || one.here > one.on_server) view.studios.push_back(std::move(one));
  }
  view.waiting = view.here - view.on_server;
  LX_TRY(const std::vector<InboxItem> inbox, inbox_items(phone));
  view.needs_you = static_cast<std::int64_t>(inbox.size());
  return view;
}

Result<std::vector<MemberInfo>> members_of(PhoneCore& phone) {
  LX_TRY(const Identity who, phone.identity());
  const std::vector<StudioState> studios = Studios(phone.db()).all();
  std::map<MemberId, MemberInfo> members;
  const auto known = [&](const MemberId& id, const std::string& name) -> MemberInfo& {
    MemberInfo& info = members[id];
    info.id = id.text();
    if (!name.empty()) info.name = name;
    info.current = id == who.current;
    return info;
  };
  known(who.member, who.member_name);
  for (const StudioState& studio : studios) {
    if (!studio.granted) continue;
    const GrantedStudio grant = grant_shown(phone, studio.id);
    for (const GrantedStudio::Holder& holder : grant.holders) {
      if (!who.shared && holder.member != who.member) continue;
      MemberInfo& info = known(holder.member, holder.name);
      for (const std::string& role : holder.roles) {
        if (std::find(info.roles.begin(), info.roles.end(), role) == info.roles.end()) info.roles.push_back(role);
      }
    }
  }
  std::vector<MemberInfo> list;
  for (auto& [id, info] : members) {
    info.has_pin = Pins(phone).has(id);
    list.push_back(std::move(info));
  }
  return list;
}

Result<MemberId> member_here(PhoneCore& phone, std::string_view member) {
  LX_TRY(const std::vector<MemberInfo> members, members_of(phone));
  const auto at = std::find_if(members.begin(), members.end(), [&](const MemberInfo& info) {
    return info.id == member || info.name == member;
  });
  const auto id = at == members.end() ? std::nullopt : MemberId::parse(at->id);
  if (!id) return refuse_with("member_unknown");
  return *id;
}

}  // namespace

Phone::Phone(std::shared_ptr<PhoneCore> core) : core_(std::move(core)) {}
Phone::Phone(Phone&&) noexcept = default;
Phone& Phone::operator=(Phone&&) noexcept = default;
Phone::~Phone() = default;

Expected<Phone> Phone::open(const PhoneOptions& options) try {
  std::unique_ptr<Codec> own_codec;
  if (!options.codec) own_codec = std::make_unique<IdentityCodec>();
  std::unique_ptr<Transport> own_transport;
  if (!options.transport) own_transport = std::make_unique<HttpTransport>(options.http);
  auto database = Database::open(options.path, options.codec ? *options.codec : *own_codec);
  if (!database) return problem_of(database.error());
  return Phone(std::make_shared<PhoneCore>(options, std::move(own_codec), std::move(own_transport),
                                           std::move(*database)));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<void> Phone::enrol(std::string_view server_url, std::string_view code, std::string_view device_name) try {
  std::string server(server_url);
  while (server.ends_with('/')) server.pop_back();
  const std::size_t host = server.find("://");
  const bool http = server.starts_with("http://") || server.starts_with("https://");
  if (!http || server.size() == host + 3 || server.find('/', host + 3) != std::string::npos) {
    return problem("server_url_wrong");
  }
  const auto enrolled = core_->db().read([&] { return Meta(core_->db()).identity(); });
  if (!enrolled) return problem_of(enrolled.error());
  if (*enrolled) return problem("already_enrolled");
  if (Status begun = core_->begin_turn(); !begun) return problem_of(begun.error());
  ServerCalls calls(*core_, nullptr);
  if (auto done = calls.enrol(server, code, device_name); !done) return done;
  // Without the kinds no form opens; but the enrolment stands, and the first sync fetches them too.
  if (auto fetched = calls.fetch_kinds(); !fetched && fetched.problem().kind != ProblemKind::network) return fetched;
  return {};
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<std::vector<MemberInfo>> Phone::members() {
  return at_border(core_->db().read([&] { return members_of(*core_); }));
}

Expected<void> Phone::set_pin(std::string_view member, std::string_view pin) {
  return at_border(core_->db().write([&]() -> Status {
    LX_TRY(const Identity who, core_->identity());
    LX_TRY(const MemberId id, member_here(*core_, member));
    if (Pins(*core_).has(id) && id != who.current) return refuse_with("pin_not_yours");
    return Pins(*core_).set(id, pin);
  }));
}

Expected<void> Phone::switch_member(std::string_view member, std::string_view pin) try {
  const Result<bool> right = core_->db().write([&]() -> Result<bool> {
    LX_TRY(Identity who, core_->identity());
    LX_TRY(const MemberId id, member_here(*core_, member));
    if (!who.shared) return refuse_with("not_shared");
    LX_TRY(const bool matches, Pins(*core_).check(id, pin));
    if (!matches) return false;  // committed: the failure counts
    who.current = id;
    Meta(core_->db()).set_identity(who);
    return true;
  });
  if (!right) return problem_of(right.error());
  return *right ? Expected<void>() : Expected<void>(problem("pin_wrong"));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<Form> Phone::begin_new(std::string_view kind, std::string_view studio, std::string_view id) try {
  Result<OpenForm> form = core_->db().write([&]() -> Result<OpenForm> {
    LX_TRY(const Identity who, core_->identity());
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog());
    const Kind* known = kinds->kind(kind);
    if (!known) return refuse_with("kind_unknown");
    LX_TRY(const StudioState place, studio_for(*core_, *known, who.current, studio));
    OpenForm fresh;
    if (id.empty()) {
      Bytes<10> random;
      core_->fill(random);
      fresh.record.bytes = uuid_v7(static_cast<std::uint64_t>(std::max<std::int64_t>(0, core_->clock.wall_ms())), random);
    } else {
      const auto given = RecordId::parse(id);
      if (!given) return refuse_with("record_id_wrong");
      fresh.record = *given;
      LX_TRY(const auto there, RecordStates(core_->db(), *kinds, who.key).find(*given));
      if (there) return refuse_with("record_exists");
    }
    fresh.token = core_->random_id<ChangeId>().text();
    fresh.studio = place.id;
    fresh.kind = kind;
    fresh.is_new = true;
    fresh.seen = place.seen;
    fresh.opened_ms = core_->clock.wall_ms();
    Forms(core_->db()).save(fresh);
    return fresh;
  });
  if (!form) return problem_of(form.error());
  return Form(std::make_unique<FormCore>(core_, std::move(*form)));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<Form> Phone::begin_edit(std::string_view record) try {
  Result<OpenForm> form = core_->db().write([&]() -> Result<OpenForm> {
    LX_TRY(const RecordState state, core_->state_of(record));
    LX_TRY(OpenForm opened, open_form(*core_, state));
    Forms(core_->db()).save(opened);
    return opened;
  });
  if (!form) return problem_of(form.error());
  return Form(std::make_unique<FormCore>(core_, std::move(*form)));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<Form> Phone::form(std::string_view token) try {
  Result<std::optional<OpenForm>> form = core_->db().read([&] { return Forms(core_->db()).find(token); });
  if (!form) return problem_of(form.error());
  if (!*form) return problem("form_unknown");
  return Form(std::make_unique<FormCore>(core_, std::move(**form)));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<std::vector<std::string>> Phone::open_forms() {
  return at_border(core_->db().read([&]() -> Result<std::vector<std::string>> { return Forms(core_->db()).tokens(); }));
}

Expected<Saved> Phone::remove_record(std::string_view record, std::string_view reason) try {
  std::optional<Problem> refused;
  Result<Saved> saved = core_->db().write([&]() -> Result<Saved> {
    LX_TRY(const RecordState state, core_->state_of(record));
    LX_TRY(OpenForm form, open_form(*core_, state));
    form.reason = reason;
    form.staged.push_back({{"_deleted", {}, {}}, Op::put, true});
    return save_form(*core_, form, refused);
  });
  if (refused) return *refused;
  return at_border(std::move(saved));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<Saved> Phone::resolve(std::string_view record, std::string_view address, FieldValue value,
                                 std::string_view reason) try {
  std::optional<Problem> refused;
  Result<Saved> saved = core_->db().write([&]() -> Result<Saved> {
    LX_TRY(const RecordState state, core_->state_of(record));
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog());
    const auto at = Address::parse(address);
    const std::vector<Conflict> open = conflicts_of(*kinds, state.row);
    const bool disputed = std::any_of(open.begin(), open.end(),
                                      [&](const Conflict& conflict) { return conflict.address == address; });
    if (!at || !disputed) return refuse_with("no_conflict");
    LX_TRY(OpenForm form, open_form(*core_, state));
    LX_TRY(Value plain, value_of(value));
    form.reason = reason;
    form.resolving = true;
    const bool ladder = rule_of(*kinds, state.row.kind, *at).merge == Merge::ladder;
    if (ladder && !plain.text()) return refuse_with("field_use_wrong");
    form.staged.push_back({*at, ladder ? Op::step : Op::put, std::move(plain)});
    return save_form(*core_, form, refused);
  });
  if (refused) return *refused;
  return at_border(std::move(saved));
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

Expected<RecordView> Phone::record(std::string_view id) {
  return at_border(core_->db().read([&]() -> Result<RecordView> {
    LX_TRY(const RecordState state, core_->state_of(id));
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    return view_of(*kinds, state);
  }));
}

Expected<ListPageView> Phone::list(const ListOptions& options) {
  return at_border(core_->db().read([&]() -> Result<ListPageView> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    std::optional<StudioId> studio;
    if (!options.studio.empty()) {
      for (const StudioState& one : Studios(core_->db()).all()) {
        const GrantedStudio grant = grant_shown(*core_, one.id);
        if (is_named(grant, options.studio)) studio = one.id;
      }
      if (!studio) return refuse_with("studio_unknown");
    }
    ListPageView page;
    page.items = Lists(core_->db(), *kinds).page(options, studio, page.next);
    return page;
  }));
}

Expected<std::vector<ListItem>> Phone::find(std::string_view words, int limit) {
  return at_border(core_->db().read([&]() -> Result<std::vector<ListItem>> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    return Lists(core_->db(), *kinds).find(words, limit);
  }));
}

Expected<std::vector<InboxItem>> Phone::inbox() {
  return at_border(core_->db().read([&] { return inbox_items(*core_); }));
}

Expected<void> Phone::put_away(std::string_view change) {
  const auto id = ChangeId::parse(change);
  if (!id) return problem("record_unknown");
  return at_border(core_->db().write([&]() -> Status {
    core_->db().exec(note_change, *id);
    DamagedChanges(core_->db()).put_away(*id);
    return {};
  }));
}

Expected<std::vector<WaitingItem>> Phone::waiting() {
  return at_border(core_->db().read([&]() -> Result<std::vector<WaitingItem>> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    const std::vector<StudioState> studios = Studios(core_->db()).all();
    std::vector<WaitingItem> items;
    OwnChanges own(core_->db());
    for (const StudioState& studio : studios) {
      LX_TRY(const std::vector<OwnChange> changes, own.after(studio.id, studio.acked_n, SIZE_MAX >> 1, SIZE_MAX));
      for (const OwnChange& change : changes) {
        WaitingItem item{studio.id.text(), change.record.text(), {}, {}, change.id.text(), change.n, change.made_ms};
        if (const auto state = core_->state_of(item.record)) {
          item.kind = state->row.kind;
          item.title = view_of(*kinds, *state).title;
        }
        items.push_back(std::move(item));
      }
    }
    return items;
  }));
}

Expected<StatusView> Phone::status() {
  return at_border(core_->db().read([&] { return status_of(*core_); }));
}

Expected<std::vector<ReceiptView>> Phone::receipts() {
  return at_border(core_->db().read([&] { return receipts_of(*core_); }));
}

Expected<std::vector<KindInfo>> Phone::kinds() {
  return at_border(core_->db().read([&]() -> Result<std::vector<KindInfo>> {
    LX_TRY(const std::shared_ptr<const Catalog> kinds, core_->catalog_or_empty());
    return kinds_of(*kinds);
  }));
}

Expected<SyncReport> Phone::sync(const SyncOptions& options) try {
  if (core_->syncing.exchange(true)) return problem("sync_running");
  struct Ended {  // also where the caller's progress function throws
    PhoneCore& core;
    ~Ended() { core.syncing = false; }
  } const ended{*core_};
  return Session(*core_, options).run();
} catch (const std::bad_alloc&) {
  return problem("no_memory");
}

}  // namespace lianxin
