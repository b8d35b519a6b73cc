#include <lianxin/phone.h>

#include <iostream>

// app FILE URI: enrols this phone by what the office's QR code holds, records a visit, and syncs.
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto tell = [](const lianxin::Problem& problem) {
    std::cerr << problem.zh << " " << problem.en << "\n";
    return 1;
  };
  lianxin::PhoneOptions options;
  options.path = argv[1];
  auto phone = lianxin::Phone::open(options);
  if (!phone) return tell(phone.problem());
  if (auto enrolled = phone->enrol_by(argv[2], "my phone"); !enrolled) return tell(enrolled.problem());
  if (auto synced = phone->sync(); !synced) return tell(synced.problem());

  auto visit = phone->begin_new("outreach_visit");  // in the studio of the enrolment, unless another is named
  if (!visit) return tell(visit.problem());
  (void)visit->set("visit_kind", "household");
  (void)visit->set("address_text", "上柳湾村三组");
  (void)visit->count("persons_reached", 3);
  const auto saved = visit->commit();  // durable from here on, with or without a network
  if (!saved) return tell(saved.problem());

  if (auto synced = phone->sync(); !synced) return tell(synced.problem());
  const auto status = phone->status();
  if (!status) return tell(status.problem());
  std::cout << status->here << " here, " << status->on_server << " on the server, " << status->needs_you
            << " needs you\n";
  return 0;
}
