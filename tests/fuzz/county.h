// The small county in which bodies are tried: two studios and the reference data above them, with the kinds that are
// shipped, a few people, and their devices.
//
//   a  convener of studio 1, who may see personal values      d  doctor of studio 2
//   b  convener of studio 1                                   e  duty phone of studio 1
//   c  coordinator of the county                              f  b's old phone, revoked
//
// Ids are one byte repeated (studio 1 is a1a1a1a1-…, member 1 is 01010101-…), so that inputs can be read and written by
// hand.
#pragma once

#include <string_view>
#include <vector>

#include "schema/kind.h"
#include "sync/model/policy.h"
#include "sync/model/self_device.h"

namespace lianxin::fuzz {

template <class IdType>
IdType id_of(std::uint8_t byte) {
  IdType id;
  id.bytes.fill(byte);
  return id;
}

struct Phone {
  char letter = 'a';
  SelfDevice device;
  bool shared = false, revoked = false;
};

struct County {
  static constexpr std::int64_t noon_ms = 1'795'176'000'000;  // 2026-11-20, noon in Greenwich

  Catalog catalog;
  std::vector<KindFile> kind_files;
  std::vector<StudioPlace> places;
  std::vector<Grant> grants;
  std::vector<Phone> phones;
  SelfDevice self;

  const StudioPlace* place(const StudioId& studio) const;
  const Phone& phone(char letter) const;  // a's where there is none of that letter
};

const County& county();  // made at the first call

}  // namespace lianxin::fuzz
