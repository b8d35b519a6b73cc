// The phone's half of Lianxin: records and edits work without any network; sync() exchanges what is new when there is
// one. Everything a person saved is in one file, durable before the call returns, and stays there.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lianxin/device.h"
#include "lianxin/form.h"
#include "lianxin/problem.h"
#include "lianxin/sync_options.h"
#include "lianxin/transport.h"
#include "lianxin/views.h"

namespace lianxin {

namespace client {
class PhoneCore;
struct PhoneInternals;
}  // namespace client

// What is not handed in is the SDK's own. All pointers are to things that outlive the Phone and its forms.
struct PhoneOptions {
  std::string path;                  // the file; made if it is not there. Other processes may have it open too
  PhoneClock* clock = nullptr;       // nullptr: system_clock()
  Codec* codec = nullptr;            // nullptr: stored as it is
  RandomSource* random = nullptr;    // nullptr: the operating system's
  Transport* transport = nullptr;    // nullptr: HTTP, by `http`
  HttpOptions http;
};

// Safe from any thread. sync() may run on one thread while others read and save; a second sync() meanwhile is refused
// (`sync_running`).
class Phone {
 public:
  static Expected<Phone> open(const PhoneOptions& options);
  Phone(Phone&&) noexcept;
  Phone& operator=(Phone&&) noexcept;
  ~Phone();

  // Makes this phone's key and has the server admit it by a code from the office. Asking again with the same code after
  // a lost answer is safe. `already_enrolled` where it is.
  Expected<void> enrol(std::string_view server_url, std::string_view code, std::string_view device_name);

  // Who uses the phone. On a duty phone that several share, each has a PIN; changes carry whoever is current.
  Expected<std::vector<MemberInfo>> members();
  // The first PIN of a member may be set by whoever holds the phone; a later one by that member only, when current.
  Expected<void> set_pin(std::string_view member, std::string_view pin);
  Expected<void> switch_member(std::string_view member, std::string_view pin);

  // Opens a form. `studio` by id or code; empty: the phone's only studio that fits. `id`: for a record that has one on
  // paper or in a file already, a UUID; empty: a new one.
  Expected<Form> begin_new(std::string_view kind, std::string_view studio = {}, std::string_view id = {});
  Expected<Form> begin_edit(std::string_view record);
  Expected<Form> form(std::string_view token);  // one that is still open
  Expected<std::vector<std::string>> open_forms();

  Expected<Saved> remove_record(std::string_view record, std::string_view reason);
  // Settles a conflict: the value is written over every side of it. At a workflow's address the value is the state.
  Expected<Saved> resolve(std::string_view record, std::string_view address, FieldValue value,
                            std::string_view reason = {});

  Expected<RecordView> record(std::string_view id);
  Expected<ListPageView> list(const ListOptions& options = {});
  // Records whose public or internal text holds all of the words, Chinese or not. At most `limit`, newest first.
  Expected<std::vector<ListItem>> find(std::string_view words, int limit = 100);
  Expected<std::vector<InboxItem>> inbox();
  Expected<void> put_away(std::string_view change);  // that an item of the inbox names: seen, out of the inbox
  Expected<std::vector<WaitingItem>> waiting();
  Expected<StatusView> status();
  // What the server signed of this phone's work: by studio, the newest first. Studios that were taken away are among them.
  Expected<std::vector<ReceiptView>> receipts();
  Expected<std::vector<KindInfo>> kinds();

  // Pushes what waits and pulls what is new until neither is left. What was done before a failure stays done. Where another
  // process begins to sync the same file meanwhile, that one goes on and this one ends with `sync_overtaken`: not to be
  // tried again at once.
  Expected<SyncReport> sync(const SyncOptions& options = {});

 private:
  friend struct client::PhoneInternals;
  explicit Phone(std::shared_ptr<client::PhoneCore> core);
  std::shared_ptr<client::PhoneCore> core_;
};

}  // namespace lianxin
