#include "commands.h"

#include <algorithm>
#include <csignal>
#include <iostream>

namespace lianxin::cli {
namespace {

std::atomic<bool> stop{false};

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

const char* name_of(InboxKind kind, const Output& out) {
  switch (kind) {
    case InboxKind::conflict: return out.say("分歧", "conflict");
    case InboxKind::returned: return out.say("退回", "returned");
    case InboxKind::held: return out.say("未生效", "held");
    case InboxKind::corrected: return out.say("已更正", "corrected");
    case InboxKind::dismissed: return out.say("未采用", "dismissed");
    case InboxKind::trouble: return out.say("核对不符", "trouble");
    case InboxKind::draft: return out.say("草稿", "draft");
  }
  return "";
}

// The change is named where it is asked for, to put the item away.
void print_inbox_item(const InboxItem& item, const Output& out) {
  const bool put_away = item.kind == InboxKind::corrected || item.kind == InboxKind::dismissed ||
                        (item.kind == InboxKind::trouble && !item.change.empty());
  const std::string marked = out.in(item.marked_labels);
  const std::string token = item.draft.empty() ? "" : out.say("草稿编号 ", "draft ") + item.draft.substr(0, 8);
  out.line(out.warn(name_of(item.kind, out)) + "  " + out.bold(item.title) + "  " + out.in(item.label) + "  " +
           out.faint(item.number));
  out.line("    " + out.in(item.sentence) + (item.reason.empty() ? "" : out.say("意见：", " Reason: ") + item.reason) +
           (marked.empty() ? "" : out.say("。需补正：", ". To be corrected: ") + marked) +
           (put_away ? "  " + out.faint(item.change) : "") + (token.empty() ? "" : "  " + token));
}

std::string report_json(const SyncReport& report) {
  const auto yes = [](bool is) { return is ? "true" : "false"; };
  return std::string("{\"complete\":") + yes(report.complete) + ",\"forked\":" + yes(report.forked) +
         ",\"moved_to\":" + quoted(report.moved_to) + ",\"problem\":" + quoted(report.problem) +
         ",\"problem_sentence\":{\"zh\":" + quoted(report.problem_sentence.zh) +
         ",\"en\":" + quoted(report.problem_sentence.en) + "}" + ",\"purged\":" + yes(report.purged) +
         ",\"pushed\":" + std::to_string(report.pushed) + ",\"restored_server\":" + yes(report.restored_server) +
         ",\"retries\":" + std::to_string(report.retries) + ",\"round_trips\":" + std::to_string(report.round_trips) +
         ",\"rows\":" + std::to_string(report.rows) + ",\"trouble\":" + yes(report.trouble) +
         ",\"waiting\":" + std::to_string(report.waiting) + "}";
}

void print_report(const SyncReport& report, const Output& out) {
  out.line(std::string(out.say("上传 ", "pushed ")) + std::to_string(report.pushed) +
           out.say(" 条修改，收到 ", " changes, received ") + std::to_string(report.rows) +
           out.say(" 条记录，待上传 ", " records, waiting ") + std::to_string(report.waiting));
  if (!report.moved_to.empty()) {
    out.line(
        out.warn(out.say("服务器已搬到新地址，本机已换用：", "The server has a new address, which this phone took: ") +
                 report.moved_to));
  }
  if (report.restored_server) {
    out.line(out.warn(out.say("服务器曾恢复到较早的备份，本机内容已重新交给它。",
                              "The server had been set back to a backup; it was given everything again.")));
  }
  if (report.forked) {
    out.line(out.warn(out.say("本机曾被还原或复制，已换用新的密钥，内容没有丢失。",
                              "This phone had been restored or cloned; it took a new key. Nothing is lost.")));
  }
  if (report.purged) {
    out.line(out.warn(out.say("已按服务器指令清空本机。", "This phone was emptied by order of the server.")));
  }
  if (report.trouble) {
    out.line(
        out.warn(out.say("有工作室核对不符，请联系办公室。", "A studio differs from the server. Ask the office.")));
  }
  if (!report.problem.empty()) {
    out.line(out.warn(out.say("有工作室没有完成：", "A studio was not done: ") + out.in(report.problem_sentence)));
  }
}

void print_steps(const FieldInfo& field, const Output& out) {
  std::vector<std::vector<std::string>> rows;
  for (const StepInfo& step : field.steps) {
    std::string notes;
    if (step.needs_reason) notes += out.say("须写理由 ", "with a reason ");
    if (step.conditional) notes += out.say("另有条件", "more is asked");
    rows.push_back({out.in(step.from_label), out.in(step.to_label), step.to, out.in(step.role_labels), notes});
  }
  out.line(out.bold(out.in(field.label)) + "  " + field.name);
  out.table({out.say("由", "from"), out.say("到", "to"), out.say("代码", "code"), out.say("谁可以", "who may"),
             out.say("说明", "notes")},
            rows);
}

// Each field, the parts of its elements or entries below it, and the steps of its workflows.
void print_kind(const KindInfo& kind, const Output& out) {
  out.line(out.bold(kind.name) + "  " + out.in(kind.label));
  std::vector<std::vector<std::string>> rows;
  for (const FieldInfo& field : kind.fields) {
    const std::string unit = field.unit.empty() ? "" : out.say("，单位：", ", in: ") + field.unit;
    rows.push_back({field.name, out.in(field.label), out.in(field.required_label), out.in(field.takes) + unit});
    for (const AttributeInfo& part : field.parts) {
      rows.push_back({"  " + part.name, out.in(part.label), "", out.in(part.takes)});
    }
  }
  out.table(
      {out.say("栏目", "field"), out.say("名称", "label"), out.say("必填", "required"), out.say("填什么", "takes")},
      rows);
  for (const FieldInfo& field : kind.fields) {
    if (!field.steps.empty()) print_steps(field, out);
  }
}

}  // namespace

int enrol(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto done = arguments.uri.empty()
                        ? phone.enrol(arguments.server, arguments.code, arguments.name, arguments.server_pin)
                        : phone.enrol_by(arguments.uri, arguments.name);
  if (!done) return out.fail(done.problem());
  return status(phone, arguments, out);
}

int server(Phone& phone, const Arguments& arguments, const Output& out) {
  if (!arguments.server.empty()) {
    const auto moved = phone.move_to(arguments.server, arguments.server_pin);
    if (!moved) return out.fail(moved.problem());
  }
  const auto now = phone.status();
  if (!now) return out.fail(now.problem());
  out.json_line("{\"server\":" + quoted(now->server) + "}");
  out.line(now->server.empty() ? out.say("本机尚未登记。", "This phone is not enrolled yet.") : now->server);
  return exit_ok;
}

int members(Phone& phone, const Arguments&, const Output& out) {
  const auto found = phone.members();
  if (!found) return out.fail(found.problem());
  std::vector<std::vector<std::string>> rows;
  for (const MemberInfo& member : *found) {
    rows.push_back({member.current ? "*" : "", member.name, joined(member.roles),
                    member.has_pin ? out.say("有", "yes") : out.say("无", "no"), member.id});
    out.json_line("{\"current\":" + std::string(member.current ? "true" : "false") +
                  ",\"has_pin\":" + (member.has_pin ? "true" : "false") + ",\"id\":" + quoted(member.id) +
                  ",\"name\":" + quoted(member.name) + ",\"roles\":" + quoted(joined(member.roles)) + "}");
  }
  out.table({"", out.say("姓名", "name"), out.say("角色", "roles"), out.say("口令", "PIN"), out.say("编号", "id")},
            rows);
  return exit_ok;
}

int switch_member(Phone& phone, const Arguments& arguments, const Output& out) {
  std::string pin = arguments.pin;
  if (pin.empty()) {
    std::cerr << out.say("口令：", "PIN: ");
    std::getline(std::cin, pin);
  }
  const auto done =
      arguments.set_pin ? phone.set_pin(arguments.member, pin) : phone.switch_member(arguments.member, pin);
  if (!done) return out.fail(done.problem());
  return members(phone, arguments, out);
}

int sync(Phone& phone, const Arguments& arguments, const Output& out) {
  std::signal(SIGINT, [](int) { stop = true; });
  SyncOptions options;
  options.progress = [&](const Progress& progress) { out.progress(progress); };
  options.cancel = &stop;
  options.retry_for_ms = arguments.retry_for_s * 1000;
  const auto report = phone.sync(options);
  out.end_progress();
  if (!report) return out.fail(report.problem());
  out.json_line(report_json(*report));
  print_report(*report, out);
  if (!report->problem.empty()) return exit_refused;
  if (report->purged || report->trouble) return exit_attention;
  const auto now = phone.status();
  return now && now->needs_you > 0 ? exit_attention : exit_ok;
}

int status(Phone& phone, const Arguments&, const Output& out) {
  const auto now = phone.status();
  if (!now) return out.fail(now.problem());
  out.json_line(now->to_json());
  if (now->purged) out.line(out.warn(out.say("本机已清空。", "This phone was emptied.")));
  if (!now->enrolled) {
    out.line(out.say("本机尚未登记。", "This phone is not enrolled yet."));
    return exit_ok;
  }
  out.line(out.bold(now->member_name) + "  " + out.faint(now->device_name + " " + now->device.substr(0, 8)));
  out.line(std::string(out.say("本机 ", "here ")) + out.bold(std::to_string(now->here)) +
           out.say(" · 已在服务器 ", " · on the server ") + out.bold(std::to_string(now->on_server)) +
           out.say(" · 待上传 ", " · waiting ") + out.bold(std::to_string(now->waiting)) +
           out.say(" · 需要您处理 ", " · needs you ") + out.warn(std::to_string(now->needs_you)) +
           (now->drafts > 0 ? out.say(" · 草稿 ", " · drafts ") + std::to_string(now->drafts) : std::string()));
  std::vector<std::vector<std::string>> rows;
  for (const StudioStatus& studio : now->studios) {
    rows.push_back({studio.code, studio.name, std::to_string(studio.here), std::to_string(studio.on_server),
                    studio.synced_ms ? day_and_time(studio.synced_ms) : out.say("从未", "never"),
                    studio.trouble ? out.say("核对不符", "differs") : out.in(studio.problem_sentence)});
  }
  out.table({out.say("代码", "code"), out.say("工作室", "studio"), out.say("本机", "here"), out.say("服务器", "server"),
             out.say("上次同步", "last sync"), out.say("说明", "note")},
            rows);
  for (const StudioStatus& studio : now->studios) {
    for (std::size_t i = 0; i < studio.differing.size(); ++i) {
      const std::string name = out.in(studio.differing_labels[i]);
      out.line(out.warn(out.say("与服务器不一样：", "not as on the server: ")) +
               (name.empty() ? studio.differing[i] : name));
    }
  }
  if (out.json()) return exit_ok;  // `receipt` has them for programs
  const auto acknowledged = phone.receipts();
  if (!acknowledged) return out.fail(acknowledged.problem());
  for (const ReceiptView& told : *acknowledged) {
    if (!told.current || !told.this_key) continue;
    out.line(out.faint((told.code.empty() ? told.studio : told.code) + "  " + acknowledged_line(told, out)));
  }
  return exit_ok;
}

int inbox(Phone& phone, const Arguments& arguments, const Output& out) {
  if (arguments.acknowledge) {
    const auto done = phone.put_away(arguments.id);
    return done ? static_cast<int>(exit_ok) : out.fail(done.problem());
  }
  const auto items = phone.inbox();
  if (!items) return out.fail(items.problem());
  for (const InboxItem& item : *items) {
    out.json_line(item.to_json());
    print_inbox_item(item, out);
  }
  if (items->empty()) out.line(out.say("没有需要处理的事项。", "Nothing needs you."));
  return items->empty() ? exit_ok : exit_attention;
}

int kinds(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto found = phone.kinds();
  if (!found) return out.fail(found.problem());
  const bool known = arguments.kind.empty() || std::any_of(found->begin(), found->end(), [&](const KindInfo& kind) {
                       return kind.name == arguments.kind;
                     });
  if (!known) {
    return out.fail({ProblemKind::usage,
                     "kind_unknown",
                     {},
                     "没有这种记录类型，不带类型再看一次有哪些。",
                     "There is no such kind of record; ask without a name for all of them.",
                     {}});
  }
  for (const KindInfo& kind : *found) {
    if (!arguments.kind.empty() && kind.name != arguments.kind) continue;
    if (arguments.kind.empty()) {
      out.json_line("{\"en\":" + quoted(kind.label.en) + ",\"name\":" + quoted(kind.name) +
                    ",\"zh\":" + quoted(kind.label.zh) + "}");
      out.line(out.bold(kind.name) + "  " + out.in(kind.label));
    } else {
      out.json_line(kind.to_json());
      print_kind(kind, out);
    }
  }
  return exit_ok;
}

}  // namespace lianxin::cli
