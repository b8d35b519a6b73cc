// The way of an acknowledgement: signed by the running server, kept by the phone, shown at the office.
#include <doctest/doctest.h>

#include "tests/support/server_process.h"

using namespace lianxin;
using namespace lianxin::test;

TEST_SUITE("whole/receipt") {
  TEST_CASE("the program says of what a phone shows whether it is genuine and still true (PROTOCOL 5.7)") {
    TempFolder folder;
    ServerProcess server(folder);
    server.start();
    Phone phone = enrolled_phone(server, folder / "phone", "990121-S01", "米小满");
    must(phone.sync());
    Form form = must(phone.begin_new("outreach_visit"));
    must(form.set("visit_kind", "household"));
    must(form.commit());
    must(phone.sync());
    const std::vector<ReceiptView> told = must(phone.receipts());
    REQUIRE(told.size() == 1);
    CHECK(told[0].code == "990121-S01");
    CHECK(told[0].acked_n == 1);
    const auto checked = [&](const std::string& text) {
      return run({LIANXIN_SERVER, "receipt", text, "--data", server.data()});
    };
    const Ended genuine = checked(told[0].text);
    CAPTURE(genuine.out + genuine.err);
    CHECK(genuine.code == 0);
    CHECK(genuine.out.find("Genuine: signed by this server.") != std::string::npos);
    CHECK(genuine.out.find("All 1 of them are here now.") != std::string::npos);
    CHECK(genuine.out.find("是真的") != std::string::npos);
    std::string altered = told[0].text;
    altered[70] = altered[70] == 'A' ? 'B' : 'A';
    CHECK(checked(altered).code == 1);
    CHECK(checked("nonsense").code == 1);
    // Another office's server: the same text says nothing to it.
    TempFolder elsewhere;
    ServerProcess other(elsewhere);
    const Ended stranger = run({LIANXIN_SERVER, "receipt", told[0].text, "--data", other.data()});
    CHECK(stranger.code == 1);
    CHECK(stranger.out.find("not signed with this server's key") != std::string::npos);
  }
}
