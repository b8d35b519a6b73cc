// What exists: record kinds, their fields, and code lists. Kinds are data (schema/kinds/*.json; the shape of such a
// file is in schema/KINDS.md), read once into these structs; nothing here changes after that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/value.h"

namespace lianxin {

enum class Merge : std::uint8_t { register_, set, counter, ladder, append };

// Who may see a value, least to most guarded. A clearance is the highest of these that its holder may see.
enum class Sensitivity : std::uint8_t { public_, internal, personal, health };

enum class FieldType : std::uint8_t {
  text,       // one line, at most `length_max` characters
  long_text,  // several paragraphs
  integer,    // whole, within [min, max]
  decimal,    // a text of digits with at most `decimals` places, within [min, max]
  money,      // whole fen
  boolean,
  date,    // YYYY-MM-DD, a day in Asia/Shanghai
  time,    // HH:MM, there
  code,    // one code of `code_list`
  region,  // 6, 9 or 12 digits (GB/T 2260 and below)
  id,      // a UUID: another record, a member or a studio
  geo,     // an object: lat, lon as decimals, coord_sys one of WGS84, GCJ02, CGCS2000
  object,  // named parts that no rule looks into
  any,     // any value
};

// An attribute of a set's element, or a named part of an append's entry.
struct Attribute {
  std::string name;
  FieldType type = FieldType::text;
  std::string code_list;
  std::string label_zh, label_en;
  std::optional<std::int64_t> min, max;  // as for a field; money is never below zero unless `min` says so
  bool number_text = false;              // as for a field
};

// While a field shows one of these values ("true" and "false" for booleans; of a set, among its keys); with `unless`,
// while it shows none of them. An empty field: always.
struct Premise {
  std::string field;
  std::vector<std::string> in;
  bool unless = false;
};

// What a record owes once it is submitted; of a kind that is not reviewed, once it is saved.
struct Required {
  Premise when;
  std::string or_field;  // this other field will do as well; may be empty
};

struct Field {
  std::string name;
  FieldType type = FieldType::text;
  Merge merge = Merge::register_;
  std::string label_zh, label_en, unit;
  std::string code_list;              // of the value (register) or of the element keys (set)
  std::string element_kind;           // set: what a key names: "code", "id", "name_or_id", "text". A counter that
                                      // has one is a family: FIELD/KEY is a counter of its own
  std::vector<Attribute> attributes;  // of a set's elements or an append's entries; unknown ones are kept
  std::string ladder;                 // the ladder's name, for Merge::ladder
  Sensitivity sensitivity = Sensitivity::internal;
  std::vector<std::string> writers;  // roles; a loaded catalog fills in the kind's where the file names none
  std::optional<Required> required;
  std::optional<std::int64_t> min, max;  // integers and money; for decimals in units of one
  int decimals = 0;
  int length_max = 0;                  // characters; 0: the limit of every value
  bool quiet = false;                  // register: differing heads are history, no conflict
  bool once = false;                   // register: a write with a base is held
  bool each_stands = false;            // once: of several first writes each is right, and none disagrees
  bool index = false;                  // has a typed column of the shown value
  bool search = false;                 // its text is found by the full-text search
  bool number_text = false;            // a number is what belongs in it (a phone, a certificate): not warned about
  bool every_record = false;           // one of the fields that every record has
  bool conflict_blocks = false;        // an open conflict of it stands in the way of a verdict
  bool worst_joined = false;           // code: of joined records the one latest in its list is shown
  std::vector<std::string> authority;  // register: roles, highest first
  std::optional<Value> restrictive;    // register: shown while it is among the heads
};

// What must hold, beside the role, for a step to be taken. Judged where it is taken, on the phone and at the desk, of
// the record as it is after the step (sync/rules/gates.h); a step that was taken elsewhere is not held for it.
struct Condition {
  enum class What : std::uint8_t {
    complete,     // nothing that the record owes is missing, and none of its kind's blocking checks fails
    sound,        // no open conflict of a field that blocks, no held change that waits
    shows,        // each of `fields` shows something, while `when` holds and, where `days` are given, until they
                  // are over since the present state was reached
    value,        // `when` holds
    back,         // the step leads to the state from which the present one was reached
    within_days,  // at most `days` days after the present state was reached (Asia/Shanghai)
    within_working_days,  // the same, Saturdays and Sundays not counted
    after_days,           // at least `days` days after it
    each,       // every element of the set `fields[0]` whose attribute meets `when` shows the attribute `shows`
    corrected,  // where fields were marked, at least one of them was written since
    accepted,   // the record that `fields[0]` names was accepted
  };
  What what = What::complete;
  std::vector<std::string> fields;
  Premise when;
  std::string shows;
  int days = 0;
  std::vector<std::string> roles;  // binds those who take the step by one of these; empty: everybody
};

struct Step {
  std::string from, to;
  std::vector<std::string> roles;
  bool needs_reason = false;
  std::vector<Condition> conditions{};
  std::string confirmed_by{};  // an id field: who accepts the record that it names takes this step too; may be empty
  Premise confirmed_when{};
};

// A rule over the whole record, and over others where it names a kind, with its own sentence. It gives a warning, or
// with `blocks` stands in the way of what asks for a complete record.
struct Check {
  enum class Rule : std::uint8_t {
    at_least,    // the number in `field` is not below the number of elements in `other`, or of linked records
    day,         // the day in `field` lies at most `back` days before and `ahead` days after the day it is written
    twins,       // no two elements of the set `field` show the same in all of `same`
    only,        // no other record of this kind shows the same in all of `same`
    scope,       // the region in `field` lies within the studio's
    below,       // each number named in `limits` is below its limit, in the record and in the entries of `other`
    one_of,      // `field` shows nothing, or one of `in`
    linked_day,  // no linked record shows in `other` a day before the one in `field`, or else the day it is written
    named,  // the record that `field` names is of `linked_kind` and shows in `other` one of `in`, or in each field of
            // `linked_same` what this record shows in the field beside it
    empty   // `field` shows nothing
  };
  std::string code;  // a name; stable
  Rule rule = Rule::at_least;
  std::string label_zh, label_en;  // what is wrong, without what to do next
  bool blocks = false;
  std::optional<Premise> when;  // looked at only while this holds
  std::string field, other;
  std::vector<std::string> same, in;
  std::map<std::string, std::int64_t> limits;
  std::optional<int> back, ahead;
  std::string linked_kind, linked_by;  // records of that kind whose field `linked_by` shows this record's id
  std::map<std::string, std::string> linked_same;  // or which show in this field what the record shows in that
};

// On whose consent a record stands: while that is refused or withdrawn, nobody is shown what is personal in the record
// (sync/rules/consents.h).
struct ConsentBond {
  enum class Through : std::uint8_t {
    consent,  // `field` names the consent
    person,   // `field` names the person, who is asked for a consent of `scope`
    record,   // `field` names a record: what that one's consents withhold is withheld here
  };
  Through through = Through::consent;
  std::string field;  // of an id; through a person it may be empty: the record is the person's own
  std::string scope;
};

struct Rung {
  std::string state;
  int rank = 0;
  std::string label_zh, label_en;
};

// A workflow: its states by rank, and which role may take which step. `initial` is where a record stands that no step
// has touched.
struct Ladder {
  std::string name, initial;
  std::vector<Rung> rungs;
  std::vector<Step> steps;
  std::vector<std::string> resolvers;  // roles that may settle two equal steps
  std::string joined;                  // where the lesser of two joined records stands; may be empty

  const Rung* rung(std::string_view state) const;
  const Step* step(std::string_view from, std::string_view to) const;
};

struct Code {
  std::string code, label_zh, label_en;
  std::string valid_from, valid_to;  // dates; empty: always
};

struct CodeList {
  std::string name, label_zh, label_en;
  bool open = false;  // offices add codes of their own as reference data; an unknown code is a warning, never held
  std::vector<Code> codes;

  const Code* find(std::string_view code) const;
};

struct Kind {
  std::string name, label_zh, label_en;
  std::int64_t version = 1;
  bool reference = false;   // lives in the studio of an org unit; only coordinators write it
  bool reviewed = false;    // has a `_review` ladder
  std::string title_field;  // what a list shows first; may be empty
  std::string date_field;   // the day it happened, for periods; may be empty
  std::string number_code;  // in the official number, such as "微商"; empty: it is not numbered
  std::string number_by;    // a field whose code chooses another one
  std::map<std::string, std::string> number_codes;
  std::vector<std::string> writers;  // roles that make records of it, and write each field that names no others
  std::vector<Check> checks;
  std::vector<ConsentBond> consents;
  std::vector<Field> fields;  // in the order a form shows them; the fields every record has come last

  const Field* field(std::string_view name) const;
};

// One version of everything that exists. Immutable and shared between threads.
class Catalog {
 public:
  std::int64_t version = 0;              // counts up by one with every change of any file
  std::int64_t sensitivity_version = 0;  // the version that last changed a field's sensitivity
  std::map<std::string, Kind, std::less<>> kinds;
  std::map<std::string, CodeList, std::less<>> code_lists;
  std::map<std::string, Ladder, std::less<>> ladders;

  const Kind* kind(std::string_view name) const;
  const Field* field(std::string_view kind, std::string_view field) const;
  const Ladder* ladder(std::string_view name) const;
  const CodeList* code_list(std::string_view name) const;
};

// One file of schema/kinds, as its name (without folder) and its text.
struct KindFile {
  std::string name, text;
};
inline constexpr std::size_t kind_file_bytes_max = 1 << 20;

const char* name_of(Merge merge);
const char* name_of(FieldType type);
const char* name_of(Sensitivity sensitivity);
std::optional<Merge> merge_named(std::string_view name);
std::optional<FieldType> field_type_named(std::string_view name);
std::optional<Sensitivity> sensitivity_named(std::string_view name);

// Whether a kinds file may name the role; and its name for people ("zh" or "en").
bool is_role(std::string_view name);
std::string_view role_label(std::string_view role, std::string_view language);

}  // namespace lianxin
