#include "server/storage/sqlite/search_check.h"

#include <sqlite3.h>

#include "server/storage/sqlite/failure.h"

namespace lianxin::server {
namespace {

// The index as a table of (term, document, column, place), by a virtual table of this connection alone.
constexpr const char* open_index = R"sql(
  CREATE VIRTUAL TABLE temp.search_place USING fts5vocab('main', 'search', 'instance')
)sql";
constexpr const char* close_index = "DROP TABLE temp.search_place";
constexpr Query index_places{"index_places", "SELECT term, doc, col, offset FROM temp.search_place"};
constexpr Query search_texts{"search_texts", "SELECT rowid, studio, words FROM search"};
constexpr Query search_sizes{"search_sizes", "SELECT id, sz FROM search_docsize"};

void must(int code, const char* act) {
  if (code != SQLITE_OK) throw failure_of(SQLite::Exception(act, code));
}

// Sums hashes of places, in any order: FNV-1a over the word, and a finalizer (splitmix64) over all four parts.
class Places {
 public:
  void add(std::string_view word, std::int64_t document, std::int64_t column, std::int64_t place) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : word) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
    for (const std::int64_t part : {document, column, place}) hash = mixed(hash ^ static_cast<std::uint64_t>(part));
    sum_ += hash;
    ++count_;
  }
  friend bool operator==(const Places&, const Places&) = default;

 private:
  static std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  std::uint64_t sum_ = 0, count_ = 0;
};

fts5_api* api_of(sqlite3* database) {
  sqlite3_stmt* statement = nullptr;
  fts5_api* api = nullptr;
  must(sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr), "find full text");
  sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
  sqlite3_step(statement);
  must(sqlite3_finalize(statement), "find full text");
  if (!api) throw SqlFailure(Errc::unavailable, "find full text");
  return api;
}

// The tokenizer that the table was made with (migrations/0002_search.sql).
class Tokenizer {
 public:
  explicit Tokenizer(sqlite3* database) {
    void* context = nullptr;
    fts5_api* const api = api_of(database);
    must(api->xFindTokenizer(api, "unicode61", &context, &methods_), "find the tokenizer");
    must(methods_.xCreate(context, nullptr, 0, &tokenizer_), "make the tokenizer");
  }
  ~Tokenizer() { methods_.xDelete(tokenizer_); }
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  std::int64_t cut(const std::string& text, std::int64_t document, std::int64_t column, Places& places) {
    Cut cut{places, document, column};
    must(methods_.xTokenize(tokenizer_, &cut, FTS5_TOKENIZE_DOCUMENT, text.data(), static_cast<int>(text.size()), take),
         "cut a text into words");
    return cut.place;
  }

 private:
  struct Cut {
    Places& places;
    std::int64_t document, column, place = 0;
  };
  static int take(void* self, int flags, const char* word, int size, int, int) noexcept {
    Cut& cut = *static_cast<Cut*>(self);
    if ((flags & FTS5_TOKEN_COLOCATED) == 0) ++cut.place;
    cut.places.add({word, static_cast<std::size_t>(size)}, cut.document, cut.column, cut.place - 1);
    return SQLITE_OK;
  }

  fts5_tokenizer methods_{};
  Fts5Tokenizer* tokenizer_ = nullptr;
};

// SQLite's variable-length integer, as FTS5 keeps the number of words of each column.
void append_varint(std::string& out, std::int64_t number) {
  char bytes[10];
  int size = 0;
  auto rest = static_cast<std::uint64_t>(number);
  do {
    bytes[size++] = static_cast<char>(rest & 127);
    rest >>= 7;
  } while (rest != 0);
  while (size-- > 0) out += static_cast<char>(bytes[size] | (size > 0 ? 0x80 : 0));
}

}  // namespace

bool search_index_agrees(SqliteConnection& connection) {
  Tokenizer tokenizer(connection.database().getHandle());
  Places said, indexed, sizes_due, sizes_kept;
  {
    SqlRun run = connection.run(search_texts);
    std::string sizes;
    while (run.step()) {
      const std::int64_t document = run.integer(0);
      sizes.clear();
      for (const int column : {0, 1}) append_varint(sizes, tokenizer.cut(run.text(column + 1), document, column, said));
      sizes_due.add(sizes, document, 0, 0);
    }
  }
  {
    SqlRun run = connection.run(search_sizes);
    while (run.step()) sizes_kept.add(run.text(1), run.integer(0), 0, 0);
  }
  connection.exec(open_index);
  {
    SqliteStatement places(connection.database(), index_places.sql);  // not kept: its table is about to go
    while (places.step()) {
      const std::int64_t column = places.bytes(2) == "words" ? 1 : 0;  // it comes as its name
      const std::int64_t document = places.integer(1), place = places.integer(3);
      indexed.add(places.bytes(0), document, column, place);
    }
  }
  connection.exec(close_index);
  return said == indexed && sizes_due == sizes_kept;
}

}  // namespace lianxin::server
