#include "sync/wire/envelope.h"

#include <algorithm>

#include "schema/json.h"
#include "sync/model/limits.h"
#include "sync/wire/codes.h"

namespace lianxin {
namespace {

Error wrong(std::string what) { return {Errc::invalid_argument, "envelope: " + std::move(what)}; }

template <class Fixed>
Status read_hex(const Value& parts, std::string_view name, Fixed& out) {
  if (!from_hex(parts.text_at(name), out)) return tl::unexpected(wrong(std::string(name)));
  return {};
}

template <class IdType>
Status read_id(const Value& parts, std::string_view name, IdType& id) {
  const auto parsed = IdType::parse(parts.text_at(name));
  if (!parsed) return tl::unexpected(wrong(std::string(name)));
  id = *parsed;
  return {};
}

Value ids_value(std::span<const ChangeId> ids) {
  Value::List list;
  for (const ChangeId& id : ids) list.emplace_back(id.text());
  return list;
}

Result<std::vector<ChangeId>> read_ids(const Value::List& list) {
  if (list.size() > limits::asked_ids_max) return failure(Errc::out_of_range, "asked_ids_max");
  std::vector<ChangeId> ids;
  for (const Value& item : list) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return tl::unexpected(wrong("id"));
    ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());  // each is looked up once, however often it was asked about
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// `known`: 32 hex digits of the id and 16 of the line's hash.
Value known_value(std::span<const KnownLine> lines) {
  Value::List list;
  for (const KnownLine& line : lines) list.emplace_back(line.id.text() + to_hex(line.line));
  return list;
}

Result<std::vector<KnownLine>> read_known(const Value::List& list) {
  if (list.size() > limits::asked_ids_max) return failure(Errc::out_of_range, "asked_ids_max");
  std::vector<KnownLine> lines;
  for (const Value& item : list) {
    const std::string_view text = item.text() ? *item.text() : std::string_view();
    KnownLine line;
    if (text.size() != 48 || !from_hex(text.substr(0, 32), line.id.bytes) || !from_hex(text.substr(32), line.line)) {
      return tl::unexpected(wrong("known"));
    }
    lines.push_back(line);
  }
  return lines;
}

// Each record as its 36 characters and the 32 of its digest.
Value compared_value(const Compared& compared) {
  Value::List records;
  for (const RecordDigest& one : compared.records) records.emplace_back(one.record.text() + one.digest.text());
  return Value::Object{
      {"from", compared.from}, {"to", compared.to}, {"more", compared.more}, {"records", std::move(records)}};
}

Result<Compared> read_compared(const Value& value) {
  Compared compared;
  compared.from = value.integer_at("from");
  compared.to = value.integer_at("to");
  compared.more = value.boolean_at("more");
  const Value::List& records = value.list_at("records");
  // A stretch that ends where it began would be asked for again for ever.
  if (compared.to < compared.from || (compared.more && compared.to == compared.from)) {
    return tl::unexpected(wrong("compared"));
  }
  if (records.size() > limits::compared_records_max) return failure(Errc::out_of_range, "compared_records_max");
  for (const Value& item : records) {
    const std::string_view text = item.text() ? *item.text() : std::string_view();
    const auto record = RecordId::parse(text.substr(0, 36));
    const auto digest = text.size() == 68 ? Digest::parse(text.substr(36)) : std::nullopt;
    if (!record || !digest) return tl::unexpected(wrong("compared"));
    compared.records.push_back({*record, *digest});
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
  OfferedHead offered;
  LX_CHECK(read_id(value, "record", offered.record));
  offered.kind = value.text_at("kind");
  const auto at = Address::parse(value.text_at("at"));
  const Value* head = value.find("head");
  if (!at || !head || offered.kind.empty()) return tl::unexpected(wrong("offer"));
  offered.at = *at;
  Result<Head> read = head_of(*head);
  if (!read) return tl::unexpected(wrong("offer"));
  offered.head = std::move(*read);
  return offered;
}

Value studio_request_value(const StudioRequest& studio) {
  Value::Object parts{{"studio", studio.studio.text()},
                      {"first_n", studio.push.first_n},
                      {"before", to_hex(studio.push.before)},
                      {"count", static_cast<std::int64_t>(studio.push.entries.size())},
                      {"signature", to_hex(studio.push.signature)},
                      {"last_n", studio.last_n},
                      {"cursor", studio.cursor},
                      {"bytes", static_cast<std::int64_t>(studio.bytes_max)}};
  if (studio.differs) parts.emplace("differs", true);
  if (studio.compare_from) parts.emplace("compare", *studio.compare_from);
  if (!studio.asked.empty()) parts.emplace("ask", ids_value(studio.asked));
  if (!studio.offered.empty()) {
    Value::List offers;
    for (const OfferedHead& offered : studio.offered) offers.push_back(offered_value(offered));
    parts.emplace("offer", std::move(offers));
  }
  return parts;
}

Result<StudioRequest> read_studio_request(const Value& value, Lines& lines) {
  StudioRequest studio;
  LX_CHECK(read_id(value, "studio", studio.studio));
  studio.push.first_n = value.integer_at("first_n", 1);
  LX_CHECK(read_hex(value, "before", studio.push.before));
  LX_CHECK(read_hex(value, "signature", studio.push.signature));
  studio.last_n = value.integer_at("last_n");
  studio.cursor = value.text_at("cursor");
  studio.bytes_max =
      static_cast<std::size_t>(std::clamp<std::int64_t>(value.integer_at("bytes"), 0, limits::page_bytes_max));
  studio.differs = value.boolean_at("differs");
  if (value.find("compare")) studio.compare_from = std::max<Seq>(0, value.integer_at("compare"));
  LX_TRY(studio.asked, read_ids(value.list_at("ask")));
  if (value.list_at("offer").size() > limits::offered_heads_max)
    return failure(Errc::out_of_range, "offered_heads_max");
  for (const Value& item : value.list_at("offer")) {
    LX_TRY(OfferedHead offered, read_offered(item));
    studio.offered.push_back(std::move(offered));
  }
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

Value studio_reply_value(const StudioReply& studio) {
  const Page& page = studio.page;
  const ChainHead acked =
      page.acked.value_or(ChainHead{});  // zeroes where the server did not look: no chain has that h
  Value::Object parts{{"studio", studio.studio.text()}, {"acked_n", acked.n}, {"h", to_hex(acked.h)}};
  if (!studio.problem.empty()) parts.emplace("problem", studio.problem);
  if (!studio.known.empty()) parts.emplace("known", known_value(studio.known));
  if (studio.receipt) parts.emplace("acknowledgement", studio.receipt->text());
  if (studio.compared) parts.emplace("compared", compared_value(*studio.compared));
  if (!page.given) return parts;
  parts.emplace("given", true);
  parts.emplace("from_zero", page.from_zero);
  parts.emplace("history_unknown", page.history_unknown);
  parts.emplace("cursor", page.cursor.text());
  parts.emplace("more", page.more);
  parts.emplace("rows", static_cast<std::int64_t>(page.rows.size()));
  if (page.digest) parts.emplace("digest", page.digest->text());
  return parts;
}

Result<StudioReply> read_studio_reply(const Value& value, Lines& lines) {
  StudioReply studio;
  Page& page = studio.page;
  LX_CHECK(read_id(value, "studio", studio.studio));
  ChainHead acked{value.integer_at("acked_n"), {}};
  LX_CHECK(read_hex(value, "h", acked.h));
  if (acked.h != Hash{}) page.acked = acked;
  studio.problem = value.text_at("problem");
  LX_TRY(studio.known, read_known(value.list_at("known")));
  if (value.find("acknowledgement")) {
    studio.receipt = Receipt::parse(value.text_at("acknowledgement"));
    if (!studio.receipt) return tl::unexpected(wrong("acknowledgement"));
  }
  if (const Value* compared = value.find("compared")) {
    LX_TRY(studio.compared, read_compared(*compared));
  }
  page.given = value.boolean_at("given");
  if (!page.given) return studio;
  page.from_zero = value.boolean_at("from_zero");
  page.history_unknown = value.boolean_at("history_unknown");
  page.more = value.boolean_at("more");
  const auto cursor = Cursor::parse(value.text_at("cursor"));
  if (!cursor) return tl::unexpected(wrong("cursor"));
  page.cursor = *cursor;
  if (value.find("digest")) {
    page.digest = Digest::parse(value.text_at("digest"));
    if (!page.digest) return tl::unexpected(wrong("digest"));
  }
  for (std::int64_t i = value.integer_at("rows"); i > 0; --i) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(wrong("fewer rows than counted"));
    page.rows.emplace_back(*line);
  }
  return studio;
}

Result<Value> read_envelope(Lines& lines) {
  const auto first = lines.next();
  if (!first) return tl::unexpected(wrong("empty"));
  LX_TRY(Value envelope, parse_json(*first));
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
  std::string out = to_json(Value::Object{{"protocol", protocol_version},
                                          {"wall_ms", request.clocks.wall_ms},
                                          {"boot_ms", request.clocks.boot_ms},
                                          {"boot", request.clocks.boot_id},
                                          {"kinds", request.kinds_version},
                                          {"studios", std::move(studios)}});
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
  LX_TRY(const Value envelope, read_envelope(lines));
  SyncRequest request;
  request.clocks = {envelope.integer_at("wall_ms"), envelope.integer_at("boot_ms"),
                    std::string(envelope.text_at("boot"))};
  request.kinds_version = envelope.integer_at("kinds");
  std::size_t asked = 0;  // in all studios together: to look one up may mean to read a long line
  for (const Value& item : envelope.list_at("studios")) {
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
  std::string out = to_json(Value::Object{{"protocol", protocol_version},
                                          {"server_ms", reply.server_ms},
                                          {"kinds", reply.kinds_version},
                                          {"purge", reply.purge},
                                          {"grants", std::move(grants)},
                                          {"studios", std::move(studios)}});
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
  LX_TRY(const Value envelope, read_envelope(lines));
  SyncReply reply;
  reply.server_ms = envelope.integer_at("server_ms");
  reply.kinds_version = envelope.integer_at("kinds");
  reply.purge = envelope.boolean_at("purge");
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

Value granted_value(const GrantedStudio& grant) {
  Value::List holders;
  for (const GrantedStudio::Holder& holder : grant.holders) {
    Value::List roles;
    for (const std::string& role : holder.roles) roles.emplace_back(role);
    holders.emplace_back(Value::Object{{"member", holder.member.text()},
                                       {"name", holder.name},
                                       {"roles", std::move(roles)},
                                       {"clearance", name_of(holder.clearance)}});
  }
  return Value::Object{{"studio", grant.studio.text()},
                       {"code", grant.code},
                       {"name", grant.name},
                       {"reference", grant.reference},
                       {"holders", std::move(holders)}};
}

Result<GrantedStudio> granted_of(const Value& value) {
  GrantedStudio grant;
  LX_CHECK(read_id(value, "studio", grant.studio));
  grant.code = value.text_at("code");
  grant.name = value.text_at("name");
  grant.reference = value.boolean_at("reference");
  for (const Value& item : value.list_at("holders")) {
    GrantedStudio::Holder holder;
    LX_CHECK(read_id(item, "member", holder.member));
    holder.name = item.text_at("name");
    const auto clearance = sensitivity_named(item.text_at("clearance"));
    if (!clearance) return tl::unexpected(wrong("clearance"));
    holder.clearance = *clearance;
    for (const Value& role : item.list_at("roles")) {
      if (role.text()) holder.roles.push_back(*role.text());
    }
    grant.holders.push_back(std::move(holder));
  }
  return grant;
}

}  // namespace lianxin
