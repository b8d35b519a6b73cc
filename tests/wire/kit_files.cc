#include "tests/wire/kit_files.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "schema/catalog.h"
#include "schema/json.h"

namespace lianxin::kit {
namespace {

constexpr std::size_t line_width = 118;

void append_inline(std::string& out, const Value& value) {
  if (const Value::List* list = value.list()) {
    out += '[';
    for (const Value& item : *list) {
      if (&item != &list->front()) out += ", ";
      append_inline(out, item);
    }
    out += ']';
  } else if (const Value::Object* object = value.object()) {
    out += '{';
    for (auto part = object->begin(); part != object->end(); ++part) {
      if (part != object->begin()) out += ", ";
      append_json_text(out, part->first);
      out += ": ";
      append_inline(out, part->second);
    }
    out += '}';
  } else {
    append_json(out, value);
  }
}

void append_readable(std::string& out, const Value& value, std::size_t indent, std::size_t before) {
  std::string text;
  append_inline(text, value);
  const bool holds_parts = (value.list() && !value.list()->empty()) || (value.object() && !value.object()->empty());
  if (!holds_parts || before + text.size() <= line_width) {
    out += text;
    return;
  }
  const std::string margin(indent + 2, ' ');
  std::size_t left = value.list() ? value.list()->size() : value.object()->size();
  out += value.list() ? "[\n" : "{\n";
  const auto end_of_part = [&] { out += --left == 0 ? "\n" : ",\n"; };
  if (const Value::List* list = value.list()) {
    for (const Value& item : *list) {
      out += margin;
      append_readable(out, item, indent + 2, margin.size());
      end_of_part();
    }
  } else {
    for (const auto& [name, part] : *value.object()) {
      std::string start = margin;
      append_json_text(start, name);
      start += ": ";
      out += start;
      append_readable(out, part, indent + 2, start.size());
      end_of_part();
    }
  }
  out += std::string(indent, ' ');
  out += value.list() ? ']' : '}';
}

}  // namespace

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return failure(Errc::not_found, file.string());
  return text.str();
}

Status write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return failure(Errc::unavailable, file.string());
  return {};
}

Result<Value> read_value(const std::filesystem::path& file) {
  LX_TRY(const std::string text, read_text(file));
  Result<Value> value = parse_json(text);
  if (!value) return failure(value.error().code, file.string() + ": " + value.error().message);
  return value;
}

std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string readable(const Value& value) {
  std::string out;
  append_readable(out, value, 0, 0);
  out += '\n';
  return out;
}

Result<Kinds> load_kinds(const std::filesystem::path& folder, std::int64_t version) {
  Kinds kinds;
  for (std::int64_t each = 1; each <= version; ++each) {
    for (const std::filesystem::path& file : json_files(folder / "kinds" / std::to_string(each))) {
      LX_TRY(std::string text, read_text(file));
      kinds.files.push_back({file.filename().string(), std::move(text)});
    }
  }
  LX_TRY(kinds.catalog, load_catalog(kinds.files));
  kinds.catalog.version = version;
  kinds.catalog.sensitivity_version = 1;
  return kinds;
}

}  // namespace lianxin::kit
