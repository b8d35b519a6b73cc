// One record in full, as a person reads it.
#include <algorithm>

#include "commands.h"

namespace lianxin::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const Label& named(const std::map<std::string, Label>& labels, const std::string& key) {
  static const Label none;
  const auto at = labels.find(key);
  return at == labels.end() ? none : at->second;
}

std::string name_or(const Label& label, const std::string& name, const Output& out) {
  return label.zh.empty() ? name : out.in(label);
}

// An element of a set, or an entry of an append: its name, then a line for each of its parts.
void add_element(const std::string& key, const std::map<std::string, FieldValue>& attributes,
                 const std::map<std::string, Label>& labels, const std::map<std::string, Label>& value_labels,
                 const Output& out, Rows& rows) {
  rows.push_back({"  ·", key});
  for (const auto& [part, value] : attributes) {
    const std::string text = out.text(value, named(value_labels, part));
    if (text.empty() || text == key) continue;
    rows.push_back({"    " + name_or(named(labels, part), part, out), text});
  }
}

void add_element(const ElementView& element, const std::string& key, const Output& out, Rows& rows) {
  add_element(key, element.attributes, element.labels, element.value_labels, out, rows);
}

void add_parts(const std::vector<PartView>& parts, const Output& out, Rows& rows) {
  for (const PartView& part : parts)
    rows.push_back({"    " + out.in(part.label), out.text(part.value, part.value_label)});
}

std::string with_unit(const FieldValue& value, const Label& value_label, const std::string& unit, const Output& out) {
  const std::string text = out.text(value, value_label);
  return unit.empty() || !value_label.zh.empty() || text.empty() ? text : text + " " + unit;
}

void add_field(const FieldView& field, const Output& out, Rows& rows) {
  const bool composed = !field.elements.empty() || !field.entries.empty() || !field.parts.empty();
  rows.push_back({out.in(field.label), composed ? "" : with_unit(field.value, field.value_label, field.unit, out)});
  for (const ElementView& each : field.elements) add_element(each, name_or(each.key_label, each.key, out), out, rows);
  for (const ElementView& each : field.entries) add_element(each, "", out, rows);
  add_parts(field.parts, out, rows);
}

std::string day_of_entry(const JoinedEntry& entry, const Output& out) {
  return out.in(entry.member_label) + " " + day_and_time(entry.clock_ms);
}

void add_joined_field(const JoinedField& field, const Output& out, Rows& rows) {
  const bool composed = !field.elements.empty() || !field.entries.empty() || !field.parts.empty();
  rows.push_back({out.in(field.label), composed ? "" : with_unit(field.value, field.value_label, field.unit, out)});
  for (const JoinedElement& each : field.elements) {
    add_element(name_or(each.key_label, each.key, out), each.attributes, each.labels, each.value_labels, out, rows);
  }
  for (const JoinedEntry& each : field.entries) {
    if (each.named.attributes.empty()) {
      rows.push_back({"  ·", each.value.to_text() + "  " + day_of_entry(each, out)});
    } else {
      add_element(each.named, day_of_entry(each, out), out, rows);
    }
  }
  add_parts(field.parts, out, rows);
}

// With what else it is one matter; for the record that stands for all, what they make together.
void print_joined(const RecordView& record, const Output& out) {
  const JoinedView& joined = record.joined;
  if (joined.parts.empty()) return;
  out.line(out.warn(out.say("与以下记录是同一件事：", "one matter together with:")));
  for (const JoinedPart& part : joined.parts) {
    if (part.id == record.id && !part.primary) continue;
    std::string numbers;
    for (const std::string& number : part.numbers) numbers += (numbers.empty() ? "" : " ") + number;
    out.line("    " + (numbers.empty() ? part.id : numbers) + "  " + part.date + "  " + part.title +
             (part.primary ? out.faint(out.say("  以此为准", "  stands for all")) : std::string()) +
             (part.deleted ? out.faint(out.say("  已作废", "  deleted")) : std::string()));
  }
  if (joined.primary != record.id) return;
  Rows rows;
  for (const JoinedField& field : joined.fields) {
    if (field.part.empty() && !field.name.starts_with('_')) add_joined_field(field, out, rows);
  }
  out.table({out.say("合在一起", "together"), out.say("内容", "value")}, rows);
}

void print_sides(const ConflictView& conflict, const Output& out) {
  out.line(out.warn(out.say("分歧：", "conflict: ")) + out.in(conflict.label));
  for (const ConflictSide& side : conflict.sides) {
    const std::string who = side.member_label.zh.empty() ? "" : out.in(side.member_label) + " ";
    out.line("    " + out.text(side.value, side.value_label) + "  " +
             out.faint(who + out.in(side.role_label) + " " + day_and_time(side.clock_ms)) +
             (side.reason.empty() ? "" : "  " + side.reason));
  }
}

void print_held(const HeldView& held, const Output& out) {
  out.line(out.warn(out.say("未生效：", "held: ")) + out.in(held.label) + "  " + out.in(held.sentence));
  for (const auto& [address, value] : held.values) {
    out.line("    " + name_or(named(held.labels, address), address, out) + out.say("：", ": ") +
             out.text(value, named(held.value_labels, address)));
  }
}

void print_review(const RecordView& record, const Output& out) {
  const ReviewView& review = record.review;
  if (review.state.empty()) return;
  const std::string who = review.by_label.zh.empty() ? out.in(review.role_label) : out.in(review.by_label);
  out.line(std::string(out.say("审核：", "review: ")) + out.in(review.label) +
           (who.empty() ? "" : "  " + out.faint(who)) + (review.reason.empty() ? "" : "  " + review.reason));
  if (review.state == "returned") out.labels(out.say("需补正：", "to be corrected: "), review.marked_labels);
}

}  // namespace

int show(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto record = phone.record(arguments.id);
  if (!record) return out.fail(record.problem());
  out.json_line(record->to_json());
  const std::string& number = record->official_no.empty() ? record->provisional_no : record->official_no;
  out.line(out.bold(record->title) + "  " + out.in(record->kind_label) + "  " + number);
  out.line(out.faint(std::string(out.say("填写：", "by: ")) + out.in(record->created_by_label) + "  " +
                     day_and_time(record->created_ms) + "  id " + record->id));
  if (record->waiting) out.line(out.warn(out.say("有修改还没有上传", "some of it is not on the server yet")));
  if (record->deleted) out.line(out.warn(out.say("已作废", "deleted")));
  print_review(*record, out);
  Rows rows;
  for (const FieldView& field : record->fields) {
    if (!field.name.starts_with('_')) add_field(field, out, rows);
  }
  out.table({out.say("栏目", "field"), out.say("内容", "value")}, rows);
  out.labels(out.say("还缺：", "missing: "), record->missing_labels);
  for (const ConflictView& conflict : record->conflicts) print_sides(conflict, out);
  for (const HeldView& held : record->held) print_held(held, out);
  print_joined(*record, out);
  for (const CommentView& comment : record->comments) {
    out.line(out.say("留言：", "comment: ") + comment.text + "  " +
             out.faint(out.in(comment.created_by_label) + "  " + day_and_time(comment.created_ms)));
  }
  return exit_ok;
}

}  // namespace lianxin::cli
