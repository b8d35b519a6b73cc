#include "server/journal/journal_line.h"

#include "schema/json.h"

namespace lianxin::server {
namespace {

constexpr std::string_view opening = R"({"hash":")", middle = R"(","entry":)", closing = "}";
constexpr std::size_t hash_digits = 64;

Hash hash_after(const Hash& before, std::string_view entry) {
  return sha256(std::string(view(before)) + std::string(entry));
}

}  // namespace

std::string journal_line(Value::Object entry, std::int64_t at_ms, JournalPlace& place) {
  entry.insert_or_assign("at_ms", at_ms);
  entry.insert_or_assign("number", ++place.number);
  const std::string text = to_json(Value(std::move(entry)));
  place.hash = hash_after(place.hash, text);
  std::string line(opening);
  line.append(to_hex(place.hash)).append(middle).append(text).append(closing).append("\n");
  return line;
}

std::optional<JournalLine> read_journal_line(std::string_view line, const Hash& before) {
  const std::size_t head = opening.size() + hash_digits + middle.size();
  if (line.size() <= head + closing.size() || !line.starts_with(opening) || !line.ends_with(closing) ||
      line.substr(opening.size() + hash_digits, middle.size()) != middle) {
    return std::nullopt;
  }
  JournalLine read;
  if (!from_hex(line.substr(opening.size(), hash_digits), read.entry.place.hash)) return std::nullopt;
  const std::string_view text = line.substr(head, line.size() - head - closing.size());
  Result<Value> entry = parse_json(text);
  if (!entry || !entry->object()) return std::nullopt;
  read.entry.place.number = entry->integer_at("number");
  read.entry.what = std::move(*entry->object());
  read.follows = hash_after(before, text) == read.entry.place.hash;
  return read;
}

}  // namespace lianxin::server
