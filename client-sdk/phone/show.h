// What a record looks like to a person, from its state and the kinds of the day.
#pragma once

#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

RecordView view_of(const Catalog& catalog, const RecordState& state);
std::vector<std::string> marked_fields(const Catalog& catalog, const Row& row);
Label value_label(const Catalog& catalog, const Field& field, const Value& value);  // of a code or a state
Label label_of(const Catalog& catalog, std::string_view kind, std::string_view field);
std::vector<KindInfo> kinds_of(const Catalog& catalog);

}  // namespace lianxin::client
