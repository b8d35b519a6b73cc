#include "server/review/reach.h"

namespace lianxin::server {
namespace {

constexpr std::size_t rows_at_a_time = 500;

class DeskReach {
 public:
  DeskReach(const Desk& desk, const StudioPlace& place, const Access& access)
      : desk_(desk), place_(place), access_(access), finder_(access, desk.catalog, desk.now_ms) {}

  Result<Reach> find() {
    LX_CHECK(take_naming("assigned_unit_id", access_.units));
    LX_CHECK(take_listed("clinic_visit", false));
    LX_CHECK(take_naming("clinic_visit_id", texts_of(met_)));
    if (has_own()) LX_CHECK(take_listed({}, true));
    const std::vector<std::string> targets = texts_of(met_);
    for (const char* field : {"target_id", "owner_record_id"}) LX_CHECK(take_naming(field, targets));
    return finder_.found();
  }

 private:
  static std::vector<std::string> texts_of(const std::set<RecordId>& records) {
    std::vector<std::string> texts;
    texts.reserve(records.size());
    for (const RecordId& record : records) texts.push_back(record.text());
    return texts;
  }

  // Whether what he has made is his for that.
  bool has_own() const {
    Relation own;
    own.own = true;
    return decide(access_, {Right::list, desk_.catalog.kind("concern"), nullptr, Sensitivity::internal, own}) ==
           Decision::allowed;
  }

  Status take(std::vector<RecordId> records) {
    std::erase_if(records, [&](const RecordId& record) { return !met_.insert(record).second; });
    LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk_, place_.studio, records));
    for (const std::optional<Row>& row : rows) {
      if (row) finder_.take(*row);
    }
    return {};
  }

  Status take_naming(const std::string& field, const std::vector<std::string>& texts) {
    if (texts.empty()) return {};
    LX_TRY(const std::vector<RecordWithText> found, desk_.lists.with_field_among(place_.studio, field, texts));
    std::vector<RecordId> records;
    records.reserve(found.size());
    for (const RecordWithText& one : found) records.push_back(one.record);
    return take(std::move(records));
  }

  Status take_listed(const std::string& kind, bool own_alone) {
    ListQuery query;
    query.kind = kind;
    query.studios = {place_.studio};
    query.rows_max = rows_at_a_time;
    do {
      LX_TRY(const ListPage page, desk_.lists.list(query));
      std::vector<RecordId> records;
      for (const ListedRow& row : page.rows) {
        if (!own_alone || row.summary.created_by == access_.member) records.push_back(row.record);
      }
      LX_CHECK(take(std::move(records)));
      query.after = page.next;
    } while (!query.after.empty());
    return {};
  }

  const Desk& desk_;
  const StudioPlace& place_;
  const Access& access_;
  ReachFinder finder_;
  std::set<RecordId> met_;
};

}  // namespace

Result<Reach> reach_at_desk(const Desk& desk, const StudioPlace& place, const Access& access) {
  if (!asks_others(access, desk.catalog)) return Reach{};
  return DeskReach(desk, place, access).find();
}

}  // namespace lianxin::server
