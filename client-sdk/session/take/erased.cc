#include "client-sdk/session/take/erased.h"

#include <set>

#include "client-sdk/store/forms.h"
#include "client-sdk/store/own_changes.h"
#include "sync/model/erasure.h"

namespace lianxin::client {

void forget_erased(Database& db, const StudioId& studio, const Row& row, N acked_n) {
  const Erasures erasures = erasures_in(row);
  if (erasures.empty()) return;
  std::set<std::string, std::less<>> fields;
  OwnChanges own(db);
  for (const auto& [id, erased] : erasures) {
    own.erase_line(id, acked_n);
    fields.insert(erased.fields.begin(), erased.fields.end());
  }
  Forms forms(db);
  for (StoredForm& stored : forms.all()) {
    if (!stored.form || stored.form->studio != studio || stored.form->record != row.record) continue;
    const std::size_t gone = std::erase_if(stored.form->as_opened.cells, [&](const auto& cell) {
      return fields.contains(std::string_view(cell.first).substr(0, cell.first.find('/')));
    });
    if (gone > 0) forms.save(*stored.form);
  }
}

}  // namespace lianxin::client
