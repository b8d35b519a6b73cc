#include "schema/json.h"
#include "server/parts/all_routes.h"
#include "tests/server/review/review_desk.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

namespace {

using Names = std::set<std::string>;

// A route of the interface document, as a request can be made to it.
struct Operation {
  std::string method, pattern, path;  // `path` names the record that the fixture has
  Names parameters, members;          // of its query, and of the body of a desk's POST
  bool of_phones = false;
};

// Words side by side without a Chinese one between: a sentence, where what stands in quotes and codes are taken out.
bool has_latin_sentence(std::string_view text) {
  int words = 0;
  bool in_quotes = false, in_word = false;
  for (const char c : text) {
    if (c == '"') in_quotes = !in_quotes;
    const bool letter = !in_quotes && std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (letter && !in_word && ++words > 2) return true;
    in_word = letter || (in_word && (c == '_' || c == '-' || (c >= '0' && c <= '9')));
    if (static_cast<signed char>(c) < 0 || c == '(' || c == ')') words = 0;
  }
  return false;
}

}  // namespace

TEST_SUITE("server/routes/asking") {
  struct Asked : ReviewDesk {
    Asked() {
      hao_phone.record(
          studio_1, hao, id, "micro_consultation",
          {put("title", "彩石路口"), put("occurred_on", "2026-11-18"), step("_review", "draft", "submitted")});
      change =
          hao_phone.record(studio_1, hao, concern, "concern", {put("title", "路灯"), put("assigned_unit", "县局")});
      sync(hao_phone, studio_1);
      document = get("/openapi.json");
    }

    const Value& resolved(const Value& value) const {
      const std::string_view ref = value.text_at("$ref");
      if (ref.empty()) return value;
      const Value* at = &document;
      for (std::size_t from = 2; from <= ref.size();) {
        const std::size_t end = std::min(ref.find('/', from), ref.size());
        at = at->find(ref.substr(from, end - from));
        REQUIRE(at);
        from = end + 1;
      }
      return *at;
    }

    std::string path_for(std::string pattern) const {
      for (const auto& [capture, with] :
           {std::pair<std::string, std::string>{"{studio}", "990121-S01"},
            {"{id}", pattern.find("devices") == std::string::npos ? id.text() : mi_phone.device().text()},
            {"{change}", change.text()}}) {
        if (const std::size_t at = pattern.find(capture); at != std::string::npos) {
          pattern.replace(at, capture.size(), with);
        }
      }
      return pattern;
    }

    std::vector<Operation> operations() const {
      std::vector<Operation> all;
      for (const auto& [pattern, methods] : document.object_at("paths")) {
        if (!pattern.starts_with("/v1/")) continue;
        for (const char* method : {"get", "post", "delete"}) {
          const Value* found = methods.find(method);
          if (!found) continue;
          Operation one{method, pattern, path_for(pattern), {}, {}, false};
          for (char& c : one.method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
          for (const Value& parameter : found->list_at("parameters")) {
            const Value& its = resolved(parameter);
            if (its.text_at("in") == "query") one.parameters.emplace(its.text_at("name"));
          }
          one.of_phones = pattern == "/v1/enrol" || pattern == "/v1/prove" || pattern == "/v1/readmit" ||
                          pattern == "/v1/rekey" || pattern == "/v1/sync";
          const Value* body = found->find("requestBody");
          const Value* json = body ? body->find("content")->find("application/json") : nullptr;
          if (json) {
            const Value& schema = resolved(*json->find("schema"));
            const Value& first = schema.list_at("oneOf").empty() ? schema : resolved(schema.list_at("oneOf").at(0));
            for (const auto& [name, member] : first.object_at("properties")) one.members.insert(name);
          }
          all.push_back(std::move(one));
        }
      }
      REQUIRE(all.size() > 25);
      return all;
    }

    static Names texts_of(const Value& problem, std::string_view member) {
      Names names;
      for (const Value& name : problem.list_at(member)) names.insert(*name.text());
      return names;
    }

    // What the document says in Chinese, of a verdict's outcomes too, is Chinese.
    void check_words(const Response& response) {
      CAPTURE(response.body);
      CHECK(response.status < 500);
      const auto answer = parse_json(response.body);
      if (response.body.empty() || !answer) return;
      CHECK_FALSE(has_latin_sentence(answer->text_at("detail")));
      for (const Value& result : answer->list_at("results")) CHECK_FALSE(has_latin_sentence(result.text_at("detail")));
    }

    const RecordId id = record_id(1), concern = record_id(2);
    ChangeId change;
    Value document;
  };

  TEST_CASE_FIXTURE(Asked, "every route below /v1 has the parameters of the interface document and refuses others") {
    for (const Operation& one : operations()) {
      CAPTURE(one.method + " " + one.pattern);
      const Response response =
          ask(one.method, one.path + "?nosuch=1", one.members.empty() ? Value() : Value::Object{});
      REQUIRE(response.status == 400);
      const Value problem = json_of(response);
      CHECK(problem.text_at("code") == "bad_request");
      CHECK(problem.text_at("parameter") == "nosuch");
      CHECK(texts_of(problem, "allowed") == one.parameters);
      CHECK(problem.text_at("detail").find("nosuch") != std::string::npos);
    }
    CHECK(ask("OPTIONS", "/v1/records?nosuch=1").status == 204);
    CHECK(ask("GET", "/healthz?nosuch=1").status == 200);
    CHECK(ask("GET", "/v1/records?limit=5&limit=6").status == 400);
  }

  TEST_CASE_FIXTURE(Asked, "a body has the members of the interface document and is refused with others") {
    for (const Operation& one : operations()) {
      if (one.method != "POST" || one.of_phones) continue;
      CAPTURE(one.pattern);
      const Response response = ask("POST", one.path, Value::Object{{"nosuch", 1}});
      CHECK(response.status == 400);
      CHECK(json_of(response).text_at("field") == "nosuch");
      CHECK(texts_of(json_of(response), "allowed") == one.members);
    }
    const auto field_of = [&](const std::string& target, const Value& body) {
      const Response response = ask("POST", target, body);
      CHECK(response.status == 400);
      return std::string(json_of(response).text_at("field"));
    };
    const auto verdict = [&](const char* name, Value value) {
      return Value(
          Value::Object{{"studio", "990121-S01"}, {"record", id.text()}, {"to", "accepted"}, {name, std::move(value)}});
    };
    CHECK(field_of("/v1/verdicts", Value::Object{{"verdicts", Value::List{verdict("nosuch", 1)}}}) ==
          "verdicts[0].nosuch");
    CHECK(field_of("/v1/verdicts", verdict("reason", 5)) == "reason");
    CHECK(field_of("/v1/verdicts", verdict("marks", Value::List{1})) == "marks");
    CHECK(field_of(path(studio_1, id) + "/edits",
                   Value::Object{{"writes", Value::List{Value::Object{{"at", "title"}, {"set", "x"}}}}}) ==
          "writes[0].set");
    CHECK(field_of(path(studio_1, id) + "/edits", Value::Object{{"reason", "x"}}) == "writes");
    CHECK(record(studio_1, id).text_at("review") == "submitted");
  }

  TEST_CASE_FIXTURE(Asked, "a value that no record could have is refused and named, and one that some could is not") {
    for (const char* query : {"kind=nosuch", "review=nosuch", "state=nosuch", "village=abc", "village=9901211002010",
                              "conflict=2", "held=yes", "revised=0", "deleted=true", "limit=0", "limit=501", "limit=5x",
                              "from=yesterday", "to=2026-02-30", "from=2026-11-20&to=2026-11-19",
                              "kind=outreach_visit&state=assigned", "kind=concern&review=accepted", "after=nowhere"}) {
      CAPTURE(query);
      const Response response = ask("GET", std::string("/v1/records?") + query);
      CHECK(response.status == 400);
      check_words(response);
    }
    CHECK(texts_of(json_of(ask("GET", "/v1/records?kind=nosuch")), "allowed").contains("outreach_visit"));
    CHECK(json_of(ask("GET", "/v1/records?kind=outreach_visit&state=assigned")).text_at("detail") ==
          "参数 state=\"assigned\" 不对；这类记录没有这种状态");
    for (const char* query : {"kind=clinic_encounter", "review=accepted", "state=assigned", "village=990121",
                              "kind=", "kind=concern&state=assigned", "from=2026-11-20&to=2026-11-20"}) {
      CAPTURE(query);
      CHECK(ask("GET", std::string("/v1/records?") + query).status == 200);
    }
    CHECK(ask("GET", "/v1/totals?kind=comment").status == 400);
    CHECK(ask("GET", "/v1/totals?month=2026-05").status == 400);
    CHECK(ask("GET", "/v1/duplicates/candidates").status == 400);
    CHECK(ask("GET", "/v1/duplicates/candidates?month=2026-13").status == 400);
    CHECK(ask("GET", "/v1/duplicates/candidates?month=2026-05&kind=comment").status == 400);
    CHECK(ask("GET", "/v1/devices?retired=2").status == 400);
    CHECK(ask("GET", "/v1/held?studio=nowhere").status == 404);
    CHECK(ask("GET", "/v1/stock?studio=nowhere").status == 404);
  }

  TEST_CASE_FIXTURE(Asked, "what is wrong is said in Chinese to who reads Chinese") {
    const std::vector<Value> wrong = {
        Value("nosuch"), Value(7), Value(Value::List{"x"}), Value(Value::List{7}), Value(Value::Object{{"x", 1}}),
        Value("a\nb")};
    for (const Operation& one : operations()) {
      CAPTURE(one.method + " " + one.pattern);
      if (one.pattern == "/v1/sessions" && one.method == "DELETE") continue;  // the session is needed
      check_words(ask(one.method, one.path + "?nosuch=1"));
      for (const std::string& name : one.parameters) check_words(ask(one.method, one.path + "?" + name + "=nosuch"));
      for (const char* part : {"990121-S01", "record", "device", "change"}) {
        std::string elsewhere = one.path;
        const std::string known = part == std::string("record")   ? id.text()
                                  : part == std::string("device") ? mi_phone.device().text()
                                  : part == std::string("change") ? change.text()
                                                                  : part;
        const std::size_t at = elsewhere.find(known);
        if (at == std::string::npos) continue;
        for (const char* with :
             {"nosuch", "00000000-0000-4000-8000-000000000001", "00000000000000000000000000000001"}) {
          std::string other = elsewhere;
          check_words(ask(one.method, other.replace(at, known.size(), with),
                          one.method == "POST" ? Value(Value::Object{}) : Value()));
        }
      }
      if (one.method != "POST") continue;
      check_words(ask(one.method, one.path, Value::List{}));
      check_words(ask(one.method, one.path, Value::Object{}));
      // One member wrong at a time, and all of them.
      for (const Value& value : wrong) {
        Value::Object all;
        for (const std::string& name : one.members) {
          check_words(ask(one.method, one.path, Value::Object{{name, value}}));
          all.emplace(name, value);
        }
        check_words(ask(one.method, one.path, std::move(all)));
      }
    }
  }

  TEST_CASE_FIXTURE(Asked, "what an act cannot be done for is told in both languages") {
    const auto detail = [&](const std::string& target, Value body, Language language) {
      Request request;
      request.method = "POST";
      request.path = target;
      request.body = to_json(body);
      request.content_type = "application/json";
      request.bearer_token = token;
      request.language = language;
      const Value answer = json_of(make_router(*server).answer(std::move(request)));
      const Value::List& results = answer.list_at("results");
      return std::string((results.empty() ? answer : results.at(0)).text_at("detail"));
    };
    const auto verdict = [&](const char* name, Value value, const RecordId& record) {
      Value::Object body{{"studio", "990121-S01"}, {"record", record.text()}, {"to", "accepted"}};
      body.insert_or_assign(name, std::move(value));
      return Value(std::move(body));
    };
    const std::string at = path(studio_1, id);
    const std::pair<std::string, Value> asked[] = {
        {at + "/resolve", Value::Object{{"address", "title"}, {"value", "x"}}},
        {at + "/steps", Value::Object{{"field", "title"}, {"to", "x"}}},
        {path(studio_1, concern) + "/steps", Value::Object{{"from", "closed"}, {"to", "triaged"}}},
        {"/v1/verdicts", verdict("marks", Value::List{"nosuch"}, id)},
        {"/v1/verdicts", verdict("from", "archived", id)},
        {"/v1/verdicts", verdict("to", "accepted", concern)},
        {"/v1/verdicts", verdict("to", "accepted", record_id(99))},
        {"/v1/duplicates", Value::Object{{"a", Value::Object{{"studio", "990121-S01"}, {"record", id.text()}}},
                                         {"b", Value::Object{{"studio", "990121-S01"}, {"record", concern.text()}}},
                                         {"counters", "sum"}}},
        {"/v1/duplicates/remove",
         Value::Object{{"a", Value::Object{{"studio", "990121-S01"}, {"record", id.text()}}},
                       {"b", Value::Object{{"studio", "990121-S01"}, {"record", concern.text()}}}}},
        {"/v1/held/990121-S01/00000000000000000000000000000001", Value::Object{{"decision", "release"}}},
        {at + "/edits", Value::Object{{"writes", Value::List{Value::Object{{"at", "title"}}}}}},
    };
    for (const auto& [target, body] : asked) {
      CAPTURE(target + " " + to_json(body));
      const std::string zh = detail(target, body, Language::zh), en = detail(target, body, Language::en);
      CHECK_FALSE(zh.empty());
      CHECK_FALSE(en.empty());
      CHECK(zh != en);
      CHECK_FALSE(has_latin_sentence(zh));
    }
  }

  TEST_CASE_FIXTURE(Asked, "a text with U+0000 is refused by its place, in a reason and deep inside a value") {
    const std::string zero("a\0b", 3);
    const Response reason =
        ask("POST", path(studio_1, id) + "/edits",
            Value::Object{{"reason", zero}, {"writes", Value::List{Value::Object{{"at", "title"}, {"put", "x"}}}}});
    CHECK(reason.status == 400);
    CHECK(json_of(reason).text_at("field") == "reason");
    const Response deep = ask(
        "POST", path(studio_1, id) + "/edits",
        Value::Object{{"writes", Value::List{Value::Object{{"at", "title"}, {"put", Value::Object{{"x", zero}}}}}}});
    CHECK(deep.status == 400);
    CHECK(json_of(deep).text_at("field") == "writes[0].put.x");
    CHECK(ask("POST", "/v1/verdicts",
              Value::Object{{"studio", "990121-S01"}, {"record", id.text()}, {"to", "accepted"}, {"comment", zero}})
              .status == 400);
    CHECK(record(studio_1, id).text_at("review") == "submitted");
  }

  TEST_CASE_FIXTURE(Asked, "a body that is no JSON is told with its place, in the language of who sent it") {
    const std::pair<const char*, const char*> bodies[] = {
        {"{\"studio\":\"990121-S01\",\n}", "请求内容不是正确的 JSON，在第 2 行第 1 个字"},
        {"{\"to\":1,\"to\":2}", "一个对象里有两个同名的项"},
        {"", "请求内容不是正确的 JSON"}};
    for (const auto& [body, said] : bodies) {
      CAPTURE(said);
      Request request;
      request.method = "POST";
      request.path = "/v1/verdicts";
      request.body = body;
      request.content_type = "application/json";
      request.bearer_token = token;
      request.language = Language::zh;
      const Response answer = make_router(*server).answer(std::move(request));
      CHECK(answer.status == 400);
      CHECK(answer.body.find(said) != std::string::npos);
    }
  }

  TEST_CASE_FIXTURE(Asked, "a phone is cut off as lost where that is said") {
    const std::string at = "/v1/devices/" + mi_phone.device().text() + "/revoke";
    CHECK(ask("POST", at, Value::Object{{"status", "stolen"}}).status == 400);
    CHECK(post(at, Value::Object{{"status", "lost"}, {"reason", "集市上丢失"}}).text_at("status") == "lost");
    CHECK(post(at, {}).text_at("status") == "revoked");
  }
}
