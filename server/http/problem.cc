#include "server/http/problem.h"

#include <algorithm>
#include <array>
#include <string>

#include "schema/assert.h"
#include "schema/json.h"
#include "server/language/said.h"

namespace lianxin::server {
namespace {

// The order is that of the enumeration; text_of() asserts it.
constexpr auto problems = std::to_array<ProblemText>({
    {Problem::bad_request, "bad_request", 400, 0, "请求有误", "The request is not valid",
     "请按提示更正后重试；若所指的不是您填写的内容，请更新应用或联系管理员。",
     "Put right what is named and try again; if it is nothing that you entered, update the app or tell your "
     "administrator."},
    {Problem::bad_envelope, "bad_envelope", 400, 0, "同步数据格式有误", "The sync envelope cannot be read",
     "您的记录仍在手机上。请更新应用后再同步。", "Your records are safe on the phone. Update the app and sync again."},
    {Problem::protocol_too_old, "protocol_too_old", 400, 0, "应用版本过旧", "This app is too old for the server",
     "您的记录仍在手机上。请更新应用后再同步。", "Your records are safe on the phone. Update the app and sync again."},
    {Problem::protocol_too_new, "protocol_too_new", 400, 0, "应用版本比服务器新", "This app is too new for the server",
     "您的记录仍在手机上。请联系管理员更新服务器。",
     "Your records are safe on the phone. Ask your administrator to update the server."},
    {Problem::not_signed_in, "not_signed_in", 401, 0, "请先登录", "Not signed in",
     "请登录；手机请向办公室（协调员）领取新的登记码。",
     "Sign in; for a phone, ask the office (a coordinator) for a new enrolment code."},
    {Problem::token_missing, "token_missing", 401, 0, "请求没有带登录凭证", "The request carries no token",
     "可能是网络中的代理去掉了它；您的记录仍在手机上，请换一个网络再同步。",
     "Perhaps a proxy in between took it away; your records are safe on the phone. Sync again over another network."},
    {Problem::certificate_unknown, "certificate_unknown", 401, 0, "登记凭证无效",
     "The enrolment certificate is not this server's", "您的记录仍在手机上。请向办公室（协调员）领取新的登记码。",
     "Your records are safe on the phone. Ask the office (a coordinator) for a new enrolment code."},
    {Problem::certificate_ended, "certificate_ended", 401, 0, "登记凭证已到期", "The enrolment certificate has ended",
     "您的记录仍在手机上。请向办公室（协调员）说明情况，不要卸载应用。",
     "Your records are safe on the phone. Tell the office (a coordinator), and do not remove the app."},
    {Problem::wrong_credentials, "wrong_credentials", 401, 0, "用户名或密码不正确，或错了太多次",
     "Wrong name or password, or too many wrong ones",
     "请核对后重试；连续错五次以后要等 1 到 15 分钟，对的密码才会被接受。忘记密码请联系管理员。",
     "Check both and try again; after five wrong ones the right one is taken only after 1 to 15 minutes. If forgotten, "
     "ask your administrator."},
    {Problem::totp_needed, "totp_needed", 401, 0, "还需要动态口令", "A code is needed as well",
     "请输入手机验证器应用上的六位口令，或一个备用码。",
     "Enter the six digits of your authenticator app, or a recovery code."},
    {Problem::totp_wrong, "totp_wrong", 401, 0, "动态口令不正确", "The code is wrong",
     "请等下一个口令再试，每个口令只能用一次；并核对手机的时间。",
     "Wait for the next code: each serves once. Check that the phone's clock is right."},
    {Problem::forbidden, "forbidden", 403, 0, "无权进行此操作", "You may not do this",
     "如工作需要，请向管理员申请权限。", "If your work needs it, ask your administrator for access."},
    {Problem::csrf_missing, "csrf_missing", 403, 0, "请求没有带防伪令牌", "The request does not show the page's token",
     "请刷新页面后重试。", "Reload the page and try again."},
    {Problem::second_factor_required, "second_factor_required", 403, 0, "请先启用动态口令",
     "A second factor is required for this account", "请在账号设置里启用动态口令，然后重新登录。",
     "Set up codes in your account's settings, then sign in again."},
    {Problem::not_found, "not_found", 404, 0, "未找到", "Not found", "请检查地址，或返回上一页。",
     "Check the address, or go back."},
    {Problem::code_unknown, "code_unknown", 404, 0, "登记码无效", "The enrolment code is not known",
     "请核对登记码，或向办公室（协调员）领取新的。",
     "Check the code, or ask the office (a coordinator) for a new one."},
    {Problem::method_not_allowed, "method_not_allowed", 405, 0, "不支持此操作方式",
     "This address does not take that method", "请使用 Allow 中列出的方式。",
     "Use one of the methods listed in Allow."},
    {Problem::request_timeout, "request_timeout", 408, 0, "请求接收超时", "The request took too long to arrive",
     "请到信号较好的地方重试；您的记录仍在手机上。",
     "Try again where the signal is better; your records are safe on the phone."},
    {Problem::conflict, "conflict", 409, 0, "与现在的内容不符", "This does not fit what is there now",
     "请刷新后查看最新内容，再作决定。", "Reload to see the latest, then decide again."},
    {Problem::ambiguous, "ambiguous", 409, 0, "编号对应多条记录", "More than one record has this number",
     "请改用其中一条的记录标识。", "Name the one that is meant by its record id."},
    {Problem::gone, "gone", 410, 0, "内容已不存在", "No longer there", "如需恢复，请联系管理员。",
     "If you need it back, ask your administrator."},
    {Problem::code_used, "code_used", 410, 0, "登记码已被使用", "The enrolment code has been used",
     "请向办公室（协调员）领取新的登记码。", "Ask the office (a coordinator) for a new code."},
    {Problem::code_locked, "code_locked", 410, 0, "登记码因多次输错已锁定",
     "The enrolment code is locked: it was mistyped too often", "请向办公室（协调员）领取新的登记码。",
     "Ask the office (a coordinator) for a new code."},
    {Problem::payload_too_large, "payload_too_large", 413, 0, "内容过大", "The body is too large",
     "请分成几次较小的请求发送。", "Send it as several smaller requests."},
    {Problem::uri_too_long, "uri_too_long", 414, 0, "地址过长", "The address is too long", "请缩短查询条件。",
     "Shorten the query."},
    {Problem::unsupported_media_type, "unsupported_media_type", 415, 0, "不支持的内容类型",
     "This content type is not taken", "请按接口文档设置 Content-Type。",
     "Set Content-Type as the interface document says."},
    {Problem::unsupported_encoding, "unsupported_encoding", 415, 0, "不支持的压缩方式",
     "This content encoding is not taken", "请使用 gzip 或 zstd，或不压缩。", "Use gzip or zstd, or none."},
    {Problem::range_not_supported, "range_not_supported", 416, 0, "不支持分段读取", "Several ranges are not supported",
     "请一次读取全部内容。", "Ask for the whole."},
    {Problem::bad_signature, "bad_signature", 422, 0, "签名验证失败", "The signature does not verify",
     "您的记录仍在手机上。请联系管理员检查此设备。",
     "Your records are safe on the phone. Ask your administrator to check this device."},
    {Problem::clock_apart, "clock_apart", 422, 0, "请求的签名时间与服务器时间相差太大",
     "The request is signed for a time that is not the server's",
     "您的记录仍在手机上，应用会按服务器的时间自动再试；若仍如此，请校准手机时间后再同步。",
     "Your records are safe on the phone and the app tries again by the server's time; if it persists, set the phone's "
     "clock and sync again."},
    {Problem::refused, "refused", 422, 0, "不符合填报规则，没有保存", "The rules do not allow this; nothing was saved",
     "请按提示更正后再提交。", "Put it right as said, then send it again."},
    {Problem::password_length, "password_length", 422, 0, "密码长度不合要求", "The password is too short or too long",
     "请换一个 12 个字以上、256 个字节以内的密码（汉字每个算 3 个字节）。",
     "Choose one of at least 12 characters and at most 256 bytes."},
    {Problem::password_common, "password_common", 422, 0, "密码太容易被猜中", "The password is guessed too easily",
     "请用几个互不相干的词，或一句只有自己知道的话。",
     "Choose several words that have nothing to do with one another, or a sentence that only you know."},
    {Problem::studio_code_taken, "studio_code_taken", 422, 0, "工作室代码已被使用", "The studio code is taken",
     "请另选一个代码，或不填，由系统编一个。", "Choose another code, or leave it out and one is made."},
    {Problem::too_many_requests, "too_many_requests", 429, 10, "请求过于频繁", "Too many requests", "请稍候再试。",
     "Wait a little, then try again."},
    {Problem::head_too_large, "head_too_large", 431, 0, "请求头过大", "The request head is too large",
     "请清除浏览器的 Cookie 后重试。", "Clear the browser's cookies and try again."},
    {Problem::internal, "internal", 500, 0, "服务器内部错误", "The server failed",
     "请稍后重试；若仍如此，请联系管理员。", "Try again later; if it persists, tell your administrator."},
    {Problem::not_implemented, "not_implemented", 501, 0, "服务器不支持此请求", "The server does not do this",
     "请按接口文档发送请求。", "Send the request as the interface document says."},
    {Problem::busy, "busy", 503, 5, "服务器繁忙", "The server is busy", "请稍候，应用会自动重试。",
     "Wait a moment; the app tries again by itself."},
    {Problem::storage_unavailable, "storage_unavailable", 503, 30, "存储暂不可用", "The storage is not available",
     "您的记录仍在手机上，稍后会自动重试。", "Your records are safe on the phone; the app tries again by itself."},
    {Problem::http_version_not_supported, "http_version_not_supported", 505, 0, "不支持的 HTTP 版本",
     "This HTTP version is not spoken", "请使用 HTTP/1.1。", "Use HTTP/1.1."},
});

// What a reader of `language` is shown of a detail. A code or an id is the same in both languages; a sentence that is
// there in English alone would tell a reader of Chinese nothing.
std::string_view detail_for(std::string_view detail, bool zh) {
  if (in_both(detail)) return half_of(detail, zh);
  const bool sentence = detail.find(' ') != std::string_view::npos;
  const bool latin = std::all_of(detail.begin(), detail.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  return zh && sentence && latin ? std::string_view() : detail;
}

}  // namespace

std::span<const ProblemText> all_problems() { return problems; }

const ProblemText& text_of(Problem problem) {
  const ProblemText& text = problems.at(static_cast<std::size_t>(problem));
  LX_ASSERT(text.problem == problem);
  return text;
}

Response problem(Problem which, Language language, std::string_view detail, Value::Object more) {
  const ProblemText& text = text_of(which);
  const bool zh = language == Language::zh;
  Value::Object members{
      {"type", "/problems/" + std::string(text.code)},
      {"title", zh ? text.title_zh : text.title_en},
      {"status", text.status},
      {"code", text.code},
      {"next", zh ? text.next_zh : text.next_en},
  };
  const std::string_view told = detail_for(detail, zh);
  if (!told.empty()) members.emplace("detail", told);
  for (auto& [name, value] : more) members.insert_or_assign(name, std::move(value));

  Response response = json_response(Value(std::move(members)), text.status);
  response.content_type = "application/problem+json";
  response.code = text.code;
  response.headers.emplace_back("Content-Language", zh ? "zh-CN" : "en");
  response.headers.emplace_back("Vary", "Accept-Language");
  if (text.retry_after_s > 0) response.headers.emplace_back("Retry-After", std::to_string(text.retry_after_s));
  if (text.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (which == Problem::unsupported_encoding) response.headers.emplace_back("Accept-Encoding", "gzip, zstd");
  return response;
}

Response problem(Problem which, const Request& request, std::string_view detail, Value::Object more) {
  return problem(which, request.language, detail, std::move(more));
}

Problem problem_of(Errc code) {
  switch (code) {
    case Errc::not_found: return Problem::not_found;
    case Errc::invalid_argument: return Problem::bad_request;
    case Errc::out_of_range: return Problem::payload_too_large;
    case Errc::conflict: return Problem::conflict;
    case Errc::not_allowed: return Problem::forbidden;
    case Errc::busy: return Problem::busy;
    case Errc::corrupt: return Problem::internal;
    case Errc::unavailable: return Problem::storage_unavailable;
  }
  return Problem::internal;
}

Response problem(const Error& error, Language language) {
  const bool about_input = error.code == Errc::invalid_argument || error.code == Errc::out_of_range;
  const bool told = about_input || in_both(error.message);
  Response response = problem(problem_of(error.code), language, told ? error.message : std::string());
  response.note = half_of(error.message, false);
  return response;
}

Response problem(const Error& error, const Request& request) { return problem(error, request.language); }

}  // namespace lianxin::server
