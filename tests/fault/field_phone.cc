#include "tests/fault/field_phone.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "client-sdk/core/phone_core.h"
#include "client-sdk/store/rows.h"
#include "client-sdk/store/studios.h"
#include "client-sdk/transport/http_transport.h"
#include "schema/day.h"

namespace lianxin::test {

using namespace client;

namespace {

std::string today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return day_in_shanghai(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

constexpr std::size_t visits_max = 15;  // in a studio: phones are to meet in them
constexpr const char* helper = "bb08921f-4430-40e6-a879-9b5b447ce0f4";

SyncOptions impatient() {
  SyncOptions options;
  options.retry_for_ms = 120'000;
  options.wait = [](std::int64_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min<std::int64_t>(ms, 20)));
  };
  return options;
}

}  // namespace

class CountedTransport final : public Transport {
 public:
  TransportReply call(const TransportRequest& request) override {
    ++calls;
    return http_.call(request);
  }

  int calls = 0;

 private:
  HttpTransport http_{HttpOptions{}};
};

FieldPhone::FieldPhone(ServerProcess& server, const FieldSeat& seat, const std::string& path, std::uint64_t seed)
    : random_(seed), transport_(std::make_unique<CountedTransport>()) {
  PhoneOptions options;
  options.path = path;
  options.transport = transport_.get();
  phone_ = std::make_unique<Phone>(must(Phone::open(options)));
  must(phone_->enrol(server.url(), server.enrol_code(seat.studio, seat.member), "phone"));
  device_ = must(phone_->status()).device;
  (void)sync();
}

FieldPhone::~FieldPhone() = default;

int FieldPhone::requests() const { return transport_->calls; }

// Of its own county: the reference data that it also has is no place for visits.
std::vector<std::string> FieldPhone::studios() {
  std::vector<std::string> studios;
  for (const StudioStatus& studio : must(phone_->status()).studios) {
    if (studio.granted && studio.code.starts_with("990121-S")) studios.push_back(studio.studio);
  }
  if (studios.empty()) throw std::runtime_error("a phone without a studio");
  return studios;
}

void FieldPhone::work(Visits& visits) {
  for (auto saves = random_.between(1, 3); saves > 0; --saves) save(visits);
}

void FieldPhone::save(Visits& visits) {
  const std::string studio = random_.one_of(studios());
  std::vector<std::string>& known = visits[studio];
  const bool begin = known.empty() || (known.size() < visits_max && random_.chance(30));
  const std::string visit = begin ? std::string() : random_.one_of(known);
  if (!begin && random_.chance(35)) return submit(visit);
  auto form = begin ? phone_->begin_new("outreach_visit", studio) : phone_->begin_edit(visit);
  if (!form && form.problem().kind == ProblemKind::usage) return;  // not pulled yet
  Form open = must(std::move(form));
  if (begin) {  // all that it owes to be submitted one day
    must(open.set("visit_kind", "enterprise"));
    must(open.set("occurred_on", today()));
    must(open.set("region_code", "990121100201"));
    must(open.set("address_text", "上柳湾村三组"));
    must(open.add("visitors", "米小满"));
    must(open.count("households_reached", 1));
  }
  const bool counts = random_.chance(60) || begin;
  const std::int64_t counted = counts ? random_.between(1, 9) : 0;
  if (counts) must(open.count("persons_reached", counted));
  if (!counts || random_.chance(40)) must(open.set("notes_text", "入户走访 " + std::to_string(random_.next())));
  if (random_.chance(15)) must(open.add("helper_ids", helper));
  const std::string record = open.record();
  commit(std::move(open), counted);
  if (begin) known.push_back(record);
}

void FieldPhone::submit(const std::string& visit) {
  const auto shown = phone_->record(visit);
  if (!shown || (!shown->review.state.empty() && shown->review.state != "draft")) return;
  Form form = must(phone_->begin_edit(visit));
  must(form.step("_review", "submitted"));
  // Where the server was set back, what the visit owes may not be here again yet.
  if (auto saved = form.commit(); saved) {
    made_.push_back({saved->record, saved->changes.front(), 0});
  } else if (saved.problem().code == "incomplete") {
    must(form.discard());
  } else {
    must(std::move(saved));
  }
}

void FieldPhone::commit(Form form, std::int64_t counted) {
  const Saved saved = must(form.commit());
  if (saved.changes.size() != 1) throw std::runtime_error("a save of more than one change");
  made_.push_back({saved.record, saved.changes.front(), counted});
}

SyncReport FieldPhone::sync() {
  const SyncReport report = must(phone_->sync(impatient()));
  if (report.purged) return report;
  if (report.forked || report.trouble || !report.problem.empty() || !report.complete || report.waiting != 0) {
    throw std::runtime_error("phone " + device_ + " told of a fork or a difference or did not end: " + report.problem);
  }
  return report;
}

std::vector<HeldHead> FieldPhone::held_heads() {
  Database& db = PhoneInternals::core(*phone_).db();
  std::vector<HeldHead> heads;
  const Status read = db.read([&]() -> Status {
    Rows rows(db);
    const std::vector<StudioState> all = Studios(db).all();
    for (const StudioState& studio : all) {
      for (const RecordId& record : rows.records(studio.id)) {
        LX_TRY(const std::optional<DeliveredRow> found, rows.find(studio.id, record));
        if (!found) return failure(Errc::corrupt, "a row that is listed and not there");
        for (const auto& [address, cell] : found->row.cells) {
          for (const Head& head : cell.heads) {
            heads.push_back({head.id.text(), found->row.kind + " " + record.text() + " " + address});
          }
        }
      }
    }
    return {};
  });
  if (!read) throw std::runtime_error(read.error().message);
  return heads;
}

}  // namespace lianxin::test
