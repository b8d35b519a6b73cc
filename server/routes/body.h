// What the bodies that people at desks and their programs send may have in them: each member is declared once, beside
// its route. One that is not declared, is missing, is of another type or holds U+0000 is refused by name before
// anything is done: what was sent would else be left out in silence. (What phones send is judged otherwise: a server
// passes over what a newer phone adds.)
#pragma once

#include <span>

#include "server/routes/routes.h"

namespace lianxin::server {

struct Member {
  enum class Form {
    text,
    whole,    // a whole number
    truth,    // true or false
    any,      // any value; null is one
    texts,    // a list of texts
    object,   // with the members `inner`
    objects,  // a list of them
    lists,    // an object of names that are not declared, each with a list of texts
  };
  std::string_view name;
  Form form = Form::text;
  bool required = false;
  std::span<const Member> inner = {};
};
using Members = std::span<const Member>;

// bad_request for the first member that is wrong. Null is as good as absent, but for a member of any value.
std::optional<Refused> refusal_of_body(const Value& body, Members members);

// json_body(), judged.
OrRefused<Value> json_body(const Request& request, Members members);

// The first text, or name, at any depth that holds U+0000, by its place in the body: most of what stores or shows a
// text takes that for its end.
std::optional<std::string> place_of_zero(const Value& value);

}  // namespace lianxin::server
