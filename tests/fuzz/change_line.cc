// One line of a push. What was read can be written, and is then read as the same change; an address that can stand in a
// line stands for itself.
#include "schema/assert.h"
#include "sync/model/change.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  const Result<Change> change = parse_line(fuzz::text_of(data, size));
  if (!change) {
    LX_ASSERT(change.error().code == Errc::invalid_argument || change.error().code == Errc::out_of_range);
    return 0;
  }
  const std::string line = line_of(*change);
  const Result<Change> again = parse_line(line);
  LX_ASSERT(again && line_of(*again) == line);
  LX_ASSERT(again->id == change->id && again->record == change->record && again->claimed == change->claimed &&
            again->seen == change->seen && again->writes.size() == change->writes.size());
  for (std::size_t i = 0; i < change->writes.size(); ++i) {
    const Write &a = change->writes[i], &b = again->writes[i];
    LX_ASSERT(a.at == b.at && a.op == b.op && a.value == b.value && a.from == b.from && a.bases == b.bases &&
              a.witnessed == b.witnessed);
    LX_ASSERT(Address::parse(a.at.text()) == a.at);
  }
  return 0;
}
