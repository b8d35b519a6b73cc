#include "server/people/passwords.h"

#include <doctest/doctest.h>

#include <string>

using namespace lianxin;
using namespace lianxin::server;

namespace {
std::string wrong_with(std::string_view password, const PasswordOwner& owner = {"chengxieyou", "程协友"}) {
  const Status checked = check_password(password, owner);
  return checked ? "" : name_of(checked.error().code);
}
}  // namespace

TEST_SUITE_BEGIN("server/people/passwords");

TEST_CASE("a password has twelve characters, of whatever script, and at most 256 bytes") {
  CHECK(wrong_with("kx7#Qm2vLp9") == "out_of_range");
  CHECK(wrong_with("kx7#Qm2vLp9z") == "");
  CHECK(wrong_with("山高月小水落石出也乎") == "out_of_range");
  CHECK(wrong_with("山高月小水落石出清风徐来") == "");
  std::string many;
  while (many.size() < 256) many += "kx7#Qm2vLp9zRt4!";
  CHECK(wrong_with(many) == "");
  CHECK(wrong_with(many + "a") == "out_of_range");
}

TEST_CASE("what is guessed first is not taken") {
  for (const char* common :
       {"123456789012",   "19800101198001",  "13800138000138", "qwertyuiop[]",       "1qaz2wsx3edc",
        "asdfghjkl;'12",  "abcdefghijkl",    "0987654321098",  "aaaaaaaaaaaa",       "abcabcabcabc",
        "woaini5201314",  "password2026!",   "P@ssw0rd2026!!", "Admin@123456",       "zhongguo2026!!",
        "zhangwei123456", "wodemima123456",  "iloveyou1234!",  "chengxieyou2026",    "程协友123456789",
        "welcome2026!!!", "beijing20082008", "qq1234567890",   "我爱你我爱你123456", "lianxin@2026!!",
        "1q2w3e4r5t6y",   "qazwsxedcrfv"}) {
    CAPTURE(common);
    CHECK(wrong_with(common) == "invalid_argument");
  }
}

TEST_CASE("a sentence of one's own is taken") {
  for (const char* own : {"correct horse 2026", "a long enough password", "一个够长的口令，谁也猜不到", "good password",
                          "chengxieyou keeps seven geese", "tuanjie-lu-de-laoyu-shu"}) {
    CAPTURE(own);
    CHECK(wrong_with(own) == "");
  }
}

TEST_SUITE_END();
