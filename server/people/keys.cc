#include "server/people/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "server/disk/open_file.h"
#include "server/people/named_id.h"
#include "server/people/secrets.h"

namespace lianxin::server {
namespace {

namespace fs = std::filesystem;

Error system_error(const char* act, const fs::path& path) {
  const Errc code = errno == ENOENT ? Errc::not_found : errno == EEXIST ? Errc::conflict : Errc::unavailable;
  return {code, std::string(act) + " " + path.filename().string() + ": " + std::strerror(errno)};
}

// Written whole under another name first: a crash must not leave half a key behind that the next start would trust.
Status write_key(const fs::path& path, const SecretKey& secret) {
  const fs::path fresh = path.string() + ".new";
  {
    const OpenFile file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    const std::string line = to_base64url(secret) + "\n";
    if (file.get() < 0 || ::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
        ::fsync(file.get()) != 0) {
      return tl::unexpected(system_error("write key", path));
    }
  }
  // link() and not rename(): it never replaces a key that is already there.
  if (::link(fresh.c_str(), path.c_str()) != 0) return tl::unexpected(system_error("create key", path));
  ::unlink(fresh.c_str());
  const OpenFile folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return tl::unexpected(system_error("sync folder of", path));
  return {};
}

Result<SecretKey> read_key(const fs::path& path) {
  const OpenFile file(path, O_RDONLY);
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return tl::unexpected(system_error("read key", path));
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return failure(Errc::not_allowed, "key " + path.filename().string() + " must have mode 0600");
  }
  char text[64];
  const ssize_t size = ::read(file.get(), text, sizeof text);
  std::string_view line(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto bytes = from_base64url(line);
  SecretKey secret;
  if (!bytes || bytes->size() != secret.size()) {
    return failure(Errc::corrupt, "key " + path.filename().string() + " cannot be read");
  }
  std::copy(bytes->begin(), bytes->end(), secret.begin());
  return secret;
}

Status make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failure(Errc::unavailable, "create the folder of keys: " + error.message());
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return failure(Errc::unavailable, "protect the folder of keys: " + error.message());
  return {};
}

SecretKey random_key(Random& random) {
  SecretKey secret;
  random.fill(secret);
  return secret;
}

}  // namespace

SelfDevice device_with(const SecretKey& secret, const MemberId& member) {
  const PublicKey key = public_key_of(secret);
  return {device_id_of(key), key, member, secret};
}

Status KeyFolder::create_server_key(Random& random) const {
  LX_CHECK(make_folder(folder_));
  return write_key(folder_ / "server.key", random_key(random));
}

// Not called .key: it is no device's.
Status KeyFolder::create_data_key(Random& random) const {
  LX_CHECK(make_folder(folder_));
  Status made = write_key(folder_ / "data.secret", random_key(random));
  if (!made && made.error().code == Errc::conflict) return {};
  return made;
}

Result<std::optional<DataKeyId>> KeyFolder::hold_data_key() const {
  const auto secret = read_key(folder_ / "data.secret");
  if (!secret && secret.error().code == Errc::not_found) return std::nullopt;
  if (!secret) return tl::unexpected(secret.error());
  return lianxin::server::hold_data_key(*secret);
}

Result<std::optional<SecretKey>> KeyFolder::journal_key() const {
  const auto secret = read_key(folder_ / "data.secret");
  if (!secret && secret.error().code == Errc::not_found) return std::nullopt;
  if (!secret) return tl::unexpected(secret.error());
  return sha256_of_parts({"lianxin journal key v1", view(*secret)});
}

Result<SelfDevice> KeyFolder::server() const {
  LX_TRY(const SecretKey secret, read_key(folder_ / "server.key"));
  const PublicKey key = public_key_of(secret);
  // "The server" as an author needs a member's id of its own: one that no person can have.
  return device_with(secret, MemberId{uuid_named("lianxin server member v1|" + std::string(view(key)))});
}

Result<std::map<DeviceId, PublicKey>> KeyFolder::public_keys() const {
  std::map<DeviceId, PublicKey> keys;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".key") continue;
    LX_TRY(const SecretKey secret, read_key(at->path()));
    const PublicKey key = public_key_of(secret);
    keys.emplace(device_id_of(key), key);
  }
  if (error) return failure(Errc::unavailable, "read the folder of keys: " + error.message());
  return keys;
}

Result<SelfDevice> KeyFolder::desk(const std::string& login, const MemberId& member, Random& random) const {
  // The login is a person's choice and could hold '/' or ".."; its hash cannot.
  const std::string name = "desk-" + to_hex(sha256(login)).substr(0, 16) + ".key";
  const std::lock_guard lock(making_);
  auto secret = read_key(folder_ / name);
  if (!secret && secret.error().code == Errc::not_found) {
    LX_CHECK(write_key(folder_ / name, random_key(random)));
    secret = read_key(folder_ / name);
  }
  if (!secret) return tl::unexpected(std::move(secret).error());
  const SelfDevice desk = device_with(*secret, member);
  remember(desk);
  return desk;
}

Result<SecretKey> KeyFolder::sealing_key(Random& random) const {
  const fs::path path = folder_ / "sealing.secret";  // no .key: it signs nothing
  const std::lock_guard lock(making_);
  auto secret = read_key(path);
  if (!secret && secret.error().code == Errc::not_found) {
    const Status made = write_key(path, random_key(random));
    if (!made && made.error().code != Errc::conflict) return tl::unexpected(made.error());
    secret = read_key(path);
  }
  return secret;
}

void KeyFolder::remember(const SelfDevice& desk) const {
  const std::lock_guard lock(known_mutex_);
  SelfDevice& known = known_[desk.device];
  known = desk;
  known.member = {};
}

std::optional<SelfDevice> KeyFolder::desk_with(const DeviceId& device) const {
  const std::lock_guard lock(known_mutex_);
  const auto found = known_.find(device);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

Status KeyFolder::load_desks() {
  std::error_code error;
  for (const fs::directory_entry& item : fs::directory_iterator(folder_, error)) {
    const std::string name = item.path().filename().string();
    if (!name.starts_with("desk-") || !name.ends_with(".key")) continue;
    LX_TRY(const SecretKey secret, read_key(item.path()));
    remember(device_with(secret, {}));
  }
  if (error) return failure(Errc::unavailable, "list the folder of keys: " + error.message());
  return {};
}

}  // namespace lianxin::server
