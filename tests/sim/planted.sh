#!/usr/bin/env bash
# Turns the planted bugs on, one after another, and says after how many seeds its test finds each.
#   tests/sim/planted.sh             all of them, up to 2,000 seeds each
#   tests/sim/planted.sh 3           three, in turn: which three follows from the number of commits
#   tests/sim/planted.sh NAME        that one
# BIN: where the planted build's programs are (build/planted/bin). Exit status: 0 when every one was found.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${BIN:-build/planted/bin}
seeds_max=2000

mapfile -t lines < <(grep -v '^#' tests/sim/planted.txt)
missing=$(comm -3 <("$bin/lianxin-sim" --plants | cut -d' ' -f1 | sort) <(printf '%s\n' "${lines[@]}" | cut -d' ' -f1 | sort))
[[ -z $missing ]] || { echo "planted.txt and the program disagree about: $missing" >&2; exit 1; }

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
  local bug=$1 test=$2 out
  if [[ $test == commit_race_test ]]; then
    for ((round = 1; round <= 20; ++round)); do
      LIANXIN_PLANT=$bug LIANXIN_ROUNDS=1 LIANXIN_SEED=$round timeout 120 "$bin/$test" >/dev/null 2>&1 || { echo $round; return; }
    done
    echo -
    return
  fi
  local progress
  progress=$(mktemp)
  out=$(timeout 600 "$bin/lianxin-sim" --plant "$bug" --scenario "$test" --seeds 1..$seeds_max --first --json \
          --begun "$progress" 2>/dev/null | tail -1) || true
  if [[ $out == *'"failures":[{'* ]]; then
    sed 's/.*"seed":\([0-9]*\).*/\1/' <<<"$out"
  elif [[ -z $out ]]; then
    cat "$progress"
  else
    echo -
  fi
  rm -f "$progress"
}

lost=0
found=()
printf '%-28s %-18s %s\n' "planted bug" "test" "seeds until found"
for line in "${chosen[@]}"; do
  read -r bug test <<<"$line"
  n=$(seeds_until_found "$bug" "$test")
  printf '%-28s %-18s %s\n' "$bug" "$test" "$n"
  if [[ $n == - ]]; then lost=$((lost + 1)); else found+=("$n"); fi
done
if ((${#found[@]})); then
  median=$(printf '%s\n' "${found[@]}" | sort -n | sed -n "$(((${#found[@]} + 1) / 2))p")
  worst=$(printf '%s\n' "${found[@]}" | sort -n | tail -1)
  echo "found ${#found[@]} of ${#chosen[@]}; median $median, worst $worst"
fi
((lost == 0))
