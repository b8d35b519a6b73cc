// The coordinator at her desk, over the server's HTTP API: signs in, reads, and decides. What she sends is what the
// console would send.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client-sdk/demo/story.h"
#include "schema/value.h"

namespace httplib {
class Client;
}

namespace lianxin::demo {

class Desk {
 public:
  Desk(const std::string& host, int port);
  ~Desk();

  void sign_in(const std::string& login, const std::string& password);

  // The document of a path under /v1; a refusal ends the story with the problem's own sentence.
  Value get(const std::string& path);
  Value post(const std::string& path, const Value& body);
  std::string get_text(const std::string& path);

  Value record(std::string_view studio, std::string_view id);
  void verdict(std::string_view studio, std::string_view id, std::string_view to, std::string_view reason = {},
               Value::List marks = {});
  // One step of a workflow, and what is written with it.
  void step(std::string_view studio, std::string_view id, std::string_view to, Value::List writes = {},
            std::string_view reason = {});
  void edit(std::string_view studio, std::string_view id, Value::List writes, std::string_view reason = {});
  // Writes `value` over every head that stands side by side at `address`.
  void resolve(std::string_view studio, std::string_view id, std::string_view address, Value value,
               std::string_view reason);

 private:
  std::unique_ptr<httplib::Client> http_;
};

}  // namespace lianxin::demo
