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

// One table: its columns in the order in which its statements give and take them; state_no is the last.
struct Table {
  const char* kind;
  std::span<const Column> columns;
  const Query& one;     // by key, $1
  const Query& after;   // changed after $1, by state_no
  const Query& number;  // sets state_no of key $1 to $2
  const Query& put;     // all columns
};

constexpr auto device_columns = std::to_array<Column>({{"device", Holds::bytes},
                                                       {"public_key", Holds::bytes},
                                                       {"name", Holds::text},
                                                       {"member", Holds::bytes},
                                                       {"studio", Holds::bytes},
                                                       {"shared", Holds::number},
                                                       {"certificate", Holds::text},
                                                       {"token_hash", Holds::bytes},
                                                       {"enrolled_ms", Holds::number},
                                                       {"enrolled_by", Holds::text},
                                                       {"status", Holds::text},
                                                       {"rekeyed_from", Holds::bytes},
                                                       {"superseded_by", Holds::bytes},
                                                       {"readmitted_ms", Holds::number},
                                                       {"after_revocation", Holds::number},
                                                       {"state_no", Holds::number}});
constexpr auto code_columns = std::to_array<Column>({{"code_hash", Holds::bytes},
                                                     {"studio", Holds::bytes},
                                                     {"member", Holds::bytes},
                                                     {"shared", Holds::number},
                                                     {"issued_by", Holds::text},
                                                     {"issued_ms", Holds::number},
                                                     {"expires_ms", Holds::number},
                                                     {"used_by", Holds::bytes},
                                                     {"state_no", Holds::number}});
constexpr auto account_columns = std::to_array<Column>({{"login", Holds::text},
                                                        {"member", Holds::bytes},
                                                        {"must_change", Holds::number},
                                                        {"status", Holds::text},
                                                        {"password_no", Holds::number},
                                                        {"state_no", Holds::number}});
constexpr auto grant_columns = std::to_array<Column>({{"grant_id", Holds::number},
                                                      {"member", Holds::bytes},
                                                      {"role", Holds::text},
                                                      {"studio", Holds::bytes},
                                                      {"org_code", Holds::text},
                                                      {"from_ms", Holds::number},
                                                      {"to_ms", Holds::number},
                                                      {"clearance", Holds::text},
                                                      {"state_no", Holds::number}});
constexpr auto org_columns = std::to_array<Column>({{"org_code", Holds::text}, {"state_no", Holds::number}});
constexpr auto kinds_columns = std::to_array<Column>({{"version", Holds::number},
                                                      {"sensitivity_version", Holds::number},
                                                      {"document", Holds::text},
                                                      {"state_no", Holds::number}});

const Table device_table{"device",
                         device_columns,
                         state_sql::device_state,
                         state_sql::devices_after,
                         state_sql::number_device,
                         state_sql::put_device_state};
const Table code_table{"code",
                       code_columns,
                       state_sql::code_state,
                       state_sql::codes_after,
                       state_sql::number_code,
                       state_sql::put_code_state};
const Table account_table{"account",
                          account_columns,
                          state_sql::account_state,
                          state_sql::accounts_after,
                          state_sql::number_account,
                          state_sql::put_account_state};
const Table grant_table{"grant",
                        grant_columns,
                        state_sql::grant_state,
                        state_sql::grants_after,
                        state_sql::number_grant,
                        state_sql::put_grant_state};
const Table org_table{
    "org", org_columns, state_sql::org_state, state_sql::orgs_after, state_sql::number_org, state_sql::put_org_state};
const Table kinds_table{"kinds",
                        kinds_columns,
                        state_sql::kinds_state,
                        state_sql::all_kinds_after,
                        state_sql::number_kinds,
                        state_sql::put_kinds_state};
const std::array<const Table*, 6> tables = {&device_table, &code_table, &account_table,
                                            &grant_table,  &org_table,  &kinds_table};

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
  if (value.is_null()) {
    run.bind_null(n);
    return true;
  }
  if (column.holds == Holds::number) {
    if (!value.integer()) return false;
    run.bind(n, *value.integer());
    return true;
  }
  if (!value.text()) return false;
  if (column.holds == Holds::text) {
    run.bind(n, *value.text());
    return true;
  }
  std::vector<std::uint8_t> bytes(value.text()->size() / 2);
  if (!from_hex(*value.text(), bytes)) return false;
  run.bind(n, std::span<const std::uint8_t>(bytes));
  return true;
}

// Numbers a row and takes its state. `bind_key` binds $1.
template <class BindKey>
Value::Object numbered(SqlConnection& connection, const Table& table, std::int64_t number, const BindKey& bind_key) {
  {
    SqlRun run = connection.run(table.number);
    bind_key(run);
    run.bind(2, number).exec();
  }
  SqlRun run = connection.run(table.one);
  bind_key(run);
  return run.step() ? state_in(run, table) : Value::Object{};
}

}  // namespace

std::int64_t StateNotes::next_number() {
  SqlRun run = connection_.run(state_sql::next_state_no);
  run.step();
  return run.integer(0);
}

void StateNotes::device(const DeviceId& id) {
  states_.push_back(numbered(connection_, device_table, next_number(), [&](SqlRun& run) { run.bind(1, id); }));
}

void StateNotes::code(const Hash& code_hash) {
  states_.push_back(numbered(connection_, code_table, next_number(), [&](SqlRun& run) { run.bind(1, code_hash); }));
}

void StateNotes::account(const std::string& login, bool new_password) {
  const std::int64_t number = next_number();
  if (new_password) connection_.run(state_sql::number_password).bind(1, login).bind(2, number).exec();
  states_.push_back(numbered(connection_, account_table, number, [&](SqlRun& run) { run.bind(1, login); }));
}

void StateNotes::grant(std::int64_t id) {
  states_.push_back(numbered(connection_, grant_table, next_number(), [&](SqlRun& run) { run.bind(1, id); }));
}

void StateNotes::kinds(std::int64_t version) {
  states_.push_back(numbered(connection_, kinds_table, next_number(), [&](SqlRun& run) { run.bind(1, version); }));
}

void StateNotes::org(const std::string& code) {
  states_.push_back(numbered(connection_, org_table, next_number(), [&](SqlRun& run) { run.bind(1, code); }));
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
  connection.run(state_sql::raise_state_no).bind(1, state_no).exec();
  return taken;
}

void note_states_taken(SqlConnection& connection) {
  connection.run(people_sql::next_directory_version).exec();
  connection.run(people_sql::end_all_sessions).exec();
}

std::vector<Value::Object> states_after(SqlConnection& connection, std::int64_t state_no) {
  std::vector<Value::Object> states;
  for (const Table* table : tables) {
    SqlRun run = connection.run(table->after);
    run.bind(1, state_no);
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
  SqlRun run = connection.run(state_sql::last_state_no);
  return run.step() ? run.integer(0) : 0;
}

}  // namespace lianxin::server
