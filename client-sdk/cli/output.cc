#include "output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iostream>

#include "width.h"

namespace lianxin::cli {

void Output::set(bool json, bool english) {
  json_ = json;
  english_ = english;
  colours_ = !json && isatty(STDOUT_FILENO) != 0;
  bar_ = !json && isatty(STDERR_FILENO) != 0;
}

std::string Output::in(const std::vector<Label>& labels) const {
  std::string all;
  for (const Label& label : labels) all += (all.empty() ? "" : say("、", ", ")) + in(label);
  return all;
}

std::string Output::text(const FieldValue& value, const Label& value_label) const {
  return value_label.zh.empty() ? value.to_text() : in(value_label);
}

void Output::labels(const char* title, const std::vector<Label>& labels) const {
  if (!labels.empty()) line(warn(title) + in(labels));
}

void Output::line(const std::string& text) const {
  if (!json_) std::cout << text << "\n";
}

void Output::json_line(const std::string& json) const {
  if (json_) std::cout << json << "\n";
}

std::string Output::bold(const std::string& text) const { return colours_ ? "\033[1m" + text + "\033[0m" : text; }
std::string Output::warn(const std::string& text) const { return colours_ ? "\033[33m" + text + "\033[0m" : text; }
std::string Output::faint(const std::string& text) const { return colours_ ? "\033[2m" + text + "\033[0m" : text; }

void Output::table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) const {
  if (json_) return;
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < head.size(); ++column) {
    std::size_t width = display_width(head[column]);
    for (const auto& row : rows) width = std::max(width, display_width(row[column]));
    widths.push_back(std::min<std::size_t>(width, 36));
  }
  const auto print = [&](const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const bool last = column + 1 == row.size();
      text += last ? row[column] : padded(row[column], widths[column]) + "  ";
    }
    return text;
  };
  line(bold(print(head)));
  for (const auto& row : rows) line(print(row));
}

// Which draft has what was entered, and what else is wrong in it.
void Output::print_draft(const Problem& problem) const {
  for (std::size_t i = 1; i < problem.wrong.size(); ++i) {
    const WrongField& each = problem.wrong[i];
    if (each.code != problem.code) std::cerr << "  " << in(each.label) << "  " << in(each.sentence) << "\n";
  }
  if (problem.draft.empty()) return;
  const std::string token = problem.draft.substr(0, 8);
  std::cerr << say("草稿编号 ", "draft ") << token
            << say("：改好后按这个编号保存。", ": put it right with lianxin edit --commit and this token.") << "\n";
}

int Output::fail(const Problem& problem) const {
  end_progress();
  if (json_) {
    std::cout << "{\"code\":" << quoted(problem.code) << ",\"detail\":" << quoted(problem.detail)
              << ",\"draft\":" << quoted(problem.draft) << ",\"en\":" << quoted(problem.en)
              << ",\"field\":" << quoted(problem.field) << ",\"problem\":true,\"wrong\":[";
    for (const WrongField& each : problem.wrong) {
      std::cout << (&each == &problem.wrong.front() ? "" : ",") << "{\"allowed\":" << quoted(in(each.allowed))
                << ",\"code\":" << quoted(each.code) << ",\"field\":" << quoted(each.field)
                << ",\"given\":" << quoted(each.given) << ",\"label\":" << quoted(in(each.label)) << "}";
    }
    std::cout << "],\"zh\":" << quoted(problem.zh) << "}\n";
  } else {
    // Codes and addresses are for programs (--json); in the sentence a field has its label.
    std::cerr << problem.sentence(language());
    if (!problem.detail.empty()) std::cerr << " " << problem.detail;
    std::cerr << "\n";
    print_draft(problem);
  }
  switch (problem.kind) {
    case ProblemKind::refused:
    case ProblemKind::storage: break;
    case ProblemKind::usage: return exit_usage;
    case ProblemKind::network:
    case ProblemKind::cancelled: return exit_network;
  }
  return exit_refused;
}

void Output::progress(const Progress& progress) const {
  if (!bar_) return;
  std::string text;
  switch (progress.phase) {
    case SyncPhase::connecting: text = say("正在连接…", "connecting…"); break;
    case SyncPhase::pushing:
      text = say("正在上传 ", "pushing ") + std::to_string(progress.pushed) + "/" + std::to_string(progress.to_push);
      break;
    case SyncPhase::pulling: text = say("正在接收，记录 ", "pulling, records ") + std::to_string(progress.rows); break;
    case SyncPhase::checking: text = say("正在核对…", "checking…"); break;
    case SyncPhase::waiting_to_retry:
      text = say("没有送到，稍后再试，秒：", "not through, trying again in seconds: ") +
             std::to_string(progress.retry_in_ms / 1000);
      break;
    case SyncPhase::done: text = say("完成", "done"); break;
  }
  if (progress.to_push > 0 && progress.phase != SyncPhase::done) {
    constexpr std::int64_t cells = 20;
    const std::int64_t full = std::clamp<std::int64_t>(cells * progress.pushed / progress.to_push, 0, cells);
    text = "[" + std::string(static_cast<std::size_t>(full), '#') +
           std::string(static_cast<std::size_t>(cells - full), ' ') + "] " + text;
  }
  std::cerr << "\r\033[K" << text << std::flush;
}

void Output::end_progress() const {
  if (bar_) std::cerr << "\r\033[K" << std::flush;
}

std::string quoted(const std::string& text) { return FieldValue(text).to_json(); }

std::string day_and_time(std::int64_t unix_ms) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000 + 8 * 3600);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

}  // namespace lianxin::cli
