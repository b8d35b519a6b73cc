// A form that a person fills in. It remembers what was on the screen when it was opened: a pull that arrives before it
// is saved changes neither what it shows nor what the edit answers to, so no conflict is hidden by it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lianxin/problem.h"
#include "lianxin/views.h"

namespace lianxin {

namespace client {
class FormCore;
}

// Something a person should look at, that stopped nothing.
struct Advice {
  std::string code, field;
  Label sentence;
  Label label;  // of the field
};

// What a save made.
struct Saved {
  std::string record;
  std::vector<std::string> changes;  // ids; usually one, and one more for every further entry of an append
  std::vector<Advice> warnings;
  std::vector<std::string> missing;  // fields the record still lacks to be submitted
  std::vector<Label> missing_labels;
  std::string provisional_no;  // that this save gave: of a new record of a numbered kind
  std::string number;          // by which the record is known now, official or else provisional; may be empty
};

// Lives in the phone's file from the moment it is opened until commit() or discard(): another process may take it up
// again with Phone::form(token). What is set is in memory until keep() or commit(). Not thread-safe; outlives its Phone
// safely.
//
// Setting the same cell again replaces what was set; whether the rules allow it is judged at commit(). Each of the
// calls that set one thing fails with `field_unknown`, `field_use_wrong` (the field merges otherwise) or
// `fields_not_json`, names the field, and leaves the form as it was. Where an id is asked, of a value or of an
// element's key, a record's number will do: what is no id and no such number fails with `record_unknown`, what several
// records have with `record_unclear`. Where a name will do as well, only a number that a record has means that record.
// Any call may fail with `no_memory`, those that touch the file with `storage`.
class Form {
 public:
  Form(Form&&) noexcept;
  Form& operator=(Form&&) noexcept;
  ~Form();

  const std::string& token() const;
  const std::string& record() const;
  const std::string& kind() const;
  bool is_new() const;
  Expected<RecordView> as_opened() const;  // what was on the screen

  // A register. Where the phone showed several equal values, all of them are answered.
  Expected<void> set(std::string_view field, FieldValue value);
  // A set: the element is in, with these attributes; of one that is in already, the attributes that differ are written.
  Expected<void> add(std::string_view field, std::string_view key,
                     const std::map<std::string, FieldValue>& attributes = {});
  // An element is out. What was set of it in this form goes; nothing more where it was not in.
  Expected<void> remove(std::string_view field, std::string_view key);
  // A counter: this much more, or less; several calls add up. Less owes a reason. A counter of several items is named
  // field/item.
  Expected<void> count(std::string_view field, std::int64_t by, std::string_view reason = {});
  // A workflow: from the state that was shown to this one.
  Expected<void> step(std::string_view field, std::string_view to, std::string_view reason = {});
  // An append: one entry, an object of named parts. May be called several times.
  Expected<void> append(std::string_view field, FieldValue entry);
  Expected<void> reason(std::string_view text);  // of the whole change
  // Takes back what was set at FIELD, FIELD/KEY or FIELD/KEY/ATTRIBUTE, or under a name that fits nothing; "reason":
  // the reason. What the record shows there stays as it is.
  Expected<void> leave_out(std::string_view field);

  // Any of the above by the shape of the field: {"title":"…","headcount_total":37,"participants":{"KEY":{…} or null},
  // "_review":"submitted","progress_log":[…],"reason":"…"}. In a form for a new record "id" is the record's (a UUID).
  // What fits no field, or not in that way, is kept in the form as it was given; the form is then durable as by keep(),
  // `form_unknown` included, the problem names each, and commit() refuses until it is set rightly, or left out. Text
  // that is no JSON is kept until the next fill(); text that is no UTF-8 cannot be kept (`text_malformed`). A count, or
  // the entries of an append, stand in place of those that were given before in this form. Null empties a register that
  // shows something; elsewhere it takes back what was set, as leave_out() does.
  Expected<void> fill(std::string_view json);

  // Makes what was set so far durable, as a draft. `form_unknown`: it is no longer open; `text_malformed`.
  Expected<void> keep();

  // Saves. The change is on disk before this returns, whatever happens next. When the rules refuse it, or something
  // stands in the way of a step or of saving the record as final (of a kind that is reviewed: of submitting it),
  // nothing is saved; all that was entered stays in the form, durable as by keep(), and Problem::wrong names each field
  // with what was given and what is allowed. Besides: `form_unknown` (saved or discarded already), `nothing_written`
  // (what was left out of a draft stays so), `studio_unknown`, `kind_unknown`, `text_malformed`.
  Expected<Saved> commit();
  Expected<void> discard();  // also of one that is no longer open

 private:
  friend class Phone;
  explicit Form(std::unique_ptr<client::FormCore> core);
  std::unique_ptr<client::FormCore> core_;
};

}  // namespace lianxin
