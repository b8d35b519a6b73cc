#include "server/background.h"

#include <chrono>

#include "server/log.h"

namespace lianxin {
namespace {

constexpr int index_every_ms = 300;
constexpr int look_every_ms = 1000;
constexpr int flush_every_looks = 5;
constexpr int forget_every_looks = 600;

// A failing disk fails every second: said once, until it is well again.
class Complaint {
 public:
  explicit Complaint(const char* act) : act_(act) {}

  void hear(const Status& status) {
    if (status) {
      failing_ = false;
    } else if (!failing_) {
      failing_ = true;
      log_event(LogLevel::error, "background_failed", {{"act", act_}, {"reason", status.error().message}});
    }
  }

 private:
  const char* act_;
  bool failing_ = false;
};

}  // namespace

Background::Background(Server& server) : server_(server) {
  indexer_ = std::thread([this] { index(); });
  housekeeper_ = std::thread([this] { keep_house(); });
}

Background::~Background() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  indexer_.join();
  housekeeper_.join();
}

bool Background::sleep(int ms) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
}

void Background::index() {
  Complaint complaint("index");
  bool more = false;
  while (sleep(more ? 0 : index_every_ms)) {
    const auto indexed = server_.index_some();
    complaint.hear(indexed ? Status{} : Status(tl::unexpected(indexed.error())));
    more = indexed && *indexed;
  }
}

void Background::keep_house() {
  Complaint kinds("look at kinds"), settling("settle kinds"), notes("note syncs"), sessions("forget sessions");
  for (int looks = 0;; ++looks) {
    const auto looked = server_.kinds().look(server_.now_ms());
    kinds.hear(looked ? Status{} : Status(tl::unexpected(looked.error())));
    settling.hear(server_.settle_kinds());
    if (looks % flush_every_looks == 0) notes.hear(server_.devices().flush());
    if (looks % forget_every_looks == 0) sessions.hear(server_.accounts().forget_expired(server_.now_ms()));
    if (!sleep(look_every_ms)) return;
  }
}

}  // namespace lianxin
