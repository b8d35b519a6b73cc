// What a person reads at the desk: labels of fields, codes and states, and values as text. Every sentence in Chinese
// and in English; `desk.language` chooses labels, sentences travel in both.
#pragma once

#include <string>
#include <string_view>

#include "schema/checks.h"
#include "server/review/desk.h"
#include "sync/model/cell.h"

namespace lianxin::server {

// "参加人 · 郝商量 · 身份": the label of an address. System fields have labels of their own. `studio`: of the record,
// in which and above which the records that it names are looked for; left out, members, studios and org units alone are
// known by name.
std::string label_of(const Desk& desk, std::string_view kind, const Address& at, const StudioId& studio = {});
// The same in a record, whose entries that have but a made id as key are called by the first text in them.
std::string label_in(const Desk& desk, const StudioId& studio, const Row& row, const Address& at);
std::string kind_label(const Desk& desk, std::string_view kind);
std::string state_label(const Desk& desk, std::string_view kind, std::string_view field, std::string_view state);
std::string workflow_label(const Desk& desk, std::string_view kind, std::string_view state);  // not of the review

// A value as a person reads it: codes by their labels, money in yuan, days as they are, lists parted by 、; members,
// studios, units, regions and other records by name as far as the asker sees it, beside the code where there is one.
std::string value_text(const Desk& desk, std::string_view kind, const Address& at, const Value& value,
                       const StudioId& studio = {});

// A set as a row shows it: one line for each element with what is noted of it, or the elements parted by 、 where
// nothing is.
std::string set_text(const Desk& desk, const StudioId& studio, const Row& row, std::string_view field);
std::string set_text(const Desk& desk, const StudioId& studio, std::string_view kind, std::string_view field,
                     const SetElements& elements);
// One element of it.
std::string element_line(const Desk& desk, const StudioId& studio, const Row& row, const Address& at);
std::string element_line(const Desk& desk, const StudioId& studio, std::string_view kind, const Address& at,
                         const Value::Object& attributes);

std::string region_text(const Desk& desk, std::string_view code);  // "上柳湾村（990121100201）"
std::string yuan_text(std::int64_t fen);                           // "12.80"

std::string_view name_of(Op op);  // as a request or an answer writes it

// {"code": …, "zh": …, "en": …}
Value sentence(std::string_view code, std::string zh, std::string en);
// Of a change that is held.
Value held_sentence(std::string_view code);

// "郝商量（召集人）2026-05-12 18:05"
std::string author_text(const Desk& desk, const Head& head, bool zh);

}  // namespace lianxin::server
