// How the command line speaks: Chinese or English, tables for people, JSON lines for programs.
#pragma once

#include <string>
#include <vector>

#include "lianxin/phone.h"

namespace lianxin::cli {

// Documented in --help.
enum ExitCode { exit_ok = 0, exit_refused = 1, exit_usage = 2, exit_network = 3, exit_attention = 4 };

class Output {
 public:
  void set(bool json, bool english);
  bool json() const { return json_; }
  std::string language() const { return english_ ? "en" : "zh"; }
  const char* say(const char* zh, const char* en) const { return english_ ? en : zh; }
  std::string in(const Label& label) const { return english_ && !label.en.empty() ? label.en : label.zh; }

  std::string in(const std::vector<Label>& labels) const;                     // one after the other
  std::string text(const FieldValue& value, const Label& value_label) const;  // by its name, where it has one

  void labels(const char* title, const std::vector<Label>& labels) const;  // a line; none where there are none
  void line(const std::string& text) const;                                // to standard output
  void json_line(const std::string& json) const;
  // The last column takes what it needs; the others are as wide as their widest cell, at most 36.
  void table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) const;
  std::string bold(const std::string& text) const;
  std::string warn(const std::string& text) const;
  std::string faint(const std::string& text) const;
  int fail(const Problem& problem) const;         // to standard error; the exit code that goes with it
  void progress(const Progress& progress) const;  // one line that is written over, on a terminal only
  void end_progress() const;

 private:
  void print_draft(const Problem& problem) const;

  bool json_ = false, english_ = false, colours_ = false, bar_ = false;
};

std::string quoted(const std::string& text);     // as a JSON string
std::string day_and_time(std::int64_t unix_ms);  // in Shanghai

}  // namespace lianxin::cli
