#include "sync/wire/envelope.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/limits.h"
#include "sync/model/parts.h"
#include "sync/wire/codes.h"

namespace lianxin {
namespace {

Error wrong(std::string_view what) { return {Errc::invalid_argument, "envelope: " + std::string(what)}; }

Status at_most(std::size_t items_max, std::string_view limit, const Value::List& list) {
  if (list.size() > items_max) return failure(Errc::out_of_range, std::string(limit));
  return {};
}

// Of an item of a list that is a text of so many characters; else of none.
std::string_view text_of(const Value& item, std::size_t characters) {
  const std::string* text = item.text();
  return text && text->size() == characters ? std::string_view(*text) : std::string_view();
}

// 32 hex digits of the id and 16 of the line's hash.
Value known_value(const KnownLine& line) { return line.id.text() + to_hex(line.line); }

Result<KnownLine> read_known(const Value& item) {
  const std::string_view text = text_of(item, 48);
  KnownLine line;
  if (text.empty() || !from_hex(text.substr(0, 32), line.id.bytes) || !from_hex(text.substr(32), line.line)) {
    return tl::unexpected(wrong("known"));
  }
  return line;
}

// Each record as its 36 characters and the 32 of its digest.
Value record_value(const RecordDigest& one) { return one.record.text() + one.digest.text(); }

Result<RecordDigest> read_record(const Value& item) {
  const std::string_view text = text_of(item, 68);
  const auto record = RecordId::parse(text.substr(0, 36));
  const auto digest = record ? Digest::parse(text.substr(36)) : std::nullopt;
  if (!digest) return tl::unexpected(wrong("compared"));
  return RecordDigest{*record, *digest};
}

constexpr auto compared_parts = [](auto& part, auto& compared) {
  part.plain("from", compared.from);
  part.plain("to", compared.to);
  part.plain("more", compared.more);
  part.items("records", compared.records, When::always, record_value, read_record);
};

Result<Compared> read_compared(const Value& value) {
  LX_CHECK(at_most(limits::compared_records_max, "compared_records_max", value.list_at("records")));
  LX_TRY(Compared compared, read_parts<Compared>(compared_parts, value, wrong));
  // A stretch that ends where it began would be asked for again for ever.
  if (compared.to < compared.from || (compared.more && compared.to == compared.from)) {
    return tl::unexpected(wrong("compared"));
  }
  return compared;
}

// The body's lines, one after another.
class Lines {
 public:
  explicit Lines(std::string_view body) : rest_(body) {}

  bool done() const { return rest_.empty(); }
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    return line;
  }

 private:
  std::string_view rest_;
};

PushEntry entry_of(std::string_view line) {
  PushEntry entry;
  // `@ID SHA256`: 1 + 32 + 1 + 64 characters. Anything else, even if it begins like one, is a line.
  ChangeId id;
  Hash hash;
  if (line.size() == 98 && line[0] == '@' && line[33] == ' ' && from_hex(line.substr(1, 32), id.bytes) &&
      from_hex(line.substr(34), hash)) {
    entry.known.emplace(id, hash);
  } else {
    entry.line = line;
  }
  return entry;
}

Value offered_value(const OfferedHead& offered) {
  return Value::Object{{"record", offered.record.text()},
                       {"kind", offered.kind},
                       {"at", offered.at.text()},
                       {"head", head_value(offered.head)}};
}

Result<OfferedHead> read_offered(const Value& value) {
  const auto record = RecordId::parse(value.text_at("record"));
  if (!record) return tl::unexpected(wrong("record"));
  const auto at = Address::parse(value.text_at("at"));
  const Value* head = value.find("head");
  Result<Head> read = head ? head_of(*head) : tl::unexpected(wrong("head"));
  std::string kind(value.text_at("kind"));
  if (!at || !read || kind.empty()) return tl::unexpected(wrong("offer"));
  return OfferedHead{*record, std::move(kind), *at, std::move(*read)};
}

// All but its lines, and the room that it has for a page.
constexpr auto studio_request_parts = [](auto& part, auto& studio) {
  part.text("studio", studio.studio);
  part.plain("first_n", studio.push.first_n);
  part.hex("before", studio.push.before);
  part.hex("signature", studio.push.signature);
  part.plain("last_n", studio.last_n);
  part.plain("cursor", studio.cursor);
  part.plain("differs", studio.differs, When::if_any);
  part.plain("compare", studio.compare_from);
  part.ids("ask", studio.asked, When::if_any);
  part.items("offer", studio.offered, When::if_any, offered_value, read_offered);
};

Value studio_request_value(const StudioRequest& studio) {
  Value parts = written(studio_request_parts, studio);
  parts.object()->emplace("count", static_cast<std::int64_t>(studio.push.entries.size()));
  parts.object()->emplace("bytes", static_cast<std::int64_t>(studio.bytes_max));
  return parts;
}

Result<StudioRequest> read_studio_request(const Value& value, Lines& lines) {
  LX_CHECK(at_most(limits::asked_ids_max, "asked_ids_max", value.list_at("ask")));
  LX_CHECK(at_most(limits::offered_heads_max, "offered_heads_max", value.list_at("offer")));
  LX_TRY(StudioRequest studio, read_parts<StudioRequest>(studio_request_parts, value, wrong));
  std::sort(studio.asked.begin(), studio.asked.end());  // each is looked up once, however often it was asked about
  studio.asked.erase(std::unique(studio.asked.begin(), studio.asked.end()), studio.asked.end());
  if (studio.compare_from) studio.compare_from = std::max<Seq>(0, *studio.compare_from);
  studio.bytes_max =
      static_cast<std::size_t>(std::clamp<std::int64_t>(value.integer_at("bytes"), 0, limits::page_bytes_max));
  const std::int64_t count = value.integer_at("count");
  if (count < 0 || count > static_cast<std::int64_t>(limits::push_changes_max)) {
    return failure(Errc::out_of_range, "push_changes_max");
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(wrong("fewer lines than counted"));
    studio.push.entries.push_back(entry_of(*line));
  }
  return studio;
}

// All but what is acked, the rows, and what is compared.
constexpr auto studio_reply_parts = [](auto& part, auto& studio) {
  part.text("studio", studio.studio);
  part.plain("problem", studio.problem, When::if_any);
  part.items("known", studio.known, When::if_any, known_value, read_known);
  part.text("acknowledgement", studio.receipt);
  auto& page = studio.page;
  part.plain("given", page.given, When::if_any);
  if (!page.given) return;
  part.plain("from_zero", page.from_zero);
  part.plain("history_unknown", page.history_unknown);
  part.text("cursor", page.cursor);
  part.plain("more", page.more);
  part.text("digest", page.digest);
};

Value studio_reply_value(const StudioReply& studio) {
  Value parts = written(studio_reply_parts, studio);
  Value::Object& more = *parts.object();
  // Zeroes where the server did not look: no chain has that h.
  const ChainHead acked = studio.page.acked.value_or(ChainHead{});
  more.emplace("acked_n", acked.n);
  more.emplace("h", to_hex(acked.h));
  if (studio.compared) more.emplace("compared", written(compared_parts, *studio.compared));
  if (studio.page.given) more.emplace("rows", static_cast<std::int64_t>(studio.page.rows.size()));
  return parts;
}

Result<StudioReply> read_studio_reply(const Value& value, Lines& lines) {
  LX_CHECK(at_most(limits::asked_ids_max, "asked_ids_max", value.list_at("known")));
  LX_TRY(StudioReply studio, read_parts<StudioReply>(studio_reply_parts, value, wrong));
  ChainHead acked{value.integer_at("acked_n"), {}};
  if (!from_hex(value.text_at("h"), acked.h)) return tl::unexpected(wrong("h"));
  if (acked.h != Hash{}) studio.page.acked = acked;
  if (const Value* compared = value.find("compared")) {
    LX_TRY(studio.compared, read_compared(*compared));
  }
  for (std::int64_t i = studio.page.given ? value.integer_at("rows") : 0; i > 0; --i) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(wrong("fewer rows than counted"));
    studio.page.rows.emplace_back(*line);
  }
  return studio;
}

constexpr auto holder_parts = [](auto& part, auto& holder) {
  part.text("member", holder.member);
  part.plain("name", holder.name);
  part.texts("roles", holder.roles, When::always);
  part.text_as("clearance", holder.clearance, static_cast<const char* (*)(Sensitivity)>(name_of), sensitivity_named);
  part.plain("pin_reset_ms", holder.pin_reset_ms, When::if_any);
};

constexpr auto grant_parts = [](auto& part, auto& grant) {
  part.text("studio", grant.studio);
  part.plain("code", grant.code);
  part.plain("name", grant.name);
  part.plain("reference", grant.reference);
  part.list("holders", grant.holders, When::always, holder_parts);
};

Result<Value> read_first(Lines& lines) {
  const auto first = lines.next();
  if (!first) return tl::unexpected(wrong("empty"));
  return parse_json(*first);
}

Result<Value> read_reply_envelope(Lines& lines) {
  LX_TRY(Value envelope, read_first(lines));
  const Value* version = envelope.find("protocol");
  if (!version || !version->integer()) return tl::unexpected(wrong("protocol"));
  if (is_too_old(*version->integer())) return failure(Errc::invalid_argument, std::string(codes::protocol_too_old));
  if (is_too_new(*version->integer())) return failure(Errc::invalid_argument, std::string(codes::protocol_too_new));
  return envelope;
}

}  // namespace

std::string encode_request(const SyncRequest& request) {
  Value::List studios;
  for (const StudioRequest& studio : request.studios) studios.push_back(studio_request_value(studio));
  Value::Object envelope{{"wall_ms", request.clocks.wall_ms},
                         {"boot_ms", request.clocks.boot_ms},
                         {"boot", request.clocks.boot_id},
                         {"kinds", request.kinds_version},
                         {"studios", std::move(studios)}};
  if (request.certificate_ends_ms != 0) envelope.emplace("certificate_ends_ms", request.certificate_ends_ms);
  std::string out = to_json(Value(std::move(envelope)));
  out += '\n';
  for (const StudioRequest& studio : request.studios) {
    for (const PushEntry& entry : studio.push.entries) {
      out += entry.known ? "@" + entry.known->first.text() + " " + to_hex(entry.known->second) : entry.line;
      out += '\n';
    }
  }
  return out;
}

Result<SyncRequest> decode_request(std::string_view body) {
  if (body.size() > limits::request_bytes_max) return failure(Errc::out_of_range, "request_bytes_max");
  Lines lines(body);
  LX_TRY(const Value envelope, read_first(lines));
  const Value* studios = envelope.find("studios");
  if (!studios || !studios->list()) return tl::unexpected(wrong("studios"));
  SyncRequest request;
  request.clocks = {envelope.integer_at("wall_ms"), envelope.integer_at("boot_ms"),
                    std::string(envelope.text_at("boot"))};
  request.kinds_version = envelope.integer_at("kinds");
  request.certificate_ends_ms = envelope.integer_at("certificate_ends_ms");
  std::size_t asked = 0;  // in all studios together: to look one up may mean to read a long line
  for (const Value& item : *studios->list()) {
    LX_TRY(StudioRequest studio, read_studio_request(item, lines));
    asked += studio.asked.size();
    if (asked > limits::asked_ids_max) return failure(Errc::out_of_range, "asked_ids_max");
    request.studios.push_back(std::move(studio));
  }
  if (!lines.done()) return tl::unexpected(wrong("more lines than counted"));
  return request;
}

std::string encode_reply(const SyncReply& reply) {
  Value::List studios, grants;
  for (const StudioReply& studio : reply.studios) studios.push_back(studio_reply_value(studio));
  for (const GrantedStudio& grant : reply.grants) grants.push_back(granted_value(grant));
  Value::Object envelope{{"protocol", protocol_version}, {"server_ms", reply.server_ms},
                         {"kinds", reply.kinds_version}, {"purge", reply.purge},
                         {"grants", std::move(grants)},  {"studios", std::move(studios)}};
  const std::pair<const char*, const std::string&> now_and_then[] = {
      {"token", reply.token}, {"certificate", reply.certificate}, {"move", reply.move}};
  for (const auto& [name, text] : now_and_then) {
    if (!text.empty()) envelope.emplace(name, text);
  }
  std::string out = to_json(Value(std::move(envelope)));
  out += '\n';
  for (const StudioReply& studio : reply.studios) {
    for (const std::string& row : studio.page.rows) {
      out += row;
      out += '\n';
    }
  }
  return out;
}

Result<SyncReply> decode_reply(std::string_view body) {
  Lines lines(body);
  LX_TRY(const Value envelope, read_reply_envelope(lines));
  SyncReply reply;
  reply.server_ms = envelope.integer_at("server_ms");
  reply.kinds_version = envelope.integer_at("kinds");
  reply.purge = envelope.boolean_at("purge");
  reply.token = envelope.text_at("token");
  reply.certificate = envelope.text_at("certificate");
  reply.move = envelope.text_at("move");
  for (const Value& item : envelope.list_at("grants")) {
    LX_TRY(GrantedStudio grant, granted_of(item));
    reply.grants.push_back(std::move(grant));
  }
  for (const Value& item : envelope.list_at("studios")) {
    LX_TRY(StudioReply studio, read_studio_reply(item, lines));
    reply.studios.push_back(std::move(studio));
  }
  if (!lines.done()) return tl::unexpected(wrong("more lines than counted"));
  return reply;
}

Value granted_value(const GrantedStudio& grant) { return written(grant_parts, grant); }

Result<GrantedStudio> granted_of(const Value& value) { return read_parts<GrantedStudio>(grant_parts, value, wrong); }

}  // namespace lianxin
