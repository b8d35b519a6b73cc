#include "server/people/desk_drafts.h"

#include "schema/bytes.h"
#include "server/language/said.h"
#include "server/people/queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

DeskDraft read_draft(const SqlRun& run) {
  DeskDraft draft;
  run.read(draft.id, draft.made_ms, draft.path, draft.body);
  return draft;
}

}  // namespace

Result<std::string> DeskDrafts::keep(const std::string& login, std::int64_t now_ms, const std::string& path,
                                     const std::string& body) {
  Bytes<16> bytes{};
  random_.fill(bytes);
  const std::string id = to_hex(bytes);
  LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
    const auto kept = connection.only(people_sql::count_desk_drafts, column<std::int64_t>, login);
    if (kept >= drafts_max) {
      return said(Errc::out_of_range, "草稿太多，请先处理或放弃一些",
                  "there are too many drafts; finish or discard some");
    }
    connection.exec(people_sql::insert_desk_draft, id, login, now_ms, path, body);
    return {};
  }));
  return id;
}

Result<std::vector<DeskDraft>> DeskDrafts::of(const std::string& login) {
  return database_.all(people_sql::desk_drafts_of, read_draft, login);
}

Result<std::optional<DeskDraft>> DeskDrafts::find(const std::string& login, const std::string& id) {
  return database_.first(people_sql::desk_draft_by_id, read_draft, login, id);
}

Result<bool> DeskDrafts::drop(const std::string& login, const std::string& id) {
  bool dropped = false;
  LX_CHECK(database_.write([&](SqlConnection& connection) -> Status {
    dropped = connection.exec(people_sql::delete_desk_draft, login, id) > 0;
    return {};
  }));
  return dropped;
}

}  // namespace lianxin::server
