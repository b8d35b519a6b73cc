// Reads the rules of a kinds file: what a field owes, on what a step depends, and the checks over a whole record.
#pragma once

#include "schema/kind.h"
#include "schema/part_reader.h"

namespace lianxin {

std::optional<Required> read_required(PartReader& reader, const Value& part, const std::string& place);
std::vector<Condition> read_conditions(PartReader& reader, const Value& step, const std::string& place);
void read_confirmation(PartReader& reader, const Value& part, const std::string& place, Step& step);
std::vector<Check> read_checks(PartReader& reader, const Value& kind, const std::string& place);
std::vector<ConsentBond> read_consents(PartReader& reader, const Value& kind, const std::string& place);

// Whether every field, kind and attribute that the rules of `kind` and of its ladders name is there. The place and why,
// or empty. `catalog` holds `kind`, with all its fields.
std::string misnamed_in_rules(const Catalog& catalog, const Kind& kind);

}  // namespace lianxin
