#include "server/http/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace lianxin::server {
namespace {

// Those of the file's group may be meant to: Debian's is called ssl-cert.
bool others_can_read(const std::string& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 && (info.st_mode & (S_IRWXO | S_IWGRP)) != 0;
}

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::string& certificate_file, const std::string& key_file) {
  std::shared_ptr<TlsContext> tls(new TlsContext(certificate_file, key_file));
  tls->look_ = tls->look_of_files();
  LX_CHECK(tls->read());
  return tls;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Status TlsContext::read() {
  if (others_can_read(key_file_)) {
    return failure(Errc::not_allowed,
                   "TLS: others on this machine can read the key in " + key_file_ + "; take that away (chmod 600)");
  }
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context) return failure(Errc::unavailable, "TLS: no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);  // an idle phone costs 34 KiB less
  // Phones resume by the ticket that they keep; the server keeps nothing of a session that has ended.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 1);
  // Forward secrecy for TLS 1.2 as well; those of 1.3 all have it.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file_.c_str()) != 1) {
    ERR_clear_error();
    return failure(Errc::invalid_argument, "TLS: cannot read the certificate chain in " + certificate_file_);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file_.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    ERR_clear_error();
    return failure(Errc::invalid_argument,
                   "TLS: the key in " + key_file_ + " cannot be read or is not the certificate's");
  }
  const std::lock_guard lock(mutex_);
  SSL_CTX_free(context_);  // connections that have it hold it
  context_ = context.release();
  return {};
}

Result<bool> TlsContext::renew_if_changed() {
  std::string look = look_of_files();
  if (look == look_) return false;
  look_ = std::move(look);
  LX_CHECK(read());
  return true;
}

std::string TlsContext::look_of_files() const {
  std::string look;
  for (const std::string& file : {certificate_file_, key_file_}) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) continue;
    for (const auto number : {static_cast<std::int64_t>(info.st_ino), static_cast<std::int64_t>(info.st_size),
                              static_cast<std::int64_t>(info.st_mode), std::int64_t{info.st_mtim.tv_sec},
                              std::int64_t{info.st_mtim.tv_nsec}}) {
      look += std::to_string(number) + " ";
    }
  }
  return look;
}

ssl_st* TlsContext::new_connection() const {
  const std::lock_guard lock(mutex_);
  return SSL_new(context_);
}

Channel::Channel(int socket, const TlsContext* tls) : socket_(socket), tls_(tls) {}

Channel::~Channel() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  ::close(socket_);
}

bool Channel::has_unread() const {
  char byte = 0;
  return ::recv(socket_, &byte, 1, MSG_PEEK) >= 0 || !would_wait();
}

Io Channel::handshake() {
  if (broken_) return Io::ended;
  if (tls_ == nullptr) return Io::moved;
  if (ssl_ == nullptr) {
    ssl_ = tls_->new_connection();
    broken_ = ssl_ == nullptr || SSL_set_fd(ssl_, socket_) != 1;
    if (broken_) return Io::ended;
    SSL_set_accept_state(ssl_);
  }
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(ssl_));
}

Io Channel::read(std::span<char> into, std::size_t& count) {
  count = 0;
  if (broken_) return Io::ended;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return outcome_of(SSL_read_ex(ssl_, into.data(), into.size(), &count));
  }
  const ssize_t size = ::recv(socket_, into.data(), into.size(), 0);
  if (size > 0) count = static_cast<std::size_t>(size);
  if (size > 0) return Io::moved;
  return size < 0 && would_wait() ? Io::wants_read : Io::ended;
}

Io Channel::write(std::string_view bytes, std::size_t& count) {
  count = 0;
  if (broken_) return Io::ended;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return outcome_of(SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count));
  }
  const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size > 0) count = static_cast<std::size_t>(size);
  if (size > 0) return Io::moved;
  return size < 0 && would_wait() ? Io::wants_write : Io::ended;
}

void Channel::end_writing(bool whole) {
  if (ssl_ != nullptr && !broken_ && whole && SSL_is_init_finished(ssl_) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  ::shutdown(socket_, SHUT_WR);
}

Io Channel::outcome_of(int returned) {
  if (returned == 1) return Io::moved;
  switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ: return Io::wants_read;
    case SSL_ERROR_WANT_WRITE: return Io::wants_write;
    case SSL_ERROR_ZERO_RETURN: return Io::ended;
    default:
      broken_ = true;  // after a failure nothing else may be called on it
      ERR_clear_error();
      return Io::ended;
  }
}

}  // namespace lianxin::server
