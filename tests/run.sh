#!/usr/bin/env bash
# Installs what is missing, builds and runs every test. The README's second command, and what CI runs.
#   tests/run.sh             the release build
#   tests/run.sh asan        with address and undefined-behaviour sanitizers (also: debug, tsan)
#   tests/run.sh release -R 'sync/merge'   further words go to ctest
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
(($# == 0)) || shift
server/install-packages.sh test

# The linter of the interface document, once; npm can fail and still exit with 0, so what counts is that it is there.
lint=build/lint
if [[ ! -x $lint/node_modules/.bin/redocly ]]; then
  mkdir -p "$lint"
  cp tests/whole/package.json tests/whole/package-lock.json "$lint"
  npm ci --prefix "$lint" --no-audit --no-fund --ignore-scripts --loglevel=error
  [[ -x $lint/node_modules/.bin/redocly ]] || { echo "npm did not install @redocly/cli" >&2; exit 1; }
fi

options=(-DLIANXIN_TESTS=ON)
[[ -z ${CI:-} ]] || options+=(-DLIANXIN_WERROR=ON)
! command -v ccache >/dev/null || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake --preset "$preset" "${options[@]}" --log-level=WARNING
cmake --build --preset "$preset"
# Known bugs, compiled in and off: the suite must find each when it is turned on (tests/sim/planted.sh).
if [[ $preset == release ]]; then
  cmake --preset planted "${options[@]}" --log-level=WARNING
  cmake --build --preset planted
fi
# What changed lately, once more than the compiler does. Before the tests, whose words are the last.
[[ -z ${CI:-} || $preset != release ]] || tests/house/tidy.sh
exec ctest --preset "$preset" -j "$(nproc)" "$@"
