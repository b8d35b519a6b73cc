#include "server/review/writes.h"

#include <algorithm>

#include "schema/ids.h"
#include "schema/position.h"
#include "server/language/said.h"
#include "server/review/words.h"
#include "sync/rules/bases.h"

namespace lianxin::server {
namespace {

// The id of the one record that has this number, in whatever studio he sees; any other text as it stands.
Result<std::string> id_named(const Desk& desk, const std::string& text) {
  const bool may_be_one = text.find_first_of("0123456789") != std::string::npos;  // every number has a digit
  if (uuid_bytes(text) || !may_be_one) return text;
  std::vector<NamedRecord> named;
  for (const StudioPlace* place : desk.places.reached_by(desk.device.member, desk.now_ms)) {
    LX_TRY(const std::vector<NamedRecord> here, records_named(desk, *place, text));
    named.insert(named.end(), here.begin(), here.end());
  }
  return named.size() == 1 ? named.front().record.text() : text;
}

// Where an id belongs, a number that a person knows the record by is taken for it.
Status name_records(const Desk& desk, const Field& field, Address& at, Value& value) {
  if (!at.element.empty() && (field.element_kind == "id" || field.element_kind == "name_or_id")) {
    LX_TRY(at.element, id_named(desk, at.element));
  }
  const auto attribute = std::find_if(field.attributes.begin(), field.attributes.end(),
                                      [&](const Attribute& each) { return each.name == at.attribute; });
  const bool is_register = field.merge == Merge::register_ && at.element.empty();
  const FieldType type = attribute != field.attributes.end() ? attribute->type
                         : is_register                       ? field.type
                                                             : FieldType::any;
  if (type != FieldType::id || !value.text()) return {};
  LX_TRY(value, id_named(desk, *value.text()));
  return {};
}

Result<Write> read_write(const Desk& desk, const Row& row, const Value& item, const Value* shown) {
  auto at = Address::parse(item.text_at("at"));
  if (!at)
    return said(Errc::invalid_argument, "at 不是一个栏目的地址：" + in_quotes(item.text_at("at")),
                "\"at\" is no address: " + in_quotes(item.text_at("at")));
  if (at->field.starts_with('_') && at->field != "_marks" && at->field != "_deleted") {
    return said(Errc::invalid_argument, "这里不能写 " + in_quotes(at->text()),
                in_quotes(at->text()) + " is not written here");
  }
  Op op = Op::put;
  Value value;
  int given = 0;
  for (const Op one : {Op::put, Op::add, Op::remove, Op::count, Op::append, Op::step}) {
    const Value* found = item.find(name_of(one));
    if (!found) continue;
    ++given;
    op = one;
    value = *found;
  }
  if (given != 1)
    return said(Errc::invalid_argument,
                in_quotes(at->text()) + "：put、add、remove、count、append、step 要有一个，且只有一个",
                in_quotes(at->text()) + ": exactly one of put, add, remove, count, append, step");
  if (op == Op::step && !value.text()) {
    return said(Errc::invalid_argument, in_quotes(at->text()) + "：step 要写状态的名称",
                in_quotes(at->text()) + ": a step is the name of a state");
  }
  if (op == Op::count && !value.integer()) {
    return said(Errc::invalid_argument, in_quotes(at->text()) + "：count 要写整数",
                in_quotes(at->text()) + ": a count is a whole number");
  }
  if (op == Op::add || op == Op::remove) value = {};
  const Value* named = shown ? shown->find(at->text()) : nullptr;
  if (const Field* field = desk.catalog.field(row.kind, at->field)) {
    LX_CHECK(name_records(desk, *field, *at, value));
    if (field->type == FieldType::geo) value = rounded_position(std::move(value));
  }
  Write write = edit_of(desk.catalog, row.kind, row, *at, op, std::move(value));
  if (named && op != Op::count && op != Op::append && op != Op::step) {
    LX_TRY(write.bases, read_ids(*named));
  }
  return write;
}

}  // namespace

Result<std::vector<ChangeId>> read_ids(const Value& list) {
  std::vector<ChangeId> ids;
  for (const Value& item : list.list() ? *list.list() : Value::List()) {
    const auto id = item.text() ? ChangeId::parse(*item.text()) : std::nullopt;
    if (!id) return said(Errc::invalid_argument, "改动的标识是 32 位十六进制数字", "a change's id is 32 hex digits");
    ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<std::vector<Write>> read_writes(const Desk& desk, const Row& row, const Value& body) {
  const Value::List& list = body.list_at("writes");
  if (list.empty())
    return said(Errc::invalid_argument, "writes 里至少要有一项", "\"writes\" is an empty list, or none");
  std::vector<Write> writes;
  for (const Value& item : list) {
    LX_TRY(Write write, read_write(desk, row, item, body.find("shown")));
    writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace lianxin::server
