// A coordinator at a desk of the test county, with two phones of conveners and one of a doctor that push what a village
// would. Everything is asked as it would come over HTTP.
#pragma once

#include "tests/server/test_phone.h"

namespace lianxin::server_test {

using namespace server;

class ReviewDesk {
 public:
  ReviewDesk();

  // As the coordinator, or whoever `token` is. The path may have a query.
  Response ask(const std::string& method, const std::string& target, const Value& body = {},
               const std::string& token = {});
  Value get(const std::string& target, const std::string& token = {});                      // must be answered with 200
  Value post(const std::string& target, const Value& body, const std::string& token = {});  // and so must this

  // A member with an account of his own and a grant; his token.
  std::string sign_in(const std::string& login, const MemberId& member);
  std::string supervisor();  // of the city, cleared for personal data

  // Sends what the phone recorded.
  void sync(TestPhone& phone, const StudioId& studio);

  Value record(const StudioId& studio, const RecordId& id, const std::string& token = {});
  static std::string path(const StudioId& studio, const RecordId& id) {
    return "/v1/records/" + studio.text() + "/" + id.text();
  }

  TestServer server;
  std::string token;  // the coordinator's
  TestPhone hao_phone, mi_phone, doctor_phone;
};

Write count(const std::string& field, std::int64_t by);
Write add(const std::string& field, const std::string& key);
Write step(const std::string& field, const std::string& from, const std::string& to, std::vector<ChangeId> bases = {});
Write put_over(const std::string& field, Value value, std::vector<ChangeId> bases);

// All that a record of the kind owes to be submitted (of one that is not reviewed: to be whole), in place of which the
// given writes stand.
std::vector<Write> whole(const std::string& kind, std::vector<Write> writes = {});

// The cell of that address in a record's view; null where there is none.
Value cell_of(const Value& record, std::string_view address);

}  // namespace lianxin::server_test
