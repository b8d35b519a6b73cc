#include "server/review/unmask.h"

#include <algorithm>
#include <iterator>

#include "schema/text.h"
#include "server/language/said.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"
#include "sync/model/view.h"

namespace lianxin::server {
namespace {

Status check_reason(const Unmasking& asked) {
  const bool known =
      std::find(std::begin(unmask_reasons), std::end(unmask_reasons), asked.reason_code) != std::end(unmask_reasons);
  if (!known) {
    return said(
        Errc::invalid_argument,
        "reason_code 可以是 callback（回访）、emergency（紧急）、handling（办理）、complaint（投诉）、law（依法）、"
        "other（其他）",
        "\"reason_code\" is callback, emergency, handling, complaint, law or other");
  }
  const std::size_t characters = character_count(asked.reason);
  const bool told = !is_blank(asked.reason) && characters >= unmask_reason_characters_min &&
                    characters <= unmask_reason_characters_max;
  if (told) return {};
  return said(Errc::invalid_argument, "请写明为什么要看这一栏（4 到 500 字），会记录在案",
              "say why you need to see it, in 4 to 500 characters; it is put on record");
}

}  // namespace

Status may_unmask(const Desk& desk, const StudioPlace& place, const RecordId& record, const Unmasking& asked) {
  const auto refused = [] {
    return said(Errc::not_allowed, "您的角色不能查看这一栏的原文；需要时请由县里的协调员办理",
                "your role may not see what stands in this field; ask a coordinator of the county");
  };
  if (!may(desk.access(place), Right::unmask)) return refused();
  LX_CHECK(check_reason(asked));
  LX_TRY(const Row row, row_of(desk, place.studio, record));
  const Kind* kind = desk.catalog.kind(row.kind);
  const Field* field = kind ? kind->field(asked.field) : nullptr;
  const RowSight sight(desk, place, row);
  // Of what he may not see at all he learns nothing, nor of which kind it is.
  if (!sight.sees_record() && !(field && sight.may_unmask(*field))) return no_record(record);
  if (!field) {
    return said(Errc::invalid_argument, "这类记录没有栏目 " + in_quotes(asked.field),
                "this kind of record has no field " + in_quotes(asked.field));
  }
  if (!sight.may_unmask(*field)) return refused();
  const auto seen = seen_in(desk, place, row);
  if (!sight.sees(asked.field) && !(seen && seen->row.cell(asked.field))) return {};
  return said(Errc::invalid_argument, "这一栏您本来就能看到", "you see this field anyway");
}

Result<Value> unmasked_view(const Desk& desk, const StudioPlace& place, const RecordId& record,
                            const std::string& field) {
  LX_TRY(const Row row, row_of(desk, place.studio, record));
  const auto seen = seen_in(desk, place, row);
  if (!seen) return no_record(record);
  const Address at{field, {}, {}};
  const auto shown = shown_fields(desk.catalog, seen->row);
  const auto found = shown.find(field);
  const Value value = found == shown.end() ? Value() : found->second;
  const Field* known = desk.catalog.field(row.kind, field);
  const bool set = known && known->merge == Merge::set;
  return Value(Value::Object{{"field", field},
                             {"label", label_of(desk, row.kind, at)},
                             {"value", value},
                             {"text", set ? set_text(desk, place.studio, seen->row, field)
                                          : value_text(desk, row.kind, at, value, place.studio)}});
}

}  // namespace lianxin::server
