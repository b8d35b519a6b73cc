#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) on the sources that changed, by the compile commands of the release build. CI calls it
# between building and testing (tests/run.sh).
#   tests/house/tidy.sh           what changed in the day before the last commit, the newest first
#   tests/house/tidy.sh COMMIT    what changed since that commit
# A changed header counts as its source. The tests are left out but for the fuzz targets: doctest's macros capture structured
# bindings, which clang cannot before version 16. Ends with 1 where something was found. After LIANXIN_TIDY_SECONDS (240) no further
# source is begun; those that are left out are named.
set -euo pipefail
cd "$(dirname "$0")/../.."

commands=build/release/compile_commands.json
[[ -e $commands ]] || { echo "tidy: build the release preset first" >&2; exit 2; }
if ! git rev-parse -q --verify HEAD >/dev/null 2>&1; then
  echo "tidy: no history here, so that nothing is known to have changed"
  exit 0
fi
if (($#)); then
  range=("$1..HEAD")
else
  range=(--since="$(git log -1 --format=%ct | awk '{print $1 - 86400}')" HEAD)
fi

git log "${range[@]}" --first-parent -m --name-only --format= -- schema sync server client-sdk tests/fuzz | sed 's/\.h$/.cc/' | awk '!seen[$0]++' |
  while read -r source; do
    ! grep -qF "\"file\": \"$PWD/$source\"" "$commands" || echo "$source"
  done >build/release/tidy.txt

export deadline=$(($(date +%s) + ${LIANXIN_TIDY_SECONDS:-240}))
look_at() {
  if (($(date +%s) >= deadline)); then
    echo "tidy: left out $1"
  else
    clang-tidy-14 -p build/release --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option \
      --extra-arg=-Wno-overlength-strings "$1" 2>/dev/null  # the interface document is one literal, of more than 64 KiB
  fi
}
export -f look_at
xargs -a build/release/tidy.txt -P "$(nproc)" -I{} bash -c 'look_at {}' || { echo "tidy: see above" >&2; exit 1; }
echo "tidy: $(wc -l <build/release/tidy.txt) sources"
