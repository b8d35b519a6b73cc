// Files beside the database, which a full disk, a restore or a hand may have damaged: the lines of the journal, and the
// server's key. The input is lines of a journal; as a fuzzer cannot hash, each that could be an entry is also chained
// anew, and must then be read as it was written.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/assert.h"
#include "schema/json.h"
#include "server/journal/journal_line.h"
#include "server/people/keys.h"
#include "tests/fuzz/target.h"
#include "tests/support/temp_folder.h"
#include "tests/sync/seeded_random.h"

namespace lianxin::fuzz {

using namespace server;

namespace {

void chain_anew(std::string_view line, JournalPlace& place) {
  const Result<Value> entry = parse_json(line);
  if (!entry || !entry->object()) return;
  const Hash before = place.hash;
  static SeededRandom random(1);
  static const JournalSeal seal{SecretKey{7}, &random};
  JournalPlace same = place;
  const std::string written = journal_line(*entry->object(), 1'795'176'000'000, place, nullptr);
  const std::string sealed = journal_line(*entry->object(), 1'795'176'000'000, same, &seal);
  LX_ASSERT(same == place);
  for (const std::string& made : {written, sealed}) {
    const auto read = read_journal_line(std::string_view(made).substr(0, made.size() - 1), before, &seal);
    LX_ASSERT(read && read->follows && read->entry.place == place);
    LX_ASSERT(!read_journal_line(made, before, &seal));  // its line feed does not belong to it
  }
}

// A folder of this process, with the input as the server's key.
void read_key(std::string_view bytes) {
  static const test::TempFolder folder;
  const int file = ::open((folder / "server.key").c_str(), O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
  LX_ASSERT(file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  ::close(file);
  const Result<SelfDevice> read = KeyFolder(folder.path()).server();
  LX_ASSERT(read || read.error().code == Errc::corrupt);
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  using namespace lianxin::server;
  std::string_view rest = fuzz::text_of(data, size);
  fuzz::read_key(rest);
  JournalPlace read_place, written_place;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (const auto read = read_journal_line(line, read_place.hash, nullptr)) read_place = read->entry.place;
    fuzz::chain_anew(line, written_place);
  }
  return 0;
}
