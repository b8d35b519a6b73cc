// What consents withhold beyond the transaction that said so (sync/server/withholding.cc): what was too much for it,
// and what stands on a consent that lies in another studio. Found by index, and only where a log has grown.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "server/kinds/moment.h"
#include "server/storage/list_store.h"
#include "sync/rules/consents.h"

namespace lianxin::server {

// Threads: one. All references must outlive this.
class ConsentSettling {
 public:
  ConsentSettling(Moments& moments, Store& store, ListStore& lists) : moments_(moments), store_(store), lists_(lists) {}
  Status settle();

 private:
  using Consents = std::map<RecordId, Consent>;
  struct Part {  // of a studio
    Seq seq = 0;
    Consents ended;
    std::vector<RecordWithText> marks;  // each a consent, on a record
  };
  Status settle_grown();
  Result<std::vector<StudioId>> grown();
  Result<Consents> consents_among(const Catalog& catalog, const StudioId& studio, const std::vector<RecordId>& ids);
  Result<Consents> ended_in(const Catalog& catalog, const StudioId& studio);
  Result<Consents> known_now(const Catalog& catalog);
  Result<std::vector<RecordWithText>> naming_persons(const StudioId& studio, const std::string& field,
                                                     const std::map<std::string, std::vector<std::string>>& of_person);
  Result<std::set<RecordId>> to_mark(const Catalog& catalog, const StudioId& studio);
  Status settle_studio(const Moment& now, const StudioId& studio);

  Moments& moments_;
  Store& store_;
  ListStore& lists_;
  std::map<StudioId, Part> parts_;
  Consents known_;  // that ended, all others of their persons, and those by which something is marked
};

}  // namespace lianxin::server
