#include "server/http/message.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "schema/bytes.h"
#include "schema/json.h"
#include "schema/text.h"

namespace lianxin::server {
namespace {

// Takes what stands before the next separator off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

bool same_letters(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(),
                    [](char x, char y) { return std::tolower(static_cast<unsigned char>(x)) == y; });
}

// ";q=0.8" as 800; 1000 where nothing is said, 0 where it cannot be read.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view part = trimmed(take_until(parameters, ';'));
    if (!part.starts_with("q=") && !part.starts_with("Q=")) continue;
    part.remove_prefix(2);
    if (part.empty() || part.size() > 5 || (part[0] != '0' && part[0] != '1')) return 0;
    int weight = (part[0] - '0') * 1000;
    int place = 100;
    for (std::size_t i = 2; i < part.size(); ++i, place /= 10) {
      if (part[i] < '0' || part[i] > '9') return 0;
      weight += (part[i] - '0') * place;
    }
    return std::min(weight, 1000);
  }
  return 1000;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string_view first_of_name(const NamedTexts& texts, std::string_view name) {
  const auto it = std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.first == name; });
  return it == texts.end() ? std::string_view{} : std::string_view(it->second);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view Request::query_at(std::string_view name) const { return first_of_name(query, name); }
std::string_view Request::capture(std::string_view name) const { return first_of_name(captures, name); }
std::string_view Request::header(std::string_view name) const { return first_of_name(headers, name); }

Response json_response(const Value& value, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = to_json(value);
  return response;
}

Response text_response(std::string text, std::string content_type) {
  Response response;
  response.content_type = std::move(content_type);
  response.body = std::move(text);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response fixed_response(std::shared_ptr<const FixedBody> body, std::string content_type) {
  Response response;
  response.content_type = std::move(content_type);
  response.fixed = std::move(body);
  return response;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  // The weak comparison: a reply that went out compressed is still that reply.
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  while (!if_none_match.empty()) {
    std::string_view one = trimmed(take_until(if_none_match, ','));
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (!one.empty() && one == etag) return true;
  }
  return false;
}

Language language_of(std::string_view accept_language) {
  int zh = -1;
  int en = -1;
  while (!accept_language.empty()) {
    std::string_view parameters = take_until(accept_language, ',');
    const std::string_view range = trimmed(take_until(parameters, ';'));
    const std::string_view primary = range.substr(0, range.find('-'));
    const int weight = weight_of(parameters);
    if (same_letters(primary, "zh")) zh = std::max(zh, weight);
    if (same_letters(primary, "en")) en = std::max(en, weight);
  }
  return en > 0 && en > zh ? Language::en : Language::zh;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> named;
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take_until(accept_encoding, ',');
    const std::string_view coding = trimmed(take_until(parameters, ';'));
    const bool welcome = weight_of(parameters) > 0;
    if (same_letters(coding, "gzip") || same_letters(coding, "x-gzip")) named = welcome;
    if (coding == "*") any = welcome;
  }
  return named.value_or(any);
}

std::string_view bearer_token_of(std::string_view authorization) {
  constexpr std::size_t token_size_max = 512;
  if (authorization.size() < 7 || !same_letters(authorization.substr(0, 7), "bearer ")) return {};
  const std::string_view token = trimmed(authorization.substr(7));
  const bool clean = std::all_of(token.begin(), token.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
  });
  return clean && token.size() <= token_size_max ? token : std::string_view{};
}

std::string_view cookie_named(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view pair = trimmed(cookies.substr(0, end));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      Bytes<1> byte{};
      if (!from_hex(text.substr(i + 1, 2), byte)) return false;
      out += static_cast<char>(byte[0]);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return is_utf8(out) && !has_control(out);
}

bool parse_query(std::string_view text, NamedTexts& out) {
  constexpr std::size_t parts_max = 64;
  while (!text.empty()) {
    std::string_view value = take_until(text, '&');
    if (value.empty()) continue;
    const std::string_view name = take_until(value, '=');
    if (out.size() == parts_max) return false;
    auto& [decoded_name, decoded_value] = out.emplace_back();
    if (!percent_decode(name, true, decoded_name) || !percent_decode(value, true, decoded_value)) return false;
  }
  return true;
}

}  // namespace lianxin::server
