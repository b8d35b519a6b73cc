#include "server/recovery/own_lines.h"

#include "sync/model/row.h"

namespace lianxin::server {
namespace {

Result<bool> began_its_record(const Addition& addition, const Logged& line) {
  for (const StoredRow& stored : addition.rows) {
    if (stored.record != line.record) continue;
    LX_TRY(const Row row, decode_row(stored.encoded));
    return row.created_on == line.device && row.created == line.clock;
  }
  return false;
}

}  // namespace

std::optional<SelfDevice> OwnDevices::with(const DeviceId& device) const {
  return device == self_.device ? std::optional(self_) : keys_.desk_with(device);
}

Result<std::optional<Value::Object>> own_lines_entry(const OwnDevices& own, const StudioId& studio,
                                                     const Addition& addition) {
  return own_lines_entry(
      own, studio, addition.log, [&](const Logged& line) { return began_its_record(addition, line); },
      addition.head.seq, addition.head.log_hash);
}

Result<std::optional<Value::Object>> own_lines_entry(const OwnDevices& own, const StudioId& studio,
                                                     std::span<const Logged> lines,
                                                     const std::function<Result<bool>(const Logged&)>& began, Seq seq,
                                                     const Hash& log_hash) {
  Value::List kept;
  for (const Logged& line : lines) {
    if (!own.with(line.device)) continue;
    LX_TRY(const bool first, began(line));
    kept.push_back(Value::Object{{"device", line.device.text()},
                                 {"id", line.id.text()},
                                 {"clock", line.clock.text()},
                                 {"began", first},
                                 {"line", line.line}});
  }
  if (kept.empty()) return std::optional<Value::Object>();
  return std::optional(Value::Object{{"kind", "lines"},
                                     {"studio", studio.text()},
                                     {"seq", seq},
                                     {"log", to_hex(log_hash)},
                                     {"lines", std::move(kept)}});
}

Result<OwnLines> read_own_lines(const OwnDevices& own, const Value::Object& entry) {
  const Value parts(entry);
  OwnLines read;
  const auto studio = StudioId::parse(parts.text_at("studio"));
  if (!studio || !from_hex(parts.text_at("log"), read.log_hash)) {
    return failure(Errc::invalid_argument, "an entry of lines without its studio or log hash");
  }
  read.studio = *studio;
  read.seq = parts.integer_at("seq");
  for (const Value& item : parts.list_at("lines")) {
    const auto device = DeviceId::parse(item.text_at("device"));
    const auto id = ChangeId::parse(item.text_at("id"));
    const auto clock = Hlc::parse(item.text_at("clock"));
    if (!device || !id || !clock) return failure(Errc::invalid_argument, "an entry of lines with one that is none");
    LostLine lost{own.self(), std::string(item.text_at("line")), *clock, item.boolean_at("began")};
    if (const auto known = own.with(*device)) lost.device = *known;
    read.ids.push_back(*id);
    read.lines.push_back(std::move(lost));
  }
  return read;
}

}  // namespace lianxin::server
