// Where a server keeps everything: one port, several engines (memory, SQLite, PostgreSQL). Engines only keep and give
// back; every rule is in this room. All ids below are within one studio: no transaction spans two. Only what belongs to
// whom is of all studios together.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/model/belonging.h"
#include "sync/model/chain.h"
#include "sync/model/digest.h"

namespace lianxin {

struct StudioHead {
  Seq seq = 0;      // of the last line in the log
  Hash log_hash{};  // there
  DigestsBySensitivity digests{};
  std::int64_t sensitivity_version = 0;  // of the kinds the digests were summed by
};

struct ChainEntry {
  N n = 0;
  Hash h{};
  ChangeId id;
};

// A line of the log, and what became of it.
struct Logged {
  Seq seq = 0;
  ChangeId id;
  DeviceId device;  // that brought it first
  MemberId member;  // zero where the line could not be read
  RecordId record;
  Outcome outcome = Outcome::applied;  // when it was logged; hashed into the log, never altered
  std::string code, field;             // why it was held
  Hlc clock;                           // effective
  std::vector<std::string> roles;      // of the member at `clock`
  std::int64_t received_ms = 0;
  Hash log_hash{};
  std::string line;
  Seq applied_seq = 0;  // where it took effect: `seq`, or that of its release; 0 while it has none
  // SHA-256 of the bytes that were logged, where something of them was erased and `line` is what is left.
  std::optional<Hash> as_logged{};
};

// The device's signature over one push, kept with the log: over push_message(device, studio, first_n, h(last_n)).
struct PushSignature {
  N first_n = 0, last_n = 0;
  Signature signature{};
};

// What lists and reports read without opening a row. Of the shown values; made in sync/log/summary.h.
struct RowSummary {
  std::string title, date, region, review, state, official_no, provisional_no;
  MemberId created_by;
  std::int64_t created_ms = 0;
  bool deleted = false;
  bool revised = false;
  bool joined = false;  // holds an edge to another record (sync/model/join.h); others may lead to it
  int conflicts = 0, held = 0, witnessed = 0;
  std::vector<ChangeId> held_open;  // held changes of the row that nobody has decided yet
  // Field -> shown value, for fields marked `index`; of the two numbers all that the row has, by folded_number(), and
  // of what the record stands on (Kind::consents) what each of several heads names.
  std::map<std::string, Value> indexed;
};

struct StoredRow {
  RecordId record;
  std::string kind;
  Seq last_seq = 0;
  std::string encoded;  // sync/model/row.h
  RowSummary summary;   // not filled when read
};

// What one transaction adds. Everything in it becomes durable together.
struct Addition {
  DeviceId device;                // whose chain grows
  std::vector<ChainEntry> chain;  // dense, from that device's head + 1
  std::optional<PushSignature> signature;
  std::map<DeviceId, std::vector<ChainEntry>> other_chains;  // the server's own device, where it acted in the same push
  std::map<DeviceId, PushSignature> other_signatures;        // over each of those: nothing stands in a chain unsigned
  std::vector<Logged> log;                                   // dense, from head.seq + 1
  std::vector<std::pair<ChangeId, Seq>> took_effect;         // held changes released here
  std::vector<Logged> erased;                                // logged before, now with what is left of them
  std::vector<StoredRow> rows;                               // each record once, as it now is
  std::map<std::string, std::int64_t> numbers;               // last official number given, by "code-year"
  std::vector<Belonging> belongings;                         // names that are now those org units', whoever's before
  StudioHead head;                                           // after it all
};

// Of a record's lines the last ones below a place, until one of the bounds is reached, but at least one where there is
// one.
struct LogPart {
  Seq before = INT64_MAX;
  std::size_t lines_max = SIZE_MAX, bytes_max = SIZE_MAX;
};

// A snapshot of one studio. References it returns nothing by; threads: one only.
class ReadTxn {
 public:
  virtual ~ReadTxn() = default;

  virtual Result<StudioHead> head() = 0;
  virtual Result<ChainHead> chain(const DeviceId& device) = 0;  // {0, zero} when it has none
  virtual Result<std::optional<ChainEntry>> chain_entry(const DeviceId& device, N n) = 0;
  virtual Result<std::vector<ChangeId>> in_chain(const DeviceId& device, std::span<const ChangeId> ids) = 0;
  virtual Result<std::vector<std::optional<StoredRow>>> records(std::span<const RecordId> ids) = 0;  // as asked
  virtual Result<std::vector<std::optional<Logged>>> logged(std::span<const ChangeId> ids) = 0;      // as asked
  virtual Result<std::optional<Hash>> log_hash(Seq seq) = 0;  // zero hash at 0; none beyond the head
  virtual Result<std::vector<Logged>> log_after(Seq seq, std::size_t lines_max) = 0;  // for rebuild and history
  virtual Result<std::vector<Logged>> log_part_of(const RecordId& record, const LogPart& part) = 0;  // by seq
  Result<std::vector<Logged>> log_of(const RecordId& record) { return log_part_of(record, {}); }
  // Rows with last_seq > seq, by last_seq, until one of the bounds is reached, but at least one where there is one.
  virtual Result<std::vector<StoredRow>> rows_after(Seq seq, std::size_t rows_max, std::size_t bytes_max) = 0;
  // Records, of whatever kind, whose indexed field shows the text or, of a set, has it among its keys; by id.
  virtual Result<std::vector<RecordId>> showing(const std::string& field, const std::string& text,
                                                std::size_t records_max) = 0;
  virtual Result<std::int64_t> number(const std::string& key) = 0;  // 0 when none was given
  // The org units that the names belong to, as asked; empty where they are nobody's. A writer who has asked is alone
  // with it until his transaction ends.
  virtual Result<std::vector<std::string>> owners(std::span<const ReferenceName> names) = 0;
};

class WriteTxn : public ReadTxn {
 public:
  // At most once in a transaction. What is read afterwards is undefined.
  virtual Status add(const Addition& addition) = 0;
  // A rebuild: all rows of the studio are dropped and these put in their place, digests with them.
  virtual Status replace_rows(std::span<const StoredRow> rows, const StudioHead& head) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Runs `f` in a transaction that holds the studio's head, perhaps more than once, perhaps committed together with
  // others, and returns once its effects are durable. `f` has no effect but through its transaction. When `f` or the
  // commit fails, nothing of it remains. Safe from any thread.
  virtual Status write(const StudioId& studio, const std::function<Status(WriteTxn&)>& f) = 0;
  // Runs `f` once, on one snapshot.
  virtual Status read(const StudioId& studio, const std::function<Status(ReadTxn&)>& f) = 0;
  virtual Result<std::vector<StudioId>> studios() = 0;  // that have a log
};

}  // namespace lianxin
