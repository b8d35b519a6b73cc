// The surroundings of an answer (sync/server/answer.h) of one device about one studio, all of them said beforehand.
#pragma once

#include "sync/server/answer.h"

namespace lianxin {

class OneStudioAnswering final : public Answering {
 public:
  // `store` and what `rules` refer to must outlive this. `access`: the device's, to which nothing else is granted.
  OneStudioAnswering(Store& store, const Rules& rules, AskingDevice device, Access access)
      : store_(store), rules_(rules), device_(std::move(device)), access_(std::move(access)) {}

  const AskingDevice& device() const override { return device_; }
  Store& store() override { return store_; }
  Rules rules(const StudioPlace&) override { return rules_; }
  std::optional<StudioStanding> standing(const StudioId& studio) override {
    if (studio != rules_.place.studio) return std::nullopt;
    return StudioStanding{rules_.place, access_, true, false};
  }
  std::vector<GrantedStudio> grants() override { return {}; }
  Status phone_differs(const StudioId&) override { return {}; }
  Result<bool> rows_doubted(const StudioId&) override { return false; }

 private:
  Store& store_;
  const Rules rules_;
  const AskingDevice device_;
  const Access access_;
};

// The answer about that studio, and the first step of it that failed as its error.
struct StudioAnswer {
  StudioReply reply;
  StudioNote note;
};
inline Result<StudioAnswer> answer_one(Answering& server, const ClockReading& clocks, StudioRequest asked) {
  SyncRequest request;
  request.clocks = clocks;
  request.studios.push_back(std::move(asked));
  LX_TRY(Answered answered, answer(server, request));
  StudioAnswer one{std::move(answered.reply.studios.front()), std::move(answered.notes.front())};
  if (!one.note.failed.empty()) return tl::unexpected(one.note.failed.front().error);
  return one;
}

}  // namespace lianxin
