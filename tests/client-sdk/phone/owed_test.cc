// Every field that a shipped kind asks for, left out once: the save is refused, names it, and keeps all the others.
#include <deque>

#include "schema/json.h"
#include "schema/validate.h"
#include "tests/client-sdk/phone_fixture.h"

namespace lianxin::client {
namespace {

constexpr const char* some_id = "26866b18-0865-421c-9318-8d0cfd515c9b";

const Catalog& kinds() { return KindSet::shipped().catalog; }

std::string first_code(const std::string& list) { return kinds().code_list(list)->codes.front().code; }

// What a person might enter there, as fill() takes it.
Value sample_of(const Field& field) {
  if (field.merge == Merge::set) {
    if (field.element_kind == "code") return Value::List{first_code(field.code_list)};
    return Value::List{field.element_kind == "id" ? some_id : "张三"};
  }
  if (field.merge == Merge::counter) {
    return field.element_kind.empty() ? Value(5) : Value(Value::Object{{first_code(field.code_list), 5}});
  }
  if (field.merge == Merge::append) return Value::List{Value::Object{{"text", "谈过了"}}};
  switch (field.type) {
    case FieldType::text:
    case FieldType::long_text: return "文字";
    case FieldType::integer:
    case FieldType::money: return std::max<std::int64_t>(field.min.value_or(1), 1);
    case FieldType::decimal: return std::to_string(field.min.value_or(1));
    case FieldType::boolean: return true;
    case FieldType::date: return "2027-01-15";
    case FieldType::time: return "09:30";
    case FieldType::code: return first_code(field.code_list);
    case FieldType::region: return "990121100201";
    case FieldType::id: return some_id;
    case FieldType::geo: return Value::Object{{"lat", "38.1"}, {"lon", "106.2"}, {"coord_sys", "WGS84"}};
    case FieldType::object: return Value::Object{{"name", "张三"}};
    case FieldType::any: return "文字";
  }
  return {};
}

Value typed_for(const Field& field, const std::string& text) {
  if (field.merge == Merge::set) return Value::List{text};
  if (field.type == FieldType::boolean) return text == "true";
  return text;
}

using Input = std::map<std::string, Value>;

Shown shown_by(const Input& input) { return {input.begin(), input.end()}; }

std::string json_of(const Input& input) { return to_json(Value(Value::Object(input.begin(), input.end()))); }

// Adds what is asked for, until nothing is.
void complete(const Kind& kind, Input& input) {
  for (auto missing = missing_fields(kind, shown_by(input)); !missing.empty();
       missing = missing_fields(kind, shown_by(input))) {
    input[missing.front()] = sample_of(*kind.field(missing.front()));
  }
}

// Makes the premise hold. A ladder's is for the walks below.
bool meet(const Kind& kind, const Premise& when, Input& input) {
  if (when.field.empty()) return true;
  const Field& field = *kind.field(when.field);
  if (field.merge == Merge::ladder) return false;
  if (!when.unless) {
    input[when.field] = typed_for(field, when.in.front());
    return true;
  }
  if (field.type == FieldType::boolean) {
    input[when.field] = when.in.front() != "true";
    return true;
  }
  if (!field.code_list.empty()) {
    for (const Code& code : kinds().code_list(field.code_list)->codes) {
      if (std::find(when.in.begin(), when.in.end(), code.code) != when.in.end()) continue;
      input[when.field] = typed_for(field, code.code);
      return true;
    }
  }
  return holds(when, Value());
}

std::string role_for(const Kind& kind) {
  for (const char* role : {"convener", "clinic_doctor", "township_liaison", "coordinator"}) {
    if (std::find(kind.writers.begin(), kind.writers.end(), role) != kind.writers.end()) return role;
  }
  return {};
}

// The save is refused for that field; the draft has all that was typed.
std::string check_owed(TestPhone& phone, Form& form, const Field& left_out, const Input& typed) {
  const std::int64_t here = phone.status().here;
  const auto saved = form.commit();
  REQUIRE(!saved);
  CHECK(saved.problem().code == "incomplete");
  CHECK(saved.problem().field == left_out.name);
  REQUIRE_FALSE(saved.problem().wrong.empty());
  CHECK(saved.problem().wrong.front().label.zh == left_out.label_zh);
  CHECK(saved.problem().zh.find(left_out.label_zh) != std::string::npos);
  CHECK(phone.status().here == here);
  const std::vector<DraftView> drafts = must(phone.phone->drafts());
  REQUIRE(drafts.size() == 1);
  for (const auto& [name, value] : typed) {
    CAPTURE(name);
    const bool is_in = std::any_of(drafts[0].entered.begin(), drafts[0].entered.end(), [&](const auto& one) {
      return one.first == name || one.first.starts_with(name + "/");
    });
    CHECK((name == "reason" ? !drafts[0].reason.empty() : is_in));
  }
  return drafts[0].token;
}

std::string put_in(TestPhone& phone, const std::string& draft, const Field& field) {
  Form form = must(phone.phone->form(draft));
  must(form.fill(json_of({{field.name, sample_of(field)}})));
  const std::string record = must(form.commit()).record;
  CHECK(must(phone.phone->drafts()).empty());
  return record;
}

// The steps of a coordinator from the foot of the ladder to `state`; none: there is no way.
std::vector<Step> way_to(const Ladder& ladder, const std::string& state) {
  std::map<std::string, std::vector<Step>> ways{{ladder.initial, {}}};
  std::deque<std::string> open{ladder.initial};
  while (!open.empty() && !ways.contains(state)) {
    const std::string from = open.front();
    open.pop_front();
    for (const Step& step : ladder.steps) {
      const bool may = std::find(step.roles.begin(), step.roles.end(), "coordinator") != step.roles.end() &&
                       std::none_of(step.conditions.begin(), step.conditions.end(), [](const Condition& one) {
                         return one.what == Condition::What::value || one.what == Condition::What::back;
                       });
      if (step.from != from || !may || ways.contains(step.to)) continue;
      ways[step.to] = ways[from];
      ways[step.to].push_back(step);
      open.push_back(step.to);
    }
  }
  return ways[state];
}

}  // namespace

TEST_SUITE("client-sdk/phone/owed") {
  TEST_CASE("what a kind asks for is named when it is left out, and nothing typed is lost") {
    FakeServer server;
    int tried = 0;
    for (const auto& [name, kind] : kinds().kinds) {
      const std::string role = role_for(kind);
      if (kind.reference || role.empty()) continue;
      TestPhone phone(server, "owed-" + name);
      phone.enrol(server.code_for(server.add_member("李红", role, Sensitivity::health)));
      phone.sync();
      for (const Field& field : kind.fields) {
        Input input;
        if (!field.required || !meet(kind, field.required->when, input)) continue;
        CAPTURE(name);
        CAPTURE(field.name);
        complete(kind, input);
        REQUIRE(input.contains(field.name));
        input.erase(field.name);
        if (kind.reviewed) input["_review"] = "submitted";
        Form form = must(phone.phone->begin_new(name));
        must(form.fill(json_of(input)));
        const std::string record = put_in(phone, check_owed(phone, form, field, input), field);
        CHECK(phone.view(record).missing.empty());
        ++tried;
      }
    }
    CHECK(tried > 60);
  }

  TEST_CASE("what a state asks for is named at the step that leads there") {
    FakeServer server;
    TestPhone phone(server, "owed-states");
    phone.enrol(server.code_for(server.add_member("程敏", "coordinator", Sensitivity::health)));
    phone.sync();
    int tried = 0;
    for (const auto& [name, kind] : kinds().kinds) {
      for (const Field& field : kind.fields) {
        const std::string ladder_field = field.required ? field.required->when.field : "";
        const Field* by = ladder_field.empty() ? nullptr : kind.field(ladder_field);
        if (kind.reference || !by || by->merge != Merge::ladder) continue;
        for (const std::string& state : field.required->when.in) {
          CAPTURE(name);
          CAPTURE(field.name);
          CAPTURE(state);
          const std::vector<Step> way = way_to(*kinds().ladder(by->ladder), state);
          if (way.empty()) continue;  // no coordinator takes it
          Input input;
          complete(kind, input);
          const std::string record = phone.make(json_of(input), name);
          for (const Step& step : way) {
            input[ladder_field] = step.to;
            Input all = input;
            for (const Condition& asked : step.conditions) {
              if (asked.what != Condition::What::shows || !holds(asked.when, shown_by(input))) continue;
              for (const std::string& shows : asked.fields) all.try_emplace(shows, sample_of(*kind.field(shows)));
            }
            complete(kind, all);
            Input typed{{ladder_field, step.to}, {"reason", "情况属实"}};
            for (const auto& [other, value] : all) {
              if (!input.contains(other)) typed[other] = value;
            }
            const bool last = &step == &way.back();
            if (last && !typed.contains(field.name)) break;  // it was asked for on the way already
            if (last) typed.erase(field.name);
            Form form = must(phone.phone->begin_edit(record));
            must(form.fill(json_of(typed)));
            if (last) {
              put_in(phone, check_owed(phone, form, field, typed), field);
              ++tried;
            } else {
              must(form.commit());
            }
            input = all;
          }
        }
      }
    }
    CHECK(tried >= 5);
  }
}

}  // namespace lianxin::client
