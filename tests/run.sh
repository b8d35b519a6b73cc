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

options=(-DLIANXIN_TESTS=ON)
[[ -z ${CI:-} ]] || options+=(-DLIANXIN_WERROR=ON)
! command -v ccache >/dev/null || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake --preset "$preset" "${options[@]}" --log-level=WARNING
cmake --build --preset "$preset"
exec ctest --preset "$preset" -j "$(nproc)" "$@"
