// One record as the desk opens it: JSON for the screen, made from what the asker sees.
#pragma once

#include "server/review/desk.h"
#include "server/review/join.h"

namespace lianxin::server {

// Every cell with its label, shown value and heads, why it is the one shown, conflicts, held changes (the values to
// those who decide), comments about it, numbers, review, and what it is joined with. not_found where the asker may not
// see it.
Result<Value> record_view(const Desk& desk, const StudioPlace& place, const RecordId& record);

// One head: id, value, text, member, role, clock. Shared by the answers above and the list of conflicts.
// `studio`: in which the record lies.
Value::Object head_view(const Desk& desk, const StudioId& studio, std::string_view kind, const Address& at,
                        const Head& head);

// A held change of a row, with its sentence; with the lines' writes for those who decide about it.
Value::Object held_view(const Desk& desk, const StudioId& studio, const SeenRow& seen, const HeldMark& mark,
                        const Logged* logged);

// [{address, label, heads: […]}]
Value::List conflicts_view(const Desk& desk, const StudioId& studio, const Row& row);

// What a row, as it is seen, still lacks: told only of fields that the asker sees. In the order of the form.
std::vector<std::string> missing_in_sight(const Desk& desk, const RowSight& sight, const Row& row);
Value::List labels_of(const Desk& desk, std::string_view kind, const std::vector<std::string>& fields);

}  // namespace lianxin::server
