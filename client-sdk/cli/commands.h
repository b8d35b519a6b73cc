// One function for each command. Each prints and returns the exit code.
#pragma once

#include <string>

#include "output.h"

namespace lianxin::cli {

struct Arguments {
  // enrol, server
  std::string server, code, name, uri, server_pin;
  // of a record, a member, a search
  std::string kind, studio, id, word, member, pin, address, value, reason;
  // fields: a file, "-" or empty for standard input
  std::string fields;
  std::string token, leave_out;  // of a form: edit --commit TOKEN --leave-out ADDRESS
  bool begin = false, discard = false, all = false, set_pin = false, value_is_json = false, acknowledge = false;
  int limit = 100;
  std::string after;
  std::int64_t retry_for_s = 60;
  std::string store_pin, new_pin_file;  // of this phone's file: the PIN that opened it, and where a new one is
  bool no_pin = false;
};

// about the phone
int enrol(Phone& phone, const Arguments& arguments, const Output& out);
int server(Phone& phone, const Arguments& arguments, const Output& out);
int members(Phone& phone, const Arguments& arguments, const Output& out);
int switch_member(Phone& phone, const Arguments& arguments, const Output& out);
int sync(Phone& phone, const Arguments& arguments, const Output& out);
int status(Phone& phone, const Arguments& arguments, const Output& out);
int receipt(Phone& phone, const Arguments& arguments, const Output& out);
int inbox(Phone& phone, const Arguments& arguments, const Output& out);
int store_pin(Phone& phone, const Arguments& arguments, const Output& out);
int kinds(Phone& phone, const Arguments& arguments, const Output& out);

// One sentence: how many changes of which device, when, and where the log was.
std::string acknowledged_line(const ReceiptView& told, const Output& out);

// about records
int make(Phone& phone, const Arguments& arguments, const Output& out);
int edit(Phone& phone, const Arguments& arguments, const Output& out);
int drafts(Phone& phone, const Arguments& arguments, const Output& out);
int remove(Phone& phone, const Arguments& arguments, const Output& out);
int resolve(Phone& phone, const Arguments& arguments, const Output& out);
int show(Phone& phone, const Arguments& arguments, const Output& out);
int list(Phone& phone, const Arguments& arguments, const Output& out);
int find(Phone& phone, const Arguments& arguments, const Output& out);

}  // namespace lianxin::cli
