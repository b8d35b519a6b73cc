#!/usr/bin/env bash
# Installs the Debian 12 packages that this project needs and that are missing. Asks the network only when something
# is missing, so that a second start takes no time and needs no network.
#   server/install-packages.sh run     what building and running needs
#   server/install-packages.sh test    that, and what the tests need
#   server/install-packages.sh fuzz    what building and running needs, and what fuzzing does (tests/fuzz/run.sh)
set -euo pipefail

run=(g++ cmake ninja-build pkg-config ca-certificates curl
     libcpp-httplib-dev libsqlite3-dev libsqlitecpp-dev nlohmann-json3-dev libssl-dev libexpected-dev libcli11-dev
     zlib1g-dev libzstd-dev prometheus-cpp-dev libqrencode-dev libpng-dev)
test=(doctest-dev libmimalloc-dev patch prometheus nodejs npm clang-format-14 clang-tidy-14 nginx-light haproxy systemd
      openssl dpkg-dev)
fuzz=(clang libclang-rt-14-dev llvm)

case "${1:-run}" in
  run) wanted=("${run[@]}") ;;
  test) wanted=("${run[@]}" "${test[@]}") ;;
  fuzz) wanted=("${run[@]}" "${fuzz[@]}") ;;
  *) echo "usage: server/install-packages.sh run|test|fuzz" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $state == *"install ok installed" ]] || missing+=("$package")
done
# A newer Node than Debian's brings its own npm; both commands there is all that the tests ask.
if command -v node >/dev/null && command -v npm >/dev/null; then
  kept=()
  for package in "${missing[@]}"; do
    [[ $package == nodejs || $package == npm ]] || kept+=("$package")
  done
  missing=("${kept[@]}")
fi
((${#missing[@]})) || exit 0

echo "installing 安装: ${missing[*]}" >&2
as_root=()
((EUID == 0)) || as_root=(sudo)
# Nothing that comes along may start a service of its own (Debian's policy-rc.d: 101 forbids).
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
