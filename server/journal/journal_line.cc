#include "server/journal/journal_line.h"

#include "schema/json.h"
#include "server/disk/sealing.h"

namespace lianxin::server {
namespace {

// What stands between the hash and the entry, and behind it.
struct Form {
  std::string_view middle, closing;
};
constexpr std::string_view opening = R"({"hash":")";
constexpr Form plain{R"(","entry":)", "}"};
constexpr Form sealed{R"(","sealed":")", R"("})"};
constexpr Form less{R"(","left":")", R"("})"};  // sealed, and not what the hash is of
constexpr std::size_t hash_digits = 64;

Hash hash_after(const Hash& before, std::string_view entry) {
  return sha256(std::string(view(before)) + std::string(entry));
}

std::string line_in(const Form& form, const Hash& hash, std::string_view content) {
  std::string line(opening);
  return line.append(to_hex(hash)).append(form.middle).append(content).append(form.closing).append("\n");
}

std::optional<std::string_view> content_in(const Form& form, std::string_view line) {
  line.remove_prefix(opening.size() + hash_digits);
  const bool fits = line.size() > form.middle.size() + form.closing.size() && line.starts_with(form.middle) &&
                    line.ends_with(form.closing);
  if (!fits) return std::nullopt;
  return line.substr(form.middle.size(), line.size() - form.middle.size() - form.closing.size());
}

// A sealed entry is bound to its place, and to being all that was written or not.
std::string bound_to(const Form& form, const Hash& hash) {
  return "lianxin journal|" + std::string(form.middle) + to_hex(hash);
}

std::string sealed_in(const Form& form, const JournalSeal& seal_of, const Hash& hash, std::string_view text) {
  const std::string bytes = seal(seal_of.key, *seal_of.random, text, bound_to(form, hash));
  return line_in(form, hash, to_base64url(as_bytes(bytes)));
}

std::optional<std::string> opened(const Form& form, const JournalSeal* seal_of, const Hash& hash,
                                  std::string_view content) {
  const auto bytes = seal_of ? from_base64url(content) : std::nullopt;
  return bytes ? unseal(seal_of->key, *bytes, bound_to(form, hash)) : std::nullopt;
}

std::optional<JournalLine> read_entry(std::string_view text, const Hash& hash) {
  Result<Value> entry = parse_json(text);
  if (!entry || !entry->object()) return std::nullopt;
  JournalLine read;
  read.entry.place = {entry->integer_at("number"), hash};
  read.entry.what = std::move(*entry->object());
  return read;
}

}  // namespace

std::string journal_line(Value::Object entry, std::int64_t at_ms, JournalPlace& place, const JournalSeal* seal) {
  entry.insert_or_assign("at_ms", at_ms);
  entry.insert_or_assign("number", ++place.number);
  const std::string text = to_json(Value(std::move(entry)));
  place.hash = hash_after(place.hash, text);
  return seal ? sealed_in(sealed, *seal, place.hash, text) : line_in(plain, place.hash, text);
}

std::optional<JournalLine> read_journal_line(std::string_view line, const Hash& before, const JournalSeal* seal) {
  Hash hash;
  if (line.size() < opening.size() + hash_digits || !line.starts_with(opening) ||
      !from_hex(line.substr(opening.size(), hash_digits), hash)) {
    return std::nullopt;
  }
  if (const auto text = content_in(plain, line)) {
    std::optional<JournalLine> read = read_entry(*text, hash);
    if (read) read->follows = hash_after(before, *text) == hash;
    return read;
  }
  for (const Form* form : {&sealed, &less}) {
    const auto content = content_in(*form, line);
    const auto text = content ? opened(*form, seal, hash, *content) : std::nullopt;
    std::optional<JournalLine> read = text ? read_entry(*text, hash) : std::nullopt;
    if (!read) continue;
    read->sealed = true;
    read->follows = form == &less || hash_after(before, *text) == hash;
    return read;
  }
  return std::nullopt;
}

bool is_sealed_line(std::string_view line) {
  return line.size() >= opening.size() + hash_digits && line.starts_with(opening) &&
         (content_in(sealed, line) || content_in(less, line));
}

std::string sealed_line(const JournalEntry& entry, bool is_less, const JournalSeal& seal) {
  return sealed_in(is_less ? less : sealed, seal, entry.place.hash, to_json(Value(entry.what)));
}

}  // namespace lianxin::server
