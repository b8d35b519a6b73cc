#include "server/reports/stock.h"

#include <map>

#include "server/reports/numbers.h"
#include "server/review/seen_row.h"

namespace lianxin::server {
namespace {

struct Line {
  std::string item, move, date, name, unit;
  std::int64_t qty = 0;
  StudioId studio;
  RecordId record;
};

struct Account {
  std::string name, unit;
  std::int64_t opening = 0;
  std::map<std::string, std::int64_t> moved;  // by kind of move, within the period, as written
  std::int64_t dispensed = 0, closing = 0;
  Value::List lines;
};

// What a move does to the stock. What was handed from one phone to another is still there.
int sign_of(std::string_view move) {
  if (move == "in" || move == "return" || move == "recount") return 1;  // of a recount: the difference, either way
  if (move == "out" || move == "waste" || move == "dispensed") return -1;
  return 0;
}

Status gather(const Desk& desk, const ListAsked& asked, const std::string& kind, std::vector<Line>& lines) {
  ListAsked all;
  all.studio = asked.studio;
  all.kind = kind;
  all.to = asked.to;  // without a beginning: the opening is made of all that came before
  all.rows_max = 500;
  all.parts = ListAsked::Parts::plain;
  do {
    LX_TRY(const ItemPage page, list_items(desk, all));
    for (const ListItem& item : page.items) {
      const Value* qty = item.shown.find("qty");
      if (!qty || !qty->integer()) continue;
      const auto text = [&](const char* field) { return std::string(item.shown.text_at(field)); };
      lines.push_back({text("item_id"), kind == "medicine_dispense" ? "dispensed" : text("kind"), item.summary.date,
                       text("item_text"), text("unit"), *qty->integer(), item.studio, item.listed.record});
    }
    all.after = page.next;
  } while (!all.after.empty());
  return {};
}

void take(const Line& line, const std::string& from, Account& account) {
  const std::int64_t change = times(line.qty, sign_of(line.move));
  account.closing = plus(account.closing, change);
  if (account.name.empty()) account.name = line.name;
  if (account.unit.empty()) account.unit = line.unit;
  if (line.date < from) {
    account.opening = plus(account.opening, change);
    return;
  }
  std::int64_t& sum = line.move == "dispensed" ? account.dispensed : account.moved[line.move];
  sum = plus(sum, line.qty);
  account.lines.push_back(Value::Object{{"studio", line.studio.text()},
                                        {"record", line.record.text()},
                                        {"date", line.date},
                                        {"move", line.move},
                                        {"qty", line.qty}});
}

// The item's own record, in the reference data above the studios asked for, knows its name better than a line does.
Status name_items(const Desk& desk, std::span<const StudioPlace* const> places,
                  std::map<std::string, Account>& accounts) {
  std::vector<RecordId> ids;
  for (const auto& [item, account] : accounts) {
    if (const auto id = RecordId::parse(item)) ids.push_back(*id);
  }
  std::map<StudioId, const StudioPlace*> references;
  for (const StudioPlace* place : places) {
    for (const StudioPlace* reference : desk.places.references_above(*place))
      references.emplace(reference->studio, reference);
  }
  for (const auto& [studio, reference] : references) {
    LX_TRY(const std::vector<std::optional<Row>> rows, rows_of(desk, studio, ids));
    for (const std::optional<Row>& row : rows) {
      const auto seen = row ? seen_in(desk, *reference, *row) : std::nullopt;
      if (!seen || row->kind != "medicine_item") continue;
      const Value shown = seen->shown(desk.catalog);
      const auto found = accounts.find(row->record.text());
      if (found == accounts.end()) continue;
      Account& account = found->second;
      account.name = std::string(shown.text_at("generic_name")) + " " + std::string(shown.text_at("spec"));
      while (account.name.ends_with(' ')) account.name.pop_back();
      if (!shown.text_at("unit").empty()) account.unit = shown.text_at("unit");
    }
  }
  return {};
}

}  // namespace

Result<Value> stock_view(const Desk& desk, const ListAsked& asked) {
  LX_TRY(const std::vector<const StudioPlace*> places, studios_asked(desk, asked.studio));
  std::vector<Line> lines;
  for (const char* kind : {"medicine_stock_move", "medicine_dispense"}) {
    if (desk.catalog.kind(kind)) LX_CHECK(gather(desk, asked, kind, lines));
  }
  std::map<std::string, Account> accounts;
  for (const Line& line : lines) {
    const auto id = RecordId::parse(line.item);  // one item, however a phone spells its id
    take(line, asked.from, accounts[id ? id->text() : line.item]);
  }
  LX_CHECK(name_items(desk, places, accounts));

  Value::List items;
  for (auto& [item, account] : accounts) {
    const auto moved = [&moves = account.moved](const char* move) {
      const auto at = moves.find(move);
      return at == moves.end() ? std::int64_t{0} : at->second;
    };
    items.push_back(Value::Object{{"item", item},
                                  {"name", account.name},
                                  {"unit", account.unit},
                                  {"opening", account.opening},
                                  {"in", moved("in")},
                                  {"out", moved("out")},
                                  {"dispensed", account.dispensed},
                                  {"returned", moved("return")},
                                  {"waste", moved("waste")},
                                  {"recount", moved("recount")},
                                  {"closing", account.closing},
                                  {"discrepancy", account.closing < 0},
                                  {"lines", std::move(account.lines)}});
  }
  return Value(Value::Object{{"from", asked.from}, {"to", asked.to}, {"items", std::move(items)}});
}

}  // namespace lianxin::server
