#include "server/http/head.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace lianxin::server {
namespace {

constexpr std::string_view crlf = "\r\n";

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || marks.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(crlf), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + crlf.size()));
  return line;
}

bool only_digits(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

tl::expected<void, Problem> parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return tl::unexpected(Problem::bad_request);
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);

  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return tl::unexpected(version.starts_with("HTTP/") ? Problem::http_version_not_supported : Problem::bad_request);
  }
  head.chunked_replies = version == "HTTP/1.1";
  head.keep_alive = head.chunked_replies;

  static constexpr std::array<std::string_view, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  if (!is_token(method)) return tl::unexpected(Problem::bad_request);
  if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
    return tl::unexpected(Problem::not_implemented);
  }
  head.method = method;

  if (target.size() > target_bytes_max) return tl::unexpected(Problem::uri_too_long);
  const bool clean = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!target.starts_with('/') || !clean) return tl::unexpected(Problem::bad_request);
  const std::size_t mark = std::min(target.find('?'), target.size());
  head.path = target.substr(0, mark);
  head.query = target.substr(std::min(target.size(), mark + 1));
  return {};
}

tl::expected<void, Problem> parse_field(std::string_view line, RequestHead& head) {
  if (head.fields.size() == head_fields_max) return tl::unexpected(Problem::head_too_large);
  const std::size_t colon = line.find(':');
  // A space before the colon, or a line that goes on with the one before, is read differently by different readers.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return tl::unexpected(Problem::bad_request);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (has_control(value)) return tl::unexpected(Problem::bad_request);
  head.fields.emplace_back(lower(line.substr(0, colon)), value);
  return {};
}

// What the fields say of where the request ends, and of what comes after it.
tl::expected<void, Problem> settle_framing(RequestHead& head) {
  const auto count = [&](std::string_view name) {
    return std::count_if(head.fields.begin(), head.fields.end(),
                         [&](const auto& field) { return field.first == name; });
  };
  if (count("host") > 1 || (head.chunked_replies && count("host") == 0)) return tl::unexpected(Problem::bad_request);
  const auto lengths = count("content-length");
  const auto codings = count("transfer-encoding");
  if (lengths + codings > 1) return tl::unexpected(Problem::bad_request);
  if (codings == 1) {
    if (!head.chunked_replies) return tl::unexpected(Problem::bad_request);
    if (lower(head.field("transfer-encoding")) != "chunked") return tl::unexpected(Problem::not_implemented);
    head.framing = RequestHead::Framing::chunked;
  }
  if (lengths == 1) {
    const std::string_view text = head.field("content-length");
    if (!only_digits(text)) return tl::unexpected(Problem::bad_request);
    std::from_chars(text.data(), text.data() + text.size(), head.content_length);
    if (head.content_length > 0) head.framing = RequestHead::Framing::length;
  }
  for (const auto& [name, value] : head.fields) {
    if (name != "connection") continue;
    const std::string wish = lower(value);
    if (wish.find("close") != std::string::npos) {
      head.keep_alive = false;
      break;
    }
    if (wish.find("keep-alive") != std::string::npos) head.keep_alive = true;
  }
  head.expects_continue = head.chunked_replies && head.framing != RequestHead::Framing::none &&
                          lower(head.field("expect")) == "100-continue";
  return {};
}

}  // namespace

std::string_view RequestHead::field(std::string_view name) const { return first_of_name(fields, name); }

std::size_t end_of_head(std::string_view bytes, std::size_t searched) {
  constexpr std::string_view empty_line = "\r\n\r\n";
  const std::size_t from = searched < empty_line.size() ? 0 : searched - (empty_line.size() - 1);
  const std::size_t at = bytes.find(empty_line, from);
  return at == std::string_view::npos ? at : at + empty_line.size();
}

tl::expected<RequestHead, Problem> parse_head(std::string_view bytes) {
  if (bytes.size() > head_bytes_max) return tl::unexpected(Problem::head_too_large);
  RequestHead head;
  if (const auto status = parse_request_line(take_line(bytes), head); !status) return tl::unexpected(status.error());
  for (;;) {
    const std::string_view line = take_line(bytes);
    if (line.empty()) break;
    if (const auto status = parse_field(line, head); !status) return tl::unexpected(status.error());
  }
  if (const auto status = settle_framing(head); !status) return tl::unexpected(status.error());
  return head;
}

ChunkedDecoder::Step ChunkedDecoder::take(std::string& wire, std::string& body, std::size_t body_bytes_max) {
  constexpr std::size_t size_line_max = 256;
  std::size_t used = 0;
  const auto end_with = [&](Step step) {
    wire.erase(0, used);
    return step;
  };
  for (;;) {
    const std::string_view rest = std::string_view(wire).substr(used);
    switch (part_) {
      case Part::size: {
        const std::size_t end = rest.find(crlf);
        if (end == std::string_view::npos || end > size_line_max) {
          const bool too_long = rest.size() > size_line_max + 1;  // the CR of its end may be there, and the LF to come
          return end_with(too_long ? Step::malformed : Step::needs_more);
        }
        const std::string_view line = rest.substr(0, end);
        const std::string_view digits = line.substr(0, line.find(';'));
        const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
        if (digits.empty() || error != std::errc{} || last != digits.data() + digits.size() || has_control(line)) {
          return end_with(Step::malformed);
        }
        if (left_ > body_bytes_max - body.size()) return end_with(Step::too_large);
        used += end + crlf.size();
        part_ = left_ == 0 ? Part::after_last : Part::data;
        break;
      }
      case Part::data: {
        const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
        body += rest.substr(0, size);
        used += size;
        left_ -= size;
        if (left_ > 0) return end_with(Step::needs_more);
        part_ = Part::after_data;
        break;
      }
      case Part::after_data:
      case Part::after_last:
        if (rest.size() < crlf.size()) {
          return end_with(crlf.starts_with(rest) ? Step::needs_more : Step::malformed);
        }
        if (!rest.starts_with(crlf)) return end_with(Step::malformed);
        used += crlf.size();
        if (part_ == Part::after_last) return end_with(Step::done);
        part_ = Part::size;
        break;
    }
  }
}

}  // namespace lianxin::server
