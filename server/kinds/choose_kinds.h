// Which files of a kinds folder are taken: all that are right. A wrong one, and one that only fits with a wrong one, is
// left out, and the version of it that is in use stays in use.
#pragma once

#include <string>
#include <vector>

#include "schema/kind.h"

namespace lianxin::server {

struct WrongKinds {
  std::string file;   // its name
  std::string wrong;  // the place in it, and what is wrong there
  friend bool operator==(const WrongKinds&, const WrongKinds&) = default;
};

// What stands in the folder under one name.
struct FolderFile {
  KindFile file;
  std::string unreadable;  // why the system would not give its text; empty: it did
};

struct ChosenKinds {
  std::vector<KindFile> files;  // sorted by name
  Catalog catalog;              // of them; its versions are the caller's to set
  std::vector<WrongKinds> wrong;
};

// `in_use`: the files of the version in force, which `next` must only add to; empty where there is none yet.
// `folder`: sorted by name. A file that is in use and no longer in the folder stays where its kinds would go with it,
// and is told of as wrong. The result holds no kind where nothing can be taken.
ChosenKinds choose_kinds(const std::vector<KindFile>& in_use, const std::vector<FolderFile>& folder);

}  // namespace lianxin::server
