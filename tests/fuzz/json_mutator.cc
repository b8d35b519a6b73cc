// How libFuzzer makes one input from another where an input is JSON, or lines of it: one line is opened, one part of
// the tree altered (taken out, doubled, put elsewhere, made another value), and the line closed again. Half of the time
// bytes are turned instead, for what no tree can say.
#include <algorithm>
#include <cstring>

#include "schema/json.h"
#include "tests/fuzz/target.h"
#include "tests/sync/seeded_random.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace lianxin::fuzz {
namespace {

// A line is what stands between these: a line feed, or the byte that sets files apart (kinds_file.cc).
constexpr std::string_view line_ends = "\n\x1e";

void collect(Value& value, std::vector<Value*>& parts) {
  parts.push_back(&value);
  if (Value::List* list = value.list()) {
    for (Value& item : *list) collect(item, parts);
  }
  if (Value::Object* object = value.object()) {
    for (auto& [name, part] : *object) collect(part, parts);
  }
}

std::string turned(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + 32);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

Value another(const Value& value, SeededRandom& random) {
  const std::int64_t* number = value.integer();
  switch (random.below(10)) {
    case 0: return {};
    case 1: return random.below(2) == 0;
    case 2: return number ? static_cast<std::int64_t>(static_cast<std::uint64_t>(*number) + random.below(5) - 2) : 0;
    case 3: return random.below(2) == 0 ? INT64_MAX : INT64_MIN;
    case 4: return Value::List{value, value};
    case 5: return Value::Object{{"id", value}};
    case 6: return "-1.50";
    default: return turned(value.text() ? *value.text() : to_json(value));
  }
}

void alter(Value& tree, SeededRandom& random) {
  std::vector<Value*> parts;
  collect(tree, parts);
  Value& part = *parts[random.below(parts.size())];
  const Value copy = *parts[random.below(parts.size())];
  Value::List* list = part.list();
  Value::Object* object = part.object();
  const std::size_t act = random.below(5);
  if (act == 0) {
    part = copy;
  } else if (act == 1 && list && !list->empty()) {
    list->erase(list->begin() + static_cast<std::ptrdiff_t>(random.below(list->size())));
  } else if (act == 1 && object && !object->empty()) {
    object->erase(std::next(object->begin(), static_cast<std::ptrdiff_t>(random.below(object->size()))));
  } else if (act == 2 && list) {
    list->push_back(copy);
  } else if (act == 2 && object) {
    object->insert_or_assign(copy.text() ? *copy.text() : turned("name"), copy);
  } else {
    part = another(part, random);
  }
}

// The input with one of its lines altered; empty where that line is no JSON.
std::string altered(std::string_view input, SeededRandom& random) {
  const std::size_t somewhere = random.below(input.size() + 1);
  const std::size_t before = somewhere == 0 ? std::string_view::npos : input.find_last_of(line_ends, somewhere - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(input.find_first_of(line_ends, begin), input.size());
  Result<Value> tree = parse_json(input.substr(begin, end - begin));
  if (!tree) return {};
  for (std::size_t left = 1 + random.below(3); left > 0; --left) alter(*tree, random);
  return std::string(input.substr(0, begin)) + to_json(*tree) + std::string(input.substr(end));
}

}  // namespace
}  // namespace lianxin::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  lianxin::SeededRandom random(seed);
  if (seed % 2 == 0) {
    const std::string made = lianxin::fuzz::altered(lianxin::fuzz::text_of(data, size), random);
    if (!made.empty() && made.size() <= size_max) {
      std::memcpy(data, made.data(), made.size());
      return made.size();
    }
  }
  return LLVMFuzzerMutate(data, size, size_max);
}
