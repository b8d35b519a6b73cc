// A request and a response as the rooms of the server see them: plain values without a socket, so that a route is
// tested by calling it. Everything here has been read, bounded and checked before a handler sees it (head.h,
// encoding.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/value.h"
#include "server/audit/entry.h"

namespace lianxin::server {

enum class Language { zh, en };  // of the texts that people read; zh where the request does not say

using NamedTexts = std::vector<std::pair<std::string, std::string>>;  // in the order of the request

std::string_view first_of_name(const NamedTexts& texts, std::string_view name);  // its text, or empty

std::string_view trimmed(std::string_view text);  // without blanks and tabs at its ends
std::string lower(std::string_view text);         // its ASCII letters

struct Request {
  std::string method;          // upper case; "HEAD" arrives as "GET", for its answer is that of GET without the body
  std::string path;            // begins with '/', not percent-decoded, without the query
  NamedTexts query;            // decoded, well-formed UTF-8
  NamedTexts captures;         // the {parts} of the route's pattern, decoded, well-formed UTF-8
  NamedTexts headers;          // names in lower case, values trimmed and free of control characters, not decoded
  std::string remote_address;  // of the peer, or of the client behind a trusted proxy (HttpOptions)
  std::string client;          // what limits of one client count: client_of(remote_address), see connection.h
  std::string bearer_token;    // of "Authorization: Bearer", only [A-Za-z0-9._-]; empty where there is none
  Language language = Language::zh;
  std::string content_type;   // lower case, without parameters, such as "application/json"
  std::string if_none_match;  // see etag_matches()
  std::string body;           // whole, decompressed, at most the route's body_bytes_max

  // What the audit log will keep of it: whoever finds out who asks, or about what, writes it there.
  std::shared_ptr<Entry> entry = std::make_shared<Entry>();

  // The first of that name, or empty. Views live as long as this does.
  std::string_view query_at(std::string_view name) const;
  std::string_view capture(std::string_view name) const;
  std::string_view header(std::string_view lower_case_name) const;
};

// Appends the next piece of a body to `out`, a few hundred kilobytes at most, and says what comes after it. Nothing but
// `failed` (or an exception) cuts a reply short, in a way that its reader notices. One thread at a time.
enum class [[nodiscard]] Piece{follows, last, failed};
using NextPiece = std::function<Piece(std::string& out)>;

// A body that is the same for everybody, as it is and compressed: made once, never copied.
struct FixedBody {
  std::string plain, gzipped;
};

struct Response {
  int status = 200;
  std::string content_type;  // empty where there is no body
  NamedTexts headers;
  std::string body;
  std::string code;  // of a problem, as its document names it

  std::shared_ptr<const FixedBody> fixed;  // where set, the body instead of `body`

  // Where set, makes the body instead of `body`. It is called for the next piece when the reader has taken the last,
  // so that one who reads slowly holds nothing but that piece. Not called for HEAD. It outlives the handler: own what
  // it uses.
  NextPiece stream;

  // It goes out no sooner than so many milliseconds after the request came, so that the time tells nothing.
  std::int64_t at_least_ms = 0;

  // For the log alone, never sent: what failed, with ids and without payload.
  std::string note;
};

Response json_response(const Value& value, int status = 200);
Response text_response(std::string text, std::string content_type = "text/plain; charset=utf-8");
Response no_content();
Response fixed_response(std::shared_ptr<const FixedBody> body, std::string content_type);

// Whether `if_none_match`, as a request carried it, names `etag` (with its quotes) or is "*" (RFC 9110, 13.1.2).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

// Of an Accept-Language header: the better liked of the two we speak.
Language language_of(std::string_view accept_language);

// Of an Accept-Encoding header: whether gzip is welcome.
bool accepts_gzip(std::string_view accept_encoding);

// Of an Authorization header: the token, or empty where it is not "Bearer" and a token of at most 512 characters.
std::string_view bearer_token_of(std::string_view authorization);

// Of a Cookie header: the value of the first of that name, or empty.
std::string_view cookie_named(std::string_view cookies, std::string_view name);

// Percent-decoding, with '+' for a space if asked; false where that is malformed or the outcome is not UTF-8 free of
// control characters: a decoded text goes into logs, file names and headers.
[[nodiscard]] bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

// "a=1&b=2" into `out`; false as above, or with more than 64 parts.
[[nodiscard]] bool parse_query(std::string_view text, NamedTexts& out);

}  // namespace lianxin::server
