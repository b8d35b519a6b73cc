// The phone's half of Lianxin: records and edits work without any network; sync() exchanges what is new when there is
// one. Everything a person saved is in one file, durable before the call returns, and stays there.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lianxin/device.h"
#include "lianxin/form.h"
#include "lianxin/kind_info.h"
#include "lianxin/problem.h"
#include "lianxin/sync_options.h"
#include "lianxin/transport.h"
#include "lianxin/views.h"

namespace lianxin {

namespace client {
class PhoneCore;
class PhoneDriver;
struct PhoneInternals;
}  // namespace client

// What is not handed in is the SDK's own. All pointers are to things that outlive the Phone and its forms.
struct PhoneOptions {
  std::string path;             // the file; made if it is not there. Other processes may have it open too
  PhoneClock* clock = nullptr;  // nullptr: system_clock()
  // What guards the file (see below). Unset: a key file beside it, PATH.key, which this makes.
  StoreKeySource store_key;
  std::string store_pin;           // where a PIN guards it as well
  RandomSource* random = nullptr;  // nullptr: the operating system's
  Transport* transport = nullptr;  // nullptr: HTTP, by `http`
  HttpOptions http;
  std::string language = "zh";  // of what the server says: zh, en. The SDK's own sentences are always in both
};

// What people recorded, names, the phone's key and its token lie encrypted in the file (AES-256-GCM), under a key of
// the file's own. That one lies there sealed by a key that the app hands in, or else by the one in PATH.key, which only
// its owner may read; and on top, where one is set, by a PIN. In clear are ids, kinds of records, states of review,
// counts, and dates of records that are no more than internal.
//
// A key file protects where a copy of the file alone comes into other hands, and not where PATH.key comes along. A key
// of the phone's key store protects against that as well. A PIN is looked at as slowly as scrypt makes it, and after
// five wrong ones no other for a while that grows; but whoever has the file and the key beside it may try as fast as
// his machines go, and six digits last a day or so. Without its key a file says nothing to anybody, its owner included:
// PATH.key belongs into every backup, beside the file or rather elsewhere.

// Safe from any thread. sync() and enrol() may run on one thread while others read and save.
//
// A call gives what it says, or a Problem: one of codes.h, or of the rules or the server where it says so. What failed
// changed nothing, but for sync(), which keeps what was done before. Any call may fail with `storage`, `file_damaged`
// and `no_memory`, and after lock() with `store_locked`; those that need an enrolled phone with `not_enrolled` and
// `purged`. Lists and views are copies.
class Phone {
 public:
  // Opens the file and brings it up to date, or makes it. `file_not_ours` and `file_too_new` leave it as it was. What
  // an earlier version of the app left in clear is sealed first, once: whoever is ended meanwhile goes on where it was.
  // `store_key_missing`, `store_key_wrong`, `store_pin_missing`, `store_pin_wrong`, which is counted on disk before it
  // is told, `store_pin_wait`: the file stays as it is, and opens with the right ones. `store_pin_too_short`, where it
  // would be made under that PIN.
  static Expected<Phone> open(const PhoneOptions& options);
  Phone(Phone&&) noexcept;
  Phone& operator=(Phone&&) noexcept;
  ~Phone();

  // Forgets the keys, this phone's and the file's, and wipes them from memory: nothing can be read or saved from here
  // on, a sync that runs ends, and another process goes on. Forms and views that were given out stay in memory as long
  // as the app keeps them.
  void lock();
  // Reads them again. Nothing happens where it is not locked, but that a wrong PIN is told all the same. As open().
  Expected<void> unlock(std::string_view store_pin = {});
  // From here on the file opens with `next`, or without a PIN where that is empty; `now` is the one before, empty where
  // there was none. The records are not written anew. Unlocks. `store_pin_too_short`: less than six characters; the
  // rest as open(), and then the file opens as it did.
  Expected<void> change_store_pin(std::string_view now, std::string_view next);
  // From here on the file opens with the key that `next` gives, unset: with one in PATH.key, which is made. `pin`: the
  // PIN, where one guards it. As change_store_pin().
  Expected<void> change_store_key(StoreKeySource next, std::string_view pin = {});

  // Makes this phone's key and has the server admit it by a code from the office. One attempt; asking again with the
  // same code after a lost answer is safe. The address is taken as people type it: blanks around it, capitals,
  // characters of a Chinese keyboard. `already_enrolled`, `server_url_wrong`, `device_name_too_long`, `text_malformed`,
  // `server_moved`, `server_not_trusted`, `not_reached`, `no_answer`, `bad_reply`, `not_our_server`, and what the
  // server says of the code. `pin`: by which key the server is believed (transport.h); empty: by a certificate that the
  // system trusts. `server_url_wrong` as well where it is none.
  Expected<void> enrol(std::string_view server_url, std::string_view code, std::string_view device_name,
                       std::string_view pin = {});
  // The same, with all that the office's QR code holds. `enrolment_wrong` where it is none.
  Expected<void> enrol_by(std::string_view uri, std::string_view device_name);

  // The server's new address, where it has another name, port or scheme now: taken once whoever answers there has shown
  // that it is the server this phone was enrolled at. Key, records and what waits stay as they are. One attempt.
  // `pin` as in enrol(). `server_url_wrong`, `other_server`, `server_moved`, where it points further still,
  // `server_not_trusted`, `not_reached`, `no_answer`, `bad_reply`, `not_our_server`, and what the server says.
  Expected<void> move_to(std::string_view server_url, std::string_view pin = {});

  // Who uses the phone. On a duty phone that several share, each has a PIN; changes carry whoever is current.
  Expected<std::vector<MemberInfo>> members();
  // The first PIN of a member may be set by whoever holds the phone; a later one by that member only, when current.
  // Members by id, or by a name that only one has. `member_unknown`, `member_unclear`, `pin_too_short`,
  // `pin_not_yours`, `text_malformed`, `member_locked`.
  Expected<void> set_pin(std::string_view member, std::string_view pin);
  // `member_unknown`, `member_unclear`, `not_shared`, `pin_missing`; `pin_wrong`, which is counted on disk before it is
  // told; `pin_locked`.
  Expected<void> switch_member(std::string_view member, std::string_view pin);

  // A duty phone hides its records and forms from whoever finds it lying: at once, or when for five minutes nobody has
  // unlocked it, switched the member, or begun or saved anything (by the clock that nobody can set, where there is
  // one). Lists, which show nothing personal, and sync() go on; what was entered in an open form is not lost. Every
  // call that shows or begins a record gives `member_locked` then. A phone whose current member has no PIN yet is not
  // locked, unless the office took it away: then he sets a new one, which unlocks it. Of a phone of one member's own
  // none of this is true. The file stays open all the while: lock() and unlock() above are the file's.
  Expected<bool> member_locked();
  Expected<void> lock_member();  // `not_shared`
  // With the PIN of the current member. `not_shared`, `pin_missing`; `pin_wrong`, which is counted; `pin_locked`.
  Expected<void> unlock_member(std::string_view pin);

  // Opens a form for a new record, which lies in the file from then on. `studio` by id or code; empty: the studio of
  // the enrolment, or else the phone's only one, where such a record may be begun. `id`: for a record that has one on
  // paper or in a file already, a UUID; empty: a new one. `kinds_missing`, `kind_unknown`, `kind_not_yours`,
  // `studio_unknown`, `studio_unclear`, `record_id_wrong`, `record_exists`.
  Expected<Form> begin_new(std::string_view kind, std::string_view studio = {}, std::string_view id = {});
  // A record is named here and below by its id, or by one of its numbers, official or provisional: `record_unclear`
  // says which there are where several have that number.
  Expected<Form> begin_edit(std::string_view record);  // over the record as it is now. `record_unknown`
  Expected<Form> form(std::string_view token);         // one that is still open. `form_unknown`
  Expected<std::vector<DraftView>> drafts();           // all that are open, oldest first
  // Throws a draft away, also one that cannot be read any more. `form_unknown`: there is none.
  Expected<void> discard(std::string_view token);

  // One change, saved as Form::commit() does, with its problems; refused, it stays a draft. `record_unknown`,
  // `text_malformed`.
  Expected<Saved> remove_record(std::string_view record, std::string_view reason);
  // Settles a conflict: the value is written over every side of it. At a workflow's address the value is the state.
  // Saved as Form::commit() does. `record_unknown`, `no_conflict`, `fields_not_json`, `field_use_wrong`,
  // `text_malformed`.
  Expected<Saved> resolve(std::string_view record, std::string_view address, FieldValue value,
                          std::string_view reason = {});

  // As it was last delivered, with this phone's own changes above. `record_unknown`.
  Expected<RecordView> record(std::string_view name);
  // The name of an id (a member, a studio, a record by its title), of a village's region code, or, with the name of its
  // list, of a code. Empty: it has none here. `text_malformed`.
  Expected<Label> name_of(std::string_view what, std::string_view code_list = {});
  Expected<ListPageView> list(const ListOptions& options = {});  // `studio_unknown`, `kind_unknown`
  // Records whose searched texts and numbers hold all of the words, of any script, one character or more: personal ones
  // too, of sets and entries their parts, and of this phone's own changes that are held. On a duty phone that several
  // share no text above `internal` is searched, and none that the current member may not see. At most `limit`, newest
  // first, reference data (villages, members …) last. Whatever a newer version of the app or newer kinds left to be
  // prepared for searching is prepared first, once; sync() does the same. `text_malformed`.
  Expected<std::vector<ListItem>> find(std::string_view words, int limit = 100);
  // What waits for the current member.
  Expected<std::vector<InboxItem>> inbox();
  // Takes an item out of the inbox for good, by the change that it names. A change that no item names is noted for a
  // later one. `record_unknown`: that is no id.
  Expected<void> put_away(std::string_view change);
  Expected<std::vector<WaitingItem>>
  waiting();                      // saved here and not known to be on the server; by studio, oldest first
  Expected<StatusView> status();  // also of a phone that is not enrolled
  // What the server signed of this phone's work: by studio, the newest first. Studios that were taken away are among
  // them.
  Expected<std::vector<ReceiptView>> receipts();
  Expected<std::vector<KindInfo>> kinds();  // those last fetched; none before that

  // Pushes what waits and pulls what is new until neither is left. What was done before a failure stays done.
  // `complete` in the report says whether nothing is left; a studio that the server refuses does not make the call
  // fail. Problems of kind network may be tried again: `not_reached`, `no_answer`, `bad_reply`, `not_our_server`,
  // `server_busy`, `server_error`, `server_kinds_bad`, `server_moved`, `token_missing`, `clock_apart`,
  // `change_not_passing`. Others should not at once: `server_not_trusted`, `sync_running`, where another call of this
  // Phone syncs; `sync_overtaken`, where another process began to sync the same file and goes on; `no_progress`,
  // `protocol_too_old`, `protocol_too_new`, `cancelled`, and what the server says.
  Expected<SyncReport> sync(const SyncOptions& options = {});

 private:
  friend struct client::PhoneInternals;
  Phone(std::shared_ptr<client::PhoneCore> core, std::shared_ptr<client::PhoneDriver> driver);
  std::shared_ptr<client::PhoneCore> core_;
  std::shared_ptr<client::PhoneDriver> driver_;
};

}  // namespace lianxin
