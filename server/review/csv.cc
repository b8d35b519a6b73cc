#include "server/review/csv.h"

#include <algorithm>

#include "schema/day.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  const auto points = static_cast<std::size_t>(std::count(text.begin(), text.end(), '.'));
  return digits > 0 && points <= 1 && digits + points == text.size() && text.front() != '.' && text.back() != '.';
}

struct Column {
  std::string header, field;  // field empty: one of the summary, told apart by `number`
  int number = 0;
};

std::vector<Column> columns_of(const Desk& desk, const std::string& kind_name) {
  constexpr std::pair<std::string_view, std::string_view> common[] = {{"工作室", "Studio"},
                                                                      {"记录标识", "Record"},
                                                                      {"记录类型", "Kind"},
                                                                      {"标题", "Title"},
                                                                      {"日期", "Date"},
                                                                      {"正式编号", "Official number"},
                                                                      {"临时编号", "Provisional number"},
                                                                      {"审核状态", "Review"},
                                                                      {"修订待审", "Revised"},
                                                                      {"未决冲突", "Open conflicts"},
                                                                      {"暂存改动", "Held changes"},
                                                                      {"填写人", "Recorded by"},
                                                                      {"记录时间", "Recorded at"}};
  std::vector<Column> columns;
  for (const auto& [zh, en] : common) {
    columns.push_back({std::string(desk.zh() ? zh : en), {}, static_cast<int>(columns.size())});
  }
  if (const Kind* kind = desk.catalog.kind(kind_name)) {
    for (const Field& field : kind->fields) {
      if (field.name.starts_with('_')) continue;
      std::string header = label_of(desk, kind_name, {field.name, {}, {}});
      if (!field.unit.empty()) header += desk.zh() ? "（" + field.unit + "）" : " (" + field.unit + ")";
      columns.push_back({std::move(header), field.name, 0});
    }
  }
  return columns;
}

std::string common_text(const Desk& desk, const ListItem& item, int number) {
  const RowSummary& summary = item.summary;
  switch (number) {
    case 0: return desk.places.name_of(item.studio);
    case 1: return item.listed.record.text();
    case 2: return kind_label(desk, item.listed.kind);
    case 3: return summary.title;
    case 4: return summary.date;
    case 5: return summary.official_no;
    case 6: return summary.provisional_no;
    case 7: return state_label(desk, item.listed.kind, "_review", summary.review);
    case 8: return summary.revised ? (desk.zh() ? "是" : "yes") : "";
    case 9: return std::to_string(summary.conflicts);
    case 10: return std::to_string(summary.held);
    case 11: return desk.name_of(summary.created_by);
    default: return local_time_text(summary.created_ms);
  }
}

std::string line_of_cells(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_cell(cells[i]);
  }
  return line + "\r\n";
}

std::string item_line(const Desk& desk, const std::vector<Column>& columns, const ListItem& item) {
  std::vector<std::string> cells;
  for (const Column& column : columns) {
    if (column.field.empty()) {
      cells.push_back(common_text(desk, item, column.number));
      continue;
    }
    const Value* value = item.shown.find(column.field);
    cells.push_back(value ? value_text(desk, item.listed.kind, {column.field, {}, {}}, *value) : std::string());
  }
  return line_of_cells(cells);
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell(text);
  const bool begins_formula =
      !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
  if (begins_formula && !is_number(cell)) cell.insert(cell.begin(), '\'');
  if (cell.find_first_of(",\"\r\n\t'") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

Result<bool> write_csv(const Desk& desk, ListAsked asked, const std::function<bool(std::string_view)>& write) {
  const std::vector<Column> columns = columns_of(desk, asked.kind);
  std::vector<std::string> headers;
  headers.reserve(columns.size());
  for (const Column& column : columns) headers.push_back(column.header);
  if (!write(std::string(byte_order_mark) + line_of_cells(headers))) return false;
  asked.rows_max = 200;
  do {
    LX_TRY(const ItemPage page, list_items(desk, asked));
    std::string lines;
    for (const ListItem& item : page.items) lines += item_line(desk, columns, item);
    if (!lines.empty() && !write(lines)) return false;
    asked.after = page.next;
  } while (!asked.after.empty());
  return true;
}

}  // namespace lianxin::server
