// AES-256 in XTS mode (IEEE 1619, NIST SP 800-38E), by OpenSSL: for bytes that lie on a disk and must stay as many as
// they are. It hides what is written and tells nobody who altered it: that is for hashes and signatures to show.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sync/crypto/hash.h"

namespace lianxin {

// What a unit is called: where it lies. Two units of one key must have two names, but may be written any number of
// times.
using UnitName = Bytes<16>;

// Threads: one at a time.
class XtsCipher {
 public:
  // Both keys of the mode are made from `key` and what it is for.
  XtsCipher(const SecretKey& key, std::string_view purpose);
  ~XtsCipher();
  XtsCipher(XtsCipher&&) noexcept;
  XtsCipher& operator=(XtsCipher&&) noexcept;

  // One unit in place: at least 16 bytes, at most 16 MiB.
  void encrypt(const UnitName& name, std::span<std::uint8_t> unit);
  void decrypt(const UnitName& name, std::span<std::uint8_t> unit);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace lianxin
