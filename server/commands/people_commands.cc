// Commands about who takes part: grants, phones, codes. Accounts are in enrol_commands.cc.
#include <iostream>

#include "server/backup/times.h"
#include "server/commands/commands.h"
#include "server/people/code_acts.h"
#include "server/people/device_acts.h"
#include "server/people/grant_acts.h"

namespace lianxin::server {
namespace {

Result<std::int64_t> time_given(const std::string& text, std::int64_t otherwise) {
  if (text.empty()) return otherwise;
  const auto ms = parse_time(text);
  if (!ms) return failure(Errc::invalid_argument, "a time has its zone, as 2026-11-21T20:07+08:00");
  return *ms;
}

Result<DeviceId> device_given(const std::string& text) {
  const auto id = DeviceId::parse(text);
  if (!id) return failure(Errc::invalid_argument, "a device's id is 32 hex digits");
  return *id;
}

std::string code_of(const Places& places, const StudioId& studio) {
  const StudioPlace* place = places.place(studio);
  return place ? place->code : studio.text();
}

// Calls `print` with each row of a list, page by page.
template <class Page, class Print>
Status print_all(const Page& page_after, const Print& print) {
  auto page = page_after(decltype(page_after({})->next)());
  while (true) {
    if (!page) return tl::unexpected(page.error());
    for (const auto& row : page->rows) print(row);
    if (!page->next) return {};
    page = page_after(page->next);
  }
}

}  // namespace

Result<int> run_grant_add(const ServerOptions& options, const GrantOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const StudioPlace* place, place_asked(*moment.places, asked.place));
  Grant grant;
  LX_TRY(grant.member, member_asked(*moment.places, asked.member));
  LX_TRY(grant.from_ms, time_given(asked.from, 0));
  LX_TRY(grant.to_ms, time_given(asked.until, INT64_MAX));
  const auto clearance = sensitivity_named(asked.clearance);
  if (!clearance) return failure(Errc::invalid_argument, "--clearance is public, internal, personal or health");
  grant.clearance = *clearance;
  grant.role = asked.role;
  if (place->reference) {
    grant.org_code = place->code;
  } else {
    grant.studio = place->studio;
  }
  LX_TRY(const Grants::Given given, give_grant(keeper_at(moment), *parts->grants, grant));
  std::cout << given.kept.id << "\n";
  return note_done(*parts, Act::grant_given, grant.member.text(), place->studio);
}

Result<int> run_grant_end(const ServerOptions& options, const GrantOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const std::int64_t at_ms, time_given(asked.until, 0));
  LX_TRY(const KeptGrant ended, end_grant(keeper_at(moment), *parts->grants, asked.id, at_ms, asked.reason));
  return note_done(*parts, Act::grant_ended, ended.grant.member.text(), ended.grant.studio);
}

Result<int> run_grant_list(const ServerOptions& options, const GrantOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const StudioPlace* place, place_asked(*moment.places, asked.place));
  LX_CHECK(print_all(
      [&](const std::optional<std::int64_t>& after) {
        return grants_at(keeper_at(moment), *parts->grants, *place, asked.ended, after, list_rows_default);
      },
      [&](const KeptGrant& kept) {
        const StudioPlace* held = place_of(*moment.places, kept.grant);
        std::cout << kept.id << "\t" << moment.places->name_of(kept.grant.member) << "\t" << kept.grant.role << "\t"
                  << (held ? held->code : kept.grant.org_code) << "\t" << name_of(kept.grant.clearance) << "\t"
                  << time_text(kept.grant.from_ms) << "\t"
                  << (kept.grant.to_ms == INT64_MAX ? "-" : time_text(kept.grant.to_ms)) << "\n";
      }));
  return 0;
}

Result<int> run_device_list(const ServerOptions& options, const DeviceOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_CHECK(print_all(
      [&](const std::optional<DeviceId>& after) {
        return devices_kept(keeper_at(moment), *parts->devices, asked.retired, after, list_rows_default);
      },
      [&](const Device& device) {
        std::cout << device.id.text() << "\t" << code_of(*moment.places, device.studio) << "\t"
                  << moment.places->name_of(device.member) << "\t" << name_of(device.status) << "\t"
                  << time_text(device.last_sync_ms) << "\t" << device.name << "\n";
      }));
  return 0;
}

Result<int> run_device_revoke(const ServerOptions& options, const DeviceOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const DeviceId id, device_given(asked.device));
  const DeviceStatus status = asked.lost ? DeviceStatus::lost : DeviceStatus::revoked;
  LX_TRY(const Device cut, cut_off_device(keeper_at(moment), *parts->devices, id, status, asked.reason));
  return note_done(*parts, Act::device_revoked, id.text(), cut.studio);
}

Result<int> run_device_reactivate(const ServerOptions& options, const DeviceOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const DeviceId id, device_given(asked.device));
  LX_TRY(const Device now, reactivate_device(keeper_at(moment), *parts->devices, id, asked.reason));
  return note_done(*parts, Act::device_reactivated, id.text(), now.studio);
}

Result<int> run_device_reset_pin(const ServerOptions& options, const DeviceOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_TRY(const DeviceId id, device_given(asked.device));
  LX_TRY(const MemberId member, member_asked(*moment.places, asked.member));
  LX_TRY(const Device device, reset_pin(keeper_at(moment), *parts->devices, *parts->pins, id, member, asked.reason));
  return note_done(*parts, Act::pin_reset, id.text(), device.studio);
}

Result<int> run_code_list(const ServerOptions& options) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_CHECK(print_all(
      [&](const std::optional<std::string>& after) {
        return codes_kept(keeper_at(moment), *parts->codes, after, list_rows_default);
      },
      [&](const IssuedCode& code) {
        std::cout << code.name() << "\t" << code_of(*moment.places, code.studio) << "\t"
                  << moment.places->name_of(code.member) << "\t" << time_text(code.expires_ms) << "\t" << code.issued_by
                  << "\n";
      }));
  return 0;
}

Result<int> run_code_withdraw(const ServerOptions& options, const CodeOptions& asked) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  LX_CHECK(withdraw_code(keeper_at(moment), *parts->codes, asked.code, asked.reason));
  return note_done(*parts, Act::code_withdrawn, {});
}

}  // namespace lianxin::server
