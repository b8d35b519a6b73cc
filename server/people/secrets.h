// Secrets: how they are made, kept and compared. A secret leaves this program once, in the reply that hands it over;
// what is stored is something it cannot be read back from. None is ever logged.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/crypto/hash.h"
#include "sync/crypto/random.h"

namespace lianxin::server {

// The machine's generator (OpenSSL's). Thread-safe. Ends the program where there is no randomness to be had: a
// guessable token is worse than no server.
class SystemRandom : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// 32 random bytes as base64url: what a device or a desk shows with every request.
std::string make_token(Random& random);

// What is stored of a token or an enrolment code. One hash is enough: neither can be guessed, so nothing is won by
// making each guess dear.
Hash hash_of_secret(std::string_view secret);

// An enrolment code that can be read out over a telephone: 16 of 32 letters, as ABCD-EFGH-JKMN-PQRS. The first four
// name it and are kept as they are; the other twelve (60 bits) are the secret.
std::string make_enrol_code(Random& random);
std::string name_of_code(std::string_view code);  // of one as it was issued

// The code as it was issued, from what a person typed: any case, with or without dashes and blanks of any script,
// full width or not, O for 0, I or L for 1. Empty where it cannot be a code.
std::string normal_enrol_code(std::string_view typed);

// A login as it is compared: without blanks around it, of half width and in capitals.
std::string folded_login(std::string_view typed);

std::string make_password(Random& random);  // 16 letters and digits (80 bits), for an account's first sign-in

// Passwords can be guessed, so each guess costs 32 MiB and some tens of milliseconds (scrypt, RFC 7914). The verifier
// carries its parameters: "scrypt$32768$8$1$SALT$HASH", so that they can be raised later. At most two are worked out
// at a time, so that a crowd at the door cannot take all memory. unavailable where there is none left.
Result<std::string> make_verifier(Random& random, std::string_view password);
Result<bool> password_fits(std::string_view verifier, std::string_view password);

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

}  // namespace lianxin::server
