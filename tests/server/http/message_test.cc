// Routing, negotiation, heads, bodies and refusals as values: no socket.
#include "server/http/message.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "schema/json.h"
#include "schema/text.h"
#include "server/http/encoding.h"
#include "server/http/head.h"
#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/language/said.h"
#include "sync/wire/codes.h"
#include "tests/server/http/served.h"

namespace lianxin::server {

namespace {

Request get(std::string path, std::string method = "GET") {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

}  // namespace

TEST_SUITE("server/http") {
  TEST_CASE("a route matches its method and its captures are decoded") {
    Router router;
    router.add("GET", "/v1/records/{id}",
               [](const Request& request) { return text_response(std::string(request.capture("id"))); });
    CHECK(router.answer(get("/v1/records/abc")).body == "abc");
    CHECK(router.answer(get("/v1/records/%E8%BF%9E")).body == "连");
    CHECK(router.answer(get("/v1/records/a%2Fb")).body == "a/b");
  }

  TEST_CASE("a path that is no clean text matches no capture") {
    Router router;
    router.add("GET", "/v1/records/{id}", says("matched"));
    for (const char* path : {"/v1/records/", "/v1/records/%0d%0a", "/v1/records/%", "/v1/records/%4", "/v1/records/%ff",
                             "/v1/records/%C0%AF", "/v1/records/a/b", "/v1/records"}) {
      CAPTURE(path);
      CHECK(router.answer(get(path)).status == 404);
    }
  }

  TEST_CASE("a literal segment is preferred to a capture and a capture to a rest") {
    Router router;
    router.add("GET", "/a/{rest...}", says("rest"));
    router.add("GET", "/a/{id}", says("capture"));
    router.add("GET", "/a/me", says("literal"));
    CHECK(router.answer(get("/a/me")).body == "literal");
    CHECK(router.answer(get("/a/you")).body == "capture");
    CHECK(router.answer(get("/a/you/too")).body == "rest");
  }

  TEST_CASE("a known path with another method is refused with the methods it takes") {
    Router router;
    router.add("GET", "/a", says("a"));
    router.add("POST", "/a", says("a"));
    const Response response = router.answer(get("/a", "DELETE"));
    CHECK(response.status == 405);
    CHECK(code_of(response.body) == "method_not_allowed");
    CHECK(std::find(response.headers.begin(), response.headers.end(),
                    std::pair<std::string, std::string>("Allow", "GET, HEAD, OPTIONS, POST")) !=
          response.headers.end());
    CHECK(router.answer(get("/b", "DELETE")).status == 404);
    CHECK(router.answer(get("/a", "OPTIONS")).status == 204);
    CHECK(router.answer(get("/a", "HEAD")).status == 200);
  }

  TEST_CASE("every problem has a document in both languages") {
    for (const ProblemText& text : all_problems()) {
      CAPTURE(text.code);
      for (const Language language : {Language::zh, Language::en}) {
        const Response response = problem(text.problem, language, both("原因", "the reason"));
        const auto document = parse_json(response.body);
        REQUIRE(document.has_value());
        CHECK(response.status == text.status);
        CHECK(response.content_type == "application/problem+json");
        CHECK(document->text_at("type") == "/problems/" + std::string(text.code));
        CHECK(document->integer_at("status") == text.status);
        CHECK(document->text_at("title") == (language == Language::zh ? text.title_zh : text.title_en));
        CHECK(document->text_at("next") == (language == Language::zh ? text.next_zh : text.next_en));
        CHECK(document->text_at("detail") == (language == Language::zh ? "原因" : "the reason"));
      }
    }
  }

  TEST_CASE("a failure has one code in a whole answer and in a studio's part of one (PROTOCOL 5.8)") {
    for (const Errc code : {Errc::not_found, Errc::invalid_argument, Errc::out_of_range, Errc::conflict, Errc::busy,
                            Errc::corrupt, Errc::unavailable}) {
      CHECK(text_of(problem_of(code)).code == codes::of({code, {}}));
    }
    CHECK(text_of(Problem::bad_signature).code == codes::bad_signature);
    CHECK(text_of(Problem::protocol_too_old).code == codes::protocol_too_old);
    CHECK(text_of(Problem::protocol_too_new).code == codes::protocol_too_new);
    CHECK(text_of(Problem::clock_apart).code == codes::clock_apart);
  }

  TEST_CASE("a detail in one language is a code for both and a sentence for its own readers") {
    const auto detail = [](Language language, std::string_view text) {
      return std::string(parse_json(problem(Problem::bad_request, language, text).body)->text_at("detail"));
    };
    CHECK(detail(Language::zh, "nonce") == "nonce");
    CHECK(detail(Language::zh, "the nonce is old").empty());
    CHECK(detail(Language::en, "the nonce is old") == "the nonce is old");
    const Response gone = problem(Error{Errc::not_found, both("没有它", "it is not there")}, Language::zh);
    CHECK(parse_json(gone.body)->text_at("detail") == "没有它");
    CHECK(gone.note == "it is not there");
  }

  TEST_CASE("what a caller gave is quoted whole or cut between two characters") {
    CHECK(in_quotes("a\nb") == "\"a\\nb\"");
    std::string long_text;
    for (int i = 0; i < 40; ++i) long_text += "路";
    const std::string cut = in_quotes(long_text);
    CHECK(cut.size() < 90);
    CHECK(is_utf8(cut));
  }

  TEST_CASE("a route below /v1 takes the parameters that it names and each once") {
    Router router;
    router.add("GET", "/v1/a", says("a"), 0, route_plain, {"kind", "limit"});
    router.add("GET", "/probe", says("a"));
    const auto status = [&](const char* path, NamedTexts query, const char* method = "GET") {
      Request request = get(path, method);
      request.query = std::move(query);
      return router.answer(std::move(request)).status;
    };
    CHECK(status("/v1/a", {{"kind", "x"}, {"limit", ""}}) == 200);
    CHECK(status("/v1/a", {{"month", "2026-05"}}) == 400);
    CHECK(status("/v1/a", {{"Kind", "x"}}) == 400);
    CHECK(status("/v1/a", {{"kind", "x"}, {"kind", "x"}}) == 400);
    CHECK(status("/v1/a", {{"month", "2026-05"}}, "OPTIONS") == 204);
    CHECK(status("/probe", {{"month", "2026-05"}}) == 200);
  }

  TEST_CASE("busy says when to come back") {
    const Response response = problem(Problem::busy, Language::zh);
    CHECK(std::any_of(response.headers.begin(), response.headers.end(),
                      [](const auto& field) { return field.first == "Retry-After" && field.second == "5"; }));
  }

  TEST_CASE("a failure of our own keeps its message for the log") {
    const Response ours = problem(Error{Errc::corrupt, "row 7 of studio x"}, Language::en);
    CHECK(ours.status == 500);
    CHECK(ours.body.find("row 7") == std::string::npos);
    CHECK(ours.note == "row 7 of studio x");
    CHECK(problem(Error{Errc::invalid_argument, "n is 0"}, Language::en).body.find("n is 0") != std::string::npos);
  }

  TEST_CASE("Chinese unless English is liked better") {
    CHECK(language_of("") == Language::zh);
    CHECK(language_of("fr-FR") == Language::zh);
    CHECK(language_of("en-US,en;q=0.9") == Language::en);
    CHECK(language_of("zh-CN,zh;q=0.9,en;q=0.8") == Language::zh);
    CHECK(language_of("en;q=0.8,zh-TW") == Language::zh);
    CHECK(language_of("en;q=0") == Language::zh);
  }

  TEST_CASE("gzip is used where it is welcome") {
    CHECK(accepts_gzip("gzip, deflate"));
    CHECK(accepts_gzip("br;q=1.0, *;q=0.5"));
    CHECK_FALSE(accepts_gzip(""));
    CHECK_FALSE(accepts_gzip("gzip;q=0, *"));
    CHECK_FALSE(accepts_gzip("deflate"));
  }

  TEST_CASE("a bearer token is plain characters or nothing") {
    CHECK(bearer_token_of("Bearer abc-_.9") == "abc-_.9");
    CHECK(bearer_token_of("bearer abc") == "abc");
    CHECK(bearer_token_of("Basic abc").empty());
    CHECK(bearer_token_of("Bearer a b").empty());
    CHECK(bearer_token_of("Bearer a%0d").empty());
    CHECK(bearer_token_of("Bearer " + std::string(513, 'a')).empty());
  }

  TEST_CASE("an entity tag matches whether weak or strong") {
    CHECK(etag_matches("\"a\", W/\"b\"", "\"b\""));
    CHECK(etag_matches("*", "\"b\""));
    CHECK_FALSE(etag_matches("\"a\"", "\"b\""));
    CHECK_FALSE(etag_matches("", "\"b\""));
  }

  TEST_CASE("a query is decoded and a malformed one refused") {
    NamedTexts query;
    REQUIRE(parse_query("q=%E4%B9%89%E8%AF%8A+1&flag&&x=a=b", query));
    CHECK(query == NamedTexts{{"q", "义诊 1"}, {"flag", ""}, {"x", "a=b"}});
    for (const char* text : {"q=%zz", "q=%ff", "q=%00", "q=%ED%A0%80"}) {
      CAPTURE(text);
      NamedTexts ignored;
      CHECK_FALSE(parse_query(text, ignored));
    }
  }

  TEST_CASE("a plain head is read") {
    const auto head = parse_head("POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nX-Y:  z \r\n\r\n");
    REQUIRE(head.has_value());
    CHECK(head->method == "POST");
    CHECK(head->path == "/a/b");
    CHECK(head->query == "c=d");
    CHECK(head->content_length == 12);
    CHECK(head->field("x-y") == "z");
    CHECK(head->keep_alive);
  }

  TEST_CASE("a head that two readers could read differently is refused") {
    for (const char* head : {
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
             "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n",
             "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
             "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
             "GET / HTTP/1.1\r\nA: b\r\n\r\n",
             "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
             "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
             "\r\n\r\n",
         }) {
      CAPTURE(head);
      CHECK_FALSE(parse_head(head).has_value());
    }
  }

  TEST_CASE("a chunked body is the same in whatever pieces it comes") {
    const std::string longest = "0;" + std::string(254, 'x');  // as long as the line of a chunk's size may be
    const std::string wire = "5\r\nhello\r\n6;a=b\r\n world\r\n" + longest + "\r\n\r\nGET";
    for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
      CAPTURE(piece);
      ChunkedDecoder decoder;
      std::string pending;
      std::string body;
      auto step = ChunkedDecoder::Step::needs_more;
      for (std::size_t at = 0; at < wire.size() && step == ChunkedDecoder::Step::needs_more; at += piece) {
        pending += wire.substr(at, piece);
        step = decoder.take(pending, body, 100);
      }
      CHECK(step == ChunkedDecoder::Step::done);
      CHECK(body == "hello world");
      CHECK(std::string("GET").starts_with(pending));
    }
  }

  TEST_CASE("a chunked body that is no chunked body is refused") {
    const auto step_of = [](std::string wire) {
      ChunkedDecoder decoder;
      std::string body;
      return decoder.take(wire, body, 100);
    };
    CHECK(step_of("-2\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("0x5\r\nhello\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("5\r\nhelloX") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("0\r\nTrailer: x\r\n\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of(std::string(1000, '0')) == ChunkedDecoder::Step::malformed);
    CHECK(step_of("fffffffffffffffff\r\n") == ChunkedDecoder::Step::malformed);
    CHECK(step_of("ffffffffffffffff\r\n") == ChunkedDecoder::Step::too_large);
    CHECK(step_of("65\r\n") == ChunkedDecoder::Step::too_large);
  }

  TEST_CASE("compressed bodies unpack as far as their limit") {
    const std::string text(50'000, 'a');
    std::string zstd(ZSTD_compressBound(text.size()), '\0');
    zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 3));
    for (const auto& [encoding, packed] : {std::pair<std::string, std::string>{"gzip", gzip(text)}, {"zstd", zstd}}) {
      CAPTURE(encoding);
      std::string body = packed;
      CHECK(decompress(encoding, text.size(), body) == Decompressed::done);
      CHECK(body == text);
      body = packed;
      CHECK(decompress(encoding, text.size() - 1, body) == Decompressed::too_large);
      body = packed.substr(0, packed.size() - 1);
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
      body = packed + "x";
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
      body = "not compressed";
      CHECK(decompress(encoding, text.size(), body) == Decompressed::malformed);
    }
  }
}

}  // namespace lianxin::server
