// Reference data from a file: a county office keeps its lists in a spreadsheet and hands over one JSON object,
//
//   {"org_units":      [{"org_code", "name", "level", "region_code", "parent": org code or null, …}],
//    "villages":       [{"region_code": 12 digits, "name", …}],          in the county of its first six digits
//    "studios":        [{"id"?, "studio_code", "name", "org_code"?, …}],  the county of its code where not said
//    "members":        [{"id", "name", "studios": [studio code], …}],     with the first of its studios
//    "medicine_items": [{"id" or "item_code", "generic_name", …}],        for all, at the top, unless "org_code" says
//    "codes":          [{"list", "code", "label_zh", "label_en"}],        the same
//    "grants":         [{"member": id, "role", "studio": code or id | "org": org code, "clearance", "from_ms"?,
//    "to_ms"?}]}
//
// Every list may be absent; other keys of an item are its fields. Each record becomes a change of the server's own
// device, like any other change. Importing twice adds nothing: what is shown already is not written again, and what
// differs becomes an edit that names what it replaces. A cell in open conflict is left to people: nobody has shown the
// file what stands there side by side. Nothing is ever taken away by an import. What stands in a file twice, as in a
// list that two people have put together, is refused at all its places, and so is what needs it: only they know which
// of them is right. So is a new record without a name, a studio under another's code, whatever belongs to another org
// unit, a section that no file has, and an element that is no text. A studio without an id is the one that has its code
// in the same org unit, or a new one with an id of its own.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/kinds/moment.h"
#include "server/people/grants.h"

namespace lianxin::server {

struct Imported {
  std::size_t added = 0, edited = 0, unchanged = 0, grants = 0;
  std::vector<std::string> refused;      // each item that was not taken, with why
  std::vector<std::string> in_conflict;  // each cell that was left alone: the item, and its field
  std::vector<std::string> lacking;      // taken, and without what the kind requires: the item, and the field
  std::vector<std::string> doubted;      // each value that may have lost a character before it came here
  std::set<std::string> ignored;         // "kind.key" of what no kind has a field for
};

// What is good of the file is taken, whatever else is in it. Errors are of the storage, or of a file that is none, of
// which nothing is taken.
Result<Imported> import_reference(Moments& moments, Store& store, Grants& grants, std::string_view json);

}  // namespace lianxin::server
