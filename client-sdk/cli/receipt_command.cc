#include <algorithm>

#include "commands.h"
#include "lianxin/codes.h"

namespace lianxin::cli {
namespace {

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string short_device(const std::string& device) {
  std::string text = device.substr(0, 4);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c; });
  return text;
}

}  // namespace

std::string acknowledged_line(const ReceiptView& told, const Output& out) {
  const std::string when = day_and_time(told.server_ms);
  const bool all = told.acked_n >= told.here;
  const std::string zh_count = all ? "全部 " + grouped(told.acked_n) + " 条修改"
                                   : grouped(told.here) + " 条修改中的前 " + grouped(told.acked_n) + " 条";
  const std::string en_count = all ? "all " + grouped(told.acked_n) + " changes"
                                   : "the first " + grouped(told.acked_n) + " of " + grouped(told.here) + " changes";
  const std::string zh = "设备 " + short_device(told.device) + "：" + zh_count + "于 " + when +
                         " 已在服务器，日志至第 " + grouped(told.log_seq) + " 条";
  const std::string en = "device " + short_device(told.device) + ": " + en_count + " on the server at " + when +
                         ", log at " + grouped(told.log_seq);
  return out.say(zh.c_str(), en.c_str());
}

int receipt(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto found = phone.receipts();
  if (!found) return out.fail(found.problem());
  bool any = false;
  for (const ReceiptView& told : *found) {
    if (!arguments.studio.empty() && arguments.studio != told.code && arguments.studio != told.studio) continue;
    any = true;
    out.json_line(told.to_json());
    out.line(out.bold(told.code.empty() ? told.studio : told.code) + "  " + told.name);
    out.line("  " + acknowledged_line(told, out));
    if (!told.current) {
      out.line("  " +
               out.warn(out.say("服务器此后曾恢复到较早的备份", "the server was set back to a backup after this")));
    }
    if (!told.this_key) {
      out.line("  " + out.faint(out.say("本机换用新密钥之前", "from before this phone took a new key")));
    }
    out.line(told.text);
    out.line("");
  }
  if (!any && !arguments.studio.empty()) {
    const auto now = phone.status();
    if (!now) return out.fail(now.problem());
    const bool here = std::any_of(now->studios.begin(), now->studios.end(), [&](const StudioStatus& studio) {
      return studio.code == arguments.studio || studio.studio == arguments.studio;
    });
    if (!here) {
      return out.fail({ProblemKind::usage,
                       std::string(problem_code::studio_unknown),
                       {},
                       "本机没有这个工作室，请检查代码。",
                       "This phone does not have that studio. Check the code.",
                       {}});
    }
  }
  if (!any) {
    out.line(out.say("服务器还没有为本机签过回执：先同步一次。",
                     "The server has signed nothing for this phone yet: sync once."));
  }
  return exit_ok;
}

}  // namespace lianxin::cli
