#!/usr/bin/env bash
# Plays the demo's story against a real server process, each time with the phones syncing in another order. Every play
# must keep all that it promises, and all must end in the same totals, heads and conflicts.
#   same_in_every_order.sh PROGRAMS WORK [SEED …]
set -euo pipefail
programs=$1 work=$2
shift 2
(($#)) || set -- 0 1 2
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$work"

first=
for seed in "$@"; do
  report=$work/report-$seed.json
  rm -f "$report"
  if ! "$root/server/demo.sh" --once --programs "$programs" --work "$work/play-$seed" --order-seed "$seed" \
    --report "$report" >"$work/play-$seed.txt" 2>&1; then
    cat "$work/play-$seed.txt"
    echo "order seed $seed: the story did not keep what it promises"
    exit 1
  fi
  [[ -s $report ]] || { echo "order seed $seed: no report"; exit 1; }
  if [[ -z $first ]]; then
    first=$report
  elif ! cmp -s "$first" "$report"; then
    echo "order seed $seed ends otherwise than the first:"
    diff <(tr ',' '\n' <"$first") <(tr ',' '\n' <"$report") | head -n 40
    exit 1
  fi
  echo "order seed $seed: $(tail -n 1 "$work/play-$seed.txt")"
done
