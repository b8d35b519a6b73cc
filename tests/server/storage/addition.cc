#include "tests/server/storage/addition.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace lianxin::storage_test {

namespace {

Logged line_of(const NextChange& change, const ChangeId& id, const StudioHead& head) {
  Logged line;
  line.seq = head.seq + 1;
  line.id = id;
  line.device = change.device;
  line.member = id_of<MemberId>(3);
  line.record = change.record;
  line.outcome = change.held ? Outcome::held : Outcome::applied;
  if (change.held) line.code = "value_range", line.field = "title";
  line.clock = Hlc{0xfedcba9876543210u + static_cast<std::uint64_t>(line.seq)};
  line.roles = {"convener", "liaison"};
  line.received_ms = 1'700'000'000'000 + line.seq;
  line.line = std::string("line \xff\0", 7) + id.text();  // neither UTF-8 nor without a zero byte
  line.log_hash = log_next(head.log_hash, sha256(line.line), Outcome::applied, line.clock);
  line.applied_seq = change.held ? 0 : line.seq;
  return line;
}

}  // namespace

Result<Addition> addition_of(ReadTxn& txn, std::span<const NextChange> changes) {
  Addition addition;
  LX_TRY(addition.head, txn.head());
  std::map<DeviceId, ChainHead> chains;
  std::map<RecordId, StoredRow> rows;
  if (!changes.empty()) addition.device = changes.front().device;
  for (const NextChange& change : changes) {
    if (!chains.contains(change.device)) {
      LX_TRY(chains[change.device], txn.chain(change.device));
    }
    ChainHead& chain = chains[change.device];
    auto default_id = id_of<ChangeId>(static_cast<std::uint32_t>(++chain.n), change.device.bytes[15]);
    const ChangeId id = change.id.value_or(default_id);
    const Logged line = line_of(change, id, addition.head);
    chain.h = chain_next(chain.h, sha256(line.line));
    const bool first = change.device == addition.device;
    (first ? addition.chain : addition.other_chains[change.device]).push_back({chain.n, chain.h, id});
    addition.head.seq = line.seq;
    addition.head.log_hash = line.log_hash;
    rows[change.record] = {change.record, change.kind, line.seq, change.encoded, change.summary};
    addition.log.push_back(line);
  }
  for (auto& [record, row] : rows) addition.rows.push_back(std::move(row));
  return addition;
}

Status add(Store& store, const StudioId& to, std::span<const NextChange> changes) {
  return store.write(to, [&](WriteTxn& txn) -> Status {
    LX_TRY(const Addition addition, addition_of(txn, changes));
    return txn.add(addition);
  });
}

Status add(Store& store, const StudioId& to, const NextChange& change) { return add(store, to, std::span(&change, 1)); }

Status look(Store& store, const StudioId& at, const std::function<void(ReadTxn&)>& f) {
  return store.read(at, [&](ReadTxn& txn) -> Status {
    f(txn);
    return {};
  });
}

bool dies(const std::function<void()>& f) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // the test framework's handler would report a crash
    std::freopen("/dev/null", "w", stderr);
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace lianxin::storage_test
