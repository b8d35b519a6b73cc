#include "tests/wire/vectors.h"

#include <map>
#include <string>
#include <vector>

#include "schema/json.h"
#include "sync/model/chain.h"
#include "sync/wire/envelope.h"
#include "sync/wire/signed_request.h"

namespace lianxin::kit {
namespace {

Error wrong(const std::string& what) { return {Errc::invalid_argument, "vector: " + what}; }

// Bytes as a vector writes them: a text; {"hex": …}; or {"repeat": [[text, times], …]} one after another.
Result<std::string> bytes_of(const Value& value) {
  if (value.text()) return *value.text();
  std::string out;
  if (value.find("hex")) {
    std::vector<std::uint8_t> bytes(value.text_at("hex").size() / 2);
    if (!from_hex(value.text_at("hex"), bytes)) return tl::unexpected(wrong("hex"));
    return std::string(bytes.begin(), bytes.end());
  }
  for (const Value& run : value.list_at("repeat")) {
    if (!run.list() || run.list()->size() != 2) return tl::unexpected(wrong("repeat"));
    const std::string* text = run.list()->at(0).text();
    const std::int64_t* times = run.list()->at(1).integer();
    if (!text || !times) return tl::unexpected(wrong("repeat"));
    for (std::int64_t i = 0; i < *times; ++i) out += *text;
  }
  return out;
}

Result<std::string> bytes_at(const Value& in, std::string_view name) {
  const Value* value = in.find(name);
  if (!value) return tl::unexpected(wrong(std::string(name)));
  return bytes_of(*value);
}

template <std::size_t size>
Result<Bytes<size>> fixed_at(const Value& in, std::string_view name) {
  Bytes<size> bytes;
  if (!from_hex(in.text_at(name), bytes)) return tl::unexpected(wrong(std::string(name)));
  return bytes;
}

template <class IdType>
Result<IdType> id_at(const Value& in, std::string_view name) {
  const auto id = IdType::parse(in.text_at(name));
  if (!id) return tl::unexpected(wrong(std::string(name)));
  return *id;
}

// Past a limit the limit is named; whatever else is wrong has one code.
Value refused(const Error& error) {
  Value::Object parts{{"error", name_of(error.code)}};
  if (error.code == Errc::out_of_range) parts.emplace("limit", error.message);
  return parts;
}

Result<Value> canonical_json(const Value& in) {
  LX_TRY(const std::string text, bytes_at(in, "text"));
  const Result<Value> read = parse_json(text);
  if (!read) return refused(read.error());
  return Value(Value::Object{{"json", to_json(*read)}});
}

Result<Value> hash(const Value& in) {
  LX_TRY(const std::string bytes, bytes_at(in, "bytes"));
  return Value(to_hex(sha256(bytes)));
}

Result<Value> device_id(const Value& in) {
  LX_TRY(const PublicKey key, fixed_at<32>(in, "key"));
  return Value(device_id_of(key).text());
}

Result<Value> chain(const Value& in) {
  LX_TRY(const StudioId studio, id_at<StudioId>(in, "studio"));
  LX_TRY(const PublicKey key, fixed_at<32>(in, "key"));
  Value::List h{to_hex(chain_start(studio, key))};
  Hash at = chain_start(studio, key);
  for (const Value& line : in.list_at("lines")) {
    LX_TRY(const std::string bytes, bytes_of(line));
    at = chain_next(at, sha256(bytes));
    h.emplace_back(to_hex(at));
  }
  return Value(std::move(h));
}

Result<Value> line_name(const Value& in) {
  LX_TRY(const StudioId studio, id_at<StudioId>(in, "studio"));
  LX_TRY(const std::string line, bytes_at(in, "line"));
  return Value(line_id(studio, sha256(line)).text());
}

Result<Value> log(const Value& in) {
  Hash at{};
  Value::List hashes;
  for (const Value& item : in.list_at("entries")) {
    LX_TRY(const std::string line, bytes_at(item, "line"));
    const auto clock = Hlc::parse(item.text_at("clock"));
    if (!clock) return tl::unexpected(wrong("clock"));
    at = log_next(at, sha256(line), item.boolean_at("held") ? Outcome::held : Outcome::applied, *clock);
    hashes.emplace_back(to_hex(at));
  }
  return Value(std::move(hashes));
}

Result<Value> signature(const Value& in) {
  LX_TRY(const SecretKey seed, fixed_at<32>(in, "seed"));
  LX_TRY(const std::string message, bytes_at(in, "message"));
  return Value(Value::Object{{"key", to_hex(public_key_of(seed))}, {"signature", to_hex(sign(seed, message))}});
}

Result<Value> push_text(const Value& in) {
  LX_TRY(const DeviceId device, id_at<DeviceId>(in, "device"));
  LX_TRY(const StudioId studio, id_at<StudioId>(in, "studio"));
  LX_TRY(const Hash last_h, fixed_at<32>(in, "last_h"));
  return Value(push_message(device, studio, in.integer_at("first_n"), last_h));
}

Result<Value> verified(const Value& in) {
  LX_TRY(const PublicKey key, fixed_at<32>(in, "key"));
  LX_TRY(const Signature given, fixed_at<64>(in, "signature"));
  LX_TRY(const std::string message, bytes_at(in, "message"));
  return Value(verify(key, message, given));
}

Result<Value> acknowledgement(const Value& in) {
  LX_TRY(const PublicKey key, fixed_at<32>(in, "key"));
  const auto read = Receipt::parse(in.text_at("text"));
  if (!read) return Value();
  return Value(Value::Object{{"device", read->device.text()},
                             {"studio", read->studio.text()},
                             {"acked_n", read->acked_n},
                             {"h", to_hex(read->h)},
                             {"seq", read->seq},
                             {"log_hash", to_hex(read->log_hash)},
                             {"server_ms", read->server_ms},
                             {"server", read->server.text()},
                             {"genuine", read->signed_with(key)},
                             {"text", read->text()}});
}

Result<Value> cursor(const Value& in) {
  const auto read = Cursor::parse(in.text_at("text"));
  if (!read) return Value();
  Value::Object parts{
      {"seq", read->seq}, {"log", to_hex(read->log)}, {"access", to_hex(read->access)}, {"text", read->text()}};
  if (read->mark) parts.emplace("mark", to_hex(*read->mark));
  if (read->up_to) parts.emplace("up_to", Value::Object{{"seq", read->up_to->seq}, {"log", to_hex(read->up_to->log)}});
  return Value(std::move(parts));
}

Result<Value> cursor_mark(const Value& in) {
  const auto read = Cursor::parse(in.text_at("text"));
  const auto studio = StudioId::parse(in.text_at("studio"));
  SecretKey secret{};
  if (!read || !studio || !from_hex(in.text_at("secret"), secret))
    return tl::unexpected(wrong("text, studio or secret"));
  return Value(to_hex(mark_of(*read, *studio, secret)));
}

Result<Value> cursor_access(const Value& in) {
  const auto clearance = sensitivity_named(in.text_at("clearance"));
  if (!clearance) return tl::unexpected(wrong("clearance"));
  const Bytes<4> access =
      access_hash(*clearance, in.boolean_at("masked") ? "masked" : "", in.integer_at("sensitivity_version"));
  return Value(Value::Object{{"access", to_hex(access)}, {"pulling_from_zero", to_hex(pulling_from_zero(access))}});
}

// Of each cell of an encoded row, and their sum over those that are not in `above`.
Result<Value> row_digest(const Value& in) {
  LX_TRY(const std::string text, bytes_at(in, "row"));
  const Result<Row> row = decode_row(text);
  if (!row) return Value(Value::Object{{"error", name_of(row.error().code)}});
  Value::Object cells;
  for (const auto& [address, cell] : row->cells) {
    cells.emplace(address, cell_digest(row->record, row->kind, address, cell).text());
  }
  LX_TRY(const Digest sum, delivered_digest_of(text));
  return Value(Value::Object{{"cells", std::move(cells)}, {"sum", sum.text()}, {"row", encode_row(*row)}});
}

Result<Value> digest_sum(const Value& in) {
  Digest sum;
  for (const auto& [name, minus] : {std::pair("plus", false), std::pair("minus", true)}) {
    for (const Value& item : in.list_at(name)) {
      const auto digest = item.text() ? Digest::parse(*item.text()) : std::nullopt;
      if (!digest) return tl::unexpected(wrong(name));
      minus ? sum -= * digest : sum += *digest;
    }
  }
  return Value(sum.text());
}

Result<Value> line(const Value& in) {
  LX_TRY(const std::string text, bytes_at(in, "line"));
  const Result<Change> change = parse_line(text);
  if (!change) return Value(Value::Object{{"readable", false}});
  return Value(Value::Object{{"readable", true}, {"made_anew", line_of(*change)}});
}

ClockReading reading_at(const Value& in, std::string_view name) {
  const Value* value = in.find(name);
  if (!value) return {};
  return {value->integer_at("wall_ms"), value->integer_at("boot_ms"), std::string(value->text_at("boot"))};
}

Result<Value> corrected_clock(const Value& in) {
  const auto claimed = Hlc::parse(in.text_at("claimed"));
  if (!claimed) return Value();
  return Value(corrected(*claimed, reading_at(in, "made"), reading_at(in, "sent"), in.integer_at("server_ms")).text());
}

Result<Value> next_clock(const Value& in) {
  const auto last = Hlc::parse(in.text_at("last"));
  if (!last) return Value();
  return Value(tick(*last, in.integer_at("wall_ms")).text());
}

Result<Value> request(const Value& in) {
  LX_TRY(const std::string body, bytes_at(in, "body"));
  const Result<SyncRequest> read = decode_request(body);
  if (!read) return refused(read.error());
  return Value(Value::Object{{"again", encode_request(*read)}});
}

Result<Value> signed_body(const Value& in) {
  LX_TRY(const SecretKey seed, fixed_at<32>(in, "seed"));
  LX_TRY(const std::string request, bytes_at(in, "request"));
  return Value(signed_request({device_id_of(public_key_of(seed)), seed}, in.integer_at("at_ms"), request));
}

// What follows the first line, or why nothing is looked at.
Result<Value> opened_body(const Value& in) {
  LX_TRY(const PublicKey key, fixed_at<32>(in, "key"));
  LX_TRY(const std::string body, bytes_at(in, "body"));
  const Result<std::string_view> opened = request_signed_by(key, in.integer_at("now_ms"), body);
  if (!opened) return Value(Value::Object{{"refused", opened.error().message}});
  return Value(Value::Object{{"request", *opened}});
}

Result<Value> reply(const Value& in) {
  LX_TRY(const std::string body, bytes_at(in, "body"));
  const Result<SyncReply> read = decode_reply(body);
  if (!read) return refused(read.error());
  return Value(Value::Object{{"again", encode_reply(*read)}});
}

}  // namespace

Result<Value> vector_result(std::string_view function, const Value& in) {
  using Function = Result<Value> (*)(const Value&);
  static const std::map<std::string_view, Function> functions{{"canonical_json", canonical_json},
                                                              {"sha256", hash},
                                                              {"device_id", device_id},
                                                              {"chain", chain},
                                                              {"log_hashes", log},
                                                              {"signature", signature},
                                                              {"push_message", push_text},
                                                              {"verify", verified},
                                                              {"cursor", cursor},
                                                              {"cursor_mark", cursor_mark},
                                                              {"cursor_access", cursor_access},
                                                              {"row_digest", row_digest},
                                                              {"digest_sum", digest_sum},
                                                              {"line", line},
                                                              {"corrected_clock", corrected_clock},
                                                              {"next_clock", next_clock},
                                                              {"request", request},
                                                              {"signed_request", signed_body},
                                                              {"request_signed_by", opened_body},
                                                              {"reply", reply},
                                                              {"line_id", line_name},
                                                              {"acknowledgement", acknowledgement}};
  const auto at = functions.find(function);
  if (at == functions.end()) return failure(Errc::not_found, "no function " + std::string(function));
  return at->second(in);
}

}  // namespace lianxin::kit
