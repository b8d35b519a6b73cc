// lianxin: a phone on the command line. It keeps records without a network, and exchanges them when there is one.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "clock.h"
#include "commands.h"
#include "pin_input.h"

namespace {

using namespace lianxin;
using namespace lianxin::cli;

constexpr const char* exit_codes =
    "退出码 exit codes: 0 完成 done; 1 被拒绝 refused; 2 用法错误 wrong usage; "
    "3 没有送达或未知，内容都在本机 not reached or unknown, everything is kept; 4 完成，但有事项需要您处理 done, and "
    "something needs you";

struct Global {
  std::string file = "lianxin.phone", language = "zh", clock, boot_clock, boot_id, ca_file, pin_file;
  bool json = false;
};

void add_global(CLI::App& app, Global& global) {
  app.add_option("--store", global.file, "本机文件 this phone's file")->envname("LIANXIN_STORE")->capture_default_str();
  app.add_flag("--json", global.json, "JSON 输出 output for programs");
  app.add_option("--lang", global.language, "语言 language: zh, en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->envname("LIANXIN_LANG");
  app.add_option("--clock", global.clock,
                 "本机时钟：毫秒偏差或 ISO 时间 the phone's clock: an offset in ms or an ISO time");
  app.add_option("--boot-clock", global.boot_clock, "开机毫秒 milliseconds since boot");
  app.add_option("--boot-id", global.boot_id, "开机标识 which boot that was");
  app.add_option("--store-pin-file", global.pin_file,
                 "本机口令所在的文件，只有本人可读 a file with the PIN of this phone's file, for you only to read")
      ->envname("LIANXIN_STORE_PIN_FILE");
  app.add_option("--ca-file", global.ca_file, "另外信任的证书 certificates to trust besides the system's");
  app.fallthrough();
}

using Command = int (*)(Phone&, const Arguments&, const Output&);

CLI::App* add(CLI::App& app, const char* name, const char* text, Command command, Command& chosen) {
  CLI::App* sub = app.add_subcommand(name, text);
  sub->callback([command, &chosen] { chosen = command; });
  sub->fallthrough();
  return sub;
}

void add_phone_commands(CLI::App& app, Arguments& a, Command& chosen) {
  CLI::App* sub = add(app, "enrol", "登记本机 enrol this phone", enrol, chosen);
  auto* uri = sub->add_option("--uri,--qr", a.uri, "二维码的内容 what the office's QR code holds");
  auto* server_option = sub->add_option("--server", a.server, "https://主机 host");
  auto* code = sub->add_option("--code", a.code, "登记码 enrolment code from the office");
  auto* pin = sub->add_option("--pin", a.server_pin, "服务器身份码 the server's pin");
  server_option->needs(code);
  code->needs(server_option);
  for (auto* typed : {server_option, code, pin}) uri->excludes(typed);
  sub->require_option(1, 4);
  sub->add_option("--name", a.name, "本机名称 name of this phone");
  sub = add(app, "sync", "同步 push what waits, pull what is new", sync, chosen);
  sub->add_option("--retry-for", a.retry_for_s, "没有信号时继续尝试的秒数 seconds to keep trying")
      ->capture_default_str();
  sub = add(app, "server", "服务器地址，或更换它 the server's address, or a new one", server, chosen);
  sub->add_option("--url,url", a.server, "新地址 the new address: https://主机 host");
  sub->add_option("--pin", a.server_pin, "服务器身份码 the server's pin");
  add(app, "status", "三个数字 here, on the server, needs you", status, chosen);
  sub = add(app, "receipt", "服务器签名的回执 what the server signed of this phone's work", receipt, chosen);
  sub->add_option("--studio", a.studio, "工作室代码或编号 studio, by code or id");
  sub = add(app, "inbox", "需要我处理的 what needs me", inbox, chosen);
  sub->add_option("--acknowledge", a.id, "已知悉的修改 a corrected or dismissed change")
      ->each([&a](const std::string&) { a.acknowledge = true; });
  sub = add(app, "kinds", "记录类型与字段 kinds of records and their fields", kinds, chosen);
  sub->add_option("kind", a.kind, "类型 kind");
  add(app, "members", "本机成员 who may use this phone", members, chosen);
  sub = add(app, "switch", "切换成员 who uses this phone now", switch_member, chosen);
  sub->add_option("member", a.member, "成员编号或姓名 id or name")->required();
  sub->add_option("--pin", a.pin, "口令；不给则从标准输入读 PIN; read from standard input where not given");
  sub->add_flag("--set-pin", a.set_pin, "设置口令而不切换 set the PIN instead");
}

void add_store_pin_command(CLI::App& app, Arguments& a, Command& chosen) {
  CLI::App* sub =
      add(app, "store-pin", "设置、更换或取消本机口令 set, change or take away the PIN of this phone's file", store_pin,
          chosen);
  sub->add_option("--new-pin-file", a.new_pin_file,
                  "新口令所在的文件；不给则在终端输入 a file with it; asked for otherwise");
  sub->add_flag("--none", a.no_pin, "不再用口令 from now on without one");
}

// A PIN is asked for where the file has one and none was given.
Expected<Phone> open_phone(const Global& global, PhoneClock& clock, Arguments& arguments, const Output& out) {
  PhoneOptions options;
  options.path = global.file;
  options.clock = &clock;
  options.http.ca_file = global.ca_file;
  options.language = global.language;
  if (!global.pin_file.empty()) options.store_pin = pin_in(global.pin_file).value_or("");
  auto phone = Phone::open(options);
  if (!phone && phone.problem().code == "store_pin_missing") {
    if (const auto typed = ask_for_pin(out.say("本机口令：", "PIN of this phone's file: "))) {
      options.store_pin = *typed;
      phone = Phone::open(options);
    }
  }
  arguments.store_pin = options.store_pin;
  return phone;
}

void add_record_commands(CLI::App& app, Arguments& a, Command& chosen) {
  constexpr const char* fields = "JSON 文件，默认标准输入 a JSON file; standard input where not given";
  CLI::App* sub = add(app, "new", "新建记录 a new record", make, chosen);
  sub->add_option("kind", a.kind, "类型 kind")->required();
  sub->add_option("--studio", a.studio, "工作室代码或编号 studio, by code or id");
  sub->add_option("--fields", a.fields, fields);
  sub->add_flag("--begin", a.begin, "只打开表单 only open the form, print its token");
  sub = add(app, "edit", "编辑 edit a record", edit, chosen);
  sub->add_option("id", a.id, "记录编号 record, by id or number");
  sub->add_option("--fields", a.fields, fields);
  sub->add_flag("--begin", a.begin, "只打开表单 only open the form, print its token");
  sub->add_option("--commit", a.token, "保存已打开的表单 save the form of that token");
  sub->add_option("--leave-out", a.leave_out, "不填这一栏，其余照存 leave this field of the draft out")
      ->needs(sub->get_option("--commit"));
  sub = add(app, "drafts", "草稿：填过、还没有保存的 what was entered and is not saved yet", drafts, chosen);
  sub->add_option("draft", a.token, "草稿编号，写开头几位即可 a draft, by the beginning of its token");
  sub->add_flag("--discard", a.discard, "放弃这份草稿 throw it away");
  sub = add(app, "delete", "作废 delete a record", remove, chosen);
  sub->add_option("id", a.id, "记录编号 record, by id or number")->required();
  sub->add_option("--reason", a.reason, "原因 why")->required();
  sub = add(app, "show", "查看 show a record", show, chosen);
  sub->add_option("id", a.id, "记录编号 record, by id or number")->required();
  sub = add(app, "list", "列表 list records", list, chosen);
  sub->add_option("--kind", a.kind, "类型 kind");
  sub->add_option("--studio", a.studio, "工作室 studio");
  sub->add_option("--limit", a.limit, "条数 how many")->capture_default_str();
  sub->add_option("--after", a.after, "下一页 the next page");
  sub->add_flag("--all", a.all, "含已作废的 deleted ones too");
  sub = add(app, "find", "搜索 find words", find, chosen);
  sub->add_option("word", a.word, "词语 words")->required();
  sub->add_option("--limit", a.limit, "条数 how many")->capture_default_str();
  sub = add(app, "resolve", "解决分歧 settle a conflict", resolve, chosen);
  sub->add_option("id", a.id, "记录编号 record, by id or number")->required();
  sub->add_option("address", a.address, "位置 where, such as title")->required();
  sub->add_option("value", a.value, "选定的内容 the value to keep")->required();
  sub->add_flag("--value-json", a.value_is_json, "内容是 JSON the value is JSON: a number, true, an object");
  sub->add_option("--reason", a.reason, "原因 why");
}

int run(int argc, char** argv) {
  CLI::App app("连心 Lianxin：委员工作室手机端 field records on a phone", "lianxin");
  app.footer(exit_codes);
  app.require_subcommand(1);
  Global global;
  Arguments arguments;
  Command chosen = nullptr;
  add_global(app, global);
  add_phone_commands(app, arguments, chosen);
  add_record_commands(app, arguments, chosen);
  add_store_pin_command(app, arguments, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_ok : exit_usage;
  }
  Output out;
  out.set(global.json, global.language == "en");
  OptionClock clock;
  if (!clock.set(global.clock, global.boot_clock, global.boot_id)) {
    return out.fail({ProblemKind::usage,
                     "clock_wrong",
                     {},
                     "时钟应为毫秒偏差或 ISO 时间。",
                     "The clock is an offset in milliseconds or an ISO time.",
                     {}});
  }
  auto phone = open_phone(global, clock, arguments, out);
  if (!phone) return out.fail(phone.problem());
  return chosen(*phone, arguments, out);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return lianxin::cli::exit_refused;
  }
}
