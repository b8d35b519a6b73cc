// What guards a phone's file, as the program on the command line has it.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/process.h"

using namespace lianxin::test;

namespace {

void write(const std::string& file, const std::string& text, mode_t mode = 0600) {
  std::ofstream(file) << text << "\n";
  REQUIRE(::chmod(file.c_str(), mode) == 0);
}

}  // namespace

TEST_SUITE("whole/store-pin") {
  TEST_CASE("a phone's file has its key beside it, and a PIN that comes from a file that nobody else reads") {
    const TempFolder folder;
    const std::string store = folder / "my.phone", pin = folder / "pin", other = folder / "other";
    const auto phone = [&](std::vector<std::string> words) {
      words.insert(words.begin(), {LIANXIN_PHONE, "--store", store, "--lang", "en"});
      return run(words);
    };
    CHECK(phone({"status"}).code == 0);
    struct stat about {};
    REQUIRE(::stat((store + ".key").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);

    write(pin, "246810");
    write(other, "135790");
    CHECK(phone({"store-pin", "--new-pin-file", pin}).code == 0);
    const Ended without = phone({"status"});
    CHECK(without.code == 1);
    CHECK(without.err.find("guarded by a PIN") != std::string::npos);
    CHECK(phone({"status", "--store-pin-file", other}).err.find("is not the PIN") != std::string::npos);
    CHECK(phone({"status", "--store-pin-file", pin}).code == 0);
    REQUIRE(::chmod(pin.c_str(), 0644) == 0);
    CHECK(phone({"status", "--store-pin-file", pin}).code == 1);  // others may read it: it is not taken
    REQUIRE(::chmod(pin.c_str(), 0600) == 0);
    CHECK(phone({"store-pin", "--new-pin-file", other, "--store-pin-file", pin}).code == 0);
    CHECK(phone({"store-pin", "--none", "--store-pin-file", other}).code == 0);
    CHECK(phone({"status"}).code == 0);
    CHECK(phone({"store-pin"}).code == 2);  // nobody types one

    std::filesystem::rename(store + ".key", folder / "away");
    CHECK(phone({"status"}).err.find("cannot be opened without its key") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(store + ".key"));
    std::filesystem::rename(folder / "away", store + ".key");
    CHECK(phone({"status"}).code == 0);
  }
}
