// The kinds that these tests live with: one of every merge kind and quirk, small enough to read at a glance. Filled in
// by hand, so that a mistake in the reader of kinds files is not a mistake here.
#pragma once

#include "schema/kind.h"
#include "tests/sync/property/oracle.h"

namespace lianxin {

// Version 2 knows one field (`weather`) and one kind (`notice`) more than version 1.
// `text_max`: the most characters that a title or a verdict may have; 0: any. A server may be stricter than its phones
// think: then what they honestly saved is held, and they go on building on it until they hear.
Catalog test_catalog(std::int64_t version = 1, int text_max = 0);

// The same fields as a person would describe them, for the oracle.
oracle::Rules test_rules();

// How guarded each field is, written down a second time for the checks.
Sensitivity guarded(std::string_view kind, std::string_view field);

}  // namespace lianxin
