#include <fstream>
#include <iostream>
#include <sstream>

#include "server/commands/commands.h"
#include "server/import/import.h"

namespace lianxin::server {

int run_import(const ServerOptions& options, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return failed("import", {Errc::unavailable, "cannot read the file"});
  const auto opened = Parts::open(options, Parts::Purpose::command);
  if (!opened) return failed("import", opened.error());
  const auto imported = import_reference(*(*opened)->moments, *(*opened)->store, *(*opened)->grants, text.view());
  if (!imported) return failed("import", imported.error());
  std::cout << "added " << imported->added << ", edited " << imported->edited << ", unchanged " << imported->unchanged
            << ", grants " << imported->grants << "\n";
  for (const std::string& key : imported->ignored) std::cerr << "ignored " << key << ": no kind has such a field\n";
  for (const std::string& cell : imported->in_conflict) {
    std::cerr << "left alone " << cell << ": values stand side by side there until somebody settles them\n";
  }
  for (const std::string& item : imported->refused) std::cerr << "refused " << item << "\n";
  return imported->refused.empty() ? 0 : 1;
}

}  // namespace lianxin::server
