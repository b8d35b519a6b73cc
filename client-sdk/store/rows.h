// Records as the server last delivered them, and the fresh set that a pull from zero gathers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "client-sdk/store/database.h"
#include "sync/model/digest.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

struct DeliveredRow {
  N acked_n = 0;  // own changes up to here are in it, or held
  Row row;
};

class Rows {
 public:
  explicit Rows(Database& db) : db_(db) {}

  // None: it was never delivered. corrupt: it cannot be read.
  Result<std::optional<DeliveredRow>> find(const StudioId& studio, const RecordId& record);
  // A page's, which may be none: where no sum is kept yet, this keeps one of what lies here.
  void put(const StudioId& studio, std::span<const Row> rows, N acked_n, bool fresh);
  void clear_fresh(const StudioId& studio);  // a pull from zero begins, or is given up
  // The fresh set takes the place of the rows. Records that were in the old one.
  std::vector<RecordId> swap(const StudioId& studio);
  std::vector<RecordId> records(const StudioId& studio);
  bool any(const StudioId& studio);  // or of a pull from zero under way
  std::vector<RecordId> records_between(const StudioId& studio, Seq after,
                                        Seq up_to);  // by last_seq, in (after, up_to]

  // corrupt: a row cannot be read, or what lies here is not what was put.
  Status check(const StudioId& studio);
  Result<Digest> digest(const StudioId& studio);  // summed anew, from what lies here, once it is checked

  // Of one record; none where it does not lie here or cannot be read.
  std::optional<Digest> digest(const StudioId& studio, const RecordId& record);

  // Heads of the rows that others wrote, from the `from`th on, in the order of records, addresses and ids.
  // Rows that cannot be read are passed over: there is nothing in them to give back.
  Result<std::vector<OfferedHead>> others_heads(const StudioId& studio, std::int64_t from, std::size_t heads_max,
                                                std::size_t bytes_max);

 private:
  struct StoredRow;
  template <class F, class... Which>
  Status each_row(F f, const Query& query, const StudioId& studio,
                  const Which&... which);  // f(StoredRow) of each, until one fails

  // Of a hash of each row: as they lie here, and as they were put. That is kept along, and only ever compared.
  Result<Digest> sum_up(const StudioId& studio,
                        bool cells);  // of the cells; or only looks whether all is as it was put
  Digest sum_of(const Query& query, const StudioId& studio);
  std::optional<Digest> kept_sum(const StudioId& studio, bool fresh);

  Database& db_;
};

}  // namespace lianxin::client
