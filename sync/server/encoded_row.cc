#include "sync/server/encoded_row.h"

namespace lianxin {

// Members are written in the order of their names. So the record's is the last, and behind that of the kind no text
// stands that anybody typed; and no text holds a quotation mark of its own, for in JSON it has a backslash before it.
std::optional<RowName> name_of_encoded(std::string_view row) {
  constexpr std::string_view record = R"(,"record":")", kind = R"(,"kind":")", end = R"("})";
  constexpr std::size_t id_size = 36;
  const std::size_t tail = record.size() + id_size + end.size();
  if (row.size() < tail || !row.ends_with(end) || row.substr(row.size() - tail, record.size()) != record) {
    return std::nullopt;
  }
  const auto id = RecordId::parse(row.substr(row.size() - end.size() - id_size, id_size));
  const std::size_t at = row.rfind(kind);
  if (!id || at == std::string_view::npos) return std::nullopt;
  const std::size_t from = at + kind.size();
  return RowName{*id, row.substr(from, row.find('"', from) - from)};
}

}  // namespace lianxin
