#include <fstream>
#include <iostream>
#include <sstream>

#include "server/commands/commands.h"
#include "server/import/import.h"
#include "server/review/moves.h"

namespace lianxin::server {

Result<int> run_import(const ServerOptions& options, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return failure(Errc::unavailable, "cannot read the file");
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Imported imported, import_reference(*parts->moments, *parts->store, *parts->grants, text.view()));
  Entry entry = command_entry(Act::imported);
  entry.count = static_cast<std::int64_t>(imported.added + imported.edited);
  entry.add("grants", std::to_string(imported.grants));
  LX_CHECK(parts->audit->note(entry));
  std::cout << "added " << imported.added << ", edited " << imported.edited << ", unchanged " << imported.unchanged
            << ", grants " << imported.grants << "\n";
  for (const std::string& key : imported.ignored) std::cerr << "ignored " << key << ": no kind has such a field\n";
  for (const std::string& cell : imported.in_conflict) {
    std::cerr << "left alone " << cell << ": values stand side by side there until somebody settles them\n";
  }
  for (const std::string& field : imported.lacking) {
    std::cerr << "taken, and to be filled in: " << field << " is required (必填，请补上)\n";
  }
  for (const std::string& value : imported.doubted) {
    std::cerr << "taken, but look at it: " << value
              << ": holds a \"?\" or \"\uFFFD\" where a character may have been lost (可能有字在转码时丢失，请核对)\n";
  }
  for (const std::string& item : imported.refused) std::cerr << "refused " << item << "\n";
  return imported.refused.empty() ? 0 : 1;
}

Result<int> run_move(const ServerOptions& options, const MoveOptions& move) {
  LX_TRY(const auto parts, Parts::open(options, Parts::Purpose::command));
  LX_TRY(const Moment moment, parts->moments->now());
  Move asked{move.kind, {}, move.to, move.reason, "command line"};
  if (const auto id = RecordId::parse(move.id)) {
    asked.record = *id;
  } else {
    LX_TRY(const StudioPlace* place, place_asked(*moment.places, move.id));
    asked.record = RecordId{place->studio.bytes};
  }
  LX_TRY(const Moved moved, move_record(*parts->store, *moment.places, moment.rules({}), parts->self, asked));
  if (moved.act.refused) return failure(Errc::not_allowed, moved.act.refused->code + " " + moved.act.refused->field);
  std::cout << asked.record.text() << " " << moved.from << " " << move.to << "\n";
  return 0;
}

}  // namespace lianxin::server
