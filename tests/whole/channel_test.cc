// The server program with TLS as it comes, phones that believe it by its key, and where it goes.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

namespace {

std::string line_of(const std::string& text, std::size_t number) {
  std::size_t at = 0;
  for (; number > 0; --number) at = text.find('\n', at) + 1;
  return text.substr(at, text.find('\n', at) - at);
}

// A server with TLS that has said where it is.
struct Office {
  TempFolder folder;
  ServerProcess server{folder};

  Office() {
    server.encrypt();
    server.command({"address", server.url()});
    server.start();
  }

  std::string pin() { return line_of(server.command({"address"}), 1).substr(std::string("pin ").size()); }
  std::string uri() {
    return line_of(server.command({"enrol-code", "--studio", "990121-S01", "--member", "米小满", "--uri"}), 0);
  }
  Phone opened(const std::string& name) const {
    PhoneOptions options;
    options.path = folder / name;
    return must(Phone::open(options));
  }
  Phone enrolled(const std::string& name) {
    Phone phone = opened(name);
    must(phone.enrol_by(uri(), "test phone"));
    return phone;
  }
};

void record_visit(Phone& phone) {
  Form visit = must(phone.begin_new("outreach_visit"));
  must(visit.set("address_text", "上柳湾村三组"));
  must(visit.commit());
}

SyncOptions once() {
  SyncOptions options;
  options.retry_for_ms = 0;
  return options;
}

}  // namespace

TEST_SUITE("whole/channel") {
  TEST_CASE("a phone enrols by what the QR code holds, and syncs with the server of that key alone") {
    Office office;
    Phone phone = office.enrolled("phone");
    record_visit(phone);
    CHECK(must(phone.sync()).pushed == 1);

    // Another server at the same address.
    TempFolder elsewhere;
    ServerProcess other(elsewhere);
    office.server.stop();
    other.command({"address", office.server.url()});
    Process impostor({LIANXIN_SERVER, "serve", "--data", other.data(), "--listen",
                      "127.0.0.1:" + std::to_string(office.server.port())},
                     elsewhere / "impostor.log");
    office.server.await_port();
    record_visit(phone);
    const auto refused = phone.sync(once());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.problem().code == "server_not_trusted");
    CHECK(must(phone.status()).waiting == 1);
    impostor.stop();
    office.server.start();
    CHECK(must(phone.sync()).pushed == 1);
  }

  TEST_CASE("a pin that is not the server's enrols nobody, and neither does a certificate that no system trusts") {
    Office office;
    const std::string code = office.server.enrol_code("990121-S01", "米小满");
    Phone phone = office.opened("phone");
    std::string wrong = office.pin();
    wrong.front() = wrong.front() == 'A' ? 'B' : 'A';
    for (const std::string& pin : {wrong, std::string()}) {
      const auto refused = phone.enrol(office.server.url(), code, "test phone", pin);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.problem().code == "server_not_trusted");
    }
    must(phone.enrol(office.server.url(), code, "test phone", office.pin()));
  }

  TEST_CASE("phones follow a server that goes to another port with another key, and lose nothing (PROTOCOL 9.6)") {
    Office office;
    Phone phone = office.enrolled("phone");
    record_visit(phone);
    TempFolder elsewhere;
    ServerProcess next(elsewhere);
    next.encrypt();
    // Of the keys that the next one will have.
    std::string pin = line_of(next.command({"address", next.url()}), 1).substr(std::string("pin ").size());
    office.server.command({"announce", "--url", next.url(), "--pin", pin});
    CHECK(must(phone.sync()).pushed == 1);
    // Nobody is there yet: what it has stays.
    record_visit(phone);
    CHECK(must(phone.sync()).pushed == 1);
    CHECK(must(phone.status()).server == office.server.url());
    // Its data goes there, with TLS keys of the new place.
    office.server.stop();
    for (const char* file : {"tls-cert.pem", "tls-key.pem"}) {
      std::filesystem::copy_file(next.data() + "/keys/" + file, office.server.data() + "/keys/" + file,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    next.go_to(office.server);
    next.start();
    record_visit(phone);
    const SyncReport report = must(phone.sync());
    CHECK(report.moved_to == next.url());
    CHECK(report.pushed == 1);
    CHECK(must(phone.status()).server == next.url());
    CHECK(must(phone.sync()).complete);
  }

  TEST_CASE("phones follow a server that has a new key at the same address, once it is there") {
    Office office;
    Phone phone = office.enrolled("phone");
    TempFolder elsewhere;
    ServerProcess maker(elsewhere);
    const std::string pin =
        line_of(maker.command({"address", "https://127.0.0.1:1"}), 1).substr(std::string("pin ").size());
    office.server.command({"announce", "--url", office.server.url(), "--pin", pin});
    must(phone.sync());
    for (const char* file : {"tls-key.pem", "tls-cert.pem"}) {
      std::filesystem::copy_file(maker.data() + "/keys/" + file, office.server.data() + "/keys/" + file,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    office.server.stop();
    office.server.start();
    record_visit(phone);
    CHECK(must(phone.sync()).pushed == 1);
  }

  TEST_CASE("QR codes go to a terminal and to files, and commands say what is missing") {
    TempFolder folder;
    ServerProcess server(folder);
    const std::vector<std::string> code{"enrol-code", "--studio", "990121-S01", "--member", "米小满"};
    const auto with = [&](std::vector<std::string> more) {
      more.insert(more.begin(), code.begin(), code.end());
      return more;
    };
    CHECK_THROWS(server.command(with({"--uri"})));  // where it is was not said
    server.command({"address", "https://lianxin.example"});
    CHECK(server.command(with({"--qr", "terminal"})).find("█") != std::string::npos);
    server.command(with({"--qr", "svg", folder / "code.svg"}));
    server.command(with({"--qr", "png", folder / "code.png"}));
    CHECK(std::filesystem::file_size(folder / "code.svg") > 1000);
    CHECK(std::filesystem::file_size(folder / "code.png") > 100);
    CHECK_THROWS(server.command({"address", "lianxin.example"}));
    CHECK_THROWS(server.command({"announce"}));
  }
}
