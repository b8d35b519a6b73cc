#!/usr/bin/env bash
# Every source is as clang-format 14 writes it (.clang-format). Mends one: clang-format-14 -i FILE
set -euo pipefail
cd "$(dirname "$0")/../.."
find schema sync server client-sdk tests \( -name '*.h' -o -name '*.cc' -o -name '*.c' \) -print0 |
  xargs -0 -P "$(nproc)" -n 100 clang-format-14 --dry-run -Werror --ferror-limit=1
