// One accepted socket, plain or encrypted, that never waits: every call does what it can now and says what to wait for.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "schema/result.h"

struct ssl_st;  // OpenSSL's SSL and SSL_CTX, which stay out of this header
struct ssl_ctx_st;

namespace lianxin::server {

// The certificate chain and private key (PEM files) that connections are encrypted with: TLS 1.2 and 1.3, with forward
// secrecy. A key that others on this machine can read is refused. Thread-safe.
class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> load(const std::string& certificate_file, const std::string& key_file);

  // Reads the files again where they have changed since: connections from then on are encrypted with what they hold.
  // True: with something else than before. Where they do not serve all stays as it was, and is said once.
  Result<bool> renew_if_changed();

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class Channel;
  TlsContext(std::string certificate_file, std::string key_file)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}
  Status read();
  std::string look_of_files() const;
  ssl_st* new_connection() const;

  const std::string certificate_file_, key_file_;
  mutable std::mutex mutex_;
  ssl_ctx_st* context_ = nullptr;
  std::string look_;  // of the files when they were read last
};

enum class [[nodiscard]] Io{
    moved,        // something was done: go on
    wants_read,   // call again when the socket can be read; also of write(), in TLS
    wants_write,  // call again when the socket can be written; also of read(), in TLS
    ended,        // the peer has gone, or broke the protocol
};

// Owns its socket. Not thread-safe, but may be handed from one thread to another.
class Channel {
 public:
  // `socket` is non-blocking; `tls` may be null, and must outlive this.
  Channel(int socket, const TlsContext* tls);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int socket() const { return socket_; }

  bool is_encrypted() const { return tls_ != nullptr; }
  bool has_unread() const;  // or its peer has gone; of a socket that nothing was read of yet

  // Until moved, before anything else; moved at once where there is no TLS. A step of it may take milliseconds.
  Io handshake();
  Io read(std::span<char> into, std::size_t& count);
  Io write(std::string_view bytes, std::size_t& count);

  // Nothing more will be written. The peer sees a reply that was not `whole` as cut: TLS does not say goodbye.
  void end_writing(bool whole);

 private:
  Io outcome_of(int returned);

  int socket_;
  const TlsContext* tls_;
  ssl_st* ssl_ = nullptr;  // from the first byte on: whoever only connects costs nothing of it
  bool broken_ = false;    // after a failure nothing else may be called on `ssl_`
};

}  // namespace lianxin::server
