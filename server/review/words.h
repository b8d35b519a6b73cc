// What a person reads at the desk: labels of fields, codes and states, and values as text. Every sentence in Chinese
// and in English; `desk.language` chooses labels, sentences travel in both.
#pragma once

#include <string>
#include <string_view>

#include "server/review/desk.h"
#include "sync/model/cell.h"

namespace lianxin::server {

// "参加人 · 郝商量 · 身份": the label of an address. System fields have labels of their own.
std::string label_of(const Desk& desk, std::string_view kind, const Address& at);
std::string kind_label(const Desk& desk, std::string_view kind);
std::string state_label(const Desk& desk, std::string_view kind, std::string_view field, std::string_view state);

// A value as a person reads it: codes by their labels, money in yuan, days as they are, lists parted by 、, members and
// studios by name.
std::string value_text(const Desk& desk, std::string_view kind, const Address& at, const Value& value);

std::string yuan_text(std::int64_t fen);  // "12.80"

std::string_view name_of(Op op);  // as a request or an answer writes it

// {"code": …, "zh": …, "en": …}
Value sentence(std::string_view code, std::string zh, std::string en);
// Of a change that is held.
Value held_sentence(std::string_view code);

// "郝商量（召集人）2026-05-12 18:05"
std::string author_text(const Desk& desk, const Head& head, bool zh);

}  // namespace lianxin::server
