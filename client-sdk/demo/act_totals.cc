// 六、合计: what the server makes of the merged records.
#include <algorithm>
#include <iostream>

#include "client-sdk/demo/stage.h"
#include "client-sdk/demo/terminal.h"

namespace lianxin::demo {
namespace {

constexpr std::string_view year = "from=2026-01-01&to=2026-12-31";
constexpr std::int64_t promised_persons = 1697, promised_fen = 5'420'000;

Value totals_of(Stage& stage, const std::string& kind) {
  return stage.desk.get("/v1/totals?kind=" + kind + "&" + std::string(year));
}

const Value& indicator(const Value& totals, std::string_view name) {
  for (const Value& one : totals.list_at("indicators")) {
    if (one.text_at("name") == name) return one;
  }
  throw StoryStopped{"/v1/totals 没有 " + std::string(name)};
}

void add_lines(const Value& totals, Table& table) {
  for (const Value& one : totals.list_at("indicators")) {
    table.add({std::string(one.text_at("id")), std::string(one.text_at("label")), std::string(one.text_at("text")),
               std::string(one.text_at("unit")), std::string(one.text_at("pending_text"))});
  }
}

// Exactly CV-01 … CV-07 stand behind the accepted clinics' totals.
void check_clinics(Stage& stage, const Value& totals) {
  std::vector<std::string> behind, promised;
  for (const Value& record : indicator(totals, "n_clinic").list_at("records")) {
    behind.emplace_back(record.text_at("record"));
  }
  for (const Value& record : stage.story.records()) {
    if (!record.text_at("golden_group").empty()) promised.emplace_back(record.text_at("id"));
  }
  std::sort(behind.begin(), behind.end());
  std::sort(promised.begin(), promised.end());
  stage.checks.that(behind == promised && promised.size() == 7, "合计里的七场义诊正是 CV-01 至 CV-07");
  const Value& persons = indicator(totals, "p_clinic");
  const Value& value = indicator(totals, "v_med");
  stage.checks.equal(persons.integer_at("value"), promised_persons, "七场审核通过的义诊合计 1,697 人次");
  stage.checks.equal(value.integer_at("value"), promised_fen, "赠药价值合计 5,420,000 分");
  stage.checks.equal(value.text_at("text"), "5.42", "印在报表上是 5.42 万元");
  std::cout << "\n  CV-01 … CV-07：" << grouped(persons.integer_at("value")) << " 人次，" << value.text_at("text")
            << " 万元\n";
}

void check_stock(Stage& stage) {
  const Value& scenario = *stage.story.record("CV-03").find("stock_scenario");
  const std::string studio = stage.story.studio_code(stage.story.record("CV-03").text_at("owner_studio_id"));
  const Value stock = stage.desk.get("/v1/stock?studio=" + studio + "&" + std::string(year));
  Table table({"药品", "单位", "入库", "发出", "结存", ""});
  int short_of = 0;
  bool as_told = false;
  for (const Value& item : stock.list_at("items")) {
    const bool less = item.boolean_at("discrepancy");
    short_of += less ? 1 : 0;
    as_told = as_told || (less && item.text_at("name").starts_with(scenario.text_at("item")) &&
                          item.integer_at("closing") == scenario.integer_at("expect_closing"));
    table.add({std::string(item.text_at("name")), std::string(item.text_at("unit")), grouped(item.integer_at("in")),
               grouped(item.integer_at("dispensed")), std::to_string(item.integer_at("closing")),
               less ? "账实不符，待盘点" : ""});
  }
  std::cout << "\n  药品账：\n" << table.text();
  stage.checks.that(as_told && short_of == 1, "氨氯地平片结存 -2，照实显示为账实不符，其余账平");
}

// Every cell of a record by its heads' values alone, in an order that no play can change.
Value heads_of(const Value& record) {
  Value::Object cells;
  for (const Value& cell : record.list_at("cells")) {
    const std::string address(cell.text_at("address"));
    // One is given out as the server meets the records, the other bears the device's id.
    if (address == "_official_no" || address == "_provisional_no") continue;
    std::vector<std::string> values;
    for (const Value& head : cell.list_at("heads")) values.push_back(std::string(head.text_at("text")));
    std::sort(values.begin(), values.end());
    Value::List sorted(values.begin(), values.end());
    // A counter and an append have no heads to speak of: what they show is what they are.
    if (cell.text_at("merge") == "counter") sorted = {*cell.find("value")};
    cells.emplace(address, std::move(sorted));
  }
  return cells;
}

Value conflicts_in(const Value& record) {
  std::vector<std::string> addresses;
  for (const Value& conflict : record.list_at("conflicts")) addresses.emplace_back(conflict.text_at("address"));
  std::sort(addresses.begin(), addresses.end());
  return Value::List(addresses.begin(), addresses.end());
}

}  // namespace

void act_totals(Stage& stage) {
  std::cout << heading("六、合计（服务器由合并后的记录算出；只算审核通过的，未审的另列）");
  Table table({"指标", "名称", "合计", "单位", "未审"});
  const Value clinics = totals_of(stage, "clinic_visit");
  add_lines(clinics, table);
  for (const char* kind : {"micro_consultation", "outreach_visit", "concern"}) add_lines(totals_of(stage, kind), table);
  std::cout << table.text();
  check_stock(stage);
  check_clinics(stage, clinics);
}

Value outcome_of(Stage& stage) {
  Value::Object totals, heads, conflicts;
  for (const char* kind : {"clinic_visit", "micro_consultation", "outreach_visit", "concern"}) {
    Value::Object by_name;
    const Value computed = totals_of(stage, kind);
    for (const Value& one : computed.list_at("indicators")) {
      by_name[std::string(one.text_at("name"))] =
          Value::List{*one.find("value"), *one.find("text"), *one.find("pending")};
    }
    totals[kind] = by_name;
  }
  const auto look_at = [&](std::string_view key, std::string_view studio, std::string_view id) {
    const Value record = stage.desk.record(studio, id);
    heads[std::string(key)] = heads_of(record);
    conflicts[std::string(key)] = conflicts_in(record);
  };
  for (const Value& record : stage.story.records()) {
    look_at(record.text_at("key"), record.text_at("owner_studio_id"), record.text_at("id"));
  }
  for (const ConcernInStory& one : concerns_of(stage.story)) look_at(one.key, one.studio, one.id);
  return Value::Object{{"totals", totals}, {"heads", heads}, {"conflicts", conflicts}};
}

}  // namespace lianxin::demo
