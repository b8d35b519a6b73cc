// The Debian packages, built as an office's supplier builds them; what is in them, and what they ask for.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/process.h"

using namespace lianxin::test;

namespace {

namespace fs = std::filesystem;

std::string package_named(const std::string& folder, const std::string& name) {
  for (const fs::directory_entry& item : fs::directory_iterator(folder)) {
    const std::string file = item.path().filename().string();
    if (file.starts_with(name + "_") && file.ends_with(".deb")) return item.path().string();
  }
  FAIL(name);
  return {};
}

}  // namespace

TEST_SUITE("server/deploy/package") {
  TEST_CASE("cpack makes the server's package and the library's, with all that they need") {
    const TempFolder folder;
    const Ended built = run({LIANXIN_CPACK, "-G", "DEB", "--config", std::string(LIANXIN_BUILD) + "/CPackConfig.cmake",
                             "-B", folder.path()});
    CAPTURE(built.out + built.err);
    REQUIRE(built.code == 0);

    const std::string server = package_named(folder.path(), "lianxin-server");
    const std::string contents = run_ok({"dpkg-deb", "-c", server});
    for (const char* file :
         {"./usr/bin/lianxin-server", "./usr/share/lianxin/kinds/", "./usr/lib/systemd/system/lianxin-server.service",
          "./etc/default/lianxin-server", "./usr/share/doc/lianxin-server/examples/nginx.conf",
          "./usr/share/doc/lianxin-server/examples/haproxy.cfg", "./usr/share/doc/lianxin-server/SECURITY.md"}) {
      CAPTURE(file);
      CHECK(contents.find(file) != std::string::npos);
    }
    const std::string depends = run_ok({"dpkg-deb", "-f", server, "Depends"});
    for (const char* package : {"libc6", "libssl3", "libsqlite3-0", "adduser"}) {
      CAPTURE(package);
      CHECK(depends.find(package) != std::string::npos);
    }
    run_ok({"dpkg-deb", "-e", server, folder / "control"});
    for (const char* script : {"preinst", "postinst", "prerm", "postrm"}) {
      CAPTURE(script);
      CHECK(run({"sh", "-n", folder / ("control/" + std::string(script))}).code == 0);
    }
    CHECK(fs::exists(folder / "control/conffiles"));

    // The program in it is whole, and finds the kinds that come with it.
    run_ok({"dpkg-deb", "-x", server, folder / "root"});
    run_ok({folder / "root/usr/bin/lianxin-server", "init", "--data", folder / "data"});

    const std::string library = run_ok({"dpkg-deb", "-c", package_named(folder.path(), "liblianxin-dev")});
    for (const char* file : {"include/lianxin/phone.h", "cmake/Lianxin/LianxinConfig.cmake"}) {
      CAPTURE(file);
      CHECK(library.find(file) != std::string::npos);
    }
  }
}
