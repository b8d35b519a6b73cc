// Grants as they are kept. Who a grant reaches is sync/model/policy.h's to say; this only keeps and gives back.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "schema/result.h"
#include "sync/model/policy.h"

namespace lianxin::server {

class Journal;
class SqlConnection;
class SqlDatabase;

struct KeptGrant {
  std::int64_t id = 0;
  Grant grant;
};

// Every change is told to the journal before it is answered. Thread-safe. Both references must outlive this.
class Grants {
 public:
  Grants(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  // The one that is there where the same member holds the same role in the same place with the same clearance already,
  // at `from_ms` and without an end before `to_ms`: nothing is added then. invalid_argument unless it names exactly one
  // place.
  struct Given {
    KeptGrant kept;
    bool added = false;
  };
  Result<Given> give(const Grant& grant);
  Result<bool> add(const Grant& grant);  // whether it was added

  // At `at_ms`, or as it begins where that is later; one that ends before that anyway stays. not_found where there is
  // none. `check` is asked in the same transaction.
  using Check = std::function<Status(SqlConnection&)>;
  Status end(std::int64_t id, std::int64_t at_ms, const Check& check = {});

  Result<std::optional<KeptGrant>> find(std::int64_t id);
  Result<std::vector<KeptGrant>> all();                                         // by id
  Result<std::vector<KeptGrant>> after(std::int64_t id, std::size_t rows_max);  // by id

  // Org units that have reference data. They are told here because nothing else can be found before they are.
  Result<bool> add_org(std::string_view org_code);
  Result<std::vector<std::string>> orgs();

  // Counts up with every change of the above.
  Result<std::int64_t> version();

 private:
  SqlDatabase& database_;
  Journal& journal_;
};

std::vector<KeptGrant> all_grants(SqlConnection& connection);  // by id. Throws SqlFailure

}  // namespace lianxin::server
