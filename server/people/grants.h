// Grants as they are kept. Who a grant reaches is sync/model/policy.h's to say; this only keeps and gives back.
#pragma once

#include <vector>

#include "schema/result.h"
#include "sync/model/policy.h"

namespace lianxin::server {

class Journal;
class SqlDatabase;

struct KeptGrant {
  std::int64_t id = 0;
  Grant grant;
};

// Every change is told to the journal before it is answered. Thread-safe. Both references must outlive this.
class Grants {
 public:
  Grants(SqlDatabase& database, Journal& journal) : database_(database), journal_(journal) {}

  // False where the same member holds the same role in the same place with the same clearance already, at `from_ms`
  // and without an end before `to_ms`: nothing is added then. invalid_argument unless it names exactly one place.
  Result<bool> add(const Grant& grant);
  Status end(std::int64_t id, std::int64_t at_ms);  // not_found where there is none
  Result<std::vector<KeptGrant>> all();             // by id

  // Org units that have reference data. They are told here because nothing else can be found before they are.
  Result<bool> add_org(std::string_view org_code);
  Result<std::vector<std::string>> orgs();

  // Counts up with every change of the above.
  Result<std::int64_t> version();

 private:
  SqlDatabase& database_;
  Journal& journal_;
};

}  // namespace lianxin::server
