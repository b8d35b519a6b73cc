// Makes a data folder with many changes in it, through the real push(), to measure on:
//   build/release/bin/lianxin-fill DATA [CHANGES] [STUDIOS]     default 1,000,000 changes in 200 studios
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "server/upkeep/search_indexing.h"
#include "tests/support/filler.h"

using namespace lianxin;
using namespace lianxin::server;

namespace {

int failed(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return failed({Errc::invalid_argument, "lianxin-fill DATA [CHANGES] [STUDIOS]"});
  test::FillOptions options;
  options.changes = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  options.studios = argc > 3 ? std::atoi(argv[3]) : 200;
  const ServerOptions at{argv[1], shipped_kinds({}), {}};
  if (const Status made = Parts::create(at); !made) return failed(made.error());
  const auto server = Parts::open(at, Parts::Purpose::serve);
  if (!server) return failed(server.error());
  const auto begin = std::chrono::steady_clock::now();
  const auto filled = test::fill(**server, options);
  if (!filled) return failed(filled.error());
  std::printf("%lld applied, %lld held, %lld acts, %lld pushes in %.1f s\n", static_cast<long long>(filled->applied),
              static_cast<long long>(filled->held), static_cast<long long>(filled->acts),
              static_cast<long long>(filled->pushes), seconds_since(begin));
  const auto indexing = std::chrono::steady_clock::now();
  for (;;) {
    const auto more = index_some(*(*server)->lists, *(*server)->kinds->catalog());
    if (!more) return failed(more.error());
    if (!*more) break;
  }
  std::printf("search index in %.1f s\n", seconds_since(indexing));
  return 0;
}
