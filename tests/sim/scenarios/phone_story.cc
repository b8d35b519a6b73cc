#include "tests/sim/scenarios/phone_story.h"

#include <stdexcept>

#include "schema/assert.h"
#include "tests/client-sdk/plain_file.h"
#include "tests/sim/files/memory_faults.h"
#include "tests/sim/life.h"

namespace lianxin::sim {
namespace {

const std::string path = PhoneStory::folder + "/a.phone", backup_folder = "/story-backup",
                  backup = backup_folder + "/backup.phone";
constexpr int records_before = 24;

Write put(const std::string& field, Value value, std::vector<ChangeId> bases = {}) {
  return {{field, {}, {}}, Op::put, std::move(value), {}, std::move(bases), {}};
}

// A call of the SDK. What it throws is caught here and told as a problem with the code `thrown`: nothing may be.
template <class F>
auto sdk(F&& call) -> decltype(call()) {
  try {
    const UnderMemoryFaults exposed;
    return call();
  } catch (const std::bad_alloc&) {
    return Problem{ProblemKind::storage, "thrown", {}, {}, {}, "std::bad_alloc left the SDK"};
  }
}

}  // namespace

const std::string PhoneStory::folder = "/story-phone";

class PhoneStory::Powered final : public Transport {
 public:
  Powered(FakeServer& server, const std::int64_t& now_ms) : server_(server), now_ms_(now_ms) {}

  TransportReply call(const TransportRequest& request) override {
    const WithoutMemoryFaults spared;  // the server is not under test
    if (!PhoneStory::disk().is_on()) return {};
    server_.now_ms = now_ms_;
    return server_.call(request);
  }

 private:
  FakeServer& server_;
  const std::int64_t& now_ms_;
};

PhoneStory::PhoneStory(std::uint64_t seed, Report& report)
    : report_(report),
      random_(seed),
      server_(sim_kinds()),
      powered_(std::make_unique<Powered>(server_, now_ms_)),
      phone_(path, *powered_, now_ms_, seed) {
  FaultFiles& files = FaultFiles::install();
  files.wipe(folder);
  files.seed(seed);
  disk().checkpoint_every(32);
  for (RecordId* id : {&seen_by_all_, &mine_, &second_, &after_, &elsewhere_}) *id = random_.id<RecordId>();
  member_ = server_.add_member("李红", "convener");
  code_ = server_.code_for(member_);
  for (int i = 0; i < records_before; ++i) {
    const RecordId id = i == 0 ? seen_by_all_ : random_.id<RecordId>();
    const Status made =
        server_.desk(id, "visit", {put("title", "户" + std::to_string(i)), put("place", std::string(300, 'p'))});
    LX_ASSERT(made.has_value());
  }
  opening();
  long_form();
  set_back();
  lost_studio();
  the_end();
}

PhoneStory::~PhoneStory() { close(); }

Expected<void> PhoneStory::open() { return phone_.open(); }

void PhoneStory::close() {
  form_.reset();
  phone_.close();
}

// Enrolment, a first sync in several pages, a first record of its own.
void PhoneStory::opening() {
  add("the phone is enrolled", [this]() -> Expected<void> {
    auto done = sdk([&] { return phone_.phone().enrol("https://lianxin.example", code_, "手机"); });
    if (!done && done.problem().code != "already_enrolled") return done;
    enrolled_ = true;
    return {};
  });
  add_outside("small pages", [this] { server_.page_bytes = 2500; });
  add_sync("a first sync");
  add_save("a record of its own", {server_.studio,
                                   mine_,
                                   true,
                                   R"({"title":"上柳湾村","headcount":3,"log":[{"note":"来了"},{"note":"又来了"}]})",
                                   2,
                                   {{"title", "上柳湾村"}},
                                   {{"headcount", 3}}});
  add_save("it is edited", {server_.studio,
                            mine_,
                            false,
                            R"({"title":"下柳湾村","headcount":2})",
                            1,
                            {{"title", "下柳湾村"}},
                            {{"headcount", 2}}});
  add("everything is looked at", [this]() -> Expected<void> { return look(); });
  add_sync("it goes to the server, and the answer is lost", true);
  add_sync("once more");
}

// A form that is open for days, kept as a draft again and again, while the same record changes at the desk.
void PhoneStory::long_form() {
  add("a form is opened", [this]() -> Expected<void> {
    auto drafts = sdk([&] { return phone_.phone().drafts(); });
    if (!drafts) return drafts.problem();
    for (const DraftView& draft : *drafts) {  // it was, and the phone died before it could say so
      if (draft.record != seen_by_all_.text()) continue;
      auto form = sdk([&] { return phone_.phone().form(draft.token); });
      if (!form) return form.problem();
      return took_up(std::move(*form));
    }
    auto form = sdk([&] { return phone_.phone().begin_edit(seen_by_all_.text()); });
    if (!form) return form.problem();
    return took_up(std::move(*form));
  });
  add("it is kept", [this] { return keep(R"({"title":"由我改了","consent":"given"})", 2); });
  add("it is kept with much more", [this] {
    return keep(R"({"verdict":")" + std::string(20'000, 'v') + R"(","people":{"王":{"unit":"一队"}}})", 5);
  });
  add_outside("the desk writes the title too", [this] {
    const Row now = server_.row(seen_by_all_.text());
    const Status done =
        server_.desk(seen_by_all_, "visit", {put("title", "由办公室改了", {now.cell("title")->heads[0].id})});
    LX_ASSERT(done.has_value());
  });
  add_sync("a pull while the form is open");
  add("the form is saved", [this]() -> Expected<void> {
    static const Saving saving{{}, {}, false, {}, 1, {{"consent", "given"}}, {}};
    under_way_.token = long_token_;
    if (!under_way_.saving) {
      under_way_ = {&saving, own(server_.studio).size(), long_token_};
    } else if (own(server_.studio).size() > under_way_.own_before) {
      Saving whole = saving;
      whole.studio = server_.studio;
      whole.record = seen_by_all_;
      promise(whole);
      return {};
    }
    if (!form_) {
      auto form = sdk([&] { return phone_.phone().form(long_token_); });
      if (!form) return form.problem();
      form_.emplace(std::move(*form));
    }
    const auto saved = sdk([&] { return form_->commit(); });
    if (!saved) return saved.problem();
    form_.reset();
    Saving whole = saving;
    whole.studio = server_.studio;
    whole.record = seen_by_all_;
    promise(whole);
    return {};
  });
  add_sync("both titles are seen");
}

// The phone's file is copied, work goes on, and then the copy takes its place.
void PhoneStory::set_back() {
  add("a backup of the phone, as an app left it that sealed nothing", [this]() -> Expected<void> {
    FaultFiles::install().wipe(backup_folder);
    try {
      write_plain_file(phone_.core().db(), backup);
    } catch (const std::exception& e) {  // the phone died before it was read
      return Problem{ProblemKind::storage, "no_backup", {}, {}, {}, e.what()};
    }
    at_backup_ = ledger_;
    return {};
  });
  add_save("work after the backup", {server_.studio,
                                     second_,
                                     true,
                                     R"({"title":"备份之后","headcount":7})",
                                     1,
                                     {{"title", "备份之后"}},
                                     {{"headcount", 7}}});
  add_sync("it goes to the server too");
  add("the backup is put back", [this]() -> Expected<void> {
    close();
    FaultFiles::install().copy_database(backup, path);
    if (at_backup_) ledger_ = *at_backup_;
    at_backup_.reset();
    return open();
  });
  add_save("work on the phone that was set back", {server_.studio,
                                                   after_,
                                                   true,
                                                   R"({"title":"恢复之后","headcount":1})",
                                                   1,
                                                   {{"title", "恢复之后"}},
                                                   {{"headcount", 1}}});
  add_sync("the server sees a fork and the phone takes a new key");
  add_outside("what was lost came back as rows", [this] {
    ledger_.shows[second_] = {{"title", "备份之后"}};
    ledger_.counts[second_] = {{"headcount", 7}};
  });
}

// A second studio comes and goes, with work in it that the server does not have yet.
void PhoneStory::lost_studio() {
  add_outside("a second studio",
              [this] { server_.grant(member_, server_.second_studio, "convener", Sensitivity::personal); });
  add_sync("it is pulled");
  add_save("work there", {server_.second_studio,
                          elsewhere_,
                          true,
                          R"({"title":"别处","headcount":4})",
                          1,
                          {{"title", "别处"}},
                          {{"headcount", 4}}});
  add_outside("it is taken away", [this] {
    now_ms_ += 1000;
    server_.now_ms = now_ms_;
    server_.revoke_grants(server_.second_studio);
    now_ms_ += 1000;
    handed_over_ = true;  // from now on its lines may go, once the server has them
    ledger_.shows.erase(elsewhere_);
    ledger_.counts.erase(elsewhere_);
  });
  add_sync("its work is handed over");
}

void PhoneStory::the_end() {
  add("all is where it belongs", [this]() -> Expected<void> {
    if (before_checks) before_checks();
    check_end();
    return {};
  });
  add_outside("the order to empty the phone", [this] {
    server_.on_reply = [](SyncReply& reply) { reply.purge = true; };
    purged_ = true;
  });
  add("the phone is emptied", [this]() -> Expected<void> {
    const auto report = sdk([&] { return phone_.phone().sync({nullptr, nullptr, 0, nullptr}); });
    if (!report && report.problem().code != "purged") return report.problem();
    return {};
  });
}

// SimPhone throws where the file cannot be read. That is the fault at work, and the step is taken again.
void PhoneStory::add(const std::string& name, std::function<Expected<void>()> run) {
  steps_.push_back({name, [run = std::move(run)]() -> Expected<void> {
                      const Problem unread{ProblemKind::storage,    "unread", {}, "测试读不了文件。",
                                           "The test cannot read.", {}};
                      if (!disk().is_on()) return unread;
                      try {
                        return run();
                      } catch (const std::runtime_error&) {
                        return unread;
                      }
                    }});
}

void PhoneStory::add_outside(const std::string& name, std::function<void()> happens) {
  add(name, [happens = std::move(happens)]() -> Expected<void> {
    happens();
    return {};
  });
}

void PhoneStory::add_save(const std::string& name, Saving saving) {
  add(name, [this, saving = std::move(saving)] { return save(saving); });
}

void PhoneStory::add_sync(const std::string& name, bool reply_is_lost) {
  add(name, [this, reply_is_lost] { return sync(reply_is_lost); });
}

Expected<void> PhoneStory::sync(bool reply_is_lost) {
  now_ms_ += 60'000;
  if (reply_is_lost) server_.fates = {FakeServer::Fate::lost_after};
  const auto report = sdk([&] { return phone_.phone().sync({nullptr, nullptr, 0, nullptr}); });
  server_.fates.clear();
  if (!report && reply_is_lost && report.problem().kind == ProblemKind::network) return {};
  if (!report) return report.problem();
  report_.expect(7, report->complete && !report->trouble, "a sync left something undone: " + report->problem);
  return {};
}

Expected<void> PhoneStory::save(const Saving& saving) {
  now_ms_ += 60'000;
  if (!under_way_.saving) {
    under_way_ = {&saving, own(saving.studio).size(), {}};
  } else if (own(saving.studio).size() > under_way_.own_before) {
    promise(saving);  // it was whole
    return {};
  }
  auto form = sdk([&] {
    return saving.is_new ? phone_.phone().begin_new("visit", saving.studio.text(), saving.record.text())
                         : phone_.phone().begin_edit(saving.record.text());
  });
  if (!form) return form.problem();
  under_way_.token = form->token();
  if (auto filled = sdk([&] { return form->fill(saving.json); }); !filled) return filled;
  const auto saved = sdk([&] { return form->commit(); });
  if (!saved) return saved.problem();
  promise(saving);
  return {};
}

// Each way to read, once.
Expected<void> PhoneStory::look() {
  Phone& phone = phone_.phone();
  std::optional<Problem> found;
  const auto note = [&](const auto& answer) {
    if (!answer && !found) found = answer.problem();
  };
  note(sdk([&] { return phone.status(); }));
  note(sdk([&] { return phone.list(); }));
  note(sdk([&] { return phone.find("上柳", 10); }));
  note(sdk([&] { return phone.inbox(); }));
  note(sdk([&] { return phone.waiting(); }));
  note(sdk([&] { return phone.members(); }));
  note(sdk([&] { return phone.kinds(); }));
  note(sdk([&] { return phone.record(mine_.text()); }));
  PhoneOptions options;  // another process on the same file
  options.store_key = [] { return StoreKey{1}; };
  options.path = path;
  options.transport = powered_.get();
  note(sdk([&] { return Phone::open(options); }));
  return found ? Expected<void>(*found) : Expected<void>();
}

// From here on it must stay.
void PhoneStory::promise(const Saving& saving) {
  const std::vector<OwnChange> all = own(saving.studio);
  report_.expect(3, all.size() == under_way_.own_before + static_cast<std::size_t>(saving.changes),
                 "a save left part of its changes");
  for (std::size_t i = under_way_.own_before; i < all.size(); ++i) {
    ledger_.lines[all[i].id] = all[i].line;
    ever_.insert(all[i].id);
  }
  for (const auto& [field, value] : saving.shows) ledger_.shows[saving.record][field] = value;
  for (const auto& [field, value] : saving.counts) ledger_.counts[saving.record][field] += value;
  ledger_.drafts.erase(under_way_.token);
  under_way_ = {};
}

Expected<void> PhoneStory::took_up(Form form) {
  long_token_ = form.token();
  ledger_.drafts[long_token_] = 0;
  form_.emplace(std::move(form));
  return {};
}

Expected<void> PhoneStory::keep(const std::string& json, std::size_t cells) {
  if (!form_) {
    auto form = sdk([&] { return phone_.phone().form(long_token_); });
    if (!form) return form.problem();
    form_.emplace(std::move(*form));
  }
  if (auto filled = sdk([&] { return form_->fill(json); }); !filled) return filled;
  if (auto kept = sdk([&] { return form_->keep(); }); !kept) return kept;
  ledger_.drafts[long_token_] = cells;
  return {};
}

std::vector<OwnChange> PhoneStory::own(const StudioId& studio) { return phone_.own(studio); }

void tell_untroubled(PhoneStory& story, Report& report) {
  const auto take = [](const std::string& name, const Expected<void>& done) {
    if (!done)
      throw std::runtime_error(name + ": " + done.problem().code + " " + done.problem().field + " " +
                               done.problem().detail);
  };
  take("opening", story.open());
  for (const PhoneStory::Step& step : story.steps()) take(step.name, step.run());
  story.close();
  if (report.failed()) throw std::runtime_error(report.first());
}

}  // namespace lianxin::sim
