#include "server/people/codes.h"

#include "schema/bytes.h"
#include "server/language/said.h"
#include "server/people/queries.h"
#include "server/people/states.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

constexpr std::size_t name_bytes = 8;

IssuedCode read_open(const SqlRun& run) {
  IssuedCode code;
  run.read(code.hash, code.studio, code.member, code.shared, code.issued_by, code.issued_ms, code.expires_ms);
  return code;
}

IssuedCode read_code(const SqlRun& run) {
  IssuedCode code;
  run.read(code.hash, code.studio, code.member, code.shared, code.issued_by, code.issued_ms, code.expires_ms,
           code.used_by, code.withdrawn_ms);
  return code;
}

}  // namespace

std::string IssuedCode::name() const { return to_hex(std::span(hash).first(name_bytes)); }

Result<std::vector<IssuedCode>> Codes::open_after(const std::optional<Hash>& hash, std::size_t rows_max,
                                                  std::int64_t now_ms) {
  return database_.all(people_sql::open_codes_after, read_open, hash, rows_max, now_ms);
}

Result<std::optional<IssuedCode>> Codes::find(std::string_view name) {
  Bytes<name_bytes> begins;
  if (!from_hex(name, begins)) return std::optional<IssuedCode>();
  return database_.first(people_sql::codes_named, read_code, begins);
}

Status Codes::withdraw(const Hash& hash, std::int64_t now_ms) {
  return write_and_tell(database_, journal_, [&](SqlConnection& connection, StateNotes& notes) -> Status {
    if (connection.exec(people_sql::withdraw_code, hash, now_ms) == 0) {
      return said(Errc::conflict, "登记码已被使用或已经作废", "the code was used or withdrawn already");
    }
    notes.code(hash);
    return {};
  });
}

}  // namespace lianxin::server
