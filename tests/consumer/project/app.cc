// An app as somebody else would begin one: opens its file, and says what it holds. It includes installed headers only.
#include <lianxin/phone.h>

#include <iostream>

int main(int argc, char** argv) {
  lianxin::PhoneOptions options;
  options.path = argc > 1 ? argv[1] : "app.phone";
  auto phone = lianxin::Phone::open(options);
  if (!phone) {
    std::cerr << phone.problem().en << "\n";
    return 1;
  }
  const auto status = phone->status();
  if (!status || status->enrolled || status->here != 0) return 1;
  const auto form = phone->begin_new("micro_consultation");
  if (form || form.problem().code != "not_enrolled") return 1;
  std::cout << status->to_json() << "\n" << form.problem().zh << "\n";
  return 0;
}
