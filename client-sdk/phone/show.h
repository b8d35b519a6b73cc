// What a record looks like to a person, from its state and the kinds of the day.
#pragma once

#include "client-sdk/phone/names.h"
#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

// Within a transaction: other records give the names.
RecordView view_of(PhoneCore& phone, const Catalog& catalog, const RecordState& state);
std::vector<std::string> marked_fields(const Catalog& catalog, const Row& row);
Label value_label(const Catalog& catalog, const Field& field, const Value& value);  // of a code or a state
Label label_of(const Catalog& catalog, std::string_view kind, std::string_view address);
Label field_value_label(Names& names, const Catalog& catalog, const Field& field, const Value& value);
Label value_label_at(Names& names, const Catalog& catalog, std::string_view kind, std::string_view address,
                     const Value& value);
// Of the review, or of the kind's own workflow; empty where it has none.
Label state_label(const Catalog& catalog, std::string_view kind, std::string_view state, bool review);

}  // namespace lianxin::client
