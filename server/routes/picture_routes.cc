// An enrolment code as what a phone scans: the desk shows it or prints it. Nothing is kept of it.
#include "server/language/said.h"
#include "server/people/public_address.h"
#include "server/people/secrets.h"
#include "server/qr/qr_code.h"
#include "server/routes/at_desk.h"

namespace lianxin::server {
namespace {

constexpr std::size_t picture_body_bytes_max = 1024;

constexpr Member picture_members[] = {{"code", Member::Form::text, true}, {"form", Member::Form::text, true}};

Result<std::string> uri_of(const PublicAddress& address, const std::string& code) {
  Result<std::string> uri = address.enrolment_uri(code);
  if (uri || uri.error().code != Errc::not_found) return uri;
  return said(Errc::conflict, "还没有设置手机访问本服务器的地址，请管理员在服务器上运行 lianxin-server address",
              "where phones find this server was not said yet: lianxin-server address, on the server");
}

Result<Response> picture(const PublicAddress& address, const Value& body) {
  const std::string code = normal_enrol_code(body.text_at("code"));
  if (code.empty()) {
    return said(Errc::invalid_argument, "登记码应为 16 个字母或数字", "an enrolment code has 16 letters or digits");
  }
  const std::string_view form = body.text_at("form");
  LX_TRY(const std::string uri, uri_of(address, code));
  if (form == "uri") return json_response(Value::Object{{"uri", uri}});
  LX_TRY(const QrCode made, qr_code(uri));
  if (form == "svg") return text_response(qr_svg(made), "image/svg+xml");
  if (form != "png") {
    return said(Errc::invalid_argument, "form 可以是 svg、png 或 uri", "\"form\" is svg, png or uri");
  }
  LX_TRY(std::string png, qr_png(made));
  return text_response(std::move(png), "image/png");
}

}  // namespace

void add_picture_routes(DeskRoutes& routes, const PublicAddress& address) {
  routes.post(
      "/v1/codes/picture", picture_members,
      [&address](const Desk&, const Request&, const Value& body) { return picture(address, body); },
      picture_body_bytes_max);
}

}  // namespace lianxin::server
