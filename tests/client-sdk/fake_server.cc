#include "tests/client-sdk/fake_server.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "schema/assert.h"
#include "schema/catalog.h"
#include "schema/json.h"
#include "sync/server/act.h"
#include "sync/server/answer.h"
#include "sync/wire/certificate.h"
#include "sync/wire/codes.h"
#include "sync/wire/enrolment.h"
#include "sync/wire/envelope.h"
#include "sync/wire/signed_request.h"

namespace lianxin {
namespace {

TransportReply answered(int status, std::string body) {
  TransportReply reply;
  reply.delivery = Delivery::answered;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

// As server/http/problem.h writes it.
TransportReply refusal(int status, const std::string& code, const std::string& title = {}) {
  return answered(status, to_json(Value::Object{{"type", "/problems/" + code}, {"code", code}, {"title", title}}));
}

// As server/routes answers what is no request of the protocol's, or not its device's.
TransportReply refused(const Error& error, std::int64_t now_ms) {
  if (error.code == Errc::out_of_range) return refusal(413, "payload_too_large");
  if (error.message == codes::bad_signature) return refusal(422, error.message);
  if (error.message == codes::clock_apart) {
    const std::string type = "/problems/" + error.message;
    return answered(422, to_json(Value::Object{{"type", type}, {"code", error.message}, {"server_ms", now_ms}}));
  }
  const bool version = error.message == codes::protocol_too_old || error.message == codes::protocol_too_new;
  return refusal(400, version ? error.message : "bad_envelope");
}

// What a phone's envelope says to a server whose versions are numbered from another one on.
std::string seen_from(int versions_ahead, std::string body) {
  const std::string own = "\"protocol\":" + std::to_string(protocol_version);
  const std::size_t at = body.find(own);
  LX_ASSERT(at != std::string::npos);
  return body.replace(at, own.size(), "\"protocol\":" + std::to_string(protocol_version - versions_ahead));
}

SelfDevice device_from(CountingRandom& random) {
  SelfDevice device;
  random.fill(device.secret);
  random.fill(device.member.bytes);
  device.key = public_key_of(device.secret);
  device.device = device_id_of(device.key);
  return device;
}

}  // namespace

void CountingRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::uint8_t>(state_ >> 56);
  }
}

KindSet KindSet::of(std::vector<KindFile> files, std::int64_t version) {
  Result<Catalog> catalog = load_catalog(files);
  LX_ASSERT(catalog.has_value());
  KindSet kinds{std::move(*catalog), {}};
  kinds.catalog.version = version;
  kinds.catalog.sensitivity_version = 1;
  kinds.document = catalog_document(kinds.catalog, files);
  return kinds;
}

KindSet KindSet::of_folder(const std::string& folder) {
  std::vector<KindFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(file), {})});
  }
  return of(std::move(files));
}

const KindSet& KindSet::shipped() {
  static const KindSet kinds = of_folder(LIANXIN_KINDS);
  return kinds;
}

FakeServer::FakeServer(const KindSet& kinds) : catalog_(kinds.catalog), document_(kinds.document) {
  open(std::make_unique<server::MemoryStore>());
  random_.fill(studio.bytes);
  random_.fill(second_studio.bytes);
  studios_ = {studio, second_studio};
  self_ = device_from(random_);
  desk_ = device_from(random_);
  names_[desk_.member] = "办公室";
  grant(desk_.member, studio, "coordinator", Sensitivity::health);
  grant(desk_.member, second_studio, "coordinator", Sensitivity::health);
}

FakeServer::FakeServer(const FakeServer& other)
    : studio(other.studio),
      second_studio(other.second_studio),
      move(other.move),
      versions_ahead(other.versions_ahead),
      now_ms(other.now_ms),
      page_bytes(other.page_bytes),
      catalog_(other.catalog_),
      document_(other.document_),
      random_(other.random_),
      self_(other.self_),
      desk_(other.desk_),
      grants_(other.grants_),
      names_(other.names_),
      codes_(other.codes_),
      devices_(other.devices_),
      certified_(other.certified_),
      offered_(other.offered_),
      studios_(other.studios_),
      sum_every_ms_(other.sum_every_ms_),
      summed_ms_(other.summed_ms_) {
  open(other.store_->copy());
}

void FakeServer::open(std::unique_ptr<server::MemoryStore> store) {
  store_ = std::move(store);
  reference_.clear();
  mender_ = std::make_unique<server::Mender>(*store_, [this](auto&&...) { ++rebuilds; });
}

MemberId FakeServer::add_person(const std::string& name) {
  MemberId member;
  random_.fill(member.bytes);
  names_[member] = name;
  return member;
}

MemberId FakeServer::add_member(const std::string& name, const std::string& role, Sensitivity clearance) {
  const MemberId member = add_person(name);
  grant(member, studio, role, clearance);
  return member;
}

void FakeServer::grant(const MemberId& member, const StudioId& in, const std::string& role, Sensitivity clearance) {
  Grant made;
  made.member = member;
  made.role = role;
  made.studio = in;
  made.clearance = clearance;
  grants_.push_back(made);
}

void FakeServer::add_grant(Grant made) { grants_.push_back(std::move(made)); }

MemberId FakeServer::add_by_org(const std::string& name, const std::string& role) {
  const MemberId member = add_member(name, role);
  grants_.back().studio = {};
  grants_.back().org_code = "990121";
  return member;
}

StudioId FakeServer::add_studio() {
  StudioId id;
  random_.fill(id.bytes);
  studios_.push_back(id);
  return id;
}

void FakeServer::revoke_grants(const StudioId& in) {
  for (Grant& one : grants_) {
    if (one.studio == in && one.member != desk_.member) one.to_ms = now_ms;
  }
}

void FakeServer::end_grants(const MemberId& member, const StudioId& in) {
  for (Grant& one : grants_) {
    if (one.studio == in && one.member == member && one.to_ms > now_ms) one.to_ms = now_ms;
  }
}

void FakeServer::revoke_devices(const MemberId& member) {
  for (auto& [token, device] : devices_) device.revoked |= device.member == member;
}

void FakeServer::set_clearance(const MemberId& member, const StudioId& in, Sensitivity clearance) {
  for (Grant& one : grants_) {
    if (one.studio == in && one.member == member) one.clearance = clearance;
  }
}

void FakeServer::set_kinds(const KindSet& kinds) {
  catalog_ = kinds.catalog;
  document_ = kinds.document;
}

std::string FakeServer::code_for(const MemberId& member, bool shared) {
  const std::string code = "CODE" + std::to_string(codes_.size());
  codes_[code] = {member, shared};
  return code;
}

void FakeServer::go_by_reference(std::vector<std::string> org_codes) {
  reference_of_ = std::move(org_codes);
  for (const std::string& code : reference_of_) studios_.push_back(server::reference_studio_of(code));
}

const server::Places& FakeServer::places() {
  for (const std::string& code : reference_of_) LX_ASSERT(reference_.refresh(*store_, catalog_, code).has_value());
  places_ = reference_.places(reference_of_, store_->owners(), grants_);
  return *places_;
}

Access FakeServer::access(const MemberId& member, const StudioId& in) const {
  return places_ ? places_->access(member, place(in), now_ms) : access_of(member, grants_, place(in), now_ms);
}

bool FakeServer::knows(const StudioId& id) const {
  if (places_) return places_->place(id) != nullptr;
  return std::find(studios_.begin(), studios_.end(), id) != studios_.end();
}

StudioPlace FakeServer::place(const StudioId& id) const {
  if (places_) {
    const StudioPlace* known = places_->place(id);
    return known ? *known : StudioPlace{id, {}, {}, false};
  }
  return {id, id == studio ? "990121-S01" : "990121-S02", {"990121", "990100"}, false};
}

Rules FakeServer::rules(const StudioId& id) {
  if (!reference_of_.empty()) (void)places();
  return {catalog_, grants_, place(id), self_, random_, now_ms, places_.get()};
}

Status FakeServer::desk(const RecordId& record, const std::string& kind, std::vector<Write> writes,
                        const std::string& reason) {
  Draft draft{record, kind, reason, std::move(writes), head()};
  const auto done = act(*store_, studio, rules(studio), desk_, std::span(&draft, 1));
  if (!done) return tl::unexpected(done.error());
  if (!done->refused.empty()) return failure(Errc::not_allowed, done->refused.front().code);
  return {};
}

// What the desk says its reason is stands with each of the elements that it adds.
void FakeServer::fill_record(const std::string& record) {
  constexpr std::size_t elements = 4;
  std::vector<Write> writes;
  for (std::size_t i = 0; i < elements; ++i) {
    writes.push_back({{"participants", "占位" + std::to_string(i), {}}, Op::add, {}, {}, {}, {}});
  }
  const std::size_t room = limits::row_bytes_max - limits::row_reserve_bytes - encode_row(row(record)).size();
  const Status done =
      desk(*RecordId::parse(record), "micro_consultation", std::move(writes), std::string(room / elements, 'x'));
  LX_ASSERT(done.has_value());
}

Row FakeServer::row(const std::string& record) {
  Row found;
  const auto id = RecordId::parse(record);
  const Status status = store_->read(studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(const auto rows, txn.records(std::span(&*id, 1)));
    if (!rows.front()) return {};
    LX_TRY(found, decode_row(rows.front()->encoded));
    return {};
  });
  LX_ASSERT(status.has_value());
  return found;
}

Seq FakeServer::head() {
  Seq seq = 0;
  const Status status = store_->read(studio, [&](ReadTxn& txn) -> Status {
    LX_TRY(const StudioHead head, txn.head());
    seq = head.seq;
    return {};
  });
  LX_ASSERT(status.has_value());
  return seq;
}

std::string FakeServer::backup() {
  backups_.push_back(store_->copy());
  return std::to_string(backups_.size() - 1);
}

void FakeServer::restore(const std::string& moment) { open(backups_.at(std::stoul(moment))->copy()); }

TransportReply FakeServer::call(const TransportRequest& request) {
  ++calls;
  if (on_call) on_call(request);
  Fate fate = Fate::well;
  if (!fates.empty()) {
    fate = fates.front();
    fates.erase(fates.begin());
  }
  if (fate == Fate::lost_before) return {};
  if (fate == Fate::busy) {
    TransportReply reply = refusal(503, "busy", "busy");
    reply.retry_after_ms = 7000;
    return reply;
  }
  if (const auto elsewhere = moved.find(request.server); elsewhere != moved.end()) {
    TransportReply reply = answered(308, "<html>");
    reply.location = elsewhere->second + request.path;
    return reply;
  }
  TransportReply reply = serve(request);
  if (fate == Fate::lost_after) {
    reply = {};
    reply.delivery = Delivery::unknown;
  }
  return reply;
}

TransportReply FakeServer::serve(const TransportRequest& request) {
  const Result<Value> body = parse_json(request.body);
  if (request.path == "/v1/enrol") return enrol(*body);
  if (request.path == "/v1/readmit") return readmit(*body);
  if (request.path == "/v1/prove") {
    return answered(200, to_json(to_value(prove_reply(self_.secret, *prove_request_of(*body)))));
  }
  if (!token_known(request.token)) return refusal(401, "not_signed_in", "unknown");
  if (request.path == "/v1/rekey") return rekey(device_of(request.token), *body);
  if (request.path == "/v1/kinds") return answered(200, document_);
  if (request.path == "/v1/sync") return sync(request.token, request.body);
  return refusal(404, "not_found");
}

TransportReply FakeServer::enrol(const Value& body) {
  const Result<EnrolRequest> asked = enrol_request_of(body);
  if (!asked || !is_signed(*asked)) return refusal(422, "bad_signature");
  const auto known = codes_.find(asked->code);
  if (known == codes_.end()) return refusal(404, "code_unknown", "登记码不对");
  const FakeDevice device{asked->key, known->second.first, known->second.second, false, now_ms, now_ms};
  const std::string token = "token-" + to_hex(device.key), certificate = certificate_of(device);
  devices_[token] = certified_[certificate] = device;
  return answered(200, to_json(to_value(EnrolReply{device_id_of(device.key), device.member, names_[device.member],
                                                   token, certificate, device.shared, granted(device), now_ms})));
}

std::string FakeServer::certificate_of(const FakeDevice& device) const {
  return sign_certificate(self_.secret, {device_id_of(device.key), device.key, device.member, studio, device.shared,
                                         now_ms, now_ms + certificate_ms});
}

TransportReply FakeServer::rekey(const FakeDevice& old, const Value& body) {
  const Result<RekeyRequest> asked = rekey_request_of(body);
  if (!asked || !is_signed(*asked, old.key)) return refusal(422, "bad_signature");
  FakeDevice next = old;
  next.key = asked->key;
  const std::string token = "token-" + to_hex(next.key), certificate = certificate_of(next);
  devices_[token] = certified_[certificate] = next;
  return answered(200, to_json(to_value(RekeyReply{device_id_of(next.key), token, certificate})));
}

TransportReply FakeServer::readmit(const Value& body) {
  const Result<ReadmitRequest> asked = readmit_request_of(body);
  if (!asked) return refusal(400, "bad_request");
  if (asked->nonce.empty()) return answered(200, to_json(to_value(NonceReply{"nonce-1"})));
  const auto known = certified_.find(asked->certificate);
  if (known == certified_.end() || asked->nonce != "nonce-1") return refusal(401, "certificate_unknown");
  const FakeDevice& device = known->second;
  if (!is_signed(*asked, device.key)) return refusal(422, "bad_signature");
  const std::string token = "token-again-" + to_hex(device.key);
  devices_[token] = device;
  return answered(200, to_json(to_value(ReadmitReply{device_id_of(device.key), token})));
}

// A duty phone sees the one studio that it was enrolled in, which is the first here.
Access FakeServer::access_on(const FakeDevice& device, const StudioId& in) const {
  if (device.shared && in != studio) return {device.member, {}, Sensitivity::public_};
  return access(device.member, in);
}

std::vector<GrantedStudio> FakeServer::granted(const FakeDevice& device) const {
  std::vector<GrantedStudio> studios;
  for (const StudioId& id : studios_) {
    const StudioPlace where = place(id);
    GrantedStudio one{id, where.code, "红石 " + where.code, where.reference, {}};
    if (!access_on(device, id).any()) continue;
    for (const auto& [member, name] : names_) {
      if (member != device.member && !device.shared) continue;
      const Access access = device.shared ? access_on_shared(member, grants_, where, now_ms) : access_on(device, id);
      if (access.any()) one.holders.push_back({member, name, access.roles, access.clearance});
    }
    studios.push_back(std::move(one));
  }
  return studios;
}

class FakeServer::DeviceAnswering final : public Answering {
 public:
  DeviceAnswering(FakeServer& server, const FakeDevice& device)
      : server_(server), device_(device), asking_{device_id_of(device.key),
                                                  device.key,
                                                  device.member,
                                                  device.shared,
                                                  device.revoked,
                                                  0,
                                                  device.enrolled_ms} {}

  const AskingDevice& device() const override { return asking_; }
  Store& store() override { return *server_.store_; }
  Rules rules(const StudioPlace& place) override {
    return {server_.catalog_, server_.grants_,      place, server_.self_, server_.random_,
            server_.now_ms,   server_.places_.get()};
  }
  std::optional<StudioStanding> standing(const StudioId& studio) override {
    if (!server_.knows(studio)) return std::nullopt;
    const bool worked = device_.shared ? studio == server_.studio : ever_granted(studio);
    return StudioStanding{server_.place(studio), server_.access_on(device_, studio), worked, false};
  }
  std::vector<GrantedStudio> grants() override { return server_.granted(device_); }
  Status phone_differs(const StudioId& studio) override {
    return server_.mender_->phone_differs(asking_.id, studio, server_.catalog_, server_.now_ms);
  }
  Result<bool> rows_doubted(const StudioId& studio) override {
    return server_.mender_->rows_doubted(studio, server_.catalog_, server_.now_ms);
  }

 private:
  bool ever_granted(const StudioId& studio) const {
    const StudioPlace place = server_.place(studio);
    return std::any_of(server_.grants_.begin(), server_.grants_.end(),
                       [&](const Grant& grant) { return grant.member == device_.member && reaches(grant, place); });
  }

  FakeServer& server_;
  const FakeDevice& device_;
  const AskingDevice asking_;
};

void FakeServer::sum_rows_every(std::int64_t ms) {
  sum_every_ms_ = ms;
  summed_ms_.clear();
}

void FakeServer::sum_rows(const StudioId& id) {
  const auto last = summed_ms_.find(id);
  // Also where the clock was set back, as server/upkeep/row_check.h does.
  if (last != summed_ms_.end() && now_ms >= last->second && now_ms - last->second < sum_every_ms_) return;
  summed_ms_[id] = now_ms;
  LX_ASSERT(mender_->rows_doubted(id, catalog_, now_ms).has_value());
}

FakeDevice& FakeServer::device_of(const std::string& token) {
  const auto offered = offered_.find(token);
  return devices_.at(offered == offered_.end() ? token : offered->second);
}

// A token that was offered takes the place of the one before, and that one ends.
void FakeServer::note_used(const std::string& token) {
  const auto offered = offered_.find(token);
  if (offered == offered_.end()) return;
  auto device = devices_.extract(offered->second);
  device.key() = token;
  device.mapped().token_ms = now_ms;
  devices_.insert(std::move(device));
  offered_.erase(offered);
}

// As server/people/renewals.h.
void FakeServer::renew(const std::string& token, const SyncRequest& request, SyncReply& reply) {
  const FakeDevice device = device_of(token);
  reply.move = move;
  if (device.revoked) return;
  if (now_ms - device.token_ms >= 7LL * 24 * 60 * 60 * 1000) {
    reply.token = "token-after-" + to_hex(sha256(token)).substr(0, 32);
    offered_[reply.token] = token;
  }
  if (!ends_before_long(request.certificate_ends_ms, now_ms)) return;
  reply.certificate = certificate_of(device);
  certified_[reply.certificate] = device;
}

TransportReply FakeServer::sync(const std::string& token, const std::string& body) {
  const std::string seen = versions_ahead == 0 ? body : seen_from(versions_ahead, body);
  const Result<std::string_view> signed_part = request_signed_by(device_of(token).key, now_ms, seen);
  if (!signed_part) return refused(signed_part.error(), now_ms);
  Result<SyncRequest> request = decode_request(*signed_part);
  if (!request) return refused(request.error(), now_ms);
  note_used(token);
  if (on_request) on_request(*request);
  for (StudioRequest& asked : request->studios) {
    if (page_bytes > 0) asked.bytes_max = std::min(asked.bytes_max, page_bytes);
    // What the real one does beside answering, for every studio in turn.
    sum_rows(asked.studio);
  }
  if (!reference_of_.empty()) (void)places();
  const FakeDevice device = device_of(token);  // on_request may have changed what it is
  DeviceAnswering answering(*this, device);
  Result<Answered> made = answer(answering, *request);
  if (!made) return refused(made.error(), now_ms);
  renew(token, *request, made->reply);
  if (on_reply) on_reply(made->reply);
  return answered(200, encode_reply(made->reply));
}

}  // namespace lianxin
