// The eleven phones of the story, each a real lianxin::Phone with a file and a clock of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client-sdk/demo/plan.h"
#include "client-sdk/demo/story.h"
#include "client-sdk/demo/story_clock.h"
#include "lianxin/phone.h"

namespace lianxin::demo {

class FieldPhone {
 public:
  // Opens (makes) its file in `folder`.
  FieldPhone(const PhoneInStory& who, const std::string& folder);

  void enrol(const std::string& server, const std::string& code);
  // On a shared phone: this member picks it up and types the PIN.
  void hand_to(const std::string& member);

  // Fills in one form and saves it, at the entry's time in the story or, where it has none, now.
  Saved save(const Entry& entry);
  // Opens the form and fills it in; the caller commits later. What others do meanwhile is not on this screen.
  Form open(const Entry& entry);
  Saved commit(Form& form);

  SyncReport sync();

  RecordView record(std::string_view id);
  StatusView status();
  std::vector<InboxItem> inbox();
  Phone& sdk() { return phone_; }
  StoryClock& clock() { return *clock_; }
  const PhoneInStory& who() const { return who_; }

 private:
  void pick_up();  // a duty phone that lay about is locked: whoever holds it types his PIN
  static Phone open_file(const PhoneInStory& who, const std::string& folder, StoryClock& clock);

  PhoneInStory who_;
  std::unique_ptr<StoryClock> clock_;  // outlives the phone
  Phone phone_;
  std::string held_by_;
};

class FieldPhones {
 public:
  FieldPhones(const Story& story, const std::string& folder);
  FieldPhone& at(std::string_view name);
  FieldPhone& at(const Entry& entry) { return at(entry.phone); }

  // In the order that the seed shuffles them into; seed 0: as the story names them.
  std::vector<FieldPhone*> in_order(unsigned seed);
  std::vector<std::unique_ptr<FieldPhone>>& all() { return phones_; }

 private:
  std::vector<std::unique_ptr<FieldPhone>> phones_;
};

// The value, or the end of the story with the problem's sentence and where it happened.
template <class T>
T need(Expected<T> expected, const std::string& act) {
  if (!expected) {
    const Problem& problem = expected.problem();
    throw StoryStopped{act + ": " + problem.zh + " [" + problem.code +
                       (problem.field.empty() ? "" : " " + problem.field) + "] " + problem.detail};
  }
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

}  // namespace lianxin::demo
