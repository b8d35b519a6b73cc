// What a record looks like to a person, from its state and the kinds of the day. All within a transaction: other
// records give the names.
#pragma once

#include "client-sdk/phone/labels.h"
#include "client-sdk/store/record_state.h"
#include "lianxin/views.h"

namespace lianxin::client {

RecordView view_of(PhoneCore& phone, const Catalog& catalog, const RecordState& state);

// Of it what waits for somebody.
std::vector<HeldView> held_views(Names& names, const RecordState& state);
ReviewView review_view(Names& names, const Row& row);  // empty of a kind that is not reviewed

// An element of a set; with an empty key an entry of an append.
ElementView element_view(Names& names, const Field& field, const std::string& key, const Value::Object& parts);
std::vector<PartView> parts_of(Names& names, const Field& field, const Value& value);  // as FieldView::parts

}  // namespace lianxin::client
