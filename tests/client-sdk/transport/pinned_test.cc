// Whom the SDK's own transport believes: a server by its key, or by a certificate that the system trusts.
#include <doctest/doctest.h>
#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "client-sdk/transport/http_transport.h"
#include "sync/crypto/hash.h"

namespace lianxin::client {
namespace {

// A key, and a certificate for 127.0.0.1 that it signed itself.
struct Identity {
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, void (*)(X509*)> certificate{X509_new(), &X509_free};

  explicit Identity(long ends_in_s = 3600) {
    X509* const made = certificate.get();
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -7200);
    X509_gmtime_adj(X509_getm_notAfter(made), ends_in_s);
    X509_NAME* const name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(made, name);
    X509_set_pubkey(made, key.get());
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> address(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"), &X509_EXTENSION_free);
    REQUIRE(X509_add_ext(made, address.get(), -1) == 1);
    REQUIRE(X509_sign(made, key.get(), EVP_sha256()) > 0);
  }

  std::string pin() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key.get(), &bytes);
    const Hash hash = sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_free(bytes);
    return to_base64url(hash);
  }
};

struct Peer {
  httplib::SSLServer server;
  int port = 0;
  int asked = 0;
  std::thread thread;

  explicit Peer(const Identity& identity) : server(identity.certificate.get(), identity.key.get()) {
    server.Post("/v1/sync", [this](const httplib::Request&, httplib::Response& response) {
      ++asked;
      response.set_content("{}", "application/json");
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Peer() {
    server.stop();
    thread.join();
  }

  TransportReply call(std::vector<std::string> pins, const std::string& ca_file = {}) {
    HttpOptions options;
    options.ca_file = ca_file;
    HttpTransport transport(options);
    TransportRequest request;
    request.server = "https://127.0.0.1:" + std::to_string(port);
    request.path = "/v1/sync";
    request.token = "secret";
    request.body = "{}";
    request.content_type = "application/x-ndjson";
    request.pins = std::move(pins);
    return transport.call(request);
  }
};

}  // namespace

TEST_SUITE("client-sdk/transport/pinned") {
  TEST_CASE("a server is believed by its key alone, whatever its certificate says besides") {
    const Identity own, ended(-3600), another;
    Peer peer(own), old(ended);
    CHECK(peer.call({own.pin()}).status == 200);
    CHECK(peer.call({another.pin(), own.pin()}).status == 200);
    CHECK(old.call({ended.pin()}).status == 200);  // phones' clocks are of any year
  }

  TEST_CASE("another key in its place is sent nothing, and is told as such") {
    const Identity own, another;
    Peer peer(own);
    const TransportReply reply = peer.call({another.pin()});
    CHECK(reply.delivery == Delivery::not_sent);
    CHECK(reply.untrusted);
    CHECK(peer.asked == 0);
  }

  TEST_CASE("without a pin only a certificate is believed that the system, or the app, trusts") {
    const Identity own;
    Peer peer(own);
    const TransportReply reply = peer.call({});
    CHECK(reply.delivery == Delivery::not_sent);
    CHECK(reply.untrusted);
    CHECK(peer.asked == 0);
    const auto file = std::filesystem::temp_directory_path() / ("lianxin-ca-" + std::to_string(peer.port) + ".pem");
    std::FILE* const out = std::fopen(file.c_str(), "w");
    REQUIRE(out);
    CHECK(PEM_write_X509(out, own.certificate.get()) == 1);
    std::fclose(out);
    CHECK(peer.call({}, file.string()).status == 200);
    std::filesystem::remove(file);
  }

  TEST_CASE("a pin is of https alone") {
    HttpTransport transport({});
    TransportRequest request;
    request.server = "http://127.0.0.1:1";
    request.path = "/v1/sync";
    request.pins = {to_base64url(sha256("key"))};
    CHECK(transport.call(request).untrusted);
  }
}

}  // namespace lianxin::client
