#include "client-sdk/demo/stage.h"

#include <algorithm>

namespace lianxin::demo {

std::vector<Synced> sync_all(Stage& stage, const std::map<std::string, int, std::less<>>& unlucky) {
  std::vector<Synced> synced;
  for (FieldPhone* phone : stage.phones.in_order(stage.order_seed)) {
    if (const auto loses = unlucky.find(phone->who().name); loses != unlucky.end()) {
      stage.line.lose_next(loses->second);
    }
    synced.push_back({phone->who().name, phone->sync()});
  }
  return synced;
}

void sync_until_all_have_all(Stage& stage) {
  sync_all(stage);
  for (const Synced& one : sync_all(stage)) {
    if (one.report.complete && !one.report.trouble) continue;
    throw StoryStopped{"手机 " + one.phone + " 没有同步完：" + one.report.problem};
  }
}

const Value& shown_at(const Value& record, std::string_view address) {
  static const Value nothing;
  for (const Value& cell : record.list_at("cells")) {
    if (cell.text_at("address") == address) return cell.find("value") ? *cell.find("value") : nothing;
  }
  return nothing;
}

const Value* conflict_at(const Value& record, std::string_view address) {
  for (const Value& conflict : record.list_at("conflicts")) {
    if (conflict.text_at("address") == address) return &conflict;
  }
  return nullptr;
}

std::vector<std::string> elements_of(const Value& record, std::string_view field) {
  std::vector<std::string> keys;
  for (const Value& cell : record.list_at("cells")) {
    const std::string_view address = cell.text_at("address");
    if (address.size() <= field.size() || !address.starts_with(field) || address[field.size()] != '/') continue;
    const std::string_view key = address.substr(field.size() + 1);
    // The element's own cell, and only while one of its reasons stands.
    if (key.find('/') == std::string_view::npos && !cell.list_at("heads").empty()) keys.emplace_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::vector<ConcernInStory> concerns_of(const Story& story) {
  std::vector<ConcernInStory> concerns;
  for (const Value& record : story.records()) {
    for (const Value& concern : record.list_at("concerns")) {
      concerns.push_back({&record, &concern, std::string(record.text_at("owner_studio_id")),
                          std::string(concern.text_at("concern_id")), std::string(concern.text_at("key"))});
    }
  }
  return concerns;
}

}  // namespace lianxin::demo
