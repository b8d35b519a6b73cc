#include "client-sdk/store/forms.h"

#include "schema/json.h"

namespace lianxin::client {
namespace {

constexpr Query save_form{"save_form", R"sql(
  INSERT INTO form (token, opened_ms, form_sealed) VALUES ($1, $2, $3)
  ON CONFLICT (token) DO UPDATE SET form_sealed = excluded.form_sealed
)sql"};
constexpr Query find_form{"find_form", "SELECT opened_ms, form_sealed FROM form WHERE token = $1"};
constexpr Query form_tokens{"form_tokens", "SELECT token FROM form ORDER BY opened_ms, token"};
constexpr Query drop_form{"drop_form", "DELETE FROM form WHERE token = $1"};

Value staged_value(const Staged& staged) {
  return Value::Object{{"at", staged.at.text()}, {"op", static_cast<int>(staged.op)}, {"value", staged.value}};
}

Result<OpenForm> read_form(std::string_view text) {
  LX_TRY(const Value parts, parse_json(text));
  OpenForm form;
  const auto studio = StudioId::parse(parts.text_at("studio"));
  const auto record = RecordId::parse(parts.text_at("record"));
  if (!studio || !record || !from_hex(parts.text_at("seen_hash"), form.seen.hash)) {
    return failure(Errc::corrupt, "a stored form cannot be read");
  }
  form.studio = *studio;
  form.record = *record;
  form.kind = parts.text_at("kind");
  form.is_new = parts.boolean_at("new");
  form.resolving = parts.boolean_at("resolving");
  form.seen.seq = parts.integer_at("seen_seq");
  form.reason = parts.text_at("reason");
  if (!parts.text_at("row").empty()) {
    LX_TRY(form.as_opened, decode_row(parts.text_at("row")));
  }
  for (const Value& item : parts.list_at("staged")) {
    const auto at = Address::parse(item.text_at("at"));
    if (!at) return failure(Errc::corrupt, "a stored form cannot be read");
    const Value* value = item.find("value");
    form.staged.push_back({*at, static_cast<Op>(item.integer_at("op")), value ? *value : Value()});
  }
  return form;
}

}  // namespace

void Forms::save(const OpenForm& form) {
  Value::List staged;
  for (const Staged& item : form.staged) staged.push_back(staged_value(item));
  const Value content = Value::Object{{"studio", form.studio.text()},
                                      {"record", form.record.text()},
                                      {"kind", form.kind},
                                      {"new", form.is_new},
                                      {"resolving", form.resolving},
                                      {"seen_seq", form.seen.seq},
                                      {"seen_hash", to_hex(form.seen.hash)},
                                      {"reason", form.reason},
                                      {"row", form.as_opened.kind.empty() ? std::string() : encode_row(form.as_opened)},
                                      {"staged", std::move(staged)}};
  db_.exec(save_form, form.token, form.opened_ms, Blob{db_.seal(to_json(content))});
}

Result<std::optional<OpenForm>> Forms::find(std::string_view token) {
  std::optional<std::string> sealed;
  std::int64_t opened_ms = 0;
  db_.each(
      find_form,
      [&](SQLite::Statement& row) {
        opened_ms = row.getColumn(0).getInt64();
        sealed = blob_at(row, 1);
      },
      std::string(token));
  if (!sealed) return std::optional<OpenForm>();
  LX_TRY(const std::string plain, db_.unseal(*sealed));
  LX_TRY(OpenForm form, read_form(plain));
  form.token = token;
  form.opened_ms = opened_ms;
  return std::optional<OpenForm>(std::move(form));
}

std::vector<std::string> Forms::tokens() {
  std::vector<std::string> tokens;
  db_.each(form_tokens, [&](SQLite::Statement& row) { tokens.push_back(row.getColumn(0).getString()); });
  return tokens;
}

void Forms::drop(std::string_view token) { db_.exec(drop_form, std::string(token)); }

}  // namespace lianxin::client
