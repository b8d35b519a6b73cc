#include "server/commands/commands.h"

#include <iostream>

#include "server/backup/times.h"
#include "server/disk/files.h"
#include "server/http/tls_identity.h"
#include "server/language/said.h"
#include "sync/log/rebuild.h"

namespace lianxin::server {

int failed(const std::string& act, const Error& error) {
  std::string message(half_of(error.message, true));
  if (in_both(error.message)) message += " / " + std::string(half_of(error.message, false));
  std::cerr << act << ": " << message << " (" << name_of(error.code) << ")\n";
  return 1;
}

std::string time_text(std::int64_t ms) {
  if (ms == 0) return "-";
  return utc_text(ms).substr(0, std::string_view("2026-11-21T12:07:03").size()) + "Z";
}

Keeper keeper_at(const Moment& moment) { return {*moment.places, moment.now_ms, "command line", std::nullopt}; }

Result<MemberId> member_asked(const Places& places, const std::string& name_or_id) {
  if (const auto id = MemberId::parse(name_or_id)) return *id;
  const std::vector<MemberId> found = places.members_named(name_or_id);
  if (found.empty()) return failure(Errc::not_found, "no member of that name");
  if (found.size() > 1) return failure(Errc::conflict, "several members of that name; give the id");
  return found.front();
}

Result<const StudioPlace*> place_asked(const Places& places, const std::string& code_or_id) {
  const auto id = StudioId::parse(code_or_id);
  const StudioPlace* place = id ? places.place(*id) : places.place_of_code(code_or_id);
  if (!place) return failure(Errc::not_found, "no studio " + code_or_id);
  const auto named = id ? std::span<const StudioPlace>() : places.places_of_code(code_or_id);
  if (named.size() > 1) {
    std::string both;
    for (const StudioPlace& one : named.first(2)) {
      both += (both.empty() ? "" : " and ") + one.studio.text() + " of org unit " + one.org_codes.front();
    }
    return failure(Errc::conflict, "several have the code " + code_or_id + ": " + both + "; give the id");
  }
  return place;
}

Result<OwnTls> own_tls(const std::filesystem::path& data) {
  const std::filesystem::path certificate = data / "keys" / "tls-cert.pem", key = data / "keys" / "tls-key.pem";
  std::error_code error;
  // The certificate is written last: one that is there has its key.
  if (!std::filesystem::exists(certificate, error)) {
    LX_TRY(const TlsIdentity made, make_tls_identity());
    LX_CHECK(write_durably(key, made.key));
    LX_CHECK(write_durably(certificate, made.certificate));
  }
  LX_TRY(std::string pin, tls_pin(certificate.string()));
  return OwnTls{certificate.string(), key.string(), std::move(pin)};
}

Result<int> run_init(const ServerOptions& options) {
  LX_CHECK(Parts::create(options));
  LX_CHECK(own_tls(options.data));
  {
    LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
    LX_CHECK(parts->audit->note(command_entry(Act::initialised)));
  }
  std::cout << options.data.string() << "\n";
  std::cerr << "Keep a copy of the folder keys/ apart from the backups of the database: with it a restored server\n"
               "knows every phone again; whoever has both can write in the server's name.\n";
  return 0;
}

Result<int> run_rebuild(const ServerOptions& options, const std::string& studio) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(auto studios, parts->store->studios());
  if (!studio.empty()) {
    LX_TRY(const Moment moment, parts->moments->now());
    LX_TRY(const StudioPlace* place, place_asked(*moment.places, studio));
    studios.assign(1, place->studio);
  }
  for (const StudioId& id : studios) {
    const auto head = rebuild(*parts->store, id, *parts->kinds->catalog());
    if (!head) return failed("rebuild " + id.text(), head.error());
    std::cout << id.text() << " " << head->seq << "\n";
  }
  Entry entry = command_entry(Act::rows_rebuilt);
  entry.count = static_cast<std::int64_t>(studios.size());
  LX_CHECK(parts->audit->note(entry));
  return 0;
}

}  // namespace lianxin::server
