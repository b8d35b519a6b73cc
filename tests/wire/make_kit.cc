// Makes the kit's cases from its stories: lianxin-make-wire-kit FOLDER [--check]. With --check nothing is written, and
// every case that differs from what its story now makes is named. A story whose expectations do not come true makes no
// case, and fails the whole.
#include <unistd.h>

#include <iostream>
#include <set>

#include "server/storage/memory/memory_store.h"
#include "tests/wire/kit_files.h"
#include "tests/wire/story.h"

namespace lianxin::kit {

using namespace server;

namespace {

namespace fs = std::filesystem;

struct Count {
  int same = 0, other = 0, failed = 0;
};

Result<std::string> case_of(const fs::path& kit, const Value& story, const fs::path& scratch) {
  server::MemoryStore store;
  fs::remove_all(scratch);
  fs::create_directories(scratch);
  StoryTeller teller(kit, store, scratch);
  LX_TRY(const Value told, teller.tell(story));
  return readable(told);
}

void make_case(const fs::path& file, const Result<std::string>& text, bool only_check, Count& count) {
  if (!text) {
    std::cerr << text.error().message << "\n";
    ++count.failed;
    return;
  }
  const Result<std::string> there = read_text(file);
  if (there && *there == *text) {
    ++count.same;
    return;
  }
  ++count.other;
  std::cout << (only_check ? "differs: " : "written: ") << file.filename().string() << "\n";
  if (only_check) return;
  if (const Status written = write_text(file, *text); !written) {
    std::cerr << written.error().message << "\n";
    ++count.failed;
  }
}

int run(const fs::path& kit, bool only_check) {
  Count count;
  std::set<fs::path> made;
  const fs::path scratch = fs::temp_directory_path() / ("lianxin-wire-kit-" + std::to_string(::getpid()));
  for (const fs::path& file : json_files(kit / "stories")) {
    const Result<Value> stories = read_value(file);
    if (!stories) {
      std::cerr << stories.error().message << "\n";
      ++count.failed;
      continue;
    }
    for (const Value& story : stories->list_at("stories")) {
      const fs::path into = kit / "cases" / (std::string(story.text_at("name")) + ".json");
      make_case(into, case_of(kit, story, scratch), only_check, count);
      if (!made.insert(into).second) {
        std::cerr << "two stories of one name: " << into.filename().string() << "\n";
        ++count.failed;
      }
    }
  }
  for (const fs::path& file : json_files(kit / "cases")) {
    if (made.contains(file)) continue;
    std::cerr << "no story makes " << file.filename().string() << "\n";
    ++count.failed;
  }
  fs::remove_all(scratch);
  std::cout << count.same << " cases as they were, " << count.other << (only_check ? " differ, " : " written, ")
            << count.failed << " failed\n";
  return count.failed > 0 || (only_check && count.other > 0) ? 1 : 0;
}

}  // namespace
}  // namespace lianxin::kit

int main(int argc, char** argv) {
  const bool only_check = argc == 3 && std::string_view(argv[2]) == "--check";
  if (argc != 2 && !only_check) {
    std::cerr << "lianxin-make-wire-kit FOLDER [--check]\n";
    return 2;
  }
  return lianxin::kit::run(argv[1], only_check);
}
