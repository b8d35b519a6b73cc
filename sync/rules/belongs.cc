#include "sync/rules/belongs.h"

#include <algorithm>

#include "schema/refusals.h"

namespace lianxin {
namespace {

using Verdict = std::optional<Refusal>;

Verdict elsewhere(std::string field = {}) {
  return Refusal{std::string(refusals::belongs_elsewhere), std::move(field)};
}

// Ids of version 8 (RFC 9562) are made of a code by the server, and anybody who knows the code can make them too: what
// is to be called so later is no phone's to take now.
bool is_named_by_server(const RecordId& record) { return record.bytes[6] >> 4 == 8; }

constexpr std::size_t county_digits = 6;

// Of codes of divisions (GB/T 2260): 990121 lies in 990100, and that in 990000.
bool lies_in(std::string_view code, std::string_view division) {
  if (division.size() < county_digits) return false;
  std::string_view digits = division.substr(0, county_digits);
  while (digits.ends_with("00")) digits.remove_suffix(2);
  return division.size() == county_digits && code.starts_with(digits);
}

// The org unit that a code begins with, where another than this one is named so, whether it is here or not: 990221 of
// 990221-S01 and of the village 990221100201. Whoever took such a code ahead would be meant by it, and whoever was told
// more of codes in use would know who else is here.
std::string named_for(const BelongingRules& rules, const ReferenceName& name) {
  std::string org;
  if (name.what == "studio_code") org = name.name.substr(0, name.name.find('-'));
  if (name.what == "region_code") org = name.name.substr(0, county_digits);
  const bool is_code = org.size() >= county_digits &&
                       std::all_of(org.begin(), org.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
  if (!is_code || !rules.orgs) return {};
  const std::vector<std::string> chain = rules.orgs->chain_of(org);
  const bool own = std::find(chain.begin(), chain.end(), rules.place.code) != chain.end();
  const auto& above = rules.place.org_codes;  // a committee of the county gives codes of the county
  const bool of_above = std::find(above.begin(), above.end(), org) != above.end();
  const bool nobodys = !rules.orgs->is_org_unit(org) && lies_in(org, rules.place.code);
  return own || of_above || nobodys ? std::string() : org;
}

bool is_below(const BelongingRules& rules, const std::string& org_code) {
  const std::vector<std::string> chain = rules.orgs ? rules.orgs->chain_of(org_code) : std::vector{org_code};
  return std::find(chain.begin(), chain.end(), rules.place.code) != chain.end();
}

Verdict judge_names(const BelongingRules& rules, const Row& row, const Change& change, const Speaker& speaker) {
  for (const ReferenceName& name : names_in(change)) {
    const bool is_code = name.what != change.kind;
    const std::string field = is_code ? name.what : std::string();
    // A studio that has the code of an org unit would be taken for it, and a village would give its region a name.
    const bool is_org = is_code && rules.orgs && rules.orgs->is_org_unit(name.name);
    if (is_org && (name.what == "studio_code" || !is_below(rules, name.name))) return elsewhere(field);
    std::string owner = rules.owner_of(name);
    if (owner == rules.place.code) continue;
    if (owner.empty() && !speaker.is_server) {
      if (!is_code && is_named_by_server(change.record) && !row.begun()) return elsewhere();
      owner = named_for(rules, name);
    }
    if (!owner.empty() && (!speaker.releases || !coordinates(rules, speaker, owner))) return elsewhere(field);
  }
  return std::nullopt;
}

// Of the org units whose code the row's heads or the change name: whether it is this reference data's own.
bool describes_own(const BelongingRules& rules, const Row& row, const Change& change) {
  const Cell* cell = row.cell("org_code");
  const bool stands = cell && std::any_of(cell->heads.begin(), cell->heads.end(),
                                          [&](const Head& head) { return head.value == Value(rules.place.code); });
  return stands || std::any_of(change.writes.begin(), change.writes.end(), [&](const Write& write) {
           return write.at.field == "org_code" && text_written(write) == rules.place.code;
         });
}

// Where an org unit stands is said by a coordinator of the one that it is under and of the one that it comes under, or
// by the server, which imports. Never by its own: it would see what is the other's.
Verdict judge_org_unit(const BelongingRules& rules, const Row& row, const Change& change, const Speaker& speaker) {
  const bool own = describes_own(rules, row, change);
  const auto& codes = rules.place.org_codes;
  const bool under = codes.size() > 1;
  const bool above_now = under && coordinates(rules, speaker, codes[1]);
  for (const Write& write : change.writes) {
    const std::string& field = write.at.field;
    const std::string text = text_written(write);
    if (field == "org_code" && text != rules.place.code && rules.orgs && rules.orgs->is_org_unit(text)) {
      return elsewhere(field);
    }
    // By its region it gives a name to more than itself.
    if (field == "region_code" && !named_for(rules, {field, text}).empty()) return elsewhere(field);
    if (!own || (field != "parent" && field != "level" && field != "org_code")) continue;
    if (field == "parent" && (is_below(rules, text) || !coordinates(rules, speaker, text))) return elsewhere(field);
    const bool comes_under = std::any_of(change.writes.begin(), change.writes.end(),
                                         [](const Write& other) { return other.at.field == "parent"; });
    if (under ? !above_now : !comes_under) return elsewhere(field);
  }
  return std::nullopt;
}

}  // namespace

bool coordinates(const BelongingRules& rules, const Speaker& speaker, const std::string& org_code) {
  if (speaker.on_shared) return false;
  std::vector<Grant> by_org;
  std::copy_if(rules.grants.begin(), rules.grants.end(), std::back_inserter(by_org),
               [&](const Grant& grant) { return grant.member == speaker.member && !grant.by_studio(); });
  const StudioPlace there{{}, org_code, rules.orgs ? rules.orgs->chain_of(org_code) : std::vector{org_code}, true};
  return may_decide_held(access_of(speaker.member, by_org, there, speaker.at_ms));
}

Verdict judge_belonging(const BelongingRules& rules, const Row& row, const Change& change, const Speaker& speaker) {
  if (!rules.place.reference) return std::nullopt;
  if (Verdict verdict = judge_names(rules, row, change, speaker)) return verdict;
  if (change.kind == "org_unit" && !speaker.is_server) return judge_org_unit(rules, row, change, speaker);
  return std::nullopt;
}

}  // namespace lianxin
