#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/server/storage/addition.h"
#include "tests/server/storage/engines.h"

using namespace lianxin;
using namespace lianxin::server;
using namespace lianxin::storage_test;

namespace {

NextChange change_of(std::uint32_t record, std::string encoded = "{}") {
  NextChange change;
  change.record = id_of<RecordId>(record);
  change.encoded = std::move(encoded);
  return change;
}

bool same(const Logged& a, const Logged& b) {
  return a.seq == b.seq && a.id == b.id && a.device == b.device && a.member == b.member && a.record == b.record &&
         a.outcome == b.outcome && a.code == b.code && a.field == b.field && a.clock == b.clock && a.roles == b.roles &&
         a.received_ms == b.received_ms && a.log_hash == b.log_hash && a.line == b.line &&
         a.applied_seq == b.applied_seq;
}

// The addition of `changes`, once it is in the store.
Addition added(Store& store, std::span<const NextChange> changes) {
  Addition addition;
  REQUIRE(store.write(studio, [&](WriteTxn& txn) -> Status {
    LX_TRY(addition, addition_of(txn, changes));
    addition.numbers["微商-2026"] = 12;
    addition.head.digests[3] = Digest{0xffffffffffffffffu, 5};
    addition.head.sensitivity_version = 4;
    return txn.add(addition);
  }));
  return addition;
}

}  // namespace

TEST_SUITE_BEGIN("server/storage");

TEST_CASE_TEMPLATE("a studio nobody wrote to is empty", Engine, ALL_ENGINES) {
  Engine engine;
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) {
    CHECK(txn.head()->seq == 0);
    CHECK(txn.chain(phone)->n == 0);
    CHECK(txn.chain(phone)->h == Hash{});
    CHECK_FALSE(txn.chain_entry(phone, 1)->has_value());
    CHECK(*txn.log_hash(0) == Hash{});
    CHECK_FALSE(txn.log_hash(1)->has_value());
    CHECK(txn.log_after(0, 10)->empty());
    CHECK(txn.rows_after(0, 10, 1000)->empty());
    CHECK(*txn.number("微商-2026") == 0);
    const RecordId record = id_of<RecordId>(1);
    CHECK_FALSE(txn.records(std::span(&record, 1))->front().has_value());
  }));
  CHECK(engine.store().studios()->empty());
}

TEST_CASE_TEMPLATE("what was added is read back whole", Engine, ALL_ENGINES) {
  Engine engine;
  NextChange held = change_of(2, "{\"held\":true}");
  held.held = true;
  const std::vector changes{change_of(1, "{\"a\":\"走访\"}"), held};
  const Addition addition = added(engine.store(), changes);

  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    const StudioHead head = *txn.head();
    CHECK(head.seq == 2);
    CHECK(head.log_hash == addition.head.log_hash);
    CHECK(head.digests == addition.head.digests);
    CHECK(head.sensitivity_version == 4);
    CHECK(*txn.number("微商-2026") == 12);

    const std::vector<ChangeId> ids{addition.log[1].id, id_of<ChangeId>(99), addition.log[0].id};
    const auto logged = *txn.logged(ids);
    REQUIRE(logged.size() == 3);
    CHECK(same(*logged[0], addition.log[1]));
    CHECK_FALSE(logged[1].has_value());
    CHECK(same(*logged[2], addition.log[0]));

    const std::vector<RecordId> records{id_of<RecordId>(2), id_of<RecordId>(9), id_of<RecordId>(1)};
    const auto rows = *txn.records(records);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0]->encoded == "{\"held\":true}");
    CHECK_FALSE(rows[1].has_value());
    CHECK(rows[2]->record == id_of<RecordId>(1));
    CHECK(rows[2]->kind == "visit");
    CHECK(rows[2]->last_seq == 1);
    CHECK(rows[2]->encoded == "{\"a\":\"走访\"}");
  }));
  CHECK(*engine.store().studios() == std::vector{studio});
}

TEST_CASE_TEMPLATE("a log hash is known from the beginning to the head", Engine, ALL_ENGINES) {
  Engine engine;
  const std::vector changes{change_of(1), change_of(2)};
  const Addition addition = added(engine.store(), changes);
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    CHECK(*txn.log_hash(0) == Hash{});
    CHECK(*txn.log_hash(1) == addition.log[0].log_hash);
    CHECK(*txn.log_hash(2) == addition.log[1].log_hash);
    CHECK_FALSE(txn.log_hash(3)->has_value());
    CHECK_FALSE(txn.log_hash(-1)->has_value());
  }));
}

TEST_CASE_TEMPLATE("each device has its own chain", Engine, ALL_ENGINES) {
  Engine engine;
  const DeviceId other = id_of<DeviceId>(8);
  NextChange by_other = change_of(1);
  by_other.device = other;
  const std::vector changes{change_of(1), by_other, change_of(2)};
  const Addition addition = added(engine.store(), changes);
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    CHECK(txn.chain(phone)->n == 2);
    CHECK(txn.chain(phone)->h == addition.chain[1].h);
    CHECK(txn.chain(other)->n == 1);
    const auto entry = *txn.chain_entry(phone, 1);
    REQUIRE(entry.has_value());
    CHECK(entry->h == addition.chain[0].h);
    CHECK(entry->id == addition.chain[0].id);
    CHECK_FALSE(txn.chain_entry(phone, 0)->has_value());
    CHECK_FALSE(txn.chain_entry(phone, 3)->has_value());

    const std::vector<ChangeId> ids{addition.log[2].id, addition.log[1].id, addition.log[0].id};
    CHECK(*txn.in_chain(phone, ids) == std::vector{ids[0], ids[2]});
    CHECK(*txn.in_chain(other, ids) == std::vector{ids[1]});
  }));
}

TEST_CASE_TEMPLATE("a line that is there already takes its n and no seq (PROTOCOL 4.2)", Engine, ALL_ENGINES) {
  Engine engine;
  REQUIRE(add(engine.store(), studio, change_of(1)));
  const DeviceId again = id_of<DeviceId>(9);
  const ChangeId id = id_of<ChangeId>(1, 7);
  REQUIRE(engine.store().write(studio, [&](WriteTxn& txn) -> Status {
    Addition addition;
    addition.device = again;
    addition.chain = {{1, sha256("h"), id}};
    LX_TRY(addition.head, txn.head());
    return txn.add(addition);
  }));
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    CHECK(txn.head()->seq == 1);
    CHECK(txn.chain(again)->n == 1);
    CHECK(txn.in_chain(again, std::span(&id, 1))->size() == 1);
  }));
}

TEST_CASE_TEMPLATE("a function that fails leaves nothing", Engine, ALL_ENGINES) {
  Engine engine;
  REQUIRE(add(engine.store(), studio, change_of(1, "before")));
  const Status status = engine.store().write(studio, [&](WriteTxn& txn) -> Status {
    const NextChange change = change_of(1, "after");
    LX_TRY(const Addition addition, addition_of(txn, std::span(&change, 1)));
    LX_CHECK(txn.add(addition));
    return failure(Errc::invalid_argument, "second thoughts");
  });
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::invalid_argument);
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) {
    CHECK(txn.head()->seq == 1);
    CHECK(txn.chain(phone)->n == 1);
    CHECK(txn.rows_after(0, 10, 1000)->front().encoded == "before");
  }));
  CHECK(add(engine.store(), studio, change_of(2)));
}

TEST_CASE_TEMPLATE("an exception leaves nothing and reaches the caller", Engine, ALL_ENGINES) {
  Engine engine;
  CHECK_THROWS_AS((void)engine.store().write(studio,
                                             [&](WriteTxn& txn) -> Status {
                                               const NextChange change = change_of(1);
                                               LX_TRY(const Addition addition, addition_of(txn, std::span(&change, 1)));
                                               LX_CHECK(txn.add(addition));
                                               throw std::runtime_error("no");
                                             }),
                  std::runtime_error);
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) { CHECK(txn.head()->seq == 0); }));
}

TEST_CASE_TEMPLATE("a log with a gap is a bug and is not stored", Engine, ALL_ENGINES) {
  CHECK(dies([] {
    Engine engine;
    (void)engine.store().write(studio, [](WriteTxn& txn) -> Status {
      const NextChange change = change_of(1);
      LX_TRY(Addition addition, addition_of(txn, std::span(&change, 1)));
      addition.log[0].seq = addition.head.seq = 2;
      return txn.add(addition);
    });
  }));
}

TEST_CASE_TEMPLATE("a chain with a gap is a bug and is not stored", Engine, ALL_ENGINES) {
  CHECK(dies([] {
    Engine engine;
    (void)engine.store().write(studio, [](WriteTxn& txn) -> Status {
      const NextChange change = change_of(1);
      LX_TRY(Addition addition, addition_of(txn, std::span(&change, 1)));
      addition.chain[0].n = 2;
      return txn.add(addition);
    });
  }));
}

TEST_CASE_TEMPLATE("a released change takes effect at its release", Engine, ALL_ENGINES) {
  Engine engine;
  NextChange held = change_of(1);
  held.held = true;
  const Addition first = added(engine.store(), std::span(&held, 1));
  REQUIRE(engine.store().write(studio, [&](WriteTxn& txn) -> Status {
    const NextChange release = change_of(1);
    LX_TRY(Addition addition, addition_of(txn, std::span(&release, 1)));
    addition.took_effect = {{first.log[0].id, 2}};
    return txn.add(addition);
  }));
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    const auto lines = *txn.log_of(id_of<RecordId>(1));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].applied_seq == 2);
    CHECK(lines[0].outcome == Outcome::held);
    CHECK(lines[0].log_hash == first.log[0].log_hash);
  }));
}

TEST_CASE_TEMPLATE("rows after a seq come by last_seq within both bounds and at least one", Engine, ALL_ENGINES) {
  Engine engine;
  const std::vector changes{change_of(1, "1234567890"), change_of(2, "1234567890"), change_of(3, "1234567890")};
  REQUIRE(add(engine.store(), studio, changes));
  REQUIRE(add(engine.store(), studio, change_of(1, "1234567890")));  // record 1 moves behind 3
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) {
    const auto seqs = [&](Seq after, std::size_t rows_max, std::size_t bytes_max) {
      std::vector<Seq> found;
      const auto rows = *txn.rows_after(after, rows_max, bytes_max);
      for (const StoredRow& row : rows) found.push_back(row.last_seq);
      return found;
    };
    CHECK(seqs(0, 10, 1000) == std::vector<Seq>{2, 3, 4});
    CHECK(seqs(2, 10, 1000) == std::vector<Seq>{3, 4});
    CHECK(seqs(4, 10, 1000).empty());
    CHECK(seqs(0, 2, 1000) == std::vector<Seq>{2, 3});
    CHECK(seqs(0, 10, 20) == std::vector<Seq>{2, 3});
    CHECK(seqs(0, 10, 19) == std::vector<Seq>{2});
    CHECK(seqs(0, 10, 1) == std::vector<Seq>{2});
  }));
}

TEST_CASE_TEMPLATE("the log is read in order from anywhere", Engine, ALL_ENGINES) {
  Engine engine;
  const std::vector changes{change_of(1), change_of(2), change_of(1)};
  const Addition addition = added(engine.store(), changes);
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    const auto lines = *txn.log_after(1, 10);
    REQUIRE(lines.size() == 2);
    CHECK(same(lines[0], addition.log[1]));
    CHECK(txn.log_after(0, 2)->size() == 2);
    CHECK(txn.log_after(3, 2)->empty());
    const auto of_one = *txn.log_of(id_of<RecordId>(1));
    REQUIRE(of_one.size() == 2);
    CHECK(of_one[0].seq == 1);
    CHECK(of_one[1].seq == 3);
  }));
}

TEST_CASE_TEMPLATE("a rebuild puts new rows in the place of all old ones", Engine, ALL_ENGINES) {
  Engine engine;
  const std::vector changes{change_of(1, "old"), change_of(2, "old")};
  REQUIRE(add(engine.store(), studio, changes));
  REQUIRE(engine.store().write(studio, [](WriteTxn& txn) -> Status {
    LX_TRY(StudioHead head, txn.head());
    head.digests[0] = Digest{1, 2};
    StoredRow row;
    row.record = id_of<RecordId>(2);
    row.kind = "visit";
    row.last_seq = 2;
    row.encoded = "new";
    return txn.replace_rows(std::span(&row, 1), head);
  }));
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) {
    const auto rows = *txn.rows_after(0, 10, 1000);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].encoded == "new");
    CHECK(txn.head()->digests[0] == Digest{1, 2});
    CHECK(txn.log_after(0, 10)->size() == 2);
  }));
}

TEST_CASE_TEMPLATE("studios know nothing of each other", Engine, ALL_ENGINES) {
  Engine engine;
  const StudioId other = id_of<StudioId>(2);
  REQUIRE(add(engine.store(), studio, change_of(1, "one")));
  REQUIRE(add(engine.store(), other, change_of(1, "two")));
  REQUIRE(look(engine.store(), other, [](ReadTxn& txn) {
    CHECK(txn.head()->seq == 1);
    CHECK(txn.rows_after(0, 10, 1000)->front().encoded == "two");
  }));
  CHECK(*engine.store().studios() == std::vector{studio, other});
}

TEST_CASE_TEMPLATE("a reader sees one moment however long it looks", Engine, ALL_ENGINES) {
  Engine engine;
  REQUIRE(add(engine.store(), studio, change_of(1)));
  std::thread writer;
  Status written;
  REQUIRE(look(engine.store(), studio, [&](ReadTxn& txn) {
    CHECK(txn.head()->seq == 1);
    std::atomic<bool> begun = false;
    writer = std::thread([&] {
      begun = true;
      written = add(engine.store(), studio, change_of(2));
    });
    while (!begun) std::this_thread::yield();
    for (int i = 0; i < 1000; ++i) {
      if (txn.head()->seq != 1 || txn.rows_after(0, 10, 1000)->size() != 1) FAIL("another moment showed through");
    }
  }));
  writer.join();
  CHECK(written);
  REQUIRE(look(engine.store(), studio, [](ReadTxn& txn) { CHECK(txn.head()->seq == 2); }));
}

TEST_CASE_TEMPLATE("writers at once lose nothing and leave no gap", Engine, ALL_ENGINES) {
  constexpr std::uint32_t writers = 8, writes = 100, studios = 3;
  Engine engine;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (std::uint32_t w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (std::uint32_t i = 0; i < writes; ++i) {
        NextChange change = change_of(i % 5);
        change.device = id_of<DeviceId>(w + 1);
        if (!add(engine.store(), id_of<StudioId>(1 + (w + i) % studios), change)) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);

  Seq total = 0;
  for (std::uint32_t s = 1; s <= studios; ++s) {
    REQUIRE(look(engine.store(), id_of<StudioId>(s), [&](ReadTxn& txn) {
      const auto lines = *txn.log_after(0, writers * writes);
      std::set<ChangeId> ids;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(lines[i].seq == static_cast<Seq>(i + 1));
        ids.insert(lines[i].id);
      }
      CHECK(ids.size() == lines.size());
      CHECK(txn.head()->seq == static_cast<Seq>(lines.size()));
      total += txn.head()->seq;
    }));
  }
  CHECK(total == writers * writes);
}

TEST_CASE_TEMPLATE("what belongs to whom is of all studios, and of what was committed", Engine, ALL_ENGINES) {
  Engine engine;
  const StudioId other = id_of<StudioId>(77);
  const std::vector<ReferenceName> names{{"studio", "a"}, {"studio_code", "a"}, {"member", "b"}};
  const auto owners_in = [&](const StudioId& where) {
    std::vector<std::string> owners;
    REQUIRE(look(engine.store(), where, [&](ReadTxn& txn) { owners = *txn.owners(names); }));
    return owners;
  };
  const auto give = [&](const StudioId& where, const ReferenceName& name, const char* org, bool fails = false) {
    return engine.store().write(where, [&](WriteTxn& txn) -> Status {
      const std::vector<NextChange> changes{change_of(1)};
      LX_TRY(Addition addition, addition_of(txn, changes));
      addition.belongings.push_back({name, org});
      LX_CHECK(txn.add(addition));
      return fails ? Status(failure(Errc::busy, "no")) : Status();
    });
  };
  CHECK(owners_in(studio) == std::vector<std::string>{"", "", ""});
  REQUIRE(give(studio, names[0], "990121"));
  CHECK(owners_in(other) == std::vector<std::string>{"990121", "", ""});
  CHECK_FALSE(give(other, names[1], "990221", true));
  CHECK(owners_in(studio) == std::vector<std::string>{"990121", "", ""});
  REQUIRE(give(other, names[0], "990221"));
  CHECK(owners_in(studio) == std::vector<std::string>{"990221", "", ""});
}

TEST_SUITE_END();
