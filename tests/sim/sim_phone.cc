#include "tests/sim/sim_phone.h"

#include <set>
#include <stdexcept>

namespace lianxin::sim {
namespace {

template <class T>
T read_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error("the phone's file: " + result.error().message);
  return std::move(*result);
}

}  // namespace

void SimClock::reboot(std::string id) {
  booted_ms_ = true_ms_;
  boot_id_ = std::move(id);
}

SimPhone::SimPhone(std::string path, Transport& transport, const std::int64_t& true_ms, std::uint64_t seed)
    : clock(true_ms), path_(std::move(path)), transport_(transport), random_(seed) {}

PhoneOptions SimPhone::options() {
  PhoneOptions options;
  options.path = path_;
  options.clock = &clock;
  options.random = &random_;
  options.transport = &transport_;
  options.store_key = [] { return StoreKey{1}; };
  return options;
}

Expected<void> SimPhone::open() {
  auto opened = Phone::open(options());
  if (!opened) return opened.problem();
  phone_ = std::make_unique<Phone>(std::move(opened).value());
  return {};
}

Expected<std::unique_ptr<Phone>> SimPhone::open_again() {
  auto opened = Phone::open(options());
  if (!opened) return opened.problem();
  return std::make_unique<Phone>(std::move(opened).value());
}

Identity SimPhone::identity() {
  return read_or_throw(core().db().read([&] { return core().identity(); }));
}

std::shared_ptr<const Catalog> SimPhone::catalog() {
  return read_or_throw(core().db().read([&] { return core().catalog_or_empty(); }));
}

Hlc SimPhone::last_clock() {
  return read_or_throw(core().db().read([&] { return Meta(core().db()).last_clock(); }));
}

std::vector<StudioState> SimPhone::studios() {
  return read_or_throw(core().db().read([&] { return Result<std::vector<StudioState>>(Studios(core().db()).all()); }));
}

StudioState SimPhone::studio(const StudioId& id) {
  const auto found = read_or_throw(
      core().db().read([&] { return Result<std::optional<StudioState>>(Studios(core().db()).find(id)); }));
  if (!found) throw std::runtime_error("the phone's file: a studio is gone");
  return *found;
}

std::vector<OwnChange> SimPhone::own(const StudioId& studio) {
  return read_or_throw(
      core().db().read([&] { return OwnChanges(core().db()).after(studio, 0, 1 << 30, SIZE_MAX / 2); }));
}

std::vector<OwnChange> SimPhone::own(const StudioId& studio, const RecordId& record) {
  return read_or_throw(core().db().read([&] { return OwnChanges(core().db()).of_record(studio, record, 0); }));
}

std::vector<DeliveredRow> SimPhone::rows(const StudioId& studio) {
  return read_or_throw(core().db().read([&]() -> Result<std::vector<DeliveredRow>> {
    Rows rows(core().db());
    std::vector<DeliveredRow> all;
    for (const RecordId& record : rows.records(studio)) {
      LX_TRY(std::optional<DeliveredRow> row, rows.find(studio, record));
      if (row) all.push_back(std::move(*row));
    }
    return all;
  }));
}

std::vector<RecordId> SimPhone::records(const StudioId& studio) {
  return read_or_throw(core().db().read([&]() -> Result<std::vector<RecordId>> {
    const std::vector<RecordId> delivered = Rows(core().db()).records(studio);
    std::set<RecordId> known(delivered.begin(), delivered.end());
    OwnChanges own(core().db());
    const std::vector<RecordId> made = own.records_between(studio, 0, own.last_n(studio));
    known.insert(made.begin(), made.end());
    return std::vector<RecordId>(known.begin(), known.end());
  }));
}

std::optional<RecordState> SimPhone::shown(const RecordId& record) {
  Result<RecordState> found = core().db().read([&] { return core().state_of(record.text()); });
  if (!found) return std::nullopt;
  return std::move(*found);
}

RecordState SimPhone::state(const RecordId& record) {
  return read_or_throw(core().db().read([&] { return core().state_of(record.text()); }));
}

}  // namespace lianxin::sim
