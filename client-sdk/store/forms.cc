#include "client-sdk/store/forms.h"

#include "schema/json.h"
#include "sync/model/parts.h"

namespace lianxin::client {
namespace {

constexpr Query save_form{"save_form", R"sql(
  INSERT INTO form (token, opened_ms, form_sealed) VALUES ($1, $2, $3)
  ON CONFLICT (token) DO UPDATE SET form_sealed = excluded.form_sealed
)sql"};
constexpr Query find_form{"find_form", "SELECT opened_ms, form_sealed FROM form WHERE token = $1"};
constexpr Query form_tokens{"form_tokens", "SELECT token, opened_ms FROM form ORDER BY opened_ms, token"};
constexpr Query drop_form{"drop_form", "DELETE FROM form WHERE token = $1"};

Error unreadable(std::string_view) { return {Errc::corrupt, "a stored form cannot be read"}; }

constexpr auto staged_parts = [](auto& part, auto& staged) {
  part.text("at", staged.at);
  part.plain("op", staged.op);
  part.plain("value", staged.value);
};

constexpr auto unplaced_parts = [](auto& part, auto& unplaced) {
  part.plain("name", unplaced.name);
  part.plain("code", unplaced.code);
  part.plain("value", unplaced.value);
};

// All but the row, and what stands beside.
constexpr auto form_parts = [](auto& part, auto& form) {
  part.text("studio", form.studio);
  part.text("record", form.record);
  part.plain("kind", form.kind);
  part.plain("new", form.is_new);
  part.plain("resolving", form.resolving);
  part.plain("seen_seq", form.seen.seq);
  part.hex("seen_hash", form.seen.hash);
  part.plain("reason", form.reason);
  part.list("staged", form.staged, When::always, staged_parts);
  part.list("unplaced", form.unplaced, When::if_any, unplaced_parts);
  part.plain("refused", form.refused, When::if_any);
};

}  // namespace

void Forms::save(const OpenForm& form) {
  Value content = written(form_parts, form);
  content.object()->emplace("row", form.as_opened.kind.empty() ? std::string() : encode_row(form.as_opened));
  db_.exec(save_form, form.token, form.opened_ms,
           Blob{db_.seal(sealed_at(Column::form, form.token), to_json(content))});
}

Result<std::optional<OpenForm>> Forms::find(std::string_view token) {
  const auto stored = db_.one(
      find_form, [](SQLite::Statement& row) { return std::pair(row.getColumn(0).getInt64(), blob_at(row, 1)); },
      std::string(token));
  if (!stored) return std::optional<OpenForm>();
  LX_TRY(const std::string plain, db_.unseal(sealed_at(Column::form, token), stored->second));
  LX_TRY(const Value content, parse_json(plain));
  LX_TRY(OpenForm form, read_parts<OpenForm>(form_parts, content, unreadable));
  if (!content.text_at("row").empty()) {
    LX_TRY(form.as_opened, decode_row(content.text_at("row")));
  }
  form.token = token;
  form.opened_ms = stored->first;
  return std::optional<OpenForm>(std::move(form));
}

std::vector<StoredForm> Forms::all() {
  std::vector<StoredForm> forms = db_.all(form_tokens, [](SQLite::Statement& row) {
    return StoredForm{row.getColumn(0).getString(), row.getColumn(1).getInt64(), {}};
  });
  for (StoredForm& stored : forms) {
    if (Result<std::optional<OpenForm>> form = find(stored.token)) stored.form = std::move(*form);
  }
  return forms;
}

bool Forms::drop(std::string_view token) { return db_.exec(drop_form, std::string(token)) > 0; }

}  // namespace lianxin::client
