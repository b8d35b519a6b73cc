#include "server/review/erasing.h"

#include <algorithm>
#include <set>

#include "schema/json.h"
#include "schema/text.h"
#include "server/language/said.h"
#include "sync/model/mask.h"
#include "sync/model/policy.h"
#include "sync/server/rules.h"

namespace lianxin::server {
namespace {

constexpr std::size_t words_characters_min = 2;  // of fewer everything would be found
constexpr std::size_t rows_at_a_time = 100;

Status check_right(const Desk& desk, const StudioPlace& place) {
  if (may(desk.access(place), Right::erase)) return {};
  return said(Errc::not_allowed, "清除个人信息由个人信息保护负责人办理", "erasure is the privacy officer's");
}

// The names and numbers of a person, as the record has them now or had them: what is looked for elsewhere.
std::set<std::string> words_of(const Desk& desk, const Row& row) {
  std::set<std::string> words;
  for (const auto& [address, cell] : row.cells) {
    const std::string name = address.substr(0, address.find('/'));
    const Field* field = desk.catalog.field(row.kind, name);
    const bool is_words = field && field->type == FieldType::text && field->sensitivity >= Sensitivity::personal;
    if (!is_words || name.starts_with('_')) continue;
    for (const Head& head : cell.heads) {
      const std::string* text = head.value.text();
      if (text && character_count(*text) >= words_characters_min) words.insert(*text);
    }
  }
  return words;
}

bool holds(const Value& value, const std::set<std::string>& words) {
  const std::string text = value.text() ? *value.text() : to_json(value);
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

class Search {
 public:
  Search(const Desk& desk, const RecordId& record, std::set<std::string> words)
      : desk_(desk), record_(record), words_(std::move(words)) {}

  Status in(const StudioPlace& place) {
    std::set<RecordId> found;
    for (const std::string& field : id_fields()) {
      LX_TRY(const auto named, desk_.lists.with_field_among(place.studio, field, {record_.text()}));
      for (const RecordWithText& one : named) found.insert(one.record);
    }
    for (const std::string& word : words_) LX_CHECK(find_word(place, word, found));
    found.erase(record_);
    for (const RecordId& one : found) {
      mentions_.more |= mentions_.found.size() >= mentions_max;
      if (mentions_.more) break;
      LX_CHECK(look_at(place, one));
    }
    return {};
  }
  Mentions done() && { return std::move(mentions_); }

 private:
  std::set<std::string> id_fields() const {
    std::set<std::string> names;
    for (const auto& [name, kind] : desk_.catalog.kinds) {
      for (const Field& field : kind.fields) {
        if (field.index && (field.type == FieldType::id || field.element_kind == "id")) names.insert(field.name);
      }
    }
    return names;
  }

  Status find_word(const StudioPlace& place, const std::string& word, std::set<RecordId>& found) {
    ListQuery query;
    query.studios = {place.studio};
    query.words = word;
    query.with_deleted = true;
    query.rows_max = rows_at_a_time;
    do {
      LX_TRY(const ListPage page, desk_.lists.list(query));
      for (const ListedRow& row : page.rows) found.insert(row.record);
      query.after = page.next;
    } while (!query.after.empty() && found.size() <= mentions_max);
    return {};
  }

  Status look_at(const StudioPlace& place, const RecordId& record) {
    LX_TRY(const Row row, row_of(desk_, place.studio, record));
    std::set<std::string> linked, fields;
    for (const auto& [address, cell] : row.cells) {
      const std::string name = address.substr(0, address.find('/'));
      if (name.starts_with('_')) continue;
      if (address.find(record_.text()) != std::string::npos) linked.insert(name);
      if (holds(Value(address), words_)) fields.insert(name);
      for (const auto* heads : {&cell.heads, &cell.history}) {
        for (const Head& head : *heads) {
          if (head.value == Value(record_.text())) linked.insert(name);
          if (holds(head.value, words_) || holds(Value(head.reason), words_)) fields.insert(name);
        }
      }
    }
    if (linked.empty() && fields.empty()) return {};
    mentions_.found.push_back(
        {&place, record, row.kind, {linked.begin(), linked.end()}, {fields.begin(), fields.end()}});
    return {};
  }

  const Desk& desk_;
  const RecordId record_;
  const std::set<std::string> words_;
  Mentions mentions_;
};

Status check_reason(const std::string& reason) {
  const std::size_t characters = character_count(reason);
  if (!is_blank(reason) && characters <= erasing_reason_characters_max && is_clean(reason)) return {};
  return said(Errc::invalid_argument,
              "请写明清除的依据（500 字以内），例如本人申请的日期；这句话会一直保留，不要写姓名、电话和号码",
              "say why it is erased, in up to 500 characters, such as the day of the request; the sentence stays, so "
              "it holds no name, telephone or number");
}

}  // namespace

Result<Mentions> mentions_of(const Desk& desk, const StudioPlace& place, const RecordId& record) {
  LX_CHECK(check_right(desk, place));
  LX_TRY(const Row row, row_of(desk, place.studio, record));
  Search search(desk, record, words_of(desk, row));
  for (const StudioPlace* each : desk.places.reached_by(desk.device.member, desk.now_ms)) {
    if (!each->reference && may(desk.access(*each), Right::erase)) LX_CHECK(search.in(*each));
  }
  return std::move(search).done();
}

Result<ErasingDone> erase_record(const Desk& desk, const StudioPlace& place, const Erasing& erasing) {
  LX_CHECK(check_right(desk, place));
  LX_CHECK(check_reason(erasing.reason));
  const Rules rules{desk.catalog, desk.places.grants(), place, desk.self, desk.random, desk.now_ms, &desk.places};
  Result<ErasingDone> done = erase(desk.store, place.studio, rules, desk.device, erasing);
  if (done && !done->refused.empty()) {
    const std::string& code = done->refused.front().code;  // no draft is kept: there is nothing in it but the reason
    return said(Errc::not_allowed, "没有清除（" + code + "）；请重新打开这条记录再试",
                "nothing was erased (" + code + "); open the record again and retry");
  }
  if (done || done.error().code != Errc::invalid_argument) return done;
  return said(Errc::invalid_argument, "这一栏不能清除：" + in_quotes(done.error().message),
              "this field cannot be erased: " + in_quotes(done.error().message));
}

}  // namespace lianxin::server
