#include <fstream>
#include <iostream>
#include <iterator>

#include "commands.h"
#include "lianxin/codes.h"

namespace lianxin::cli {
namespace {

bool read_fields(const Arguments& arguments, const Output& out, std::string& json) {
  if (arguments.fields.empty() || arguments.fields == "-") {
    json.assign(std::istreambuf_iterator<char>(std::cin), {});
    return true;
  }
  std::ifstream file(arguments.fields, std::ios::binary);
  json.assign(std::istreambuf_iterator<char>(file), {});
  if (file) return true;
  std::cerr << out.say("无法读取文件：", "cannot read the file: ") << arguments.fields << "\n";
  return false;
}

int print_saved(const Expected<Saved>& saved, const Output& out) {
  if (!saved) return out.fail(saved.problem());
  std::string changes, warnings, missing;
  for (const std::string& change : saved->changes) changes += (changes.empty() ? "" : ",") + quoted(change);
  for (const Advice& advice : saved->warnings) {
    warnings += std::string(warnings.empty() ? "" : ",") + "{\"code\":" + quoted(advice.code) +
                ",\"field\":" + quoted(advice.field) + "}";
  }
  for (const std::string& field : saved->missing) missing += (missing.empty() ? "" : ",") + quoted(field);
  out.json_line("{\"changes\":[" + changes + "],\"missing\":[" + missing + "],\"number\":" + quoted(saved->number) +
                ",\"provisional_no\":" + quoted(saved->provisional_no) + ",\"record\":" + quoted(saved->record) +
                ",\"warnings\":[" + warnings + "]}");
  const std::string& number = saved->number.empty() ? saved->record : saved->number;
  out.line(std::string(out.say("已保存在本机 ", "saved on this phone ")) + out.bold(number));
  for (const Advice& advice : saved->warnings) {
    out.line(out.warn("! " + out.in(advice.label) + " ") + out.in(advice.sentence));
  }
  out.labels(out.say("! 还缺：", "! missing: "), saved->missing_labels);
  return exit_ok;
}

int print_token(const Form& form, const Output& out) {
  out.json_line("{\"form\":" + quoted(form.token()) + ",\"record\":" + quoted(form.record()) + "}");
  out.line(form.token());
  return exit_ok;
}

// Whether what was typed is kept is told where the problem names no draft.
Problem unkept(Problem problem, const std::string& typed) {
  if (typed.empty() || !problem.draft.empty()) return problem;
  if (!problem.zh.ends_with("。")) problem.zh += "。";
  problem.zh += "这次填的内容没有保存，也没有留作草稿，请先另外记下。";
  if (!problem.en.ends_with('.')) problem.en += '.';
  problem.en += " What was typed now was not saved, and is in no draft: note it down first.";
  return problem;
}

// What could not be placed is in the form as well, and keeps it from being saved: commit() names all that is wrong. A
// form that is not saved stays, whatever the reason; what could not even be kept is told by fill() alone.
Expected<Saved> filled_and_committed(Form& form, const std::string& json) {
  const auto filled = form.fill(json);
  if (!filled && filled.problem().draft.empty()) return unkept(filled.problem(), json);
  const auto saved = form.commit();
  const bool kept = !filled || saved || saved.problem().code == problem_code::nothing_written;
  return kept ? saved : unkept(saved.problem(), json);
}

// Of a form that was opened for this alone: one into which nothing was entered, or nothing that could be, is no draft.
int save_at_once(Form& form, const std::string& json, const Output& out) {
  const auto saved = filled_and_committed(form, json);
  const std::string code = saved ? std::string() : saved.problem().code;
  if (code == problem_code::nothing_written || code == problem_code::text_malformed) {
    if (auto discarded = form.discard(); !discarded) return out.fail(discarded.problem());
  }
  return print_saved(saved, out);
}

// A draft by its token, or by as much of the beginning as tells it from the others.
Expected<std::string> token_of(Phone& phone, const std::string& beginning, const Output&) {
  const auto drafts = phone.drafts();
  if (!drafts) return drafts.problem();
  std::vector<std::string> found;
  for (const DraftView& draft : *drafts) {
    if (!beginning.empty() && draft.token.starts_with(beginning)) found.push_back(draft.token);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return beginning;
  return Problem{ProblemKind::usage,
                 "draft_unclear",
                 {},
                 "有几份草稿的编号都这样开头，请多写几位。",
                 "Several drafts begin like this; give more of it.",
                 {}};
}

void print_items(const std::vector<ListItem>& items, const Output& out) {
  std::vector<std::vector<std::string>> rows;
  for (const ListItem& item : items) {
    out.json_line(item.to_json());
    std::string marks;
    if (item.waiting) marks += out.say("待传 ", "waiting ");
    if (item.conflicts > 0) marks += out.say("分歧 ", "conflict ");
    if (item.held > 0) marks += out.say("未生效 ", "held ");
    if (item.revised) marks += out.say("有修改 ", "revised ");
    if (item.deleted) marks += out.say("已作废 ", "deleted ");
    const std::string& number = item.official_no.empty() ? item.provisional_no : item.official_no;
    if (!item.missing.empty()) marks += out.say("有缺项 ", "incomplete ");
    const std::string place = item.region_label.zh.empty() ? item.region : out.in(item.region_label);
    rows.push_back({item.date, item.kind_label.zh.empty() ? item.kind : out.in(item.kind_label), item.title, place,
                    out.in(item.review.empty() ? item.state_label : item.review_label), marks,
                    number.empty() ? item.id : number});
  }
  out.table({out.say("日期", "date"), out.say("类型", "kind"), out.say("标题", "title"), out.say("地点", "place"),
             out.say("状态", "state"), out.say("标记", "marks"), out.say("编号", "number")},
            rows);
}

}  // namespace

int make(Phone& phone, const Arguments& arguments, const Output& out) {
  std::string json;
  if (!arguments.begin && !read_fields(arguments, out, json)) return exit_usage;
  auto form = phone.begin_new(arguments.kind, arguments.studio);
  if (!form) return out.fail(unkept(form.problem(), json));
  return arguments.begin ? print_token(*form, out) : save_at_once(*form, json, out);
}

int edit(Phone& phone, const Arguments& arguments, const Output& out) {
  std::string json;
  const bool by_token = !arguments.token.empty();
  const bool typed = by_token ? arguments.leave_out.empty() || !arguments.fields.empty() : !arguments.begin;
  if (typed && !read_fields(arguments, out, json)) return exit_usage;
  if (by_token) {
    const auto token = token_of(phone, arguments.token, out);
    if (!token) return out.fail(unkept(token.problem(), json));
    auto form = phone.form(*token);
    if (!form) return out.fail(unkept(form.problem(), json));
    if (auto left = form->leave_out(arguments.leave_out); !left) return out.fail(left.problem());
    const bool nothing = json.find_first_not_of(" \t\r\n") == std::string::npos;
    return print_saved(filled_and_committed(*form, nothing ? "{}" : json), out);
  }
  if (arguments.id.empty())
    return out.fail(unkept({ProblemKind::usage, "id_missing", {}, "请给出记录编号。", "Name a record.", {}}, json));
  auto form = phone.begin_edit(arguments.id);
  if (!form) return out.fail(unkept(form.problem(), json));
  return arguments.begin ? print_token(*form, out) : save_at_once(*form, json, out);
}

int drafts(Phone& phone, const Arguments& arguments, const Output& out) {
  if (arguments.discard) {
    const auto token = token_of(phone, arguments.token, out);
    if (!token) return out.fail(token.problem());
    const auto done = phone.discard(*token);
    return done ? static_cast<int>(exit_ok) : out.fail(done.problem());
  }
  const auto found = phone.drafts();
  if (!found) return out.fail(found.problem());
  if (!arguments.token.empty()) {
    const auto token = token_of(phone, arguments.token, out);
    if (!token) return out.fail(token.problem());
    if (auto form = phone.form(*token); !form) return out.fail(form.problem());
  }
  for (const DraftView& draft : *found) {
    if (!arguments.token.empty() && !draft.token.starts_with(arguments.token)) continue;
    out.json_line(draft.to_json());
    const std::string what = draft.damaged ? out.say("损坏，读不出来", "damaged, cannot be read")
                                           : out.in(draft.kind_label) + "  " + draft.title;
    out.line(out.bold(draft.token.substr(0, 8)) + "  " + what + "  " + day_and_time(draft.opened_ms));
    for (const auto& [address, value] : draft.entered) {
      const auto label = draft.labels.find(address), told = draft.value_labels.find(address);
      out.line("    " + (label == draft.labels.end() ? address : out.in(label->second)) + out.say("：", ": ") +
               out.text(value, told == draft.value_labels.end() ? Label{} : told->second));
    }
    if (!draft.reason.empty()) out.line(std::string("    ") + out.say("理由：", "reason: ") + draft.reason);
    for (const WrongField& each : draft.wrong) {
      out.line("    " + out.warn("! " + out.in(each.label)) + "  " + out.in(each.sentence));
    }
  }
  if (found->empty()) out.line(out.say("没有草稿。", "There are no drafts."));
  return exit_ok;
}

int remove(Phone& phone, const Arguments& arguments, const Output& out) {
  return print_saved(phone.remove_record(arguments.id, arguments.reason), out);
}

int resolve(Phone& phone, const Arguments& arguments, const Output& out) {
  const FieldValue value = arguments.value_is_json ? FieldValue::from_json(arguments.value) : arguments.value;
  return print_saved(phone.resolve(arguments.id, arguments.address, value, arguments.reason), out);
}

int list(Phone& phone, const Arguments& arguments, const Output& out) {
  ListOptions options;
  options.kind = arguments.kind;
  options.studio = arguments.studio;
  options.with_deleted = arguments.all;
  options.limit = arguments.limit;
  options.after = arguments.after;
  const auto page = phone.list(options);
  if (!page) return out.fail(page.problem());
  print_items(page->items, out);
  if (!page->next.empty()) {
    out.json_line("{\"next\":" + quoted(page->next) + "}");
    out.line(std::string(out.say("下一页：--after ", "next page: --after ")) + page->next);
  }
  return exit_ok;
}

int find(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto items = phone.find(arguments.word, arguments.limit);
  if (!items) return out.fail(items.problem());
  print_items(*items, out);
  return exit_ok;
}

}  // namespace lianxin::cli
