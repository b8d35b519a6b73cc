// From an open form to change lines on disk.
#pragma once

#include "client-sdk/core/phone_core.h"

namespace lianxin::client {

// Saves what a form holds, as one change or (several entries of one append) several, in one transaction with the end of
// the form. What the rules refuse is a Problem of theirs; then nothing is saved, and the form stays open. not_enrolled,
// purged, kinds_missing, kind_unknown, studio_unknown, nothing_written, change_too_large.
Result<Expected<Saved>> save_form(PhoneCore& phone, const OpenForm& form);

}  // namespace lianxin::client
