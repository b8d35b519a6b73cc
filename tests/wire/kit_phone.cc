#include "tests/wire/kit_phone.h"

#include "client-sdk/session/hand_over.h"
#include "client-sdk/session/take/take_part.h"
#include "client-sdk/store/own_changes.h"
#include "schema/catalog.h"
#include "sync/model/limits.h"
#include "tests/wire/reading.h"

namespace lianxin::kit {
namespace {

Value values_in(const Change& change) {
  Value::Object values;
  for (const Write& write : change.writes) values.insert_or_assign(write.at.text(), write.value);
  return values;
}

}  // namespace

Result<std::unique_ptr<KitPhone>> KitPhone::open(const std::filesystem::path& file, const SelfDevice& device) {
  PhoneOptions options;
  options.path = file.string();
  Expected<Phone> phone = Phone::open(options);
  if (!phone) return failure(Errc::unavailable, phone.problem().code);
  std::unique_ptr<KitPhone> opened(new KitPhone(device, std::move(phone).value()));
  Identity identity;
  identity.secret = device.secret;
  identity.key = device.key;
  identity.device = device.device;
  identity.member = identity.current = device.member;
  LX_CHECK(opened->core().db().write([&]() -> Status {
    Meta(opened->core().db()).set_identity(identity);
    return {};
  }));
  return opened;
}

Status KitPhone::prepare(const Kinds& kinds, const GrantedStudio& grant, const std::vector<std::string>& lines) {
  LX_CHECK(
      core().db().write([&]() -> Status { return core().set_catalog(catalog_document(kinds.catalog, kinds.files)); }));
  LX_CHECK(take_grants(core(), {grant}));
  return core().db().write([&]() -> Status {
    OwnChanges own(core().db());
    for (auto n = static_cast<std::size_t>(own.last_n(grant.studio)); n < lines.size(); ++n) {
      LX_TRY(const Change change, parse_line(lines[n]));
      LX_CHECK(own.append(device_.key, change, lines[n]));
    }
    return {};
  });
}

Result<Value> KitPhone::take(const StudioId& studio, const std::string& cursor, const Page& page,
                             std::int64_t server_ms) {
  StudioReply part;
  part.studio = studio;
  part.page = page;
  SyncReply reply;
  reply.server_ms = server_ms;
  reply.studios.push_back(part);
  LX_TRY(const bool forked, shows_fork(core(), reply));
  if (forked) return Value(Value::Object{{"fork", true}});
  StudioRequest asked;
  asked.studio = studio;
  asked.cursor = cursor;
  asked.bytes_max = limits::page_bytes_max;
  LX_CHECK(take_part({core(), asked, part, false, server_ms}));
  if (!page.digest) return Value(Value::Object{{"digest", "none"}});
  Digest sum;
  LX_CHECK(core().db().read([&]() -> Status {
    LX_TRY(sum, Rows(core().db()).digest(studio));
    return {};
  }));
  return Value(Value::Object{{"digest", sum == *page.digest ? "equal" : "differs"}});
}

Result<Value> KitPhone::view(const RecordId& record) {
  return core().db().read([&]() -> Result<Value> {
    LX_TRY(const auto catalog, core().catalog());
    LX_TRY(const auto state, RecordStates(core().db(), *catalog, device_.key).find(record));
    if (!state) return Value();
    Value view = reading_of(*catalog, state->row);
    Value::List waiting;
    for (const ChangeId& id : state->waiting_ids) waiting.emplace_back(id.text());
    Value::Object held, stuck;
    for (const auto& [id, change] : state->own_held) held.emplace(id.text(), values_in(change));
    for (const RecordState::Stuck& one : state->stuck) stuck.emplace(one.change.id.text(), one.refusal.code);
    Value::Object& parts = *view.object();
    if (!waiting.empty()) parts.emplace("waiting", std::move(waiting));
    if (!held.empty()) parts.emplace("held", std::move(held));
    if (!stuck.empty()) parts.emplace("stuck", std::move(stuck));
    return view;
  });
}

}  // namespace lianxin::kit
