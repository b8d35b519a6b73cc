// The secret keys of the server and of its desks, and the one under which its database is encrypted: files in
// DATA/keys, mode 0600, outside the database, so that a copy of the database gives nobody anything to read, nor the
// right to enrol or to write in the server's name, and so that a server restored from a backup still knows the
// certificates it signed.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "schema/result.h"
#include "server/storage/data_keys.h"
#include "sync/crypto/random.h"
#include "sync/model/self_device.h"

namespace lianxin::server {

class KeyFolder {
 public:
  explicit KeyFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Makes the folder and server.key; conflict where there is one already.
  Status create_server_key(Random& random) const;

  // Makes data.secret, under which the database is encrypted, where there is none.
  Status create_data_key(Random& random) const;

  // Has it held (server/storage/data_keys.h), so that this process can open what is encrypted under it, and gives its
  // name; none where there is none. not_allowed where others on the machine can read it.
  Result<std::optional<DataKeyId>> hold_data_key() const;

  // Under which the entries of the journal lie; made of the same secret, none where there is none.
  Result<std::optional<SecretKey>> journal_key() const;

  // The server where it acts alone. not_found before `init`; not_allowed where others on the machine can read the key.
  Result<SelfDevice> server() const;

  // Of the server and of every desk that has one: with what their chains and signatures are checked.
  Result<std::map<DeviceId, PublicKey>> public_keys() const;

  // What secrets in the database are encrypted under (sealing.h): made at its first use.
  Result<SecretKey> sealing_key(Random& random) const;

  // The device of an account's desk: made at its first use, and the same from then on. Safe from any thread.
  Result<SelfDevice> desk(const std::string& login, const MemberId& member, Random& random) const;

  // A desk of this server by its device, whosever it is (`member` is zero); none where it has no key here. Knows those
  // that were there at load_desks() and those that desk() gave since. Safe from any thread.
  std::optional<SelfDevice> desk_with(const DeviceId& device) const;
  Status load_desks();

 private:
  void remember(const SelfDevice& desk) const;

  std::filesystem::path folder_;
  mutable std::mutex making_;  // two first uses at once must not make two keys
  mutable std::mutex known_mutex_;
  mutable std::map<DeviceId, SelfDevice> known_;
};

SelfDevice device_with(const SecretKey& secret, const MemberId& member);

}  // namespace lianxin::server
