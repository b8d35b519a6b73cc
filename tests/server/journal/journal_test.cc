#include "server/journal/journal.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/server/test_server.h"
#include "tests/support/file_bytes.h"
#include "tests/support/full_disk.h"
#include "tests/support/temp_folder.h"
#include "tests/sync/seeded_random.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::server_test;

// How often the disk was waited for: it still is.
static int syncs = 0;
extern "C" int fdatasync(int file) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace {

namespace fs = std::filesystem;

// A journal in a folder of its own, opened anew as often as a test likes.
class Kept {
 public:
  Kept() { open(); }

  void open() {
    journal_.reset();
    journal_ = must(Journal::open(folder(), [] { return noon_ms; }));
  }
  Journal& operator*() { return *journal_; }
  Journal* operator->() { return journal_.get(); }
  fs::path folder() const { return folder_ / "journal"; }
  fs::path file() const { return folder() / "000000000001.ndjson"; }

  void add(int number) { must(journal_->append({{{"kind", "test"}, {"value", number}}})); }

  // The values behind `after`; empty with an error.
  std::vector<std::int64_t> values(const JournalPlace& after = {}) {
    std::vector<std::int64_t> found;
    const auto read = journal_->each_after(after, [&](const JournalEntry& entry) -> Status {
      found.push_back(Value(entry.what).integer_at("value"));
      return {};
    });
    if (!read) return {-1};
    damage = *read;
    return found;
  }

  std::string bytes() const { return test::bytes_of(file()); }
  void replace(const std::string& bytes) { std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes; }

  Journal::Damage damage;

 private:
  test::TempFolder folder_;
  std::unique_ptr<Journal> journal_;
};

using Values = std::vector<std::int64_t>;

// An entry of which the disk takes twenty bytes.
Status add_on_full_disk(Kept& kept, int value) {
  const FullDisk full(kept.bytes().size() + 20);
  return kept->append({{{"kind", "test"}, {"value", value}}});
}

}  // namespace

TEST_SUITE_BEGIN("server/journal/journal");

TEST_CASE("what was added is read in its order by whoever opens the folder next") {
  Kept kept;
  kept.add(1);
  const JournalPlace first = must(kept->end());
  kept.add(2);
  kept.open();
  kept.add(3);
  CHECK(kept.values() == Values{1, 2, 3});
  CHECK(kept.values(first) == Values{2, 3});
  CHECK(kept.values(must(kept->end())).empty());
  CHECK(must(kept->end()).number == 3);
  CHECK(kept.damage.altered + kept.damage.missing == 0);
}

TEST_CASE("two processes add to one journal without losing a line") {
  Kept kept;
  const auto other = must(Journal::open(kept.folder(), [] { return noon_ms; }));
  for (int i = 0; i < 10; i += 2) {
    kept.add(i);
    must(other->append({{{"kind", "test"}, {"value", i + 1}}}));
  }
  CHECK(kept.values() == Values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(kept.damage.altered + kept.damage.missing == 0);
  CHECK(must(kept->end()) == must(other->end()));
}

// One under a key.
struct Sealed {
  explicit Sealed(const fs::path& folder, std::uint8_t key = 7)
      : journal(Journal::open(
            folder, [] { return noon_ms; }, JournalSeal{SecretKey{key}, &random})) {}

  std::vector<std::string> words(Journal::Damage* damage = nullptr) {
    std::vector<std::string> found;
    const Journal::Damage read = must((*journal)->each_after({}, [&](const JournalEntry& entry) -> Status {
      found.emplace_back(Value(entry.what).text_at("word"));
      return {};
    }));
    if (damage) *damage = read;
    return found;
  }
  void add(const std::string& word) { must((*journal)->append({{{"kind", "test"}, {"word", word}}})); }

  SeededRandom random{3};
  Result<std::unique_ptr<Journal>> journal;
};

TEST_CASE("entries lie sealed, those of before are sealed by whoever opens it next, and another key opens nothing") {
  Kept kept;
  must(kept->append({{{"kind", "test"}, {"word", "Geheim"}}}));
  CHECK(test::bytes_under(kept.folder()).find("Geheim") != std::string::npos);
  const JournalPlace end = must(kept->end());
  {
    Sealed sealed(kept.folder());
    REQUIRE(sealed.journal);
    CHECK(must((*sealed.journal)->end()) == end);
    sealed.add("Vertraulich");
    CHECK(sealed.words() == std::vector<std::string>{"Geheim", "Vertraulich"});
    CHECK(test::bytes_under(kept.folder()).find("Geheim") == std::string::npos);
    CHECK(test::bytes_under(kept.folder()).find("Vertraulich") == std::string::npos);
  }
  CHECK(Sealed(kept.folder(), 8).journal.error().code == Errc::not_allowed);
  CHECK(Journal::open(kept.folder(), [] { return noon_ms; }).error().code == Errc::not_allowed);
  Sealed again(kept.folder());
  CHECK(again.words().size() == 2);
}

TEST_CASE("what is taken out of an entry is gone, and every place and hash stays") {
  const test::TempFolder folder;
  const fs::path journal = folder / "journal";
  Sealed sealed(journal);
  for (const char* word : {"eins", "Geheim", "drei"}) sealed.add(word);
  const JournalPlace end = must((*sealed.journal)->end());
  const auto take_out = [](Value::Object& entry) {
    if (Value(entry).text_at("word") != "Geheim") return false;
    entry.insert_or_assign("word", "");
    return true;
  };
  must((*sealed.journal)->lessen(take_out));
  Journal::Damage damage;
  CHECK(sealed.words(&damage) == std::vector<std::string>{"eins", "", "drei"});
  CHECK(damage.altered + damage.missing == 0);
  CHECK(must((*sealed.journal)->end()) == end);
  sealed.add("vier");
  Sealed other(journal);
  CHECK(other.words() == std::vector<std::string>{"eins", "", "drei", "vier"});
  other.add("fünf");
  CHECK(sealed.words().size() == 5);
  // Whose bytes were altered opens no more, and shows.
  for (const auto& item : fs::directory_iterator(journal)) {
    if (item.path().extension() != ".ndjson" || fs::file_size(item.path()) == 0) continue;
    std::fstream bytes(item.path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(100);
    bytes.put('!');
    break;
  }
  static_cast<void>(sealed.words(&damage));
  CHECK(damage.altered + damage.missing > 0);
}

TEST_CASE("only its owner can read it") {
  Kept kept;
  kept.add(1);
  struct stat info {};
  REQUIRE(::stat(kept.file().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  REQUIRE(::stat(kept.folder().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("a last line that was torn at any byte is cut off and what follows is whole") {
  Kept whole;
  whole.add(1);
  const std::size_t first = whole.bytes().size();
  whole.add(2);
  const std::string bytes = whole.bytes();
  for (std::size_t cut = first + 1; cut < bytes.size(); cut += 7) {
    CAPTURE(cut);
    whole.replace(bytes.substr(0, cut));
    whole.open();
    CHECK(whole.values() == Values{1});
    whole.add(3);
    CHECK(whole.values() == Values{1, 3});
    CHECK(whole.damage.altered + whole.damage.missing == 0);
  }
}

TEST_CASE("an entry that was altered is found and left out and the others are read") {
  Kept kept;
  for (int i = 1; i <= 4; ++i) kept.add(i);
  std::string bytes = kept.bytes();
  const std::string second = R"("value":2)";
  REQUIRE(bytes.find(second) != std::string::npos);
  bytes.replace(bytes.find(second), second.size(), R"("value":7)");
  kept.replace(bytes);
  kept.open();
  CHECK(kept.values() == Values{1, 3, 4});
  CHECK(kept.damage.altered == 1);
  CHECK(kept.damage.missing == 0);
}

TEST_CASE("an entry that was cut out is missed") {
  Kept kept;
  for (int i = 1; i <= 4; ++i) kept.add(i);
  std::string bytes = kept.bytes();
  const std::size_t from = bytes.find('\n') + 1;
  bytes.erase(from, bytes.find('\n', from) + 1 - from);
  kept.replace(bytes);
  kept.open();
  CHECK(kept.values() == Values{1, 3, 4});
  CHECK(kept.damage.missing == 1);
}

TEST_CASE("a line that is none hides only itself") {
  Kept kept;
  for (int i = 1; i <= 3; ++i) kept.add(i);
  std::string bytes = kept.bytes();
  const std::size_t from = bytes.find('\n') + 1, to = bytes.find('\n', from);
  bytes.replace(from, to - from, std::string(to - from, '\0'));
  kept.replace(bytes);
  kept.open();
  CHECK(kept.values() == Values{1, 3});
  CHECK(kept.damage.altered == 1);
}

TEST_CASE("a journal that does not have the place asked for says so before it tells anything") {
  Kept kept;
  for (int i = 1; i <= 3; ++i) kept.add(i);
  JournalPlace place = must(kept->end());
  place.hash[0] ^= 1;
  CHECK(kept.values(place) == Values{-1});
  place = must(kept->end());
  place.number += 5;
  CHECK(kept.values(place) == Values{-1});
  Kept other;
  CHECK(other.values(must(kept->end())) == Values{-1});
}

TEST_CASE("past its bound a file is followed by the next and the chain goes on") {
  Kept kept;
  const std::string filling(1 << 20, 'x');
  JournalPlace fourth;
  for (int i = 1; i <= 9; ++i) {
    must(kept->append({{{"kind", "test"}, {"value", i}, {"filling", filling}}}));
    if (i == 4) fourth = must(kept->end());
  }
  std::size_t files = 0;
  for (const auto& item : fs::directory_iterator(kept.folder())) files += item.path().extension() == ".ndjson" ? 1 : 0;
  CHECK(files == 3);
  kept.open();
  kept.add(10);
  CHECK(kept.values() == Values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(kept.values(fourth) == Values{5, 6, 7, 8, 9, 10});
  CHECK(kept.damage.altered + kept.damage.missing == 0);
}

TEST_CASE("damage is told by whoever reads behind the place before it and by nobody later") {
  Kept kept;
  for (int i = 1; i <= 3; ++i) kept.add(i);
  std::string bytes = kept.bytes();
  bytes.replace(bytes.find(R"("value":2)"), 9, R"("value":7)");
  kept.replace(bytes);
  kept.open();
  const JournalPlace end = must(kept->end());
  kept.add(4);
  CHECK(kept.values() == Values{1, 3, 4});
  CHECK(kept.damage.altered == 1);
  CHECK(kept.values(end) == Values{4});
  CHECK(kept.damage.altered + kept.damage.missing == 0);
}

TEST_CASE("a last line that is whole and cannot be read is kept") {
  Kept kept;
  for (int i = 1; i <= 2; ++i) kept.add(i);
  std::string bytes = kept.bytes();
  const std::size_t from = bytes.find('\n') + 1;
  bytes.replace(from, 5, "spoil");
  kept.replace(bytes);
  kept.open();
  CHECK(kept.values() == Values{1});
  CHECK(kept.damage.altered == 1);
  kept.add(3);
  CHECK(kept.bytes().starts_with(bytes));
  CHECK(kept.values() == Values{1, 3});
  CHECK(kept.damage.altered == 1);
}

TEST_CASE("whoever asks for the end of the journal is told of nothing that a power cut can take") {
  Kept kept;
  kept.add(1);
  syncs = 0;
  must(kept->append({{{"kind", "test"}, {"value", 2}}}, false));
  CHECK(syncs == 0);
  CHECK(must(kept->end()).number == 2);
  CHECK(syncs == 1);
  must(kept->end());
  CHECK(syncs == 1);
}

TEST_CASE("what is owed to somebody waits for the disk with whatever it is added") {
  Kept kept;
  kept.add(1);
  REQUIRE_FALSE(add_on_full_disk(kept, 2));
  syncs = 0;
  must(kept->append({{{"kind", "test"}, {"value", 3}}}, false));
  CHECK(syncs == 1);
  CHECK(kept.values() == Values{1, 2, 3});
}

TEST_CASE("what a full disk did not take is added before the next entry") {
  Kept kept;
  kept.add(1);
  const Status refused = add_on_full_disk(kept, 2);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  kept.add(3);
  CHECK(kept.values() == Values{1, 2, 3});
  CHECK(kept.damage.altered + kept.damage.missing == 0);
}

TEST_SUITE_END();
