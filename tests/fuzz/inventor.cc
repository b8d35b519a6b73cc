#include "tests/fuzz/inventor.h"

#include <algorithm>

namespace lianxin::fuzz {
namespace {

constexpr std::uint8_t records_max = 6;  // few, so that changes meet

const std::vector<std::string> texts{"上柳湾村三组",       "",      "𠮷野家",   "13800000000",
                                     "11010119900307803X", "a/b",   "老人\n多", "6222020000000000",
                                     "彩石路口",           "\u0001"};
const std::vector<std::string> days{"2026-11-20", "2026-11-19", "2025-01-01", "2027-12-31", "0001-01-01"};
const std::vector<std::string> favourites{"concern",        "micro_consultation",  "clinic_visit",
                                          "outreach_visit", "medicine_stock_move", "comment"};

}  // namespace

void Said::hear(const SyncRequest& request) {
  for (const StudioRequest& studio : request.studios) {
    for (const PushEntry& entry : studio.push.entries) {
      Result<Change> change = parse_line(entry.line);
      if (!change) continue;
      kinds.emplace(change->record, change->kind);
      for (const Write& write : change->writes) {
        const Place place{change->record, write.at.text()};
        writers[place].push_back(change->id);
        if (write.op == Op::step) last_step[place] = {*write.value.text(), change->id};
      }
      changes.push_back(std::move(*change));
    }
  }
}

Change Inventor::blank(const Phone& phone, const StudioId& studio) {
  Change change;
  change.id = random_.id<ChangeId>();
  change.studio = studio;
  change.member = phone.device.member;
  const std::int64_t when = County::noon_ms + random_.between(-3'600'000, 3'600'000);
  change.claimed = Hlc::at(one_in(20) ? when * 2 : when);
  change.made = {when, random_.between(0, 1'000'000), one_in(2) ? "boot" : "earlier boot"};
  change.kinds_version = one_in(15) ? 9 : 1;
  if (!one_in(3)) change.reason = "核实后更正";
  return change;
}

RecordId Inventor::record_of(const Kind*& kind, const StudioId& studio) {
  const auto record = id_of<RecordId>(static_cast<std::uint8_t>(1 + random_.below(records_max)));
  const Catalog& catalog = county().catalog;
  if (const auto known = said_.kinds.find(record); known != said_.kinds.end() && !one_in(20)) {
    kind = catalog.kind(known->second);
  } else if (!county().place(studio) || !county().place(studio)->reference) {
    kind = catalog.kind(random_.one_of(favourites));
  }
  while (!kind) {
    auto any = catalog.kinds.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(random_.below(catalog.kinds.size())));
    kind = &any->second;
  }
  return record;
}

Change Inventor::change(const Phone& phone, const StudioId& studio) {
  Change change = blank(phone, studio);
  const Kind* kind = nullptr;
  change.record = record_of(kind, studio);
  change.kind = kind->name;
  const std::size_t writes = 1 + random_.below(4);
  for (std::size_t i = 0; i < writes; ++i) change.writes.push_back(write(*kind, change.record));
  return change;
}

Change Inventor::decision(const Phone& phone, const Change& about) {
  Change change = blank(phone, about.studio);
  change.record = about.record;
  change.kind = about.kind;
  const std::vector<std::string> words{"release", "release", "correct", "dismiss"};
  const std::string word = random_.one_of(words);
  change.writes.push_back({{std::string(held_field), about.id.text(), {}}, Op::put, word, {}, {}, {}});
  if (word != "correct") return change;
  for (Write write : about.writes) {
    write.bases.push_back(about.id);
    std::sort(write.bases.begin(), write.bases.end());
    if (write.op != Op::step) change.writes.push_back(std::move(write));
  }
  return change;
}

OfferedHead Inventor::offer() {
  const Kind* kind = nullptr;
  OfferedHead offered;
  offered.record = record_of(kind, studio());
  offered.kind = kind->name;
  Write made = write(*kind, offered.record);
  offered.at = made.at;
  offered.head.id = random_.id<ChangeId>();
  offered.head.value = std::move(made.value);
  offered.head.bases = std::move(made.bases);
  offered.head.clock = Hlc::at(County::noon_ms - random_.between(0, 10'000));
  offered.head.member = id_of<MemberId>(static_cast<std::uint8_t>(1 + random_.below(4)));
  if (one_in(2)) offered.head.role = one_in(2) ? "convener" : "coordinator";
  offered.head.cycle = static_cast<std::int32_t>(random_.below(3));
  return offered;
}

std::vector<ChangeId> Inventor::bases(const RecordId& record, const std::string& at) {
  std::vector<ChangeId> named;
  const auto found = said_.writers.find({record, at});
  switch (random_.below(8)) {
    case 0: break;
    case 1: named.push_back(random_.id<ChangeId>()); break;  // of a line that has not come, or never will
    case 2:
      if (!said_.changes.empty()) named.push_back(random_.one_of(said_.changes).id);
      break;
    case 3:
    case 4:
      if (found != said_.writers.end()) named = found->second;
      break;
    default:
      if (found != said_.writers.end()) named.push_back(found->second.back());
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

Write Inventor::step(const Field& field, const RecordId& record) {
  const Ladder* ladder = county().catalog.ladder(field.ladder);
  Write write{{field.name, {}, {}}, Op::step, "submitted", "draft", {}, {}};
  if (!ladder || ladder->steps.empty()) return write;
  std::string from = ladder->initial;
  if (const auto last = said_.last_step.find({record, field.name}); last != said_.last_step.end() && !one_in(4)) {
    from = last->second.first;
    write.bases.push_back(last->second.second);
  }
  std::vector<const Step*> possible;
  for (const Step& candidate : ladder->steps) {
    if (candidate.from == from) possible.push_back(&candidate);
  }
  const Step& taken = possible.empty() || one_in(10) ? random_.one_of(ladder->steps) : *random_.one_of(possible);
  write.from = from;
  write.value = taken.to;
  if (one_in(8)) write.bases = bases(record, field.name);
  return write;
}

Write Inventor::write(const Kind& kind, const RecordId& record) {
  const Field& field = random_.one_of(kind.fields);
  Write write;
  write.at.field = field.name;
  switch (field.merge) {
    case Merge::register_: write.value = value(field); break;
    case Merge::counter:
      write.op = Op::count;
      write.value = one_in(10) ? INT64_MAX - random_.between(0, 1) : random_.between(-3, 40);
      if (!field.element_kind.empty()) write.at.element = element(field);
      return write;
    case Merge::ladder: return step(field, record);
    case Merge::append: {
      write.op = Op::append;
      Value::Object entry;
      for (const Attribute& part : field.attributes) entry.emplace(part.name, plain_value(part.type, part.code_list));
      write.value = std::move(entry);
      return write;
    }
    case Merge::set:
      write.at.element = element(field);
      if (!field.attributes.empty() && one_in(3)) {
        const Attribute& attribute = random_.one_of(field.attributes);
        write.at.attribute = attribute.name;
        write.value = plain_value(attribute.type, attribute.code_list);
      } else {
        write.op = one_in(3) ? Op::remove : Op::add;
      }
      break;
  }
  write.bases = bases(record, write.at.text());
  return write;
}

std::string Inventor::element(const Field& field) {
  if (field.element_kind == "code" && !one_in(8)) {
    const CodeList* list = county().catalog.code_list(field.code_list);
    if (list && !list->codes.empty()) return random_.one_of(list->codes).code;
  }
  if (field.element_kind == "text" || (field.element_kind == "name_or_id" && one_in(2))) return "郝商量";
  return id_of<RecordId>(static_cast<std::uint8_t>(1 + random_.below(records_max))).text();
}

Value Inventor::value(const Field& field) {
  if (one_in(12)) return {};
  if (one_in(12)) return plain_value(FieldType::any, {});
  return plain_value(field.type, field.code_list);
}

Value Inventor::plain_value(FieldType type, const std::string& code_list) {
  switch (type) {
    case FieldType::text:
    case FieldType::long_text: return random_.one_of(texts);
    case FieldType::integer:
    case FieldType::money: return one_in(10) ? INT64_MIN : random_.between(0, 2'000'000);
    case FieldType::decimal: return one_in(4) ? "-0.50" : "5.6";
    case FieldType::boolean: return one_in(2);
    case FieldType::date: return random_.one_of(days);
    case FieldType::time: return "09:30";
    case FieldType::code: {
      const CodeList* list = county().catalog.code_list(code_list);
      return list && !list->codes.empty() && !one_in(8) ? random_.one_of(list->codes).code : std::string("none");
    }
    case FieldType::region: return "990121100201";
    case FieldType::id: return id_of<RecordId>(static_cast<std::uint8_t>(1 + random_.below(records_max))).text();
    case FieldType::geo: return Value::Object{{"lat", "36.1"}, {"lon", "112.0"}, {"coord_sys", "WGS84"}};
    case FieldType::object: return Value::Object{{"score", 5}};
    case FieldType::any: break;
  }
  const Value any[] = {nullptr, true, 7, "text", Value::List{1, "two"}, Value::Object{{"part", Value::List{}}}};
  return any[random_.below(std::size(any))];
}

StudioId Inventor::studio() {
  const std::vector<StudioPlace>& places = county().places;
  return one_in(3) ? random_.one_of(places).studio : places.front().studio;
}

}  // namespace lianxin::fuzz
