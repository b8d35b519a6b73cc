// Every bound in one place, each with its unit, its reason and what happens past it. Past a limit there is a clear
// error that names it, and nothing is lost.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lianxin::limits {

// One push commits in one transaction; a longer one would keep every other phone waiting. The rest goes in the next.
inline constexpr std::size_t push_changes_max = 500;
inline constexpr std::size_t push_bytes_max = 1 << 20;

// Rows that one push writes to, as they are before it: each is read, and written whole, while others wait. Five hundred
// records as they are in a village have 3 MiB. Past it: payload_too_large, and the SDK sends less.
inline constexpr std::size_t push_rows_bytes_max = 16 << 20;

// Whole request, decompressed: several studios' pushes, offered heads and ids. Past it: payload_too_large.
inline constexpr std::size_t request_bytes_max = 4 << 20;

// Each studio asked about is read and perhaps written: one request must not ask for all of it many times over. Those
// past this are answered too_many_studios, the rest is served; the SDK asks for more of them in parts, one after
// another.
inline constexpr std::size_t studios_max = 64;

// The SDK refuses to save more (out_of_range); a longer line from elsewhere is held whole (change_too_large).
inline constexpr std::size_t change_bytes_max = 256 << 10;
inline constexpr std::size_t value_bytes_max = 64 << 10;
inline constexpr std::size_t change_writes_max = 512;

// Changes that one line of an erasure names, each with its fields and 64 digits: more go in the next line.
inline constexpr std::size_t erased_at_a_time = 100;

// Lists and objects within one another in a value. A value travels deeper in a row and in an offered head than in its
// own line: without this bound a line could be read whose row could not (json_depth_max). Past it: held (value_range).
inline constexpr int value_depth_max = 16;

// A page is what a phone on 50 kbit/s can finish before its signal goes; one row may exceed it, alone.
inline constexpr std::size_t page_bytes_max = 1 << 20;
inline constexpr std::size_t page_rows_max = 5000;

// More unsettled heads than this in one register are a broken client, not a disagreement. The next is held
// (heads_full).
inline constexpr std::size_t register_heads_max = 32;

// A record as it is kept and delivered: past these a change of it is held (record_full), and the SDK refuses it at
// save. Each line of a record costs its whole row once, while others wait; a form with two hundred participants has 60
// KB.
inline constexpr std::size_t row_bytes_max = 1 << 20;  // at most one page of its own

// Of these, what is left to those who decide about held changes: a full record can still be decided about, stepped and
// deleted, and what is held be told beside it.
inline constexpr std::size_t row_reserve_bytes = 128 << 10;

// Fields, elements of sets and their attributes: each is a cell, and some work is done for every cell of a row.
inline constexpr std::size_t cells_max = 4096;

// In one cell what a merge keeps for good: a counter's increments, an append's entries, a ladder's steps, the reasons
// for an element to be in.
inline constexpr std::size_t entries_max = 2000;

// Held changes told beside their record, and ids that one of them names: the first of each that builds on one looks
// through them. Past these a held change is a record of its own, `_overflow`, which costs the others nothing.
inline constexpr std::size_t held_marks_max = 100;
inline constexpr std::size_t held_bases_max = 256;

// Of what a consent that was withdrawn withholds, so much is marked in its own transaction, while others wait: rows,
// and the bytes read for it. The rest is marked by what follows (server/upkeep/consent_settling.h).
inline constexpr std::size_t withheld_rows_max = 200;
inline constexpr std::size_t withheld_bytes_max = 8 << 20;
// Records looked up at a time by one field's value: the consents of one person, what names one record.
inline constexpr std::size_t looked_up_max = 500;

// Rows counted anew in one transaction, because a change seemed to have no room (sync/server/record_sizes.h).
inline constexpr std::size_t recounted_bytes_max = 4 << 20;

// A base list longer than this is held (value_range): it names more than any screen can show.
inline constexpr std::size_t bases_max = 256;

// An effective clock is never further ahead of the server than this: one phone set to 2090 disturbs nobody.
inline constexpr std::int64_t forward_clock_ms_max = 2 * 60 * 1000;

// A phone that was offline for longer than this is not believed about when: what it made counts as made so long before
// it was enrolled, at the earliest. A claim of long ago reaches rights that ended before the phone was there.
inline constexpr std::int64_t offline_ms_max = 400LL * 24 * 60 * 60 * 1000;

// Heads a phone may offer in one request after it met a history the server no longer knows.
inline constexpr std::size_t offered_heads_max = 2000;

// Heads that one device gives back after one restoration. A phone with ten thousand records has 200,000. Past it:
// over_quota, and the phone keeps the rest.
inline constexpr std::int64_t heads_given_back_max = 500'000;

// Of a number series: the last number that is ever given, and how many a restore can have taken of them. A number that
// is said to have come back and is further on was never given, and moves nothing.
inline constexpr std::int64_t official_number_max = 1'000'000'000;
inline constexpr std::int64_t official_numbers_lost_max = 1'000'000;

// Ids that one request asks about, in all its studios together. The server looks up so many at a time: each line found
// is read whole, and they may be the longest there are.
inline constexpr std::size_t asked_ids_max = 5000;
inline constexpr std::size_t asked_ids_at_a_time = 100;

// Pulls of one studio from zero, within one day of the server's, that a phone begins because it differs: a fault that
// no pull mends must not have a county's phones pull everything all day. Past it the studio is flagged.
inline constexpr int repair_pulls_a_day_max = 4;

// Records compared in one reply, once a studio is flagged. The rest in the next.
inline constexpr std::size_t compared_records_max = 2000;

// How often a server sums a studio's rows anew for a phone that has caught up: what was altered in them behind its back
// is found no later than at the first catch-up after that. To sum 10,000 rows takes 0.1 s.
inline constexpr std::int64_t rows_summed_every_ms = 10 * 60 * 1000;

// A phone that differs is believed that the rows were wrong, and they are summed; where they were right a moment ago
// and nothing came since, they are not summed again for so long: many phones may differ at once.
inline constexpr std::int64_t rows_summed_right_for_ms = 60 * 1000;

// Rebuilds of one studio in a day on a phone's word alone: each reads its whole log. Past it phones that differ mend
// themselves until the next day. Rows that were found wrong are always rebuilt.
inline constexpr int rebuilds_a_day_max = 24;

// Times in a day that one phone's word has a studio's rows summed, and its log read: a phone that differs each time is
// the one that is wrong. Past it that phone mends itself; others are heard.
inline constexpr int differs_a_day_max = 6;

// How far the time at which a sync is signed may be from the server's: a body of the largest size on a slow line, and
// the phone's notion of the server's time, which is as old as the last reply was long on its way. Past it: clock_apart,
// with the server's time, and the phone signs once more. What was recorded on the way is answered for so long.
inline constexpr std::int64_t signature_ms_max = 15 * 60 * 1000;
inline constexpr std::size_t signature_line_bytes_max = 256;

// A body by which a phone enrols, takes a new key or is known again, decompressed: a name, a code, a certificate, keys
// and signatures. Past it: payload_too_large.
inline constexpr std::size_t enrolment_bytes_max = 8 << 10;
inline constexpr std::size_t device_name_chars_max = 64;
inline constexpr std::size_t element_key_bytes_max = 200;

}  // namespace lianxin::limits
