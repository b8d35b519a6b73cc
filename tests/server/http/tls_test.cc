// HTTPS, with a certificate made on the spot.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/http/proxies.h"
#include "server/http/tls_identity.h"
#include "tests/server/http/raw_peer.h"
#include "tests/server/http/served.h"
#include "tests/support/temp_folder.h"

namespace lianxin::server {

namespace {

// Of this machine, as others know it; empty where it has none.
std::string own_address() {
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(found, &::freeifaddrs);
  for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET || (one->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto& address = reinterpret_cast<const sockaddr_in&>(*one->ifa_addr);
    if (::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size()) != nullptr) return text.data();
  }
  return {};
}

// A self-signed certificate for 127.0.0.1 and its key, in files that go with this object.
class Certificate {
 public:
  Certificate() {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_NAME* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Lianxin"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key.get());
    // By address: a bare machine need not know the name localhost.
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"), &X509_EXTENSION_free);
    REQUIRE(X509_add_ext(made.get(), address.get(), -1) == 1);
    REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    write(certificate_file, [&](FILE* file) { return PEM_write_X509(file, made.get()); });
    write(key_file,
          [&](FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

  const test::TempFolder folder;
  const std::string certificate_file = folder / "chain.pem", key_file = folder / "key.pem";

 private:
  template <class Writer>
  static void write(const std::string& path, Writer writer) {
    FILE* const file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    CHECK(writer(file) == 1);
    std::fclose(file);
    ::chmod(path.c_str(), 0600);
  }
};

}  // namespace

TEST_SUITE("server/http") {
  TEST_CASE("replies are encrypted where there is a certificate") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    Served served(options);
    RawPeer silent(served.port);  // never begins its handshake
    RawPeer plain(served.port);
    REQUIRE(plain.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK(plain.receive().find("200") == std::string::npos);

    httplib::SSLClient client("127.0.0.1", served.port);
    client.set_ca_cert_path(certificate.certificate_file);
    client.enable_server_certificate_verification(true);
    client.set_keep_alive(true);
    for (int i = 0; i < 3; ++i) {
      const auto reply = client.Get("/hello");
      REQUIRE(reply);
      CHECK(reply->body == "hello");
    }
    const std::string text(mib, 'a');
    CHECK(client.Post("/echo", text, "text/plain")->body.starts_with("1048576 "));
    CHECK(client.Get("/long")->body.size() == 100'000);
    CHECK(client.Get("/huge")->body.size() == 64 * mib);
    CHECK(client.Post("/echo", text + "b", "text/plain")->status == 413);
  }

  TEST_CASE("hellos that are none and a flood of handshakes keep nobody waiting") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    options.limits.connections_per_client_max = 1000;
    Served served(options);
    std::vector<std::unique_ptr<RawPeer>> garbage;
    const std::string hello = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + std::string(500, 'g');
    for (int i = 0; i < 500; ++i) {
      garbage.push_back(std::make_unique<RawPeer>(served.port, 2));
      (void)garbage.back()->send(i % 2 == 0 ? hello : hello.substr(0, 50));
    }
    std::atomic<bool> enough{false};
    std::atomic<int> handshakes{0};
    std::vector<std::thread> flood;
    for (int i = 0; i < 4; ++i) {
      flood.emplace_back([&] {
        while (!enough) {
          httplib::SSLClient client("127.0.0.1", served.port);
          client.enable_server_certificate_verification(false);
          client.set_interface("127.0.0.3");
          handshakes += client.Get("/hello") ? 1 : 0;
        }
      });
    }
    for (int i = 0; i < 5; ++i) {
      const auto began = std::chrono::steady_clock::now();
      httplib::SSLClient client("127.0.0.1", served.port);
      client.enable_server_certificate_verification(false);
      const auto reply = client.Get("/hello");
      CHECK((reply && reply->body == "hello"));
      const auto took = std::chrono::steady_clock::now() - began;
      MESSAGE("handshake and /hello meanwhile: " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                                                 << " ms");
      CHECK(took < std::chrono::seconds(4));
    }
    enough = true;
    for (std::thread& thread : flood) thread.join();
    MESSAGE("handshakes of others meanwhile: " << handshakes.load());
  }

  TEST_CASE("readers that do not read are waited for in TLS as well") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    options.threads = 1;
    Served served(options);
    std::vector<std::thread> threads;
    std::atomic<bool> enough{false};
    std::atomic<int> reading{0};
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        httplib::SSLClient client("127.0.0.1", served.port);
        client.enable_server_certificate_verification(false);
        (void)client.Get("/huge", [&](const char*, std::size_t) {
          ++reading;
          while (!enough) std::this_thread::sleep_for(std::chrono::milliseconds(10));
          return false;
        });
      });
    }
    while (reading < 8) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    httplib::SSLClient honest("127.0.0.1", served.port);
    honest.enable_server_certificate_verification(false);
    const auto reply = honest.Get("/hello");
    CHECK((reply && reply->body == "hello"));
    enough = true;
    for (std::thread& thread : threads) thread.join();
  }

  TEST_CASE("TLS older than 1.2 is not spoken") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    Served served(options);
    httplib::SSLClient client("127.0.0.1", served.port);
    client.enable_server_certificate_verification(false);
    SSL_CTX_set_security_level(client.ssl_context(), 0);
    SSL_CTX_set_min_proto_version(client.ssl_context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.ssl_context(), TLS1_1_VERSION);
    CHECK_FALSE(client.Get("/hello"));
  }

  TEST_CASE("a certificate that is exchanged serves new connections, and one that does not serve changes nothing") {
    const Certificate first, second;
    HttpOptions options;
    options.certificate_file = first.certificate_file;
    options.key_file = first.key_file;
    Served served(options);
    const auto believes = [&](const Certificate& certificate) {
      httplib::SSLClient client("127.0.0.1", served.port);
      client.set_ca_cert_path(certificate.certificate_file);
      client.enable_server_certificate_verification(true);
      return static_cast<bool>(client.Get("/hello"));
    };
    CHECK(served.server->renew_tls() == false);
    httplib::SSLClient open("127.0.0.1", served.port);
    open.set_ca_cert_path(first.certificate_file);
    open.set_keep_alive(true);
    REQUIRE(open.Get("/hello"));
    std::filesystem::copy(second.certificate_file, first.certificate_file + ".new");
    std::filesystem::rename(first.certificate_file + ".new", options.certificate_file);
    CHECK_FALSE(served.server->renew_tls());     // the key is not its own yet
    CHECK(served.server->renew_tls() == false);  // told once
    CHECK(open.Get("/hello"));
    std::filesystem::copy(second.key_file, first.key_file + ".new");
    std::filesystem::rename(first.key_file + ".new", options.key_file);
    CHECK(served.server->renew_tls() == true);
    CHECK(believes(second));
    CHECK(open.Get("/hello"));  // what is open goes on
  }

  TEST_CASE("a key that others on the machine can read is refused, and one of its group is not") {
    const Certificate certificate;
    HttpOptions options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    Router router;
    for (const int mode : {0644, 0604, 0620, 0602}) {
      REQUIRE(::chmod(options.key_file.c_str(), static_cast<mode_t>(mode)) == 0);
      HttpServer server(router, options);
      CHECK(server.bind("127.0.0.1", 0).error().code == Errc::not_allowed);
    }
    REQUIRE(::chmod(options.key_file.c_str(), 0640) == 0);
    HttpServer server(router, options);
    CHECK(server.bind("127.0.0.1", 0).has_value());
  }

  TEST_CASE("the certificate that the server makes serves, and its pin is that of its key") {
    const test::TempFolder folder;
    const auto made = make_tls_identity();
    REQUIRE(made);
    HttpOptions options;
    options.certificate_file = folder / "cert.pem";
    options.key_file = folder / "key.pem";
    std::ofstream(options.certificate_file) << made->certificate;
    std::ofstream(options.key_file) << made->key;
    REQUIRE(::chmod(options.key_file.c_str(), 0600) == 0);
    const auto pin = tls_pin(options.certificate_file);
    REQUIRE(pin);
    CHECK(pin->size() == 43);
    Served served(options);
    httplib::SSLClient client("127.0.0.1", served.port);
    client.enable_server_certificate_verification(false);
    CHECK(client.Get("/hello"));
    CHECK(make_tls_identity()->key != made->key);
    CHECK_FALSE(tls_pin(folder / "nothing"));
  }

  TEST_CASE("beyond this machine nothing is served in clear but to a proxy that is named") {
    Router router;
    HttpOptions options;
    options.beyond_loopback = true;
    HttpServer open(router, options);
    CHECK(open.bind("0.0.0.0", 0).error().code == Errc::not_allowed);
    CHECK(addresses_of("127.0.0.1") == std::vector<std::string>{"127.0.0.1"});
    CHECK(addresses_of("no such name").error().code == Errc::not_found);
  }

  TEST_CASE("in clear another machine is served where it is the proxy that is named, and else gets no byte") {
    const std::string own = own_address();
    if (own.empty()) return;  // this machine has no other address than that of itself
    for (const bool named : {true, false}) {
      Router router;
      router.add("GET", "/hello", says("hello"), 0, route_open);
      HttpOptions options;
      options.beyond_loopback = true;
      options.proxies = {named ? own : "192.0.2.77"};
      HttpServer server(router, options);
      const int port = server.bind("0.0.0.0", 0).value();
      std::thread thread([&] { server.run(); });
      httplib::Client from_there(own, port), from_here("127.0.0.1", port);
      from_there.set_interface(own);
      const auto there = from_there.Get("/hello"), here = from_here.Get("/hello");
      CHECK(here);
      CHECK(static_cast<bool>(there) == named);
      server.stop();
      thread.join();
    }
  }

  TEST_CASE("certificate files that do not serve are an error at bind") {
    Router router;
    const Certificate certificate;
    const Certificate other;
    for (const auto& [chain, key] : {std::pair<std::string, std::string>{"/nowhere", certificate.key_file},
                                     {certificate.certificate_file, ""},
                                     {certificate.certificate_file, other.key_file}}) {
      HttpOptions options;
      options.certificate_file = chain;
      options.key_file = key;
      HttpServer server(router, options);
      const auto bound = server.bind("127.0.0.1", 0);
      REQUIRE_FALSE(bound.has_value());
      CHECK(bound.error().code == Errc::invalid_argument);
    }
  }
}

}  // namespace lianxin::server
