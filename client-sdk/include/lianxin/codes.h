// Every code that the SDK itself gives as Problem::code. Stable: programs compare them. Two more sources are told apart
// by nothing but their names: the rules of the kinds, where they refuse what was filled in (the document of the kinds),
// and the server, whose own code stands in a Problem where it gives one.
#pragma once

#include <span>
#include <string_view>

#include "lianxin/problem.h"

namespace lianxin {

namespace problem_code {

// The phone.

// The phone is not enrolled yet.
inline constexpr std::string_view not_enrolled = "not_enrolled";
// enrol() of a phone that is.
inline constexpr std::string_view already_enrolled = "already_enrolled";
// The phone was emptied by order of the server, and not enrolled since.
inline constexpr std::string_view purged = "purged";
// No kinds of record were fetched yet: sync first.
inline constexpr std::string_view kinds_missing = "kinds_missing";
// The file cannot be read or written.
inline constexpr std::string_view storage = "storage";
// The file, or a part of it, is damaged.
inline constexpr std::string_view file_damaged = "file_damaged";
// open() of a file that is another program's; it stays as it was.
inline constexpr std::string_view file_not_ours = "file_not_ours";
// open() of a file of a newer version of the app; it stays as it was.
inline constexpr std::string_view file_too_new = "file_too_new";
// The key of the file is not to be had: PATH.key is not there, or the app's key store gives none.
inline constexpr std::string_view store_key_missing = "store_key_missing";
// The key is another than that of the file.
inline constexpr std::string_view store_key_wrong = "store_key_wrong";
// A PIN guards the file, and none was given.
inline constexpr std::string_view store_pin_missing = "store_pin_missing";
// The PIN of the file is another; it was counted.
inline constexpr std::string_view store_pin_wrong = "store_pin_wrong";
// Too many wrong PINs of the file: none is looked at for a while; the sentence says how long.
inline constexpr std::string_view store_pin_wait = "store_pin_wait";
// A PIN of the file with less than six characters.
inline constexpr std::string_view store_pin_too_short = "store_pin_too_short";
// After lock(): unlock first.
inline constexpr std::string_view store_locked = "store_locked";
// No memory; this was not done.
inline constexpr std::string_view no_memory = "no_memory";

// Records and forms.

// No such record or change here.
inline constexpr std::string_view record_unknown = "record_unknown";
// A number that several records have: the problem says which.
inline constexpr std::string_view record_unclear = "record_unclear";
// begin_new() with the id of a record that is here.
inline constexpr std::string_view record_exists = "record_exists";
// begin_new() with an id that is no UUID.
inline constexpr std::string_view record_id_wrong = "record_id_wrong";
// No such kind of record.
inline constexpr std::string_view kind_unknown = "kind_unknown";
// No such studio here, or none where the member may begin such a record.
inline constexpr std::string_view studio_unknown = "studio_unknown";
// begin_new() of a kind that the member's roles do not make; the sentence names who does.
inline constexpr std::string_view kind_not_yours = "kind_not_yours";
// begin_new() where several studios fit and that of the enrolment is none of them, or in one that is not among those
// that fit; the sentence names them.
inline constexpr std::string_view studio_unclear = "studio_unclear";
// The form was saved or discarded, perhaps by another process.
inline constexpr std::string_view form_unknown = "form_unknown";
// commit() of a form in which nothing was set.
inline constexpr std::string_view nothing_written = "nothing_written";
// The kind has no such field.
inline constexpr std::string_view field_unknown = "field_unknown";
// The field is not filled in that way.
inline constexpr std::string_view field_use_wrong = "field_use_wrong";
// Text that was promised to be JSON, or an object of it, is not.
inline constexpr std::string_view fields_not_json = "fields_not_json";
// resolve() where nothing disagrees.
inline constexpr std::string_view no_conflict = "no_conflict";
// Words that are no UTF-8 (as Java's modified form is none), or have U+0000: nothing was kept.
inline constexpr std::string_view text_malformed = "text_malformed";
// A change of more than 256 KiB.
inline constexpr std::string_view change_too_large = "change_too_large";

// Members of a shared phone.

// No such member here.
inline constexpr std::string_view member_unknown = "member_unknown";
// A name that several members here have; the sentence names them by id.
inline constexpr std::string_view member_unclear = "member_unclear";
// switch_member() on a phone of one member.
inline constexpr std::string_view not_shared = "not_shared";
// set_pin() with less than four characters.
inline constexpr std::string_view pin_too_short = "pin_too_short";
// switch_member() to one who has no PIN.
inline constexpr std::string_view pin_missing = "pin_missing";
// switch_member() with a wrong PIN, which was counted.
inline constexpr std::string_view pin_wrong = "pin_wrong";
// Five wrong PINs in a row, less than a minute ago.
inline constexpr std::string_view pin_locked = "pin_locked";
// The duty phone was not used for five minutes, or lock_member() was called: unlock_member() first. Nothing is lost by
// it.
inline constexpr std::string_view member_locked = "member_locked";
// set_pin() of another member who has one.
inline constexpr std::string_view pin_not_yours = "pin_not_yours";

// The server.

// enrol() or move_to() with an address that is none; the sentence names what is wrong with it.
inline constexpr std::string_view server_url_wrong = "server_url_wrong";
// enrol() with a name of the phone that has more than 64 characters.
inline constexpr std::string_view device_name_too_long = "device_name_too_long";
// move_to() where another server answers than that of the enrolment; the address was not taken.
inline constexpr std::string_view other_server = "other_server";
// The server has another address now, which this phone did not take; the sentence names it.
inline constexpr std::string_view server_moved = "server_moved";
// enrol_by() with what is no enrolment of an office's; the sentence says what is wrong with it.
inline constexpr std::string_view enrolment_wrong = "enrolment_wrong";
// Another answers in the server's place, or the server has a new key that this phone was not told of.
inline constexpr std::string_view server_not_trusted = "server_not_trusted";
// Nothing left the phone.
inline constexpr std::string_view not_reached = "not_reached";
// Sent, and no answer came: whether it arrived is unknown.
inline constexpr std::string_view no_answer = "no_answer";
// The answer cannot be read; nothing of it was taken.
inline constexpr std::string_view bad_reply = "bad_reply";
// The phone's token does not reach the server: something in between takes it away.
inline constexpr std::string_view token_missing = "token_missing";
// The server's time is another each time it is asked: see that the phone's clock runs.
inline constexpr std::string_view clock_apart = "clock_apart";
// A single change that nobody in between lets through, or the server does not take for its size.
inline constexpr std::string_view change_not_passing = "change_not_passing";
// The app is to be updated.
inline constexpr std::string_view protocol_too_old = "protocol_too_old";
// The server is to be updated.
inline constexpr std::string_view protocol_too_new = "protocol_too_new";
// The server, or one studio of it, is busy for now.
inline constexpr std::string_view server_busy = "server_busy";
// The server, or what stands in front of it, failed.
inline constexpr std::string_view server_error = "server_error";
// The answer is not our server's: a sign-in page, a firewall, a proxy or another server is talking.
inline constexpr std::string_view not_our_server = "not_our_server";
// The kinds that the server gave cannot be read; those that are here stay.
inline constexpr std::string_view server_kinds_bad = "server_kinds_bad";
// The server answers and moves nothing.
inline constexpr std::string_view no_progress = "no_progress";
// sync() while another of this Phone runs.
inline constexpr std::string_view sync_running = "sync_running";
// Another process began to sync the same file, and goes on.
inline constexpr std::string_view sync_overtaken = "sync_overtaken";
// The flag of SyncOptions::cancel was raised.
inline constexpr std::string_view cancelled = "cancelled";

}  // namespace problem_code

// A code with its kind, and its sentence in Chinese and in English.
struct ProblemCode {
  std::string_view code;
  ProblemKind kind;
  std::string_view zh, en;
};

std::span<const ProblemCode> problem_codes();  // all of the above, in that order. Lives for ever

}  // namespace lianxin
