// server/storage/list_store.h over the tables that SqlStore keeps. Every call reads one snapshot.
#pragma once

#include "server/storage/list_store.h"
#include "server/storage/sql.h"

namespace lianxin::server {

class SqliteListStore final : public ListStore {
 public:
  explicit SqliteListStore(SqlDatabase& database) : database_(database) {}  // must outlive this; migrated before

  Result<ListPage> list(const ListQuery& query) override;  // invalid_argument: `after` is none that was given out
  std::string place_of(const ListedRow& row) const override;
  Result<std::vector<HeldLine>> held_open_after(std::span<const StudioId> studios,
                                                const std::optional<HeldPlace>& after, std::size_t lines_max) override;
  Result<std::vector<ListedRow>> with_field(const StudioId& studio, const std::string& kind, const std::string& field,
                                            const Value& value) override;
  Result<std::vector<RecordId>> last_with_text(const StudioId& studio, const std::string& kind,
                                               const std::string& field, const std::string& text,
                                               const std::optional<RecordId>& before, std::size_t rows_max) override;
  Result<std::vector<RecordWithText>> with_field_among(const StudioId& studio, const std::string& field,
                                                       const std::vector<std::string>& texts) override;
  Result<std::vector<RecordWithText>> with_any(const StudioId& studio, const std::string& field) override;
  Result<std::vector<RecordId>> joined(const StudioId& studio, const std::string& kind) override;
  // Records that are not deleted; conflicts and open held changes of all.
  Result<StudioTotals> totals(std::span<const StudioId> studios) override;
  Result<bool> index_some(std::size_t rows_max, const TextOf& text_of) override;
  Result<bool> forget_some() override;

 private:
  SqlDatabase& database_;
};

}  // namespace lianxin::server
