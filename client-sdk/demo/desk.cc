#include "client-sdk/demo/desk.h"

#include <httplib.h>

#include "schema/json.h"

namespace lianxin::demo {
namespace {

// What the server's problem document says (RFC 9457), in Chinese.
std::string sentence_of(const httplib::Result& result, const std::string& act) {
  if (!result) return act + "：服务器没有应答 / no answer: " + httplib::to_string(result.error());
  const auto problem = parse_json(result->body);
  std::string sentence = act + "：" + std::to_string(result->status);
  if (problem) {
    sentence += " " + std::string(problem->text_at("code")) + " " + std::string(problem->text_at("title")) + " " +
                std::string(problem->text_at("detail"));
  }
  return sentence;
}

Value body_of(const httplib::Result& result, const std::string& act) {
  if (!result || result->status / 100 != 2) throw StoryStopped{sentence_of(result, act)};
  if (result->body.empty()) return {};
  auto value = parse_json(result->body);
  if (!value) throw StoryStopped{act + ": " + value.error().message};
  return std::move(*value);
}

std::string path_of(std::string_view studio, std::string_view id) {
  return "/v1/records/" + std::string(studio) + "/" + std::string(id);
}

}  // namespace

Desk::Desk(const std::string& host, int port) : http_(std::make_unique<httplib::Client>(host, port)) {
  http_->set_keep_alive(true);
  http_->set_read_timeout(30);
}

Desk::~Desk() = default;

void Desk::sign_in(const std::string& login, const std::string& password) {
  const Value reply = post("/v1/sessions", Value::Object{{"login", login}, {"password", password}});
  http_->set_bearer_token_auth(std::string(reply.text_at("token")).c_str());
}

Value Desk::get(const std::string& path) { return body_of(http_->Get(path.c_str()), "GET " + path); }

std::string Desk::get_text(const std::string& path) {
  const httplib::Result result = http_->Get(path.c_str());
  if (!result || result->status / 100 != 2) throw StoryStopped{sentence_of(result, "GET " + path)};
  return result->body;
}

Value Desk::post(const std::string& path, const Value& body) {
  return body_of(http_->Post(path.c_str(), to_json(body), "application/json"), "POST " + path);
}

Value Desk::record(std::string_view studio, std::string_view id) { return get(path_of(studio, id)); }

void Desk::verdict(std::string_view studio, std::string_view id, std::string_view to, std::string_view reason,
                   Value::List marks) {
  Value::Object body = {{"studio", studio}, {"record", id}, {"to", to}};
  if (!reason.empty()) body["reason"] = reason;
  if (!marks.empty()) body["marks"] = std::move(marks);
  const Value reply = post("/v1/verdicts", body);
  for (const Value& result : reply.list_at("results")) {
    if (result.text_at("outcome") != "done") throw StoryStopped{"审核 " + std::string(id) + "：" + to_json(result)};
  }
}

void Desk::step(std::string_view studio, std::string_view id, std::string_view to, Value::List writes,
                std::string_view reason) {
  Value::Object body = {{"field", "state"}, {"to", to}};
  if (!writes.empty()) body["writes"] = std::move(writes);
  if (!reason.empty()) body["reason"] = reason;
  post(path_of(studio, id) + "/steps", body);
}

void Desk::edit(std::string_view studio, std::string_view id, Value::List writes, std::string_view reason) {
  Value::Object body = {{"writes", std::move(writes)}};
  if (!reason.empty()) body["reason"] = reason;
  post(path_of(studio, id) + "/edits", body);
}

void Desk::resolve(std::string_view studio, std::string_view id, std::string_view address, Value value,
                   std::string_view reason) {
  post(path_of(studio, id) + "/resolve",
       Value::Object{{"address", address}, {"value", std::move(value)}, {"reason", reason}});
}

}  // namespace lianxin::demo
