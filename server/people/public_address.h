// Where phones find this server and by which key they believe it, as the office has said: what an enrolment tells them,
// and what a sync tells them when it changes. Two small files in DATA, read anew each time: a command beside a running
// server changes them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "sync/model/self_device.h"

namespace lianxin::server {

class PublicAddress {
 public:
  explicit PublicAddress(const std::filesystem::path& data) : place_(data / "address.json"), move_(data / "move") {}

  struct Place {
    std::string address;            // https://host:port
    std::vector<std::string> pins;  // none: by a certificate that the phone's system trusts
  };
  Status set(const Place& place) const;
  Result<Place> place() const;  // not_found where none was said

  // What an office's QR code holds (sync/wire/enrolment_uri.h), for a code that was issued. not_found as place().
  Result<std::string> enrolment_uri(std::string_view code) const;

  // From now on phones are told that the server is, or will be, at `place`, signed with its key; and no more of it.
  Status announce(const SelfDevice& self, const Place& place, std::int64_t now_ms) const;
  Status take_back() const;
  Result<std::string> announced() const;  // as it is told (sync/wire/server_move.h); empty: nothing

 private:
  std::filesystem::path place_, move_;
};

}  // namespace lianxin::server
