// Kinds, devices and grants: what a program reads of them must be readable, and what is signed must be so signed.
#include <algorithm>

#include "schema/catalog.h"
#include "server/backup/verification.h"
#include "server/backup/verify_queries.h"
#include "sync/wire/certificate.h"

namespace lianxin::server {
namespace {

std::shared_ptr<const Catalog> catalog_in(const std::string& document) {
  Result<Catalog> catalog = read_catalog_document(document);
  return catalog ? std::make_shared<const Catalog>(std::move(*catalog)) : nullptr;
}

void check_device(Verification& verification, const SqlRun& run) {
  const DeviceId device = run.id<DeviceId>(0);
  const auto key = run.bytes<32>(1);
  const auto wrong = [&](const char* code) { verification.damage(code, {{"device", device.text()}}); };
  ++verification.verified.devices;
  if (device_id_of(key) != device) return wrong("device_key_wrong");
  verification.keys[device] = key;
  const bool retired = run.text(9) == "retired";
  if (retired && run.is_null(8)) wrong("device_status_wrong");
  if (!verification.options.keys.server) return;
  const auto certificate = read_certificate(*verification.options.keys.server, run.text(5));
  if (!certificate) return wrong("certificate_wrong");
  const bool says_so = certificate->device == device && certificate->key == key &&
                       certificate->member == run.id<MemberId>(2) && certificate->studio == run.id<StudioId>(3) &&
                       certificate->shared == (run.integer(4) != 0) && certificate->enrolled_ms == run.integer(6);
  if (!says_so) wrong("device_not_as_certified");
}

}  // namespace

void verify_kinds(Verification& verification) {
  std::string last;
  std::int64_t before = 0;
  SqlRun run = verification.connection.run(queries::every_kinds_version);
  while (run.step()) {
    const std::int64_t version = run.integer(0);
    const auto wrong = [&](const char* code) { verification.damage(code, {{"version", std::to_string(version)}}); };
    if (version != ++before) wrong("kinds_gap");
    before = version;
    last = run.text(2);
    const auto catalog = catalog_in(last);
    if (!catalog) {
      wrong("kinds_unreadable");
    } else if (catalog->version != version || catalog->sensitivity_version != run.integer(1)) {
      wrong("kinds_wrong");
    }
    if (catalog) verification.catalog = catalog;
  }
  verification.verified.kinds_version = before;
}

const std::vector<std::shared_ptr<const Catalog>>& older_kinds(Verification& verification) {
  if (std::exchange(verification.older_read, true)) return verification.older;
  SqlRun run = verification.connection.run(queries::every_kinds_version);
  while (run.step()) {
    const auto catalog = catalog_in(run.text(2));
    if (catalog && catalog->version != verification.catalog->version) verification.older.push_back(catalog);
  }
  std::reverse(verification.older.begin(), verification.older.end());
  return verification.older;
}

void verify_people(Verification& verification) {
  verification.keys.insert(verification.options.keys.devices.begin(), verification.options.keys.devices.end());
  SqlRun devices = verification.connection.run(queries::every_device);
  while (devices.step()) check_device(verification, devices);
  SqlRun grants = verification.connection.run(queries::every_grant);
  while (grants.step()) {
    const bool good =
        is_role(grants.text(1)) && sensitivity_named(grants.text(2)) && grants.integer(3) <= grants.integer(4);
    if (!good) verification.damage("grant_wrong", {{"grant", std::to_string(grants.integer(0))}});
  }
  SqlRun versions = verification.connection.run(queries::directory_versions);
  if (!versions.step() || versions.integer(1) < 1) verification.damage("directory_version_wrong");
}

}  // namespace lianxin::server
