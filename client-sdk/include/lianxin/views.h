// What the phone shows. Plain values, copied out; nothing here changes when the store does.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lianxin/field_value.h"
#include "lianxin/problem.h"

namespace lianxin {

// An element of a set: who took part, a photo, a linked id.
struct ElementView {
  std::string key;
  std::map<std::string, FieldValue> attributes;
};

struct FieldView {
  std::string name;
  Label label;
  std::string unit;
  FieldValue value;                   // as shown: a set's keys and an append's entries as a JSON list
  Label value_label;                  // of a code or a state; otherwise empty
  std::vector<ElementView> elements;  // of a set
  bool waiting = false;               // written here and not yet on the server
};

// One of the values that disagree.
struct ConflictSide {
  std::string change;  // id of the change that wrote it
  FieldValue value;
  std::string member, role, reason;
  std::int64_t clock_ms = 0;
};

struct ConflictView {
  std::string address;
  Label label;
  std::vector<ConflictSide> sides;  // the shown one first
};

// A change that is kept whole and not applied. Its values stand beside what is shown, never over it.
struct HeldView {
  std::string change, code, field;
  Label sentence;
  std::string decision;  // "open", "corrected", "dismissed"; "expected": still here, and would be held as things stand
  bool mine = false;     // made on this phone
  std::string member;
  std::map<std::string, FieldValue> values;  // by address; only of this phone's own changes
};

struct ReviewView {
  std::string state;
  Label label;
  std::string by, role, reason;     // of the last step; empty where nobody took one
  std::vector<std::string> marked;  // fields that the reviewer marked
  bool revised = false;             // written to after the verdict
};

struct RecordView {
  std::string id, studio, kind;
  Label kind_label;
  std::string title;
  std::string provisional_no, official_no;
  std::string created_by;
  std::int64_t created_ms = 0;
  std::vector<FieldView> fields;  // those that show something, in the order of the kind
  std::vector<ConflictView> conflicts;
  std::vector<HeldView> held;
  std::vector<std::string> missing;  // fields it still lacks to be submitted
  ReviewView review;
  bool waiting = false;  // some of it is not on the server yet
  int waiting_changes = 0;
  bool deleted = false;

  const FieldView* field(std::string_view name) const;  // nullptr where it shows nothing
  std::string to_json() const;
};

struct ListItem {
  std::string id, studio, kind;
  std::string title, date, region, state, review, provisional_no, official_no;
  std::string created_by;
  bool waiting = false, deleted = false, revised = false;
  int conflicts = 0, held = 0;

  std::string to_json() const;
};

struct ListOptions {
  std::string kind;    // empty: every kind
  std::string studio;  // empty: every studio
                       // where both are empty, reference data (villages, members …) is left out
  bool with_deleted = false;
  bool waiting_only = false;
  int limit = 100;    // at most 1000
  std::string after;  // a page's `next`; empty: the first
};

struct ListPageView {
  std::vector<ListItem> items;  // newest first: by date, then id
  std::string next;             // empty at the end
};

enum class InboxKind { conflict, returned, held, corrected, dismissed, trouble, draft };

// Something that waits for this person. `corrected` and `dismissed` go with Phone::put_away, and so does `trouble` with
// a change that this phone's disk or the server lost.
struct InboxItem {
  InboxKind kind = InboxKind::conflict;
  std::string studio, record, title;
  std::string address;  // conflict: the cell; held: the field that is wrong
  std::string change;   // held, corrected, dismissed; trouble: damaged here, or one of those lost there
  std::string code;     // held and draft: why
  Label sentence;
  std::string reason;               // returned: the reviewer's
  std::vector<std::string> marked;  // returned: fields to look at
  std::string draft;                // draft: the form that was refused and waits to be put right

  std::string to_json() const;
};

// An open form: what was entered and is not saved yet.
struct DraftView {
  std::string token, record, studio, kind;
  Label kind_label;
  std::string title;  // of the record as it would be
  bool is_new = false;
  bool refused = false;  // saving it was tried
  std::int64_t opened_ms = 0;
  std::map<std::string, FieldValue> entered;  // by address; what fits no field stands under the name it was given
  std::string reason;
  std::vector<WrongField> wrong;  // what would refuse it now, in the order of the form

  std::string to_json() const;
};

// A change that is saved here and not on the server yet.
struct WaitingItem {
  std::string studio, record, kind, title, change;
  std::int64_t n = 0, made_ms = 0;
};

struct StudioStatus {
  std::string studio, code, name;
  std::int64_t here = 0, on_server = 0;
  std::int64_t synced_ms = 0;          // wall clock of the last completed catch-up; 0: never
  bool granted = true;                 // false: taken away; what is unpushed is still handed over
  bool trouble = false;                // its rows keep differing from the server's: the office should look
  std::vector<std::string> differing;  // then: the records that differ, once they were compared one by one
  std::string problem;                 // the server's code for why its part was not done last time; empty: it was
};

// Three figures: here, on the server, needs you.
struct StatusView {
  std::int64_t here = 0;       // changes made on this phone
  std::int64_t on_server = 0;  // of these, known to be safe there
  std::int64_t waiting = 0;    // the difference
  std::int64_t needs_you = 0;  // items of the inbox
  std::int64_t drafts = 0;     // open forms in which something was entered
  std::vector<StudioStatus> studios;
  bool enrolled = false;
  bool purged = false;  // the server ordered this phone to be emptied
  std::string device, device_name, member, member_name, server;
  std::int64_t kinds_version = 0;

  std::string to_json() const;
};

// What the server signed: that it had this phone's changes 1 … acked_n, and where its log was then. `text` is the
// proof. The server that signed it says of it, years later, whether it is genuine and whether all of that is still
// there.
struct ReceiptView {
  std::string studio, code, name;      // code and name as last known; may be empty
  std::string device;                  // whose changes: this phone, under the key it had then
  std::int64_t acked_n = 0, here = 0;  // changes on the server then; changes made here by now
  std::int64_t log_seq = 0;
  std::int64_t server_ms = 0;  // Unix milliseconds, by the server's clock
  bool current = true;         // false: the server has told of less since, so it was set back after this one
  bool this_key = true;        // false: of a key that this phone had before it was set back or cloned
  std::string text;            // base64url, to be shown or sent; names no person and no record

  std::string to_json() const;
};

struct MemberInfo {
  std::string id, name;
  std::vector<std::string> roles;  // over all studios of the phone
  bool current = false, has_pin = false;
};

// For building forms. Texts are those of the kinds that the phone last fetched.
struct CodeInfo {
  std::string code;
  Label label;
};

struct FieldInfo {
  std::string name, type, merge;
  Label label;
  std::string unit, sensitivity;
  std::vector<CodeInfo> codes;          // of a code field, or the states of a ladder
  std::vector<std::string> attributes;  // of a set's elements or an append's entries
};

struct KindInfo {
  std::string name;
  Label label;
  bool reference = false, reviewed = false;
  std::vector<FieldInfo> fields;
};

}  // namespace lianxin
