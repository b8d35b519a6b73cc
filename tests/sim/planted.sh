#!/usr/bin/env bash
# Turns the planted bugs (tests/sim/planted) on, one after another, and says after how many seeds its test finds each.
#   tests/sim/planted.sh             all of them, up to 2,000 seeds each
#   tests/sim/planted.sh 3           three, in turn: which three follows from the number of commits
#   tests/sim/planted.sh NAME        that one
#   tests/sim/planted.sh renew FILE  writes the patch of one source anew, as its copy in the planted build now differs from it.
#                                    For a source that has changed: configure that build, edit the copy where it says so
# BUILD: the planted build (build/planted). Exit status: 0 when every one was found.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build/planted}
bin=$build/bin
patches=tests/sim/planted/patches
seeds_max=2000

if [[ ${1:-} == renew ]]; then
  file=${2:?which source?}
  copy=$build/planted/$file
  cmp -s "$file" "$copy.clean" || { echo "$copy was not made of $file as it is now: cmake --preset planted" >&2; exit 1; }
  mkdir -p "$patches/${file%/*}"
  status=0
  diff -U3 --label "a/$file" --label "b/$file" "$file" "$copy" >"$patches/$file.patch" || status=$?
  ((status == 1)) || { echo "nothing is planted in $copy" >&2; exit 1; }
  rm -f "$copy.rej"
  exit 0
fi

mapfile -t lines < <(grep -v '^#' tests/sim/planted/planted.txt)
missing=$(comm -3 <(grep -rh '^+' "$patches" | grep -o 'LX_PLANTED([a-z_]*)' | tr -d ')' | cut -d'(' -f2 | sort -u) \
               <(printf '%s\n' "${lines[@]}" | cut -d' ' -f1 | sort))
[[ -z $missing ]] || { echo "planted.txt and the patches disagree about: $missing" >&2; exit 1; }

case "${1:-all}" in
  all) chosen=("${lines[@]}") ;;
  [0-9]*)
    turn=$(git rev-list --count HEAD 2>/dev/null || echo 0)
    chosen=()
    for ((i = 0; i < $1; ++i)); do chosen+=("${lines[$(((turn * $1 + i) % ${#lines[@]}))]}"); done ;;
  *) mapfile -t chosen < <(printf '%s\n' "${lines[@]}" | grep "^$1 ") ;;
esac
((${#chosen[@]})) || { echo "no planted bug $1" >&2; exit 2; }

# A crash or a hang is a find as well: nobody would ship that. What it was at is the last seed that was begun.
seeds_until_found() {
  local test=$2 out
  export LIANXIN_PLANT=$1
  if [[ $test == commit_race_test ]]; then
    for ((round = 1; round <= 20; ++round)); do
      LIANXIN_ROUNDS=1 LIANXIN_SEED=$round timeout 120 "$bin/$test" >/dev/null 2>&1 || { echo $round; return; }
    done
    echo -
    return
  fi
  local progress
  progress=$(mktemp)
  out=$(timeout 600 "$bin/lianxin-sim" --scenario "$test" --seeds 1..$seeds_max --first --json --begun "$progress" 2>/dev/null |
          tail -1) || true
  if [[ $out == *'"failures":[{'* ]]; then
    sed 's/.*"seed":\([0-9]*\).*/\1/' <<<"$out"
  elif [[ -z $out ]]; then
    cat "$progress"
  else
    echo -
  fi
  rm -f "$progress"
}

[[ -x $bin/lianxin-sim && -x $bin/commit_race_test ]] || {
  echo "no planted build: cmake --preset planted && cmake --build --preset planted" >&2
  exit 2
}
lost=0
found=()
printf '| bug | what it does | found by | seeds until found |\n|---|---|---|---|\n'
for line in "${chosen[@]}"; do
  read -r bug test what <<<"$line"
  n=$(seeds_until_found "$bug" "$test")
  printf '| `%s` | %s | %s | %s |\n' "$bug" "$what" "$test" "$n"
  if [[ $n == - ]]; then lost=$((lost + 1)); else found+=("$n"); fi
done
if ((${#found[@]})); then
  median=$(printf '%s\n' "${found[@]}" | sort -n | sed -n "$(((${#found[@]} + 1) / 2))p")
  worst=$(printf '%s\n' "${found[@]}" | sort -n | tail -1)
  echo "found ${#found[@]} of ${#chosen[@]}; median $median, worst $worst"
fi
((lost == 0))
