// The proxies of server/deploy as they stand there, but for names, ports and certificates, before the real server; a
// real phone on the command line syncs through each.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/server_process.h"

using namespace lianxin::test;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  std::size_t at = text.find(what);
  INFO(what);
  REQUIRE(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
}

// A certificate for localhost and who signed it, as an office has it from its authority.
void make_certificates(const TempFolder& folder) {
  const auto openssl = [](std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    run_ok(words);
  };
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
           "/CN=authority", "-keyout", folder / "ca-key.pem", "-out", folder / "ca.pem"});
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout",
           folder / "key.pem", "-out", folder / "request.pem"});
  std::ofstream(folder / "names") << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
  openssl({"x509", "-req", "-in", folder / "request.pem", "-CA", folder / "ca.pem", "-CAkey", folder / "ca-key.pem",
           "-CAcreateserial", "-days", "2", "-extfile", folder / "names", "-out", folder / "chain.pem"});
  std::ofstream(folder / "chain-and-key.pem") << text_of(folder / "chain.pem") << text_of(folder / "key.pem");
}

struct Front {
  Front() : server(folder) {
    make_certificates(folder);
    port = free_port();
  }

  std::string url() const { return "https://localhost:" + std::to_string(port); }
  Ended phone(std::vector<std::string> words) const {
    std::vector<std::string> all{"/usr/bin/env", "SSL_CERT_FILE=" + (folder / "ca.pem"), LIANXIN_PHONE, "--store",
                                 folder / "phone"};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }
  Ended curl(std::vector<std::string> words) const {
    std::vector<std::string> all{"curl", "-sS", "--cacert", folder / "ca.pem"};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }

  void await() const {
    for (int tries = 0; tries < 1500; ++tries) {
      if (curl({"-o", "/dev/null", "-f", url() + "/healthz"}).code == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL(text_of(folder / "proxy.log"));
  }

  // A phone enrols and syncs; a search leaves no word in the proxy's log; an address that a client claims is not taken.
  void prove() {
    await();
    const std::string code = server.enrol_code("990121-S01", "米小满");
    const Ended enrolled = phone({"enrol", "--server", url(), "--code", code});
    CAPTURE(enrolled.err);
    REQUIRE(enrolled.code == 0);
    std::vector<std::string> words{
        "/usr/bin/env",  "SSL_CERT_FILE=" + (folder / "ca.pem"), LIANXIN_PHONE, "--store", folder / "phone", "new",
        "outreach_visit"};
    CHECK(run(words, R"({"visit_kind":"household","address_text":"上柳湾村三组","persons_reached":3})").code == 0);
    const Ended synced = phone({"sync"});
    CAPTURE(synced.err);
    CHECK(synced.code == 0);
    CHECK(phone({"status"}).out.find("1") != std::string::npos);
    CHECK(curl({"-H", "X-Forwarded-For: 203.0.113.9", url() + "/v1/records?text=Geheim"}).code == 0);
    CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", url() + "/metrics"}).out == "404");
    CHECK(text_of(folder / "proxy.log").find("Geheim") == std::string::npos);
    CHECK(server.log().find("from=203.0.113.9") == std::string::npos);
    // Who does not know the authority speaks to nobody.
    CHECK(run({LIANXIN_PHONE, "--store", folder / "phone", "sync"}).code != 0);
  }

  TempFolder folder;
  ServerProcess server;
  int port;
};

bool is_there(const char* program) { return run({"/bin/sh", "-c", std::string("command -v ") + program}).code == 0; }

}  // namespace

TEST_SUITE("server/deploy/proxy") {
  TEST_CASE_FIXTURE(Front, "a phone syncs through the nginx of the example") {
    REQUIRE_MESSAGE(is_there("nginx"), "server/install-packages.sh test installs it");
    server.start({"--plain", "--behind-proxy", "127.0.0.1"});
    std::string site = text_of(std::string(LIANXIN_DEPLOY) + "/nginx.conf");
    replace(site, "listen 443 ", "listen 127.0.0.1:" + std::to_string(port) + " ");
    replace(site, "lianxin.example.gov.cn", "localhost");
    replace(site, "/etc/ssl/lianxin/", folder.path() + "/");
    replace(site, "127.0.0.1:8640;", "127.0.0.1:" + std::to_string(server.port()) + ";");
    replace(site, "/var/log/nginx/lianxin.log", folder / "proxy.log");
    std::ofstream(folder / "site.conf") << site;
    std::ofstream main(folder / "nginx.conf");
    main << "daemon off; pid " << folder / "nginx.pid"
         << "; error_log " << folder / "error.log"
         << ";\nevents {}\nhttp {\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      main << kind << "_temp_path " << folder.path() << "/" << kind << ";\n";
    }
    main << "include " << folder / "site.conf"
         << ";\n}\n";
    main.close();
    Process proxy({"nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"}, folder / "nginx.out");
    prove();
    CHECK(text_of(folder / "proxy.log").find("/v1/sync 200") != std::string::npos);
  }

  TEST_CASE_FIXTURE(Front, "a phone syncs through the HAProxy of the example") {
    REQUIRE_MESSAGE(is_there("haproxy"), "server/install-packages.sh test installs it");
    server.start({"--plain", "--behind-proxy", "127.0.0.1"});
    std::string config = text_of(std::string(LIANXIN_DEPLOY) + "/haproxy.cfg");
    replace(config, "log /dev/log local0", "log stdout format raw local0");
    replace(config, "bind :443 ", "bind 127.0.0.1:" + std::to_string(port) + " ");
    replace(config, "/etc/ssl/lianxin/", folder.path() + "/");
    replace(config, "127.0.0.1:8640 maxconn", "127.0.0.1:" + std::to_string(server.port()) + " maxconn");
    std::ofstream(folder / "haproxy.cfg") << config;
    CHECK(run({"haproxy", "-c", "-f", folder / "haproxy.cfg"}).code == 0);
    Process proxy({"haproxy", "-db", "-f", folder / "haproxy.cfg"}, folder / "proxy.log");
    prove();
    CHECK(text_of(folder / "proxy.log").find("/v1/sync 200") != std::string::npos);
  }

  TEST_CASE("the unit is closed to what the server does not need") {
    if (!is_there("systemd-analyze")) return;
    const Ended judged = run({"systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=29",
                              std::string(LIANXIN_DEPLOY) + "/lianxin-server.service"});
    CAPTURE(judged.out);
    CHECK(judged.code == 0);  // 1 from an exposure of 3.0 on
  }
}
