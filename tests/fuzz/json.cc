// JSON text, which every other reader stands on: what was read is written as one text, and that text is a fixed point;
// its parts, found without reading it, are those that were read.
#include "schema/json.h"

#include "schema/assert.h"
#include "schema/json_parts.h"
#include "schema/text.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lianxin;
  const std::string_view text = fuzz::text_of(data, size);
  (void)json_parts(text);  // bytes on a disk may be damaged: it says so, or finds some parts
  (void)search_tokens(text);
  const Result<Value> value = parse_json(text);
  if (!value) {
    LX_ASSERT(value.error().code == Errc::invalid_argument);
    return 0;
  }
  LX_ASSERT(is_utf8(text));
  const std::string written = to_json(*value);
  const Result<Value> again = parse_json(written);
  LX_ASSERT(again && *again == *value && to_json(*again) == written);
  if (!value->object()) return 0;
  const Result<std::vector<JsonPart>> parts = json_parts(written);
  LX_ASSERT(parts && parts->size() == value->object()->size());
  auto part = parts->begin();
  for (const auto& [name, of_that_name] : *value->object()) {
    LX_ASSERT(part->text == to_json(of_that_name));
    ++part;
  }
  return 0;
}
