// What a phone or a person at a desk shows to be let in: enrolment codes as they were typed, certificates, tokens. The
// input is tried as each of them. As a fuzzer cannot sign, what it says in a certificate is also signed for it.
#include "schema/assert.h"
#include "schema/json.h"
#include "server/people/certificate.h"
#include "server/people/devices.h"
#include "server/people/secrets.h"
#include "server/http/message.h"
#include "tests/fuzz/county.h"
#include "tests/fuzz/target.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

void read_code(std::string_view typed) {
  const std::string code = normal_enrol_code(typed);
  LX_ASSERT(code.empty() || (code.size() == 14 && normal_enrol_code(code) == code));
  (void)enrol_message(code, PublicKey{});
  LX_ASSERT(bearer_token_of(std::string("Bearer ") + std::string(typed)).size() <= 512);
}

void read_as_certificate(std::string_view text) {
  const SelfDevice& server = county().self;
  LX_ASSERT(!read_certificate(server.key, text));  // nobody has signed it
  const std::string signature = to_base64url(sign(server.secret, "lianxin certificate v1|" + std::string(text)));
  const auto read = read_certificate(server.key, to_base64url(as_bytes(text)) + "." + signature);
  if (!read) return;
  const auto again = read_certificate(server.key, sign_certificate(server.secret, *read));
  LX_ASSERT(again && again->device == read->device && again->key == read->key && again->member == read->member &&
            again->studio == read->studio && again->shared == read->shared && again->enrolled_ms == read->enrolled_ms);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = lianxin::fuzz::text_of(data, size);
  lianxin::fuzz::read_code(text);
  lianxin::fuzz::read_as_certificate(text);
  return 0;
}
