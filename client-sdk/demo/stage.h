// Everything the acts of the story work with, and the acts themselves, in the order they are played.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client-sdk/demo/checks.h"
#include "client-sdk/demo/desk.h"
#include "client-sdk/demo/field_phones.h"
#include "client-sdk/demo/lossy_line.h"
#include "client-sdk/demo/plan.h"
#include "client-sdk/demo/story.h"

namespace lianxin::demo {

struct Stage {
  const Story& story;
  const Plan& plan;
  FieldPhones& phones;
  LossyLine& line;
  Desk& desk;
  Checks& checks;
  unsigned order_seed = 0;  // shuffles the order in which the phones sync, every time they do
};

void act_offline(Stage& stage);     // 一、离线登记
void act_homecoming(Stage& stage);  // 二、回到有信号的地方
void act_clashes(Stage& stage);     // 三、又都离线，改同一条
void act_desk(Stage& stage);        // 四、协调员审核
void act_answers(Stage& stage);     // 五、再次同步，各人所见
void act_totals(Stage& stage);      // 六、合计

// What the merged records come to, without anything that differs from one play to the next (ids of changes, clocks):
// the totals, every cell's heads by value, every conflict. Equal for every order of syncing.
Value outcome_of(Stage& stage);

// One sync of one phone.
struct Synced {
  std::string phone;
  SyncReport report;
};

// Every phone once, in the seed's order. Names of phones in `unlucky` lose that many replies on the way.
std::vector<Synced> sync_all(Stage& stage, const std::map<std::string, int, std::less<>>& unlucky = {});

// Twice, so that each has what all have pushed.
void sync_until_all_have_all(Stage& stage);

// Of a record as the desk sees it: the shown value at an address (null where there is none), and its conflict there.
const Value& shown_at(const Value& record, std::string_view address);
const Value* conflict_at(const Value& record, std::string_view address);
std::vector<std::string> elements_of(const Value& record, std::string_view field);  // keys that are in, sorted

struct ConcernInStory {
  const Value* record;  // the event it came up at
  const Value* concern;
  std::string studio, id, key;
};
std::vector<ConcernInStory> concerns_of(const Story& story);

}  // namespace lianxin::demo
