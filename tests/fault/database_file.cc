#include "tests/fault/database_file.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <stdexcept>

#include "schema/json.h"
#include "sync/model/chain.h"
#include "sync/model/row.h"
#include "tests/support/database_beside.h"
#include "tests/support/process.h"

namespace lianxin::test {
namespace {

constexpr const char* counter = "persons_reached";

template <std::size_t size>
Bytes<size> bytes_of(const SQLite::Column& column) {
  Bytes<size> bytes;
  if (column.getBytes() != static_cast<int>(size)) throw std::runtime_error("a column of another length");
  const auto* from = static_cast<const std::uint8_t*>(column.getBlob());
  std::copy_n(from, size, bytes.begin());
  return bytes;
}

template <class IdType>
IdType id_of(const SQLite::Column& column) {
  return IdType{bytes_of<16>(column)};
}

std::string text_of(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

class Reader {
 public:
  explicit Reader(const std::string& path) : database_(open_beside(path)) {}

  DatabaseFile run() {
    if (const std::string said = database_.execAndGet("PRAGMA integrity_check").getString(); said != "ok") fault(said);
    read_logs();
    read_heads();
    read_chains();
    read_rows();
    return std::move(file_);
  }

 private:
  void fault(const std::string& text) { file_.faults.push_back(text); }

  void read_logs() {
    SQLite::Statement query(database_,
                            "SELECT studio, seq, change_id, log_hash, outcome, effective_clock, line, "
                            "applied_seq, code FROM change_log ORDER BY studio, seq");
    while (query.executeStep()) {
      const auto studio = id_of<StudioId>(query.getColumn(0));
      const auto id = id_of<ChangeId>(query.getColumn(2));
      const std::string line = text_of(query.getColumn(6));
      const Hash line_hash = sha256(line);
      Log& log = logs_[studio];
      const Hlc clock{static_cast<std::uint64_t>(query.getColumn(5).getInt64())};
      const Outcome outcome = query.getColumn(4).getInt() == 0 ? Outcome::applied : Outcome::held;
      log.hash = log_next(log.hash, line_hash, outcome, clock);
      const std::string place = studio.text() + " seq " + std::to_string(++log.seq);
      if (query.getColumn(1).getInt64() != log.seq) fault("a gap in the log at " + place);
      if (bytes_of<32>(query.getColumn(3)) != log.hash) fault("a wrong log hash at " + place);
      ++file_.log_lines;
      line_hashes_[id] = line_hash;
      const bool took_effect = query.getColumn(7).getInt64() != 0;
      if (!took_effect) ++file_.held[query.getColumn(8).getString()];
      read_line(line, id, place, took_effect);
    }
  }

  void read_line(const std::string& line, const ChangeId& id, const std::string& place, bool took_effect) {
    const auto value = parse_json(line);
    if (!value) return fault("an unreadable line at " + place);
    if (value->text_at("id") != id.text()) fault("a line under another id at " + place);
    if (++file_.lines[id.text()] > 1) fault("a change twice in the log at " + place);
    if (const auto reason = value->text_at("reason"); !reason.empty()) ++file_.reasons[std::string(reason)];
    if (!took_effect) return;
    for (const Value& write : value->list_at("writes")) {
      if (write.text_at("at") == counter) counted_[std::string(value->text_at("record"))] += write.integer_at("count");
    }
  }

  void read_heads() {
    SQLite::Statement query(database_, "SELECT studio, seq, log_hash FROM studio");
    while (query.executeStep()) {
      const auto studio = id_of<StudioId>(query.getColumn(0));
      const Log& log = logs_[studio];
      const bool agrees = query.getColumn(1).getInt64() == log.seq && bytes_of<32>(query.getColumn(2)) == log.hash;
      if (!agrees) fault("the head of " + studio.text() + " is not the end of its log");
    }
  }

  // h(0) follows from the device's key; the server's own devices have theirs outside the database.
  std::map<DeviceId, PublicKey> keys() {
    std::map<DeviceId, PublicKey> keys;
    SQLite::Statement query(database_, "SELECT device, public_key FROM device");
    while (query.executeStep()) keys[id_of<DeviceId>(query.getColumn(0))] = bytes_of<32>(query.getColumn(1));
    return keys;
  }

  void read_chains() {
    const std::map<DeviceId, PublicKey> known = keys();
    SQLite::Statement query(database_, "SELECT studio, device, n, h, change_id FROM chain ORDER BY studio, device, n");
    Hash before{};
    while (query.executeStep()) {
      const auto studio = id_of<StudioId>(query.getColumn(0));
      const auto device = id_of<DeviceId>(query.getColumn(1));
      const std::int64_t n = query.getColumn(2).getInt64();
      const auto h = bytes_of<32>(query.getColumn(3));
      const std::string place = device.text() + " " + studio.text() + " n " + std::to_string(n);
      std::int64_t& last = file_.acked[{device.text(), studio.text()}];
      if (n != ++last) fault("a gap in the chain at " + place);
      const auto key = known.find(device);
      if (n == 1 && key != known.end()) before = chain_start(studio, key->second);
      const auto line = line_hashes_.find(id_of<ChangeId>(query.getColumn(4)));
      if (line == line_hashes_.end()) {
        fault("no line for the chain at " + place);
      } else if ((n > 1 || key != known.end()) && h != chain_next(before, line->second)) {
        fault("a wrong h at " + place);
      }
      before = h;
    }
  }

  void read_rows() {
    SQLite::Statement query(database_, "SELECT encoded FROM record WHERE kind = 'outreach_visit'");
    while (query.executeStep()) {
      const auto row = decode_row(query.getColumn(0).getString());
      if (!row) {
        fault("an unreadable row");
        continue;
      }
      std::int64_t sum = 0;
      if (const Cell* cell = row->cell(counter)) {
        for (const Head& head : cell->heads) sum += *head.value.integer();
      }
      file_.counted[row->record.text()] = sum;
      if (sum != counted_[row->record.text()]) fault("the counter of " + row->record.text() + " is not its lines' sum");
    }
  }

  struct Log {
    std::int64_t seq = 0;
    Hash hash{};
  };

  SQLite::Database database_;
  DatabaseFile file_;
  std::map<StudioId, Log> logs_;
  std::unordered_map<ChangeId, Hash> line_hashes_;
  std::map<std::string, std::int64_t> counted_;  // by the lines
};

}  // namespace

DatabaseFile DatabaseFile::read(const std::string& path) {
  hold_key_of(path);
  const TempFolder folder;
  const std::string copy = folder / "copy.db";
  std::filesystem::copy_file(path, copy);
  if (std::filesystem::exists(path + "-wal")) std::filesystem::copy_file(path + "-wal", copy + "-wal");
  return Reader(copy).run();
}

}  // namespace lianxin::test
