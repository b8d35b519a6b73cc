// From an open form to change lines on disk, or to a draft that says what is wrong with it.
#pragma once

#include "client-sdk/core/phone_core.h"
#include "client-sdk/core/refused.h"

namespace lianxin::client {

// Saves what a form holds, as one change or (several entries of one append) several, in one transaction with the end of
// the form. What is refused is a Problem; then nothing is saved, and the form is kept with all that was entered, also
// one that was not on disk before; of one in which nothing is left (nothing_written), that it is empty. not_enrolled,
// purged, kinds_missing, kind_unknown, studio_unknown, text_malformed.
Result<Expected<Saved>> save_or_keep(PhoneCore& phone, OpenForm& form);

// What is no UTF-8 cannot be kept, in a line or in a draft.
bool can_be_kept(const OpenForm& form);

// What would refuse the form now; empty: nothing, or it holds nothing. Fails as save_or_keep().
Result<std::vector<WrongField>> wrong_in(PhoneCore& phone, const OpenForm& form);

}  // namespace lianxin::client
