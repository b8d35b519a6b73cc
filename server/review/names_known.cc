#include "server/review/names_known.h"

#include "schema/ids.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

constexpr std::size_t rows_at_a_time = 500, pages_max = 100;
constexpr std::string_view kinds_of_persons[] = {"resident", "household"};
constexpr std::string_view fields_of_persons[] = {"name",     "head_name", "handler_name", "participants",
                                                  "visitors", "reporters", "interviewee"};

void add_names(Names& names, const Value& value) {
  if (value.text() && !value.text()->empty() && !uuid_bytes(*value.text())) names.insert(*value.text());
  for (const Value& item : value.list() ? *value.list() : Value::List()) add_names(names, item);
  if (value.object()) names.insert(std::string(value.text_at("name")));
}

// However guarded they are: they are looked for, and not told. Nothing where not all could be read.
std::optional<Names> names_in_studio(const Desk& desk, const StudioPlace& place) {
  Names names;
  for (const std::string_view kind : kinds_of_persons) {
    ListQuery query;
    query.kind = kind;
    query.studios = {place.studio};
    query.with_deleted = true;
    query.rows_max = rows_at_a_time;
    std::size_t pages = 0;
    do {
      const Result<ListPage> listed = desk.lists.list(query);
      if (!listed || ++pages > pages_max) return std::nullopt;
      for (const ListedRow& row : listed->rows) names.insert(row.summary.title);
      query.after = listed->next;
    } while (!query.after.empty());
  }
  names.erase(std::string());
  return names;
}

}  // namespace

const Names* names_known(const Desk& desk, const StudioPlace& place, const Row& row) {
  Desk::Looking& looking = looking_at(desk, place);
  if (!looking.names) looking.names = names_in_studio(desk, place);
  if (!looking.names) return nullptr;
  if (looking.names_of == row.record) return &looking.names_here;
  looking.names_of = row.record;
  looking.names_here = *looking.names;
  const auto shown = shown_fields(desk.catalog, row);
  for (const std::string_view field : fields_of_persons) {
    const auto at = shown.find(field);
    if (at != shown.end()) add_names(looking.names_here, at->second);
  }
  looking.names_here.erase(std::string());
  return &looking.names_here;
}

}  // namespace lianxin::server
