// A row as one asker may see it. Everything that leaves this room about a record is made from a SeenRow, which nothing
// but the policy's answer makes: so what is withheld cannot be forgotten in one answer out of many.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "server/review/desk.h"
#include "sync/log/store.h"
#include "sync/model/mask.h"
#include "sync/model/policy.h"
#include "sync/model/relation.h"
#include "sync/model/row.h"

namespace lianxin::server {

// What the policy says of one record to one asker.
class RowSight {
 public:
  RowSight() = default;  // of nobody: nothing
  RowSight(const Desk& desk, const StudioPlace& place, const Row& row);

  bool sees_record() const;
  Visibility of(std::string_view field) const { return of(kind_, field); }
  Visibility of(std::string_view kind, std::string_view field) const;  // of a change, which may be of another kind
  bool sees(std::string_view field) const { return of(field) == Visibility::visible; }
  // Whether something of such a record is shown in part only: then texts about it may tell what is not.
  bool masks() const;
  bool may_unmask(const Field& field) const;
  bool is_withheld() const { return relation_.withheld; }  // for a consent; then of nobody's sight
  const Access& access() const { return access_; }

 private:
  const Catalog* catalog_ = nullptr;
  Access access_;
  std::string kind_;
  Relation relation_;
  Sensitivity guard_ = Sensitivity::public_;
  std::set<std::string, std::less<>> opened_;  // fields that were unmasked for him, for now
};

struct SeenRow {
  Row row;  // the cells that the asker may see, and no others
  RowSight sight;

  // What is shown of fields that hold something of which the asker may know only that it is there, or part of it.
  std::map<std::string, Value, std::less<>> masked;

  // Every shown value, the masked ones as they are shown.
  Value shown(const Catalog& catalog) const;

  // What a list shows; its conflicts and held changes are those that the asker can see.
  RowSummary summary(const Catalog& catalog) const;

 private:
  explicit SeenRow(const Row& whole) : row(whole) {}
  friend std::optional<SeenRow> seen_as_now(const Desk& desk, const StudioPlace& place, const Row& then,
                                            const RowSight& now);
  friend SeenRow whole_to_decide(const Row& row);
};

// Nothing where the asker may not know that such a record exists.
std::optional<SeenRow> seen_in(const Desk& desk, const StudioPlace& place, const Row& row);
// The row as it was once, of a record of which he sees this now.
std::optional<SeenRow> seen_as_now(const Desk& desk, const StudioPlace& place, const Row& then, const RowSight& now);

std::string text_of_masked(const Value& shown);  // for people: of several the texts of each

// As it stands, to decide by and never to show.
SeenRow whole_to_decide(const Row& row);

// Whether each word of a search stands in what the asker sees. The index holds more than some may see: a hit on what is
// withheld would tell it.
bool words_in_sight(const Catalog& catalog, const SeenRow& seen, std::string_view words);

// The kinds that he must not know of, by name.
std::vector<std::string> kinds_out_of_sight(const Catalog& catalog, const Access& access);

}  // namespace lianxin::server
