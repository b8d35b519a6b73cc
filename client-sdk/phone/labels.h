// What fields, places in a record and values are called, as people read them.
#pragma once

#include "client-sdk/phone/names.h"
#include "client-sdk/store/forms.h"

namespace lianxin::client {

Label label_of(const Catalog& catalog, std::string_view kind, std::string_view address);  // without a key's name
const Attribute* attribute_of(const Field& field, std::string_view name);                 // nullptr: it has none
// Of the review, or of the kind's own workflow; empty where it has none.
Label state_label(const Catalog& catalog, std::string_view kind, std::string_view state, bool review);

Label choice_label(const Catalog& catalog, const Field& field, std::string_view value);  // of a state or a code

// The name of an element: of a code, a member, a record; where an app made its key, the first text among its parts, in
// the order of the form. Empty: the key reads as it is.
Label key_label(Names& names, const Field& field, std::string_view key, const Value::Object& parts);

// As people tell two elements apart: "参加人 · 张三 · 身份". `parts` gives those of the element at FIELD/KEY.
Label label_at(Names& names, std::string_view kind, const Address& at, const Value::Object& parts);
Value::Object parts_in(const Catalog& catalog, const Row& row,
                       const Address& at);  // of the element that it shows there

// A value by its field, or by where it is written; empty where it reads best as it is.
Label value_label(Names& names, const Field& field, const Value& value);
Label value_label_at(Names& names, std::string_view kind, const Address& at, const Value& value);
// What a write says: also that an element was added, or taken out.
Label written_label(Names& names, std::string_view kind, const Address& at, Op op, const Value& value);

}  // namespace lianxin::client
