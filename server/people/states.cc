#include "server/people/states.h"

#include <array>
#include <optional>
#include <span>

#include "schema/bytes.h"
#include "server/journal/journal.h"
#include "server/people/queries.h"
#include "server/people/state_queries.h"
#include "server/storage/sql.h"

namespace lianxin::server {
namespace {

enum class Holds { bytes, text, number };

struct Column {
  const char* name;
  Holds holds;
};

constexpr Column bytes(const char* name) { return {name, Holds::bytes}; }
constexpr Column text(const char* name) { return {name, Holds::text}; }
constexpr Column number(const char* name) { return {name, Holds::number}; }

// One table: its columns in the order in which its statements give and take them; state_no is the last.
struct Table {
  const char* kind;
  std::span<const Column> columns;
  const Query& after;   // changed after $1, by state_no
  const Query& number;  // sets state_no of key $1 to $2, and gives the row
  const Query& put;     // all columns
};

constexpr auto device_columns =
    std::to_array({bytes("device"),         bytes("public_key"),     text("name"),
                   bytes("member"),         bytes("studio"),         number("shared"),
                   text("certificate"),     bytes("token_hash"),     number("enrolled_ms"),
                   text("enrolled_by"),     text("status"),          bytes("rekeyed_from"),
                   bytes("superseded_by"),  number("readmitted_ms"), number("after_revocation"),
                   number("purge_told_ms"), number("token_ms"),      bytes("next_token_hash"),
                   number("next_token_ms"), number("state_no")});
constexpr auto code_columns =
    std::to_array({bytes("code_hash"), bytes("studio"), bytes("member"), number("shared"), text("issued_by"),
                   number("issued_ms"), number("expires_ms"), bytes("used_by"), number("withdrawn_ms"), text("name"),
                   number("wrong_tries"), number("state_no")});
constexpr auto account_columns =
    std::to_array({text("login"), bytes("member"), number("must_change"), text("status"), number("password_no"),
                   bytes("totp_sealed"), text("recovery"), number("state_no")});
constexpr auto grant_columns =
    std::to_array({number("grant_id"), bytes("member"), text("role"), bytes("studio"), text("org_code"),
                   number("from_ms"), number("to_ms"), text("clearance"), number("state_no")});
constexpr auto org_columns = std::to_array({text("org_code"), number("state_no")});
constexpr auto belonging_columns = std::to_array({text("what"), text("name"), text("org_code"), number("state_no")});
constexpr auto pin_reset_columns = std::to_array({bytes("of"), number("reset_ms"), number("state_no")});
constexpr auto kinds_columns =
    std::to_array({number("version"), number("sensitivity_version"), text("document"), number("state_no")});

const Table device_table{"device", device_columns, state_sql::devices_after, state_sql::number_device,
                         state_sql::put_device_state};
const Table code_table{"code", code_columns, state_sql::codes_after, state_sql::number_code, state_sql::put_code_state};
const Table account_table{"account", account_columns, state_sql::accounts_after, state_sql::number_account,
                          state_sql::put_account_state};
const Table grant_table{"grant", grant_columns, state_sql::grants_after, state_sql::number_grant,
                        state_sql::put_grant_state};
const Table org_table{"org", org_columns, state_sql::orgs_after, state_sql::number_org, state_sql::put_org_state};
const Table belonging_table{"belonging", belonging_columns, state_sql::belongings_after, state_sql::number_belonging,
                            state_sql::put_belonging_state};
const Table pin_reset_table{"pin_reset", pin_reset_columns, state_sql::pin_resets_after, state_sql::number_pin_reset,
                            state_sql::put_pin_reset_state};
const Table kinds_table{"kinds", kinds_columns, state_sql::all_kinds_after, state_sql::number_kinds,
                        state_sql::put_kinds_state};

const std::array<const Table*, 8> tables = {&device_table, &code_table,      &account_table, &grant_table,
                                            &org_table,    &belonging_table, &kinds_table,   &pin_reset_table};

const Table* table_of(const Value::Object& entry) {
  const auto kind = entry.find("kind");
  const std::string* name = kind == entry.end() ? nullptr : kind->second.text();
  for (const Table* table : tables) {
    if (name && *name == table->kind) return table;
  }
  return nullptr;
}

Value column_value(const SqlRun& run, int place, Holds holds) {
  if (run.is_null(place)) return {};
  switch (holds) {
    case Holds::bytes: return to_hex(as_bytes(run.text(place)));
    case Holds::text: return run.text(place);
    case Holds::number: return run.integer(place);
  }
  return {};
}

Value::Object state_in(const SqlRun& run, const Table& table) {
  Value::Object row;
  int place = 0;
  for (const Column& column : table.columns) {
    row.emplace(column.name, column_value(run, place, column.holds));
    ++place;
  }
  const std::int64_t state_no = run.integer(place - 1);
  return {{"kind", table.kind}, {"row", std::move(row)}, {"state_no", state_no}};
}

// False where the value is not what such a column holds.
bool bind_column(SqlRun& run, int n, const Column& column, const Value& value) {
  const std::string* written = value.text();
  std::vector<std::uint8_t> decoded(written ? written->size() / 2 : 0);
  if (value.is_null()) {
    run.bind_null(n);
  } else if (column.holds == Holds::number && value.integer()) {
    run.bind(n, *value.integer());
  } else if (column.holds == Holds::text && written) {
    run.bind(n, *written);
  } else if (column.holds == Holds::bytes && written && from_hex(*written, decoded)) {
    run.bind(n, decoded);
  } else {
    return false;
  }
  return true;
}

// Numbers a row and gives its state.
template <class Key>
Value::Object numbered(SqlConnection& connection, const Table& table, const Key& key, std::int64_t state_no) {
  SqlRun run = connection.run(table.number, key, state_no);
  return run.step() ? state_in(run, table) : Value::Object{};
}

}  // namespace

std::int64_t StateNotes::next_number() { return connection_.only(state_sql::next_state_no, column<std::int64_t>); }

void StateNotes::device(const DeviceId& id) {
  states_.push_back(numbered(connection_, device_table, id, next_number()));
}

void StateNotes::code(const Hash& code_hash) {
  states_.push_back(numbered(connection_, code_table, code_hash, next_number()));
}

void StateNotes::grant(std::int64_t id) { states_.push_back(numbered(connection_, grant_table, id, next_number())); }

void StateNotes::kinds(std::int64_t version) {
  states_.push_back(numbered(connection_, kinds_table, version, next_number()));
}

void StateNotes::pin_reset(const Bytes<32>& of) {
  states_.push_back(numbered(connection_, pin_reset_table, of, next_number()));
}

void StateNotes::org(const std::string& code) {
  states_.push_back(numbered(connection_, org_table, code, next_number()));
}

void StateNotes::belonging(const ReferenceName& name) {
  SqlRun run = connection_.run(state_sql::number_belonging, name.what, name.name, next_number());
  states_.push_back(run.step() ? state_in(run, belonging_table) : Value::Object{});
}

void StateNotes::account(const std::string& login, bool new_password) {
  const std::int64_t number = next_number();
  if (new_password) connection_.exec(state_sql::number_password, login, number);
  states_.push_back(numbered(connection_, account_table, login, number));
}

Status write_and_tell(SqlDatabase& database, Journal& journal,
                      const std::function<Status(SqlConnection&, StateNotes&)>& job) {
  std::vector<Value::Object> states;
  Status written = database.write([&](SqlConnection& connection) -> Status {
    StateNotes notes(connection);
    LX_CHECK(job(connection, notes));
    states = notes.take();
    return {};
  });
  if (!written) return written;
  return journal.append(std::move(states));
}

bool is_state(const Value::Object& entry) { return table_of(entry) != nullptr; }

Result<bool> take_state(SqlConnection& connection, const Value::Object& entry) {
  const Table* table = table_of(entry);
  const auto row = entry.find("row");
  if (!table || row == entry.end() || !row->second.object()) return failure(Errc::invalid_argument, "no state");
  SqlRun run = connection.run(table->put);
  int n = 0;
  for (const Column& column : table->columns) {
    const Value* value = row->second.find(column.name);
    if (!bind_column(run, ++n, column, value ? *value : Value())) {
      return failure(Errc::invalid_argument, std::string(table->kind) + "." + column.name);
    }
  }
  const bool taken = run.exec() > 0;
  const std::int64_t state_no = row->second.integer_at("state_no");
  connection.exec(state_sql::raise_state_no, state_no);
  return taken;
}

void note_states_taken(SqlConnection& connection) {
  connection.exec(people_sql::next_directory_version);
  connection.exec(people_sql::end_all_sessions);
}

std::vector<Value::Object> states_after(SqlConnection& connection, std::int64_t state_no) {
  std::vector<Value::Object> states;
  for (const Table* table : tables) {
    SqlRun run = connection.run(table->after, state_no);
    while (run.step()) states.push_back(state_in(run, *table));
  }
  // A device may name one that comes after it here, whose place it took or that took its own: told once more, once all
  // are there.
  std::vector<Value::Object> again;
  for (const Value::Object& state : states) {
    const Value& row = state.at("row");
    const Value *from = row.find("rekeyed_from"), *by = row.find("superseded_by");
    if ((from && !from->is_null()) || (by && !by->is_null())) again.push_back(state);
  }
  states.insert(states.end(), again.begin(), again.end());
  return states;
}

std::int64_t last_state_no(SqlConnection& connection) {
  return connection.first(state_sql::last_state_no, column<std::int64_t>).value_or(0);
}

}  // namespace lianxin::server
