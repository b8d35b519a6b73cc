#include "client-sdk/transport/http_transport.h"

#include <httplib.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <charconv>

#include "client-sdk/transport/gzip.h"
#include "sync/crypto/hash.h"

namespace lianxin::client {
namespace {

// Below this gzip saves less than its header and a phone's patience cost.
constexpr std::size_t gzip_bytes_min = 1024;

// Pages of every studio and the kinds fit many times over; past it something other than our server is talking.
constexpr std::size_t reply_bytes_max = 64 << 20;

Delivery fate_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::BindIPAddress:
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
    case httplib::Error::ConnectionTimeout: return Delivery::not_sent;
    default: return Delivery::unknown;
  }
}

// Only seconds: the other form of the header, a date, would need a clock that is right.
std::int64_t retry_after_ms(const std::string& header) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  const bool whole = error == std::errc() && end == header.data() + header.size();
  return whole && seconds >= 0 && seconds <= 24 * 3600 ? seconds * 1000 : -1;
}

httplib::Request made_of(const TransportRequest& request, bool plain) {
  httplib::Request http;
  http.method = request.method;
  http.path = request.path;
  http.set_header("Accept", "application/x-ndjson, application/json, application/problem+json");
  http.set_header("Accept-Encoding", plain ? "identity" : "gzip");
  http.set_header("Accept-Language", request.language);
  if (!request.token.empty()) http.set_header("Authorization", "Bearer " + request.token);
  if (request.body.empty()) return http;
  http.set_header("Content-Type", request.content_type);
  http.body = request.body;
  if (plain || http.body.size() <= gzip_bytes_min) return http;
  if (auto packed = gzip(http.body)) {
    http.body = std::move(*packed);
    http.set_header("Content-Encoding", "gzip");
  }
  return http;
}

// Believes the server by its key, whatever its certificate says besides: that names no host that could change, and ends
// when the office makes another.
class Pinned {
 public:
  explicit Pinned(const std::vector<std::string>& pins) : pins_(pins) {}

  bool demand_of(httplib::Client& client) {
    SSL_CTX* const context = client.ssl_context();
    if (!context) return false;                            // of http
    client.enable_server_certificate_verification(false);  // the library's own; ours is within the handshake
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &Pinned::verify, this);
    return true;
  }
  bool met_another() const { return met_another_; }

 private:
  static int verify(X509_STORE_CTX* shown, void* self) {
    Pinned& pinned = *static_cast<Pinned*>(self);
    const std::string pin = pin_of(X509_STORE_CTX_get0_cert(shown));
    const bool fits = !pin.empty() && std::find(pinned.pins_.begin(), pinned.pins_.end(), pin) != pinned.pins_.end();
    pinned.met_another_ |= !fits;
    X509_STORE_CTX_set_error(shown, fits ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return fits ? 1 : 0;
  }

  static std::string pin_of(const X509* certificate) {
    if (!certificate) return {};
    unsigned char* bytes = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    if (size <= 0) return {};
    const Hash hash = sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_free(bytes);
    return to_base64url(hash);
  }

  const std::vector<std::string>& pins_;
  bool met_another_ = false;
};

// One exchange over a connection of its own. `plain`: nothing is packed on either way.
TransportReply exchange(const HttpOptions& options, const TransportRequest& request, bool plain, bool& spoiled) {
  TransportReply reply;
  httplib::Client client(request.server);
  if (!client.is_valid()) {
    reply.detail = "no connection can be made to " + request.server;
    return reply;
  }
  if (!options.ca_file.empty()) client.set_ca_cert_path(options.ca_file.c_str());
  client.enable_server_certificate_verification(true);
  Pinned pinned(request.pins);
  if (!request.pins.empty() && !pinned.demand_of(client)) {
    reply.detail = "a pin is of https alone";
    reply.untrusted = true;
    return reply;
  }
  client.set_connection_timeout(std::chrono::milliseconds(options.connect_timeout_ms));
  client.set_read_timeout(std::chrono::milliseconds(options.read_timeout_ms));
  client.set_write_timeout(std::chrono::milliseconds(options.read_timeout_ms));
  client.set_keep_alive(false);
  client.set_follow_location(false);  // a redirect would carry the token to a stranger

  httplib::Request http = made_of(request, plain);
  const bool packed = http.has_header("Content-Encoding");
  bool says_packed = false;
  http.response_handler = [&](const httplib::Response& head) {
    says_packed = head.has_header("Content-Encoding");
    return true;
  };
  http.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    reply.body.append(data, size);
    return reply.body.size() <= reply_bytes_max && !(request.cancel && request.cancel->load());
  };
  const httplib::Result result = client.send(http);
  if (!result) {
    spoiled = says_packed && reply.body.empty() && result.error() == httplib::Error::Read;
    reply.body.clear();
    reply.delivery = fate_of(result.error());
    reply.detail = httplib::to_string(result.error());
    reply.untrusted = pinned.met_another() || result.error() == httplib::Error::SSLServerVerification;
    return reply;
  }
  reply.delivery = Delivery::answered;
  reply.status = result->status;
  if (reply.body.empty()) reply.body = result->body;
  reply.retry_after_ms = retry_after_ms(result->get_header_value("Retry-After"));
  reply.content_type = result->get_header_value("Content-Type");
  reply.location = result->get_header_value("Location");
  spoiled = packed && (reply.status == 400 || reply.status == 415);
  return reply;
}

}  // namespace

TransportReply HttpTransport::call(const TransportRequest& request) {
  try {
    bool spoiled = false;
    TransportReply reply = exchange(options_, request, false, spoiled);
    // A scanner in between may unpack what it reads and leave the header that says it is packed. The server has taken
    // nothing of such a request, and to ask once more for such a reply doubles nothing.
    if (spoiled && !(request.cancel && request.cancel->load())) reply = exchange(options_, request, true, spoiled);
    return reply;
  } catch (const std::exception& e) {
    TransportReply reply;
    reply.delivery = Delivery::unknown;
    reply.detail = e.what();
    return reply;
  }
}

}  // namespace lianxin::client
