// A server in a folder of its own, with a clock that the test moves and a small county:
//
//   990000 province, 990100 city, 990121 county with studios S01 (in township 990121100) and S02
//   hao, convener of S01; doctor, clinic_doctor and convener of S02; liaison of 990121100; coordinator of 990121
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "server/http/message.h"
#include "server/import/import.h"
#include "server/parts/parts.h"
#include "tests/support/temp_folder.h"

namespace lianxin::server_test {

using namespace server;

inline constexpr std::int64_t noon_ms = 1'795'176'000'000;  // 2026-11-20, noon in Greenwich

inline const StudioId studio_1 = *StudioId::parse("1f8f1f53-00f4-468e-814a-ac3b4f890743");
inline const StudioId studio_2 = *StudioId::parse("44fbde2e-e5b0-4353-b1df-185b7abfb9a4");
inline const MemberId hao = *MemberId::parse("14f926da-ba08-429b-90ab-09d89e0c2a5d");
inline const MemberId mi = *MemberId::parse("26866b18-0865-421c-9318-8d0cfd515c9b");
inline const MemberId doctor = *MemberId::parse("3f981213-1f8c-4ffc-b352-c2ef88a77edd");
inline const MemberId liaison = *MemberId::parse("bc472a33-7257-4d14-b87e-a88c6d2f1b7d");
inline const MemberId coordinator = *MemberId::parse("3b275c3b-3e5c-4caf-9797-7a9a91e5b1a4");

extern const std::string county_json;  // an import file

// The value, or a failing test that says why there is none.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) FAIL(status.error().message);
}

class TestServer {
 public:
  TestServer();  // with the county
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  Parts& operator*() { return *server_; }
  Parts* operator->() { return server_.get(); }
  void reopen();

  // A copy of the database as it now is; and a server that finds that copy in the place of its own, as after a restore.
  std::filesystem::path backup();
  void set_back(const std::filesystem::path& backup);
  std::filesystem::path journal() const { return folder_ / "data/journal"; }

  const std::string& folder() const { return folder_.path(); }
  std::int64_t now_ms = noon_ms;
  bool second_factor_required = false;  // from the next opening on

  Result<Imported> import(std::string_view json) {
    return import_reference(*server_->moments, *server_->store, *server_->grants, json);
  }

  // As if it had come over HTTP.
  Response ask(std::string method, std::string path, std::string body = {}, std::string token = {},
               std::string content_type = "application/json");
  // A desk's: `target` with its query, and a body in JSON or none.
  Response ask_json(const std::string& method, const std::string& target, const Value& body, const std::string& token,
                    Language language);

 private:
  ServerOptions options();

  test::TempFolder folder_;
  int backups_ = 0;
  std::unique_ptr<Parts> server_;
};

Value json_of(const Response& response);

}  // namespace lianxin::server_test
