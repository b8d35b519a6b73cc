#!/usr/bin/env bash
# Builds the fuzz targets and runs each for so many seconds, one after another; then prints what each did.
#   tests/fuzz/run.sh SECONDS [TARGET...]
# Inputs that reach something new gather in build/fuzz/corpus/TARGET and are kept from run to run; what breaks is
# written to build/fuzz/found/TARGET and makes this end with 1. Into the project go the smallest inputs that reach as
# much (tests/fuzz/run.sh merge [TARGET...]), and what broke something, once it is mended.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() { echo "usage: tests/fuzz/run.sh SECONDS|merge [TARGET...]" >&2; exit 2; }
(($# >= 1)) || usage
act=$1
shift
[[ $act == merge || $act =~ ^[0-9]+$ ]] || usage
server/install-packages.sh fuzz
options=()
! command -v ccache >/dev/null || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake --preset fuzz "${options[@]}" --log-level=WARNING
cmake --build --preset fuzz

targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(cd build/fuzz/bin && ls fuzz_* | sed 's/^fuzz_//')
export ASAN_OPTIONS=malloc_context_size=4:detect_stack_use_after_return=0:quarantine_size_mb=16

kept=tests/fuzz/corpus here=build/fuzz/corpus found=build/fuzz/found
bytes_max() {  # of an input; a story of several requests needs more than a line
  case $1 in
    sync_body) echo 8192 ;;
    cursor | enrolment) echo 1024 ;;
    kinds_file) echo 16384 ;;
    *) echo 4096 ;;
  esac
}

merge() {
  local smallest
  smallest=$(mktemp -d)
  build/fuzz/bin/fuzz_"$1" -set_cover_merge=1 -use_counters=0 -rss_limit_mb=2048 -max_len="$(bytes_max "$1")" \
    "$smallest" "$kept/$1" "$here/$1" >"$here/$1.log" 2>&1
  # At most so much goes into the project, the shortest first: what is left out is found again by the next run.
  local bytes=0 files=0 file size
  rm -rf "${kept:?}/$1"
  mkdir -p "$kept/$1"
  while read -r size file; do
    ((files < 60 && bytes + size <= 200000)) || break
    cp "$smallest/$file" "$kept/$1/$file"
    bytes=$((bytes + size)) files=$((files + 1))
  done < <(find "$smallest" -type f -printf '%s %f\n' | sort -n)
  rm -rf "$smallest"
  echo "$1: $files inputs, $bytes bytes"
}

fuzz() {
  mkdir -p "$found/$1"
  build/fuzz/bin/fuzz_"$1" -max_total_time="$act" -max_len="$(bytes_max "$1")" -timeout=60 -rss_limit_mb=512 \
    -malloc_limit_mb=256 -entropic=0 -print_final_stats=1 -artifact_prefix="$found/$1/" \
    "$here/$1" "$kept/$1" >"$here/$1.log" 2>&1
}

last_of() { grep -oE "$1 *[0-9]+" "$here/$2.log" | tail -1 | grep -oE '[0-9]+$' || echo 0; }

failed=0
columns='%-12s %10s %7s %10s %7s %8s %7s %8s  %s\n'
[[ $act == merge ]] || printf "$columns" target execs exec/s requests/s cov features corpus rss_MB found
for target in "${targets[@]}"; do
  mkdir -p "$here/$target" "$kept/$target"
  if [[ $act == merge ]]; then
    merge "$target"
    continue
  fi
  fuzz "$target" || failed=1
  printf "$columns" "$target" "$(last_of number_of_executed_units: "$target")" \
    "$(last_of average_exec_per_sec: "$target")" "$(($(last_of requests_answered: "$target") / (act + 1)))" \
    "$(last_of 'cov:' "$target")" "$(last_of 'ft:' "$target")" "$(last_of 'corp:' "$target")" "$(last_of peak_rss_mb: "$target")" "$(find "$found/$target" -type f | wc -l)"
done
exit "$failed"
