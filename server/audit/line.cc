#include "server/audit/line.h"

#include "schema/json.h"

namespace lianxin::server {
namespace {

constexpr std::string_view opening = R"({"before":")", middle = R"(","entry":)", last = R"(,"hash":")",
                           closing = R"("})";
constexpr std::size_t hash_digits = 64;

Hash hash_of(const Hash& before, std::string_view entry) {
  std::string bytes(view(before));
  return sha256(bytes.append(entry));
}

// Its bytes are those that we write: lower case.
bool read_hash(std::string_view digits, Hash& hash) { return from_hex(digits, hash) && to_hex(hash) == digits; }

}  // namespace

std::string audit_line(Value::Object entry, AuditEnd& end) {
  entry.insert_or_assign("number", ++end.number);
  const std::string text = to_json(Value(std::move(entry)));
  std::string line(opening);
  line.append(to_hex(end.hash)).append(middle).append(text).append(last);
  end.hash = hash_of(end.hash, text);
  return line.append(to_hex(end.hash)).append(closing).append("\n");
}

std::optional<AuditLine> read_audit_line(std::string_view line) {
  const std::size_t head = opening.size() + hash_digits + middle.size();
  const std::size_t tail = last.size() + hash_digits + closing.size();
  if (line.size() <= head + tail || !line.starts_with(opening) || !line.ends_with(closing) ||
      line.substr(opening.size() + hash_digits, middle.size()) != middle ||
      line.substr(line.size() - tail, last.size()) != last) {
    return std::nullopt;
  }
  AuditLine read;
  const std::string_view hash = line.substr(line.size() - closing.size() - hash_digits, hash_digits);
  if (!read_hash(line.substr(opening.size(), hash_digits), read.before) || !read_hash(hash, read.end.hash)) {
    return std::nullopt;
  }
  const std::string_view text = line.substr(head, line.size() - head - tail);
  if (hash_of(read.before, text) != read.end.hash) return std::nullopt;
  Result<Value> entry = parse_json(text);
  if (!entry || !entry->object()) return std::nullopt;
  read.entry = std::move(*entry);
  read.end.number = read.entry.integer_at("number");
  return read;
}

std::string signed_end(const AuditEnd& end) {
  return "lianxin audit end v1|" + std::to_string(end.number) + "|" + to_hex(end.hash);
}

}  // namespace lianxin::server
