#include "server/routes/body.h"

#include <algorithm>

#include "server/language/said.h"

namespace lianxin::server {
namespace {

std::string inside(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}
std::string inside(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

Refused refused(const std::string& path, const std::string& zh, const std::string& en, Value::Object more = {}) {
  more.emplace("field", path);
  return {Problem::bad_request, both(zh, en), std::move(more)};
}

Refused not_known(const std::string& path, std::string_view name, Members members) {
  std::string list_zh, list_en;
  Value::List allowed;
  for (const Member& member : members) {
    (list_zh += list_zh.empty() ? "" : "、") += member.name;
    (list_en += list_en.empty() ? "" : ", ") += member.name;
    allowed.emplace_back(member.name);
  }
  return refused(inside(path, name),
                 "请求内容里没有 " + in_quotes(inside(path, name)) + " 这一项；可用的有：" + list_zh,
                 "the body has no member " + in_quotes(inside(path, name)) + "; there are: " + list_en,
                 {{"allowed", std::move(allowed)}});
}

struct FormName {
  std::string_view zh, en;
};
FormName name_of(Member::Form form) {
  switch (form) {
    case Member::Form::text: return {"文字", "a text"};
    case Member::Form::whole: return {"整数", "a whole number"};
    case Member::Form::truth: return {"true 或 false", "true or false"};
    case Member::Form::any: break;
    case Member::Form::texts: return {"文字的列表", "a list of texts"};
    case Member::Form::object: return {"一个对象", "an object"};
    case Member::Form::objects: return {"对象的列表", "a list of objects"};
    case Member::Form::lists: return {"一个对象，每一项是文字的列表", "an object of lists of texts"};
  }
  return {"任意值", "any value"};
}

bool is_texts(const Value& value) {
  return value.list() &&
         std::all_of(value.list()->begin(), value.list()->end(), [](const Value& v) { return v.text(); });
}

bool is_lists(const Value& value) {
  return value.object() && std::all_of(value.object()->begin(), value.object()->end(),
                                       [](const auto& each) { return is_texts(each.second); });
}

bool is_of(const Value& value, Member::Form form) {
  switch (form) {
    case Member::Form::text: return value.text();
    case Member::Form::whole: return value.integer();
    case Member::Form::truth: return value.boolean();
    case Member::Form::any: return true;
    case Member::Form::texts: return is_texts(value);
    case Member::Form::object: return value.object();
    case Member::Form::objects:
      return value.list() &&
             std::all_of(value.list()->begin(), value.list()->end(), [](const Value& v) { return v.object(); });
    case Member::Form::lists: return is_lists(value);
  }
  return false;
}

std::optional<Refused> judge(const Value::Object& object, Members members, const std::string& path);

std::optional<Refused> judge_member(const Value& value, const Member& member, const std::string& path) {
  if (value.is_null() && member.form != Member::Form::any && !member.required) return std::nullopt;
  if (!is_of(value, member.form)) {
    const FormName form = name_of(member.form);
    return refused(path, in_quotes(path) + " 应当是" + std::string(form.zh),
                   in_quotes(path) + " has to be " + std::string(form.en));
  }
  if (member.form == Member::Form::object) return judge(*value.object(), member.inner, path);
  if (member.form != Member::Form::objects) return std::nullopt;
  for (std::size_t i = 0; i < value.list()->size(); ++i) {
    if (auto wrong = judge(*value.list()->at(i).object(), member.inner, inside(path, i))) return wrong;
  }
  return std::nullopt;
}

std::optional<Refused> judge(const Value::Object& object, Members members, const std::string& path) {
  for (const auto& [name, value] : object) {
    const auto known = std::find_if(members.begin(), members.end(),
                                    [&, &its = name](const Member& member) { return member.name == its; });
    if (known == members.end()) return not_known(path, name, members);
    if (auto wrong = judge_member(value, *known, inside(path, name))) return wrong;
  }
  for (const Member& member : members) {
    if (!member.required || object.contains(member.name)) continue;
    const std::string at = inside(path, member.name);
    return refused(at, "缺少 " + in_quotes(at), in_quotes(at) + " is missing");
  }
  return std::nullopt;
}

std::optional<std::string> zero_in(const Value& value, const std::string& path) {
  constexpr char zero = '\0';
  if (const std::string* text = value.text(); text && text->find(zero) != std::string::npos) return path;
  if (const Value::List* list = value.list()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (auto found = zero_in(list->at(i), inside(path, i))) return found;
    }
  }
  if (const Value::Object* object = value.object()) {
    for (const auto& [name, part] : *object) {
      if (name.find(zero) != std::string::npos) return inside(path, name.substr(0, name.find(zero)));
      if (auto found = zero_in(part, inside(path, name))) return found;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refused> refusal_of_body(const Value& body, Members members) {
  return judge(*body.object(), members, {});
}

OrRefused<Value> json_body(const Request& request, Members members) {
  LX_TRY(Value body, json_body(request));
  if (auto wrong = refusal_of_body(body, members)) return tl::unexpected(std::move(*wrong));
  return body;
}

std::optional<std::string> place_of_zero(const Value& value) { return zero_in(value, {}); }

}  // namespace lianxin::server
