// What one request of one person at a desk works with, and the few things that every such request does first: find the
// studio, ask what the person may there, read a row, act. No HTTP: routes hand in what they were asked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/validate.h"
#include "server/people/places.h"
#include "server/storage/list_store.h"
#include "sync/crypto/random.h"
#include "sync/log/store.h"
#include "sync/model/mask.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"
#include "sync/model/row.h"
#include "sync/model/self_device.h"
#include "sync/server/draft.h"

namespace lianxin::server {

struct Desk {
  Store& store;
  ListStore& lists;
  const Catalog& catalog;
  const Places& places;
  const SelfDevice& self;  // the server's own device
  Random& random;
  std::int64_t now_ms = 0;
  SelfDevice device;                                        // of the account's desk; its member is the asker
  std::string language = "zh";                              // of sentences and labels
  std::string login;                                        // of the asker's account
  std::function<std::string(const DeviceId&)> device_name;  // empty where nobody can say
  // Keeps what the asker wanted to do and was refused: the path and the body of the request. The draft's id; empty
  // where it could not be kept.
  std::function<std::string(std::string_view path, std::string_view body)> keep_draft;
  // The fields of a record that were unmasked for the asker and still are; none where nobody can say.
  std::function<std::set<std::string, std::less<>>(const StudioId&, const RecordId&)> opened{};

  // What record_title() and added_code_label() found. A desk answers one request, on one thread at a time.
  mutable std::map<std::pair<StudioId, RecordId>, std::string> titles{};
  mutable std::map<std::pair<StudioId, std::string>, std::string> code_labels{};  // by "LIST|CODE"

  // What he is in a studio, found once: as what looking_at() gives it.
  struct Looking {
    Access access;
    Reach reach;
    std::optional<Names> names{};  // of persons recorded there (names_known.h)
    RecordId names_of{};
    Names names_here{};
  };
  mutable std::map<StudioId, Looking> looked{};

  bool zh() const { return language != "en"; }
  const Access& access(const StudioPlace& place) const;
  // Names, as far as the asker may know them (Places::knows): of a member also where he has or had a part in what the
  // asker reaches. Empty where not; name_of() then gives the member's id, and "服务器" for the server.
  std::string known_name(const MemberId& member) const;
  std::string known_name(const StudioId& studio) const;
  std::string known_name_of_org(const RecordId& record) const;
  std::string known_name_of_region(std::string_view region_code) const;
  std::string name_of(const MemberId& member) const;
};

// Where the records that his reach hangs on cannot be read he sees nothing: without them he might be shown more.
Desk::Looking& looking_at(const Desk& desk, const StudioPlace& place);

// A studio that the asker has a grant in, by id or by code. not_found for every other: it is not told apart from one
// that does not exist.
Result<const StudioPlace*> studio_asked(const Desk& desk, std::string_view id_or_code);

// Where nothing is asked: all studios with a grant, without those of reference data unless `kind` lives there.
Result<std::vector<const StudioPlace*>> studios_asked(const Desk& desk, std::string_view id_or_code,
                                                      std::string_view kind = {});

// Of those the ones whose records he may take away as a file; not_allowed where there are some, and none of these.
Result<std::vector<const StudioPlace*>> studios_to_export(const Desk& desk, std::string_view id_or_code,
                                                          std::string_view kind = {});

// The records that `text` may name in a studio: by its id the one, there or not; else those that have it as their
// official or provisional number, as the asker sees them. Sorted by id, each once.
struct NamedRecord {
  RecordId record;
  std::string kind, title;  // empty where it was named by its id
};
Result<std::vector<NamedRecord>> records_named(const Desk& desk, const StudioPlace& place, std::string_view text);

// The row as it stands, whole: who may see what of it is asked afterwards (seen_row.h). not_found where there is none.
Result<Row> row_of(const Desk& desk, const StudioId& studio, const RecordId& record);
Result<std::vector<std::optional<Row>>> rows_of(const Desk& desk, const StudioId& studio,
                                                std::span<const RecordId> records);
// Said alike of one that is not there and of one that the asker may not see.
tl::unexpected<Error> no_record(const RecordId& record);

// What became of an act: done, or refused, and why. Nothing of a refused one is in the log; the person at the desk puts
// it right and tries again.
struct RefusedPart : Refusal {
  std::string kind;  // of the record
  Value given;       // what was to be written at `field`; null where nothing was
};
struct Acted {
  Seq seq = 0;
  std::vector<RefusedPart> refused;
  bool ok() const { return refused.empty(); }
};
Result<Acted> act_in(const Desk& desk, const StudioPlace& place, std::span<const Draft> drafts);

// What a person knows a record by that another one in `studio` names: its title, or its number where it has none. It is
// looked for there and in the reference data above. Empty where there is none, or the asker does not see that of it.
std::string record_title(const Desk& desk, const StudioId& studio, const RecordId& record);

// The label of a code that an office above `studio` added to an open list. Empty where none did.
std::string added_code_label(const Desk& desk, const StudioId& studio, const std::string& list, std::string_view code);

RecordId new_record_id(const Desk& desk);  // a UUID of version 7

}  // namespace lianxin::server
