#include "client-sdk/core/problems.h"

#include <algorithm>

#include "schema/assert.h"
#include "schema/json.h"
#include "schema/refusals.h"
#include "schema/text.h"

namespace lianxin::client {
namespace {

const ProblemCode* find(std::string_view code) {
  const std::span<const ProblemCode> all = problem_codes();
  const auto at = std::find_if(all.begin(), all.end(), [&](const ProblemCode& one) { return one.code == code; });
  return at == all.end() ? nullptr : &*at;
}

constexpr int network_sign_in = 511;  // RFC 6585, 6: a network that wants to be signed in to first

// Whether a Content-Type is of that media type, whatever parameters it has.
bool is_of(std::string_view media_type, std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return std::equal(media_type.begin(), media_type.end(), content_type.begin(), content_type.end(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

std::optional<Value> refusal_document(const TransportReply& reply) {
  if (reply.delivery != Delivery::answered || reply.status < 400) return std::nullopt;
  Result<Value> document = parse_json(reply.body);
  if (!document || !document->object()) return std::nullopt;
  const std::string_view code = document->text_at("code");
  if (code.empty() || document->text_at("type") != "/problems/" + std::string(code)) return std::nullopt;
  return std::move(*document);
}

// A title ends without a full stop, and so may a detail: Chinese or not, by its last byte.
void add_sentence(std::string& text, std::string_view more) {
  if (more.empty()) return;
  const bool ended = text.empty() || text.ends_with("。") || text.ends_with('.');
  if (!ended) text += static_cast<unsigned char>(text.back()) >= 0x80 ? "。" : ".";
  if (text.ends_with('.')) text += ' ';
  text += more;
}

}  // namespace

Problem problem(std::string_view code, std::string field, std::string detail) {
  const ProblemCode* one = find(code);
  LX_ASSERT(one);
  return {one->kind,        std::string(code), std::move(field), std::string(one->zh), std::string(one->en),
          std::move(detail)};
}

Problem problem_naming(std::string_view code, const Label& names) {
  Problem named = problem(code);
  named.zh += names.zh;
  if (!names.en.empty()) named.en += " " + names.en;
  return named;
}

Problem about(Problem problem, std::string_view field) {
  if (problem.field.empty()) problem.field = field;
  return problem;
}

tl::unexpected<Error> refuse_with(std::string_view code, const Label& names) {
  LX_ASSERT(find(code));
  std::string message(code);
  if (!names.zh.empty()) message += "\n" + names.zh + "\n" + names.en;
  return failure(Errc::invalid_argument, std::move(message));
}

Problem problem_of(const Error& error) {
  const std::string_view message = error.message;
  const std::size_t zh = message.find('\n'), en = zh == std::string_view::npos ? zh : message.find('\n', zh + 1);
  if (const std::string_view code = message.substr(0, zh); find(code)) {
    if (en == std::string_view::npos) return problem(code);
    return problem_naming(code,
                          {std::string(message.substr(zh + 1, en - zh - 1)), std::string(message.substr(en + 1))});
  }
  const bool damaged = error.code == Errc::corrupt;
  return problem(damaged ? problem_code::file_damaged : problem_code::storage, {}, error.message);
}

Status check_text(std::string_view text) {
  if (is_utf8(text) && text.find('\0') == std::string_view::npos) return {};
  return refuse_with(problem_code::text_malformed);
}

Label held_sentence(std::string_view code) {
  return {sentence_for(code, Fate::held, "zh"), sentence_for(code, Fate::held, "en")};
}

Label untaken_sentence(std::string_view code) {
  if (code.empty()) return {};
  return {sentence_for(code, Fate::untaken, "zh"), sentence_for(code, Fate::untaken, "en")};
}

std::string refusal_in(const TransportReply& reply) {
  const std::optional<Value> document = refusal_document(reply);
  return document ? std::string(document->text_at("code")) : std::string();
}

std::optional<Problem> problem_in(const TransportReply& reply, std::string_view media_type) {
  if (reply.untrusted) return problem(problem_code::server_not_trusted, {}, reply.detail);
  if (reply.delivery != Delivery::answered) {
    return problem(reply.delivery == Delivery::not_sent ? problem_code::not_reached : problem_code::no_answer, {},
                   reply.detail);
  }
  const std::string status = "HTTP " + std::to_string(reply.status);
  if (reply.status == 200 || reply.status == 201) {
    if (reply.content_type.empty() || is_of(media_type, reply.content_type)) return std::nullopt;
    return problem(problem_code::not_our_server, {}, status + " " + reply.content_type);
  }
  const bool busy = reply.status == 503 || reply.status == 429;
  const bool later = busy || reply.status == 408 || (reply.status >= 500 && reply.status != network_sign_in);
  const std::optional<Value> document = refusal_document(reply);
  if (!document) {
    return problem(busy    ? problem_code::server_busy
                   : later ? problem_code::server_error
                           : problem_code::not_our_server,
                   {}, status + (reply.location.empty() ? "" : " " + reply.location));
  }
  const std::string_view code = document->text_at("code");
  if (find(code)) return problem(code, {}, status);  // ours as well: it says more than the title
  std::string sentence;
  for (const char* part : {"title", "detail", "next"}) add_sentence(sentence, document->text_at(part));
  if (sentence.empty()) sentence = code;
  // The server speaks the language it was asked in.
  return Problem{
      later ? ProblemKind::network : ProblemKind::refused, std::string(code), {}, sentence, sentence, status};
}

}  // namespace lianxin::client
