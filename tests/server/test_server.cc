#include "tests/server/test_server.h"

#include "schema/json.h"
#include "server/parts/all_routes.h"
#include "server/storage/database_file.h"

namespace lianxin::server_test {

using namespace server;

namespace {

// A body that is the same for everybody stands beside the response.
Response with_body(Response response) {
  if (response.fixed) response.body = response.fixed->plain;
  return response;
}

}  // namespace

const std::string county_json = R"json({
  "org_units": [
    {"org_code": "990000", "name": "政协云澜省委员会", "level": "province", "region_code": "990000", "parent": null},
    {"org_code": "990100", "name": "政协青岚市委员会", "level": "city", "region_code": "990100", "parent": "990000"},
    {"org_code": "990121", "name": "政协溪禾县委员会", "level": "county", "region_code": "990121", "parent": "990100"},
    {"org_code": "990121100", "name": "柳湾镇政协联络组", "level": "township_group", "region_code": "990121100",
     "parent": "990121"}],
  "villages": [{"region_code": "990121100201", "name": "上柳湾村",
                "geo_point": {"lat": 36.1, "lon": 112, "coord_sys": "WGS84", "fictitious": true}}],
  "studios": [
    {"id": "1f8f1f53-00f4-468e-814a-ac3b4f890743", "studio_code": "990121-S01", "name": "柳湾镇区域委员工作室",
     "place_kind": "studio", "studio_kind": "region", "studio_level": "county", "region_code": "990121100"},
    {"id": "44fbde2e-e5b0-4353-b1df-185b7abfb9a4", "studio_code": "990121-S02", "name": "医药卫生界委员工作室",
     "place_kind": "studio", "studio_kind": "sector", "studio_level": "county", "region_code": "990121"}],
  "members": [
    {"id": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "name": "郝商量", "person_kind": "member", "studios": ["990121-S01"],
     "member_level_code": ["24"], "title": "总召集人", "key": "hsl"},
    {"id": "26866b18-0865-421c-9318-8d0cfd515c9b", "name": "米小满", "person_kind": "member", "studios": ["990121-S01"]},
    {"id": "3f981213-1f8c-4ffc-b352-c2ef88a77edd", "name": "艾一堂", "person_kind": "doctor", "studios": ["990121-S02"]},
    {"id": "bc472a33-7257-4d14-b87e-a88c6d2f1b7d", "name": "竺溪声", "person_kind": "staff", "studios": ["990121-S01"]},
    {"id": "3b275c3b-3e5c-4caf-9797-7a9a91e5b1a4", "name": "程协友", "person_kind": "staff", "studios": ["990121-S01"]}],
  "medicine_items": [{"id": "a4a3f429-3d96-4f42-9ac9-158f8138f18f", "generic_name": "氨氯地平片", "unit": "盒",
                      "unit_price_fen": 1250}],
  "codes": [{"list": "concern_category", "code": "0101", "label_zh": "交通设施"}],
  "grants": [
    {"member": "14f926da-ba08-429b-90ab-09d89e0c2a5d", "role": "convener", "studio": "990121-S01", "clearance": "personal"},
    {"member": "26866b18-0865-421c-9318-8d0cfd515c9b", "role": "convener", "studio": "990121-S01", "clearance": "internal"},
    {"member": "3f981213-1f8c-4ffc-b352-c2ef88a77edd", "role": "clinic_doctor", "studio": "990121-S02",
     "clearance": "health"},
    {"member": "bc472a33-7257-4d14-b87e-a88c6d2f1b7d", "role": "township_liaison", "org": "990121100",
     "clearance": "personal"},
    {"member": "3b275c3b-3e5c-4caf-9797-7a9a91e5b1a4", "role": "coordinator", "org_code": "990121",
     "clearance": "personal"}]
})json";

TestServer::TestServer() {
  must(Parts::create(options()));
  server_ = must(Parts::open(options(), Parts::Purpose::serve));
  const Imported imported = must(import(county_json));
  for (const std::string& refused : imported.refused) FAIL_CHECK(refused);
}

TestServer::~TestServer() = default;

void TestServer::reopen() {
  server_.reset();
  server_ = must(Parts::open(options(), Parts::Purpose::serve));
}

std::filesystem::path TestServer::backup() {
  const std::filesystem::path copy = folder_ / "backup-" + std::to_string(++backups_);
  must(copy_database(folder_ / "data/lianxin.db", copy));
  return copy;
}

void TestServer::set_back(const std::filesystem::path& backup) {
  server_.reset();
  const std::filesystem::path database = folder_ / "data/lianxin.db";
  for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(database.string() + ending);
  std::filesystem::copy_file(backup, database);
  server_ = must(Parts::open(options(), Parts::Purpose::serve));
}

ServerOptions TestServer::options() {
  return {folder_ / "data", LIANXIN_KINDS_DIR, [this] { return now_ms; }, false, second_factor_required};
}

Response TestServer::ask(std::string method, std::string path, std::string body, std::string token,
                         std::string content_type) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.body = std::move(body);
  request.bearer_token = std::move(token);
  request.content_type = std::move(content_type);
  request.language = Language::en;
  const bool metrics = request.path == "/metrics";
  const Router router = metrics ? make_metrics_router(*server_) : make_router(*server_);
  return with_body(router.answer(std::move(request)));
}

Response TestServer::ask_json(const std::string& method, const std::string& target, const Value& body,
                              const std::string& token, Language language) {
  Request request;
  request.method = method;
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) REQUIRE(parse_query(target.substr(mark + 1), request.query));
  if (!body.is_null()) request.body = to_json(body);
  request.content_type = "application/json";
  request.bearer_token = token;
  request.language = language;
  return with_body(make_router(*server_).answer(std::move(request)));
}

Value json_of(const Response& response) { return must(parse_json(response.body)); }

}  // namespace lianxin::server_test
