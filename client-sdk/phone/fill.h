// A form that is filled in from one JSON object, each part by the shape of its field.
#pragma once

#include "client-sdk/phone/form_core.h"
#include "lianxin/form.h"

namespace lianxin::client {

// As Form::fill(). `core` is that form's inside.
Expected<void> fill(Form& form, FormCore& core, std::string_view json);

}  // namespace lianxin::client
