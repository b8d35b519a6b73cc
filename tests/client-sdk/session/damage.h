// Rows altered behind the API, on the phone and on the server, the way a bad disk or a stranger would.
#pragma once

#include <map>
#include <string>

#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {

// What the phone's file holds of the server's rows in one studio, as text by record.
std::map<std::string, std::string> phone_rows(TestPhone& phone, const StudioId& studio);
void put_phone_row(TestPhone& phone, const StudioId& studio, const std::string& record, const std::string& text);
// A column beside the text.
void set_phone_row_acked(TestPhone& phone, const StudioId& studio, const std::string& record, std::int64_t acked_n);
// As a phone's file is that no sum was kept in yet.
void forget_phone_sums(TestPhone& phone);
void drop_phone_row(TestPhone& phone, const StudioId& studio, const std::string& record);

// The same of the server's store. A row keeps its place in the order of pages unless its text says another.
std::map<std::string, std::string> server_rows(FakeServer& server, const StudioId& studio);
void set_server_rows(FakeServer& server, const StudioId& studio, const std::map<std::string, std::string>& rows);

// What a replay of the log would make of it; the server's rows are left as they are.
std::map<std::string, std::string> rows_of_log(FakeServer& server, const StudioId& studio);

std::string replaced(std::string text, const std::string& from, const std::string& to);  // the first; it must be there

}  // namespace lianxin::client
