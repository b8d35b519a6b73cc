#include "server/storage/sql.h"

#include <algorithm>

#include "schema/assert.h"

namespace lianxin::server {

SqlRun::SqlRun(SqlStatement& statement) : statement_(statement) {
  LX_ASSERT(!statement_.in_use_);
  statement_.in_use_ = true;
}

SqlRun::~SqlRun() {
  statement_.reset();
  statement_.in_use_ = false;
}

SqlRun& SqlRun::bind(int n, const std::string& text) {
  statement_.bind_text(n, text);
  return *this;
}

SqlRun& SqlRun::bind(int n, std::span<const std::uint8_t> bytes) {
  statement_.bind_bytes(n, bytes);
  return *this;
}

SqlRun& SqlRun::bind_integer(int n, std::int64_t number) {
  statement_.bind_integer(n, number);
  return *this;
}

SqlRun& SqlRun::bind_null(int n) {
  statement_.bind_null(n);
  return *this;
}

bool SqlRun::step() { return statement_.step(); }
int SqlRun::exec() { return statement_.exec(); }

std::int64_t SqlRun::integer(int i) const { return statement_.integer(i); }
std::string SqlRun::text(int i) const { return std::string(statement_.bytes(i)); }
bool SqlRun::is_null(int i) const { return statement_.is_null(i); }

void SqlRun::read_bytes(int i, std::span<std::uint8_t> out) const {
  const std::string_view bytes = statement_.bytes(i);
  if (bytes.size() != out.size()) throw SqlFailure(Errc::corrupt, "an id or hash of the wrong length");
  std::copy(bytes.begin(), bytes.end(), out.begin());
}

}  // namespace lianxin::server
