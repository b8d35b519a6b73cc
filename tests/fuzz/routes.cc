// Requests to every route of a server that has a small county in its database, as they reach the handlers: phones enrol
// and take new keys, coordinators list, edit, resolve, decide, join and export. None may be answered with a failure of
// our own, and every JSON answer is JSON.
//
// An input is requests set apart by the byte 0x1e. The first line of each is METHOD, path with query, and who asks (c
// the coordinator, a to f a phone, - nobody); the rest is the body. $APPLIED3 and $HELD3 become the ids of the fourth
// change that was applied or held; $CODE an enrolment code that is good, $KEY and $SIGNED the public key and signature
// of a phone that enrols with it.
//
// What one input writes is there for the next: a server costs a hundred times a request. After so many requests a new
// one is made, so that what breaks can be found again from the last few inputs.
#include <algorithm>
#include <filesystem>

#include "schema/assert.h"
#include "schema/json.h"
#include "server/import/import.h"
#include "server/parts/all_routes.h"
#include "server/parts/parts.h"
#include "server/telemetry/log.h"
#include "sync/server/push.h"
#include "sync/wire/signed_request.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/inventor.h"
#include "tests/fuzz/story.h"
#include "tests/fuzz/target.h"
#include "tests/support/temp_folder.h"
#include "tests/support/whole_stream.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

constexpr int requests_each = 2000;
constexpr std::size_t changes_invented = 120;

const char* const county_json = R"json({
  "org_units": [{"org_code": "990000", "name": "省", "level": "province", "region_code": "990000"},
                {"org_code": "990121", "name": "县", "level": "county", "region_code": "990121", "parent": "990000"}],
  "studios": [{"id": "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1", "studio_code": "990121-S01", "name": "柳湾镇工作室"},
              {"id": "a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2", "studio_code": "990121-S02", "name": "医卫界工作室"}],
  "members": [{"id": "01010101-0101-0101-0101-010101010101", "name": "郝商量", "studios": ["990121-S01"]},
              {"id": "02020202-0202-0202-0202-020202020202", "name": "米小满", "studios": ["990121-S01"]},
              {"id": "03030303-0303-0303-0303-030303030303", "name": "程协友", "studios": ["990121-S01"]},
              {"id": "04040404-0404-0404-0404-040404040404", "name": "艾一堂", "studios": ["990121-S02"]}],
  "grants": [
    {"member": "01010101-0101-0101-0101-010101010101", "role": "convener", "studio": "990121-S01",
     "clearance": "personal"},
    {"member": "02020202-0202-0202-0202-020202020202", "role": "convener", "studio": "990121-S01"},
    {"member": "03030303-0303-0303-0303-030303030303", "role": "coordinator", "org": "990121", "clearance": "health"},
    {"member": "04040404-0404-0404-0404-040404040404", "role": "clinic_doctor", "studio": "990121-S02",
     "clearance": "health"}]})json";

template <class T>
T must(Result<T> result) {
  LX_ASSERT(result);
  return std::move(*result);
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

RequestsAnswered answered;

class Office {
 public:
  explicit Office(const std::filesystem::path& data) {
    const ServerOptions options{data, LIANXIN_KINDS_DIR, [] { return County::noon_ms; }};
    LX_ASSERT(Parts::create(options));
    server_ = must(Parts::open(options, Parts::Purpose::serve));
    LX_ASSERT(
        must(import_reference(*server_->moments, *server_->store, *server_->grants, county_json)).refused.empty());
    router_ = make_router(*server_);
    for (const Phone& phone : county().phones) enrol(phone);
    invent();
    const MemberId coordinator = id_of<MemberId>(3);
    LX_ASSERT(server_->accounts->add("cxy", coordinator, "一个够长的口令，谁也猜不到", false));
    tokens_['C'] = must(server_->accounts->sign_in("cxy", "一个够长的口令，谁也猜不到", County::noon_ms)).token;
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  void ask(std::string_view given) {
    const std::string whole = filled_in(std::string(given));
    std::string_view text = whole;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto word = [&line] {
      const std::string_view taken = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(line.size(), taken.size() + 1));
      return taken;
    };
    Request request;
    request.method = word();
    const std::string_view target = word();
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    if (!request.path.starts_with('/') || request.path.starts_with("/v1/session")) return;  // a password costs a second
    if (mark < target.size() && !parse_query(target.substr(mark + 1), request.query)) return;
    const std::string_view who = word();
    request.bearer_token = who.size() == 1 ? tokens_[who == "c" ? 'C' : who[0]] : std::string(who);
    request.content_type = request.path == "/v1/sync" ? "application/x-ndjson" : "application/json";
    // A fuzzer cannot sign: what is tried is what a phone that was enrolled could send.
    const bool signs = request.path == "/v1/sync" && who.size() == 1 && is_phone(who[0]);
    request.body = signs ? signed_request_of(county().phone(who[0]), text) : std::string(text);
    check(router_.answer(std::move(request)));
    ++answered;
  }

 private:
  static bool is_phone(char letter) {
    return std::any_of(county().phones.begin(), county().phones.end(),
                       [&](const Phone& phone) { return phone.letter == letter; });
  }
  static std::string signed_request_of(const Phone& phone, std::string_view body) {
    return signed_request({phone.device.device, phone.device.secret}, County::noon_ms, body);
  }

  void check(Response response) {
    LX_ASSERT(response.status >= 200 && response.status < 500);
    if (response.stream) response.body = test::whole_of(response.stream).value();
    if (response.fixed) response.body = response.fixed->plain;
    if (response.content_type.ends_with("json")) LX_ASSERT(response.body.empty() || parse_json(response.body));
  }

  std::string code_for(const MemberId& member, bool shared) {
    return must(server_->enrolment->issue_code(
        {id_of<StudioId>(0xA1), member, shared, "fuzz", County::noon_ms, County::noon_ms + 1'000'000}));
  }

  void enrol(const Phone& phone) {
    const std::string code = code_for(phone.device.member, phone.shared);
    const EnrolRequest request = enrol_request(phone.device.secret, code, "phone");
    tokens_[phone.letter] = must(server_->enrolment->enrol(request, County::noon_ms)).token;
    if (phone.revoked) LX_ASSERT(server_->devices->set_status(phone.device.device, DeviceStatus::revoked));
  }

  std::string filled_in(std::string body) {
    if (body.find('$') == std::string::npos) return body;
    for (const auto& [name, ids] : {std::pair("$HELD", &held_), std::pair("$APPLIED", &applied_)}) {
      for (std::size_t i = 0; i < std::min<std::size_t>(10, ids->size()); ++i) {
        body = replaced(std::move(body), name + std::to_string(i), (*ids)[i].text());
      }
    }
    if (body.find("$CODE") == std::string::npos) return body;
    const std::string code = code_for(id_of<MemberId>(2), false);
    const SecretKey secret = sha256(code);
    const EnrolRequest request = enrol_request(secret, code, {});
    body = replaced(std::move(body), "$CODE", code);
    body = replaced(std::move(body), "$KEY", to_base64url(request.key));
    return replaced(std::move(body), "$SIGNED", to_base64url(request.signature));
  }

  // Records with conflicts, held changes and workflows, the same each time.
  void invent() {
    SeededRandom random(11);
    Said said;
    const Moment moment = must(server_->moments->now());
    std::map<char, std::pair<N, Hash>> chains;
    const StudioId studio = id_of<StudioId>(0xA1);
    for (std::size_t i = 0; i < changes_invented; ++i) {
      const Phone& phone = county().phone("abc"[random.below(3)]);
      auto& [n, h] = chains[phone.letter];
      if (n == 0) h = chain_start(studio, phone.device.key);
      SyncRequest request;
      StudioRequest part;
      part.studio = studio;
      part.push.first_n = n + 1;
      part.push.before = h;
      const Change change = Inventor(said, random).change(phone, studio);
      part.push.entries.push_back({line_of(change), {}});
      h = chain_next(h, sha256(part.push.entries[0].line));
      part.push.signature = sign(phone.device.secret, push_message(phone.device.device, studio, ++n, h));
      const Pusher pusher{phone.device.device, phone.device.key, phone.device.member, false, false, {}};
      const Pushed pushed =
          must(push(*server_->store, studio, moment.rules(*moment.places->place(studio)), pusher, part.push));
      (pushed.held > 0 ? held_ : applied_).push_back(change.id);
      request.studios.push_back(std::move(part));
      said.hear(request);
    }
  }

  std::unique_ptr<Parts> server_;
  Router router_;
  std::map<char, std::string> tokens_;
  std::vector<ChangeId> applied_, held_;  // of those invented
};

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin::fuzz;
  static const lianxin::test::TempFolder folder;
  static Office* office = nullptr;  // the last is left open: when statics go, what a server keeps by thread has gone
  static int asked = 0;
  if (office == nullptr || asked > requests_each) {
    lianxin::server::set_log_sink([](const std::string&) {});
    delete office;
    std::filesystem::remove_all(folder / "data");
    office = new Office(folder / "data");
    asked = 0;
  }
  std::string_view rest = text_of(data, size);
  for (std::size_t parts = 0; !rest.empty() && parts < parts_max; ++parts) {
    const std::string_view request = rest.substr(0, rest.find(between_parts));
    rest.remove_prefix(std::min(rest.size(), request.size() + 1));
    office->ask(request);
    ++asked;
  }
  return 0;
}
