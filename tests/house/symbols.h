// What the compiler made of the sources: the names that each object file defines, as nm tells them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/house/sources.h"

namespace lianxin::house {

struct Symbol {
  std::string source;   // "sync/rules/merge.cc"
  bool shared = false;  // weak: each object that uses it has its own, and the linker keeps one
  std::string name;     // demangled: "lianxin::merge(lianxin::Cell const&)"
};

// One line of `nm -A -C --defined-only`, run in the folder of the build; nothing where the symbol is seen by its own
// object file alone, or where the object is of no source of ours.
std::optional<Symbol> symbol_of(const std::string& line);

// Of the objects that were built under these folders, without those whose source is gone.
std::vector<Symbol> symbols_under(const std::vector<std::string>& folders);

// The scopes and the name, outermost first, without parameters: {"lianxin", "Replica", "open"}. What is made for a
// class (vtable, typeinfo) counts as the class.
std::vector<std::string> path_of(const std::string& name);

}  // namespace lianxin::house
