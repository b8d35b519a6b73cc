// What the phone shows. Plain values, copied out; nothing here changes when the store does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lianxin/field_value.h"
#include "lianxin/problem.h"

namespace lianxin {

// An element of a set, or an entry of an append: who took part, a photo, a linked id.
struct ElementView {
  std::string key;
  // The name of a code, a member, a record; of a key that an app made, the first text among the parts. Empty: the key
  // reads as it is.
  Label key_label;
  std::map<std::string, FieldValue> attributes;
  std::map<std::string, Label> labels;        // of the attributes
  std::map<std::string, Label> value_labels;  // of their values, as FieldView::value_label; those that have one
};

// A named part of a value: an item of a family of counters, a part of an object, a coordinate of a position.
struct PartView {
  std::string name;
  Label label;
  FieldValue value;
  Label value_label;  // as FieldView::value_label
};

struct FieldView {
  std::string name;
  Label label;
  std::string unit;
  FieldValue value;   // as shown: a set's keys and an append's entries as a JSON list
  Label value_label;  // of a code, a state, an id, a village's code, a yes or no, money in yuan; otherwise empty
  std::vector<ElementView> elements;  // of a set
  std::vector<ElementView> entries;   // of an append; without keys
  std::vector<PartView> parts;        // of a value that has named parts
  bool waiting = false;               // written here and not yet on the server
};

// One of the values that disagree.
struct ConflictSide {
  std::string change;  // id of the change that wrote it
  FieldValue value;
  Label value_label;  // as FieldView::value_label
  std::string member, role, reason;
  Label member_label, role_label;
  std::int64_t clock_ms = 0;
};

struct ConflictView {
  std::string address;
  Label label;                      // of an element with its name: "参加人 · 张三 · 身份"
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
  Label label;                               // of `field`
  std::map<std::string, Label> labels;       // of the addresses of `values`, as ConflictView::label
  // Of those that have one, as FieldView::value_label; of an element, that it was added or taken out.
  std::map<std::string, Label> value_labels;
};

struct ReviewView {
  std::string state;
  Label label;
  std::string by, role, reason;     // of the last step; empty where nobody took one
  std::vector<std::string> marked;  // fields that the reviewer marked
  std::vector<Label> marked_labels;
  Label by_label, role_label;
  bool revised = false;  // written to after the verdict
};

// One of the records that are one matter. A part that is not on this phone is not told.
struct JoinedPart {
  std::string id, studio, title, date;
  std::string official_no, provisional_no;
  std::vector<std::string> numbers;  // every number it was ever given: by each of them it is found
  std::string review, state;
  Label review_label, state_label;
  int conflicts = 0, held = 0;
  bool primary = false;  // stands for all
  bool deleted = false;  // counts for nothing
};

struct JoinedValue {
  std::string part;       // its id
  std::string attribute;  // of an element; otherwise empty
  FieldValue value;
  Label value_label;
};

struct JoinedElement {
  std::string key;
  Label key_label;                               // as ElementView::key_label, and so the labels below
  std::vector<std::string> parts;                // that have it
  std::map<std::string, FieldValue> attributes;  // of the first part that shows one
  std::map<std::string, Label> labels, value_labels;
  std::vector<JoinedValue> others;  // what other parts show in their place
};

struct JoinedEntry {
  std::string part, change, member;
  std::int64_t clock_ms = 0;
  FieldValue value;
  Label member_label;
  ElementView named;  // the parts of `value`, as FieldView::entries
};

// A field as all parts show it: a set with the elements of all, an append in the order of time, a counter as joining
// says, of everything else the value of the part that stands for all, or of the first that has one.
struct JoinedField {
  std::string name;
  Label label;
  std::string unit;
  FieldValue value;
  Label value_label;
  std::vector<PartView> parts;          // as FieldView::parts
  std::string part;                     // whose value it is; empty of what several make
  std::vector<JoinedValue> others;      // what other parts show in its place
  std::vector<JoinedElement> elements;  // of a set
  std::vector<JoinedEntry> entries;     // of an append
};

// Somebody who waits for an answer of whichever part.
struct JoinedOwed {
  std::string field, key;
  Label label;                     // of FIELD/KEY, as ConflictView::label
  std::string attribute;           // what is empty until it is given
  std::vector<std::string> parts;  // that name him
};

struct JoinedView {
  std::string primary;
  std::vector<JoinedPart> parts;  // the one that stands for all first, the others by id; empty: it is not joined
  std::vector<JoinedField> fields;
  std::vector<JoinedOwed> owed;

  const JoinedField* field(std::string_view name) const;  // nullptr where no part shows anything
};

// What somebody wrote about a record: with a verdict, or by itself.
struct CommentView {
  std::string id, text;
  std::string created_by;
  Label created_by_label;
  std::int64_t created_ms = 0;
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
  std::vector<Label> missing_labels;
  Label created_by_label;
  ReviewView review;
  bool waiting = false;  // some of it is not on the server yet
  int waiting_changes = 0;
  bool deleted = false;
  JoinedView joined;                  // with what else it is one matter
  std::vector<CommentView> comments;  // oldest first

  const FieldView* field(std::string_view name) const;  // nullptr where it shows nothing
  std::string to_json() const;
};

struct ListItem {
  std::string id, studio, kind;
  std::string title, date, region, state, review, provisional_no, official_no;
  std::string created_by;
  Label kind_label, state_label, review_label;
  Label region_label, created_by_label;      // the village, and who made it; empty: not known here
  std::vector<std::string> missing, marked;  // fields that it lacks to be submitted; sent back: those to be corrected
  std::vector<Label> missing_labels, marked_labels;
  bool waiting = false, deleted = false, revised = false;
  int conflicts = 0, held = 0;
  std::string joined_into;         // the record that stands for it; empty where it stands for itself
  std::vector<std::string> joins;  // those that it stands for

  std::string to_json() const;
};

struct ListOptions {
  std::string kind;    // empty: every kind
  std::string studio;  // empty: every studio
                       // where both are empty, reference data (villages, members …) is left out
  bool with_deleted = false;
  bool waiting_only = false;
  bool parts = false;  // of joined records each; otherwise the one that stands for all, where that is in the same list
  int limit = 100;     // at most 1000
  std::string after;   // a page's `next`; empty: the first
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
  std::vector<Label> marked_labels;
  Label label;         // of `address`, as ConflictView::label
  std::string number;  // of the record, official or else provisional; may be empty
  std::string draft;   // draft: the form that was refused and waits to be put right

  std::string to_json() const;
};

// An open form: what was entered and is not saved yet.
struct DraftView {
  std::string token, record, studio, kind;
  bool damaged = false;  // it cannot be read any more: its token and when it was opened are all that is known
  Label kind_label;
  std::string title;  // of the record as it would be
  bool is_new = false;
  bool refused = false;  // saving it was tried
  std::int64_t opened_ms = 0;
  std::map<std::string, FieldValue> entered;  // by address; what fits no field stands under the name it was given
  std::map<std::string, Label> labels;        // of what was entered, as ConflictView::label
  std::map<std::string, Label> value_labels;  // as HeldView::value_labels
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
  std::int64_t synced_ms = 0;           // wall clock of the last completed catch-up; 0: never
  bool granted = true;                  // false: taken away; what is unpushed is still handed over
  bool trouble = false;                 // its rows keep differing from the server's: the office should look
  std::vector<std::string> differing;   // then: the records that differ, once they were compared one by one
  std::vector<Label> differing_labels;  // the same by number and title; empty: neither is known here
  std::string problem;                  // the server's code for why its part was not done last time; empty: it was
  Label problem_sentence;               // the same in words
};

// Three figures: here, on the server, needs you.
struct StatusView {
  std::int64_t here = 0;       // changes made on this phone
  std::int64_t on_server = 0;  // of these, known to be safe there
  std::int64_t waiting = 0;    // the difference
  std::int64_t needs_you = 0;  // items of the inbox
  std::int64_t drafts = 0;     // open forms in which something was entered, or which cannot be read
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

}  // namespace lianxin
