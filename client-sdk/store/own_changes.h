// This phone's own changes, by studio and n: appended once, never altered, never pruned.
#pragma once

#include <optional>
#include <vector>

#include "client-sdk/store/database.h"
#include "sync/wire/messages.h"

namespace lianxin::client {

struct OwnChange {
  StudioId studio;
  N n = 0;
  Hash h{};
  ChangeId id;
  RecordId record;
  std::int64_t made_ms = 0;
  Hash line_hash{};
  bool known = false;
  std::string line;  // as it travels; empty once its studio was handed over

  bool is_sound() const { return sha256(line) == line_hash; }  // false: it went bad on this disk, or was erased
  bool travels_by_id() const { return known || line.empty(); }
  // Whether it can be sent as the `n`th of its chain, above `before`.
  bool follows(N before_n, const Hash& before) const;
};

// The ids under which the server may have the lines from some n on, and the n that is asked about after them.
struct AskedLines {
  std::vector<ChangeId> ids;
  N next = 1;
};

class OwnChanges {
 public:
  explicit OwnChanges(Database& db) : db_(db) {}

  // Takes the next n of that studio's chain. Nothing is kept where the place before it went bad on this disk (corrupt),
  // and of a change whose line nobody could read (invalid_argument, the code `text_malformed`).
  Status append(const PublicKey& key, const Change& change, std::string_view line);

  N last_n(const StudioId& studio);  // 0 where there is none
  // h(0) where n is 0; none where the phone has no such n.
  std::optional<Hash> h_at(const PublicKey& key, const StudioId& studio, N n);
  // Those above `n`, in their order: at least one where there is one, and more within both bounds.
  Result<std::vector<OwnChange>> after(const StudioId& studio, N n, std::size_t changes_max, std::size_t bytes_max);
  // From `n` on, `ids_max` ids at the most: one that was erased here is asked about under two, or left for the next.
  AskedLines asked_from(const StudioId& studio, N n, std::size_t ids_max);
  // In the order of their n.
  Result<std::vector<OwnChange>> of_record(const StudioId& studio, const RecordId& record, N above);
  Result<std::optional<OwnChange>> find(const ChangeId& id);

  std::vector<RecordId> records_between(const StudioId& studio, N after, N up_to);  // of the changes in (after, up_to]

  // The server has these; where other bytes stand there under one of our ids, that line is not known.
  void mark_known(const StudioId& studio, std::span<const KnownLine> lines);
  void forget_known(const StudioId& studio, N from);  // a server that was set back may have lost them again
  // Those above `acked_n` that were erased and are not known: nobody can send them any more. The chain has gaps then.
  std::vector<OwnChange> drop_lost(const StudioId& studio, N acked_n);
  bool has_lines(const StudioId& studio);          // false once they were erased, or where there are none
  void erase_line(const ChangeId& id, N acked_n);  // of one that is on the server: up to there they are
  void erase_lines(const StudioId& studio);        // of a studio that was taken away, once all are on the server
  // Begins every chain anew under another key: same lines, same order (PROTOCOL 6.1).
  void rechain(const PublicKey& key);
  // Makes a chain of what lies above `acked_n`, which the server does not have, where it is none: a bit of a line, of
  // its hash, of its place may have flipped. Lines that are not what was saved go as they are, behind a mark; returned
  // are those.
  Result<std::vector<OwnChange>> mend(const PublicKey& key, const StudioId& studio, N acked_n);

 private:
  void chain_above(const PublicKey& key, const StudioId& studio, N n);

  Database& db_;
};

}  // namespace lianxin::client
