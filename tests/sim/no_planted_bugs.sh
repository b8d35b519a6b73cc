#!/usr/bin/env bash
# Proves that programs and libraries hold none of the planted bugs: their names, which the planted build carries as text,
# are in none of them. Where the search would find nothing anyway it proves nothing, so it is first tried on that build.
#   no_planted_bugs.sh PLANTED_PROGRAM SHIPPED...
# Exit status: 0 none; 1 found; 77 (skipped) where there is no planted build to try the search on.
set -euo pipefail
planted=$1
shift
[[ -x $planted ]] || { echo "no planted build: cmake --preset planted && cmake --build --preset planted" >&2; exit 77; }
mapfile -t names < <(grep -v '^#' "$(dirname "$0")/planted/planted.txt" | cut -d' ' -f1)
((${#names[@]} >= 30)) || { echo "planted.txt names only ${#names[@]} bugs" >&2; exit 1; }
for name in "${names[@]}"; do
  grep -aqF "$name" "$planted" || { echo "the search does not find $name where it is" >&2; exit 1; }
  for file in "$@"; do
    ! grep -aqF "$name" "$file" || { echo "$file holds the planted bug $name" >&2; exit 1; }
  done
done
echo "${#names[@]} planted bugs, in none of $# files"
