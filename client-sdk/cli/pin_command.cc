#include "commands.h"
#include "pin_input.h"

namespace lianxin::cli {
namespace {

Problem not_to_be_had() {
  return {
      ProblemKind::usage,
      "new_pin_missing",
      {},
      "请用 --new-pin-file 给出新口令所在的文件（只有本人可读），或在终端里输入；--none 取消口令。",
      "Give the new PIN in a file that only you may read (--new-pin-file), or type it on a terminal; --none takes the "
      "PIN away.",
      {}};
}

std::optional<std::string> new_pin(const Arguments& arguments, const Output& out) {
  if (arguments.no_pin) return std::string();
  if (!arguments.new_pin_file.empty()) return pin_in(arguments.new_pin_file);
  auto typed = ask_for_pin(out.say("新的本机口令：", "New PIN of this phone's file: "));
  if (!typed || typed->empty()) return std::nullopt;
  const auto again = ask_for_pin(out.say("再输入一次：", "Once more: "));
  return typed == again ? std::move(typed) : std::nullopt;
}

}  // namespace

int store_pin(Phone& phone, const Arguments& arguments, const Output& out) {
  const auto next = new_pin(arguments, out);
  if (!next) return out.fail(not_to_be_had());
  const auto done = phone.change_store_pin(arguments.store_pin, *next);
  if (!done) return out.fail(done.problem());
  out.json_line(std::string("{\"store_pin\":") + (next->empty() ? "false" : "true") + "}");
  out.line(next->empty()
               ? out.say("本机文件不再需要口令。", "This phone's file opens without a PIN now.")
               : out.say("本机文件从现在起要用新口令打开。", "This phone's file opens with the new PIN from now on."));
  return exit_ok;
}

}  // namespace lianxin::cli
