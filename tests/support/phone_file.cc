#include "tests/support/phone_file.h"

#include <stdexcept>

#include "client-sdk/driver/system_random.h"
#include "client-sdk/store/identity.h"
#include "client-sdk/store/own_changes.h"

namespace lianxin::test {

using namespace client;

struct PhoneFile::Content {
  std::unique_ptr<Database> database;
  PublicKey key{};
};

PhoneFile::PhoneFile(const std::string& path) : content_(std::make_unique<Content>()) {
  auto database = Database::open({path, {}, {}, system_random(), system_clock()});
  if (!database) throw std::runtime_error(database.error().message);
  content_->database = std::move(*database);
  const auto identity = content_->database->read([&] { return Meta(*content_->database).identity(); });
  if (!identity || !*identity) throw std::runtime_error("the phone is not enrolled");
  content_->key = (*identity)->key;
}

PhoneFile::~PhoneFile() = default;

void PhoneFile::append(const Change& change, const std::string& line) {
  const Status appended = content_->database->write(
      [&]() -> Status { return OwnChanges(*content_->database).append(content_->key, change, line); });
  if (!appended) throw std::runtime_error(appended.error().message);
}

}  // namespace lianxin::test
