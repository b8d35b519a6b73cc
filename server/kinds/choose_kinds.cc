#include "server/kinds/choose_kinds.h"

#include <algorithm>
#include <map>
#include <optional>

#include "schema/catalog.h"
#include "schema/kinds_file.h"
#include "schema/takes_away.h"

namespace lianxin::server {
namespace {

using Files = std::map<std::string, std::string>;  // name -> text

// One name whose file is not what is in use: new, altered, or gone from the folder.
struct Change {
  std::string name;
  std::optional<std::string> text;  // nothing: it is gone
};

std::vector<KindFile> list_of(const Files& files) {
  std::vector<KindFile> list;
  for (const auto& [name, text] : files) list.push_back({name, text});
  return list;
}

// "kind note, field text: why", where the message begins with the file's own name.
std::string without_name(const std::string& message, const std::string& name) {
  return message.starts_with(name + ": ") ? message.substr(name.size() + 2) : message;
}

class Choice {
 public:
  explicit Choice(const std::vector<KindFile>& in_use) {
    for (const KindFile& file : in_use) taken_.emplace(file.name, file.text);
    if (in_use.empty()) return;
    if (auto catalog = load_catalog(in_use)) now_ = std::move(*catalog);
  }

  ChosenKinds choose(const std::vector<FolderFile>& folder) {
    std::vector<Change> changes = changes_of(folder);
    std::vector<Change> left;
    take_together(std::move(changes), left);
    take_singly(left);
    for (const Change& change : left) {
      const auto fits = fits_with({change});
      if (!fits) chosen_.wrong.push_back({change.name, told(change, fits.error())});
    }
    std::sort(chosen_.wrong.begin(), chosen_.wrong.end(),
              [](const WrongKinds& a, const WrongKinds& b) { return a.file < b.file; });
    chosen_.files = list_of(taken_);
    if (auto catalog = load_catalog(chosen_.files)) chosen_.catalog = std::move(*catalog);
    return std::move(chosen_);
  }

 private:
  // Only those whose text can be read by itself: what stands in other files is no matter here.
  std::vector<Change> changes_of(const std::vector<FolderFile>& folder) {
    std::vector<Change> changes;
    Files gone = taken_;
    for (const FolderFile& each : folder) {
      const KindFile& file = each.file;
      gone.erase(file.name);
      if (!each.unreadable.empty()) {
        chosen_.wrong.push_back({file.name, each.unreadable});
        continue;
      }
      const auto in_use = taken_.find(file.name);
      if (in_use != taken_.end() && in_use->second == file.text) continue;
      const auto read = read_kinds_file(file);
      if (read) {
        changes.push_back({file.name, file.text});
      } else {
        chosen_.wrong.push_back({file.name, without_name(read.error().message, file.name)});
      }
    }
    for (const auto& [name, text] : gone) changes.push_back({name, std::nullopt});
    return changes;
  }

  Files with(const std::vector<Change>& changes) const {
    Files files = taken_;
    for (const Change& change : changes) {
      if (change.text) {
        files.insert_or_assign(change.name, *change.text);
      } else {
        files.erase(change.name);
      }
    }
    return files;
  }

  Status fits_with(const std::vector<Change>& changes) const {
    const auto next = load_catalog(list_of(with(changes)));
    if (!next) return tl::unexpected(next.error());
    if (now_) {
      if (const auto lost = takes_away(*now_, *next)) {
        return failure(Errc::invalid_argument, "would take away or alter: " + *lost + "; versions only add");
      }
    }
    return {};
  }

  // The whole at once, so that a part may move from one file to another; each file that stands in its way is put into
  // `left` until the rest fits.
  void take_together(std::vector<Change> changes, std::vector<Change>& left) {
    for (Status fits = fits_with(changes); !fits; fits = fits_with(changes)) {
      if (changes.empty()) return;
      const auto wrong = at_fault(changes, fits.error());
      left.push_back(std::move(*wrong));
      changes.erase(wrong);
    }
    taken_ = with(changes);
  }

  // The one that the message names, or without which it is another one; else, as where there are too many, the last.
  std::vector<Change>::iterator at_fault(std::vector<Change>& changes, const Error& error) const {
    if (error.code == Errc::out_of_range) return std::prev(changes.end());
    const std::string& message = error.message;
    const auto named = std::find_if(changes.begin(), changes.end(), [&](const Change& change) {
      return change.text && message.starts_with(change.name + ": ");
    });
    if (named != changes.end()) return named;
    for (auto at = changes.begin(); at != changes.end(); ++at) {
      std::vector<Change> others(changes.begin(), at);
      others.insert(others.end(), std::next(at), changes.end());
      const Status without = fits_with(others);
      if (without || without.error().message != message) return at;
    }
    return std::prev(changes.end());
  }

  // What was left out for the sake of a file that is itself left out.
  void take_singly(std::vector<Change>& left) {
    for (bool more = true; more;) {
      more = false;
      for (auto at = left.begin(); at != left.end();) {
        if (!fits_with({*at})) {
          ++at;
          continue;
        }
        taken_ = with({*at});
        at = left.erase(at);
        more = true;
      }
    }
  }

  std::string told(const Change& change, const Error& error) const {
    if (!change.text) return "is no longer there; " + error.message + ", so its last version stays in use";
    return without_name(error.message, change.name);
  }

  Files taken_;
  std::optional<Catalog> now_;
  ChosenKinds chosen_;
};

}  // namespace

ChosenKinds choose_kinds(const std::vector<KindFile>& in_use, const std::vector<FolderFile>& folder) {
  return Choice(in_use).choose(folder);
}

}  // namespace lianxin::server
