#include "server/review/csv.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "schema/day.h"
#include "schema/text.h"
#include "server/review/joined_counts.h"
#include "server/review/seen_row.h"
#include "server/review/words.h"

namespace lianxin::server {
namespace {

// Of one piece: a reader who takes nothing makes the server keep no more. One less than what a list reads in a turn.
constexpr std::size_t rows_a_piece = 49, piece_bytes = 128 * 1024;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool are_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  return are_digits(text.substr(0, point)) && (point == std::string_view::npos || are_digits(text.substr(point + 1)));
}

// As a spreadsheet may pass over them.
std::string_view without_blanks(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_blank(take_character(rest))) break;
    text = rest;
  }
  return text;
}

bool begins_formula(std::string_view text) {
  constexpr std::string_view signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "−"};
  if (text.empty()) return false;
  if (text.front() == '\t' || text.front() == '\r' || text.front() == '\n') return true;
  const std::string_view visible = without_blanks(text);
  return std::any_of(std::begin(signs), std::end(signs),
                     [&](std::string_view sign) { return visible.starts_with(sign); });
}

// 1E5, 1.5e10.
bool has_an_exponent(std::string_view text) {
  const std::size_t at = text.find_first_of("eE");
  if (at == std::string_view::npos) return false;
  std::string_view power = text.substr(at + 1), whole = text.substr(0, at), parts;
  if (const std::size_t point = whole.find('.'); point != std::string_view::npos) {
    parts = whole.substr(point + 1);
    whole = whole.substr(0, point);
  }
  if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
  return are_digits(whole) && are_digits(power) && (parts.empty() || are_digits(parts));
}

// 1-2, 3/4, 1-2-2026: a house, a fraction. A day as it is stored, 2026-01-02, may become one.
bool looks_like_a_day(std::string_view text) {
  std::size_t part = 0;
  for (std::size_t from = 0; from <= text.size(); ++part) {
    const std::size_t to = std::min(text.find_first_of("-/", from), text.size());
    const std::string_view digits = text.substr(from, to - from);
    if (!are_digits(digits) || digits.size() > (part == 2 ? 4U : 2U)) return false;
    from = to + 1;
  }
  return part == 2 || part == 3;
}

// What is no formula, and would all the same not stay the text that it is.
bool becomes_another(std::string_view text) {
  constexpr std::size_t digits_shown = 10;
  if (are_digits(text)) return text.size() > digits_shown || (text.size() > 1 && text.front() == '0');
  return has_an_exponent(text) || looks_like_a_day(text);
}

enum class Summary {
  studio,
  record,
  kind,
  title,
  date,
  official_no,
  provisional_no,
  review,
  revised,
  conflicts,
  held,
  joined_into,
  recorded_by,
  recorded_at
};
struct SummaryColumn {
  Summary what;
  std::string_view zh, en;
};
constexpr SummaryColumn summary_columns[] = {{Summary::studio, "工作室", "Studio"},
                                             {Summary::record, "记录标识", "Record"},
                                             {Summary::kind, "记录类型", "Kind"},
                                             {Summary::title, "标题", "Title"},
                                             {Summary::date, "日期", "Date"},
                                             {Summary::official_no, "正式编号", "Official number"},
                                             {Summary::provisional_no, "临时编号", "Provisional number"},
                                             {Summary::review, "审核状态", "Review"},
                                             {Summary::revised, "修订待审", "Revised"},
                                             {Summary::conflicts, "未决冲突", "Open conflicts"},
                                             {Summary::held, "暂存改动", "Held changes"},
                                             {Summary::joined_into, "已并入", "Joined into"},
                                             {Summary::recorded_by, "填写人", "Recorded by"},
                                             {Summary::recorded_at, "记录时间", "Recorded at"}};

struct Column {
  std::string header;
  const Field* field = nullptr;  // none: one of the summary
  Summary summary = Summary::studio;
};

std::string header_of(const Desk& desk, const std::string& kind, const Field& field) {
  std::string header = label_of(desk, kind, {field.name, {}, {}});
  if (!field.unit.empty()) header += desk.zh() ? "（" + field.unit + "）" : " (" + field.unit + ")";
  return header;
}

// A column of the summary whose name is that of a field's gives way to it: a date, for one, is then empty where nobody
// entered any. Of two fields of one name the later one has its own beside it.
std::vector<Column> columns_of(const Desk& desk, const std::string& kind_name) {
  std::vector<Column> of_fields;
  std::set<std::string> taken;
  if (const Kind* kind = desk.catalog.kind(kind_name)) {
    for (const Field& field : kind->fields) {
      if (field.name.starts_with('_')) continue;
      std::string header = header_of(desk, kind_name, field);
      if (!taken.insert(header).second)
        taken.insert(header += desk.zh() ? "（" + field.name + "）" : " (" + field.name + ")");
      of_fields.push_back({std::move(header), &field, {}});
    }
  }
  std::vector<Column> columns;
  for (const SummaryColumn& one : summary_columns) {
    std::string header(desk.zh() ? one.zh : one.en);
    if (taken.contains(header)) continue;
    columns.push_back({std::move(header), nullptr, one.what});
  }
  std::move(of_fields.begin(), of_fields.end(), std::back_inserter(columns));
  return columns;
}

const JoinedRow* joined_row(const JoinedRows& joined, const ListItem& item) {
  const auto found = joined.find({item.studio, item.listed.record});
  return found == joined.end() ? nullptr : &found->second;
}

std::string summary_text(const Desk& desk, const JoinedRows& joined, const ListItem& item, Summary what) {
  const RowSummary& summary = item.summary;
  switch (what) {
    case Summary::studio: return desk.known_name(item.studio);
    case Summary::record: return item.listed.record.text();
    case Summary::kind: return kind_label(desk, item.listed.kind);
    case Summary::title: return summary.title;
    case Summary::date: return summary.date;
    case Summary::official_no: return summary.official_no;
    case Summary::provisional_no: return summary.provisional_no;
    case Summary::review: return state_label(desk, item.listed.kind, "_review", summary.review);
    case Summary::revised: return summary.revised ? (desk.zh() ? "是" : "yes") : "";
    case Summary::conflicts: return std::to_string(summary.conflicts);
    case Summary::held: return std::to_string(summary.held);
    case Summary::joined_into: {
      const JoinedRow* row = joined_row(joined, item);
      return row && row->head != item.listed.record ? row->head_known : std::string();
    }
    case Summary::recorded_by: return desk.name_of(summary.created_by);
    case Summary::recorded_at: return local_time_text(summary.created_ms);
  }
  return {};
}

// What a record shows of a field together with those for which it stands; nullptr where that is its own: of texts and
// days each record's row has what was entered there.
const UnitedField* shown_together(const JoinedRows& joined, const ListItem& item, const Field& field) {
  const bool together =
      field.merge == Merge::counter || field.merge == Merge::set || field.worst_joined || field.restrictive.has_value();
  const JoinedRow* row = together ? joined_row(joined, item) : nullptr;
  if (!row || row->head != item.listed.record) return nullptr;
  const auto at = row->fields.find(field.name);
  return at == row->fields.end() ? nullptr : &at->second;
}

std::string set_of(const Desk& desk, const ListItem& item, const Field& field, const UnitedField* united) {
  if (!united) return set_text(desk, item.studio, item.row, field.name);
  SetElements elements;
  for (const UnitedElement& each : united->elements) elements.emplace(each.key, each.attributes);
  return set_text(desk, item.studio, item.listed.kind, field.name, elements);
}

std::string field_text(const Desk& desk, const JoinedRows& joined, const ListItem& item, const Field& field) {
  const Value* shown = item.shown.find(field.name);
  if (shown && item.masked.contains(field.name)) return text_of_masked(*shown);
  const UnitedField* united = shown_together(joined, item, field);
  if (field.merge == Merge::set) return set_of(desk, item, field, united);
  const Value value = united ? united->value : shown ? *shown : Value();
  return value_text(desk, item.listed.kind, {field.name, {}, {}}, value, item.studio);
}

std::string line_of_cells(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_cell(cells[i]);
  }
  return line + "\r\n";
}

std::string item_line(const Desk& desk, const std::vector<Column>& columns, const JoinedRows& joined,
                      const ListItem& item) {
  std::vector<std::string> cells;
  cells.reserve(columns.size());
  for (const Column& column : columns) {
    cells.push_back(column.field ? field_text(desk, joined, item, *column.field)
                                 : summary_text(desk, joined, item, column.summary));
  }
  return line_of_cells(cells);
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell(text);
  if ((begins_formula(text) && !is_number(text)) || becomes_another(text)) cell.insert(cell.begin(), '\'');
  // A semicolon parts cells where the spreadsheet's own language has a comma in numbers.
  if (cell.find_first_of(",;\"\r\n\t'") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

struct CsvTable::State {
  const Desk& desk;
  ListAsked asked;
  std::vector<Column> columns;
  std::optional<JoinedRows> joined;  // none: nothing has been given yet
  std::vector<RecordId> given{};
};

CsvTable::CsvTable(const Desk& desk, ListAsked asked) {
  std::vector<Column> columns = columns_of(desk, asked.kind);
  asked.to_export = true;
  state_ = std::make_unique<State>(State{desk, std::move(asked), std::move(columns), std::nullopt, {}});
}

CsvTable::~CsvTable() = default;

const std::vector<RecordId>& CsvTable::given() const { return state_->given; }

Result<bool> CsvTable::next(std::string& out) {
  State& s = *state_;
  if (!s.joined) {
    LX_TRY(s.joined, joined_rows(s.desk, s.asked));
    std::vector<std::string> headers;
    headers.reserve(s.columns.size());
    for (const Column& column : s.columns) headers.push_back(column.header);
    out += std::string(byte_order_mark) + line_of_cells(headers);
    s.asked.rows_max = rows_a_piece;
    s.asked.parts = ListAsked::Parts::plain;
    return true;
  }
  LX_TRY(const ItemPage page, list_items(s.desk, s.asked));
  s.given.clear();
  const std::size_t before = out.size();
  for (const ListItem& item : page.items) {
    out += item_line(s.desk, s.columns, *s.joined, item);
    s.given.push_back(item.listed.record);
    if (out.size() - before < piece_bytes || &item == &page.items.back()) continue;
    // The rest is read again with the next piece, which has no more than these.
    s.asked.after = s.desk.lists.place_of(item.listed);
    s.asked.rows_max = s.given.size();
    return true;
  }
  s.asked.rows_max = std::min(2 * s.asked.rows_max, rows_a_piece);
  s.asked.after = page.next;
  return !s.asked.after.empty();
}

}  // namespace lianxin::server
