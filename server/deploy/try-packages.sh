#!/usr/bin/env bash
# Installs, upgrades, removes and purges the packages in a fresh Debian 12, in a folder that is removed afterwards, as an
# office would: what was recorded and the keys stay through all of it. As root; needs debootstrap and a Debian mirror.
#
#   server/deploy/try-packages.sh BUILD [FOLDER]     BUILD: a build folder with lianxin-server and the library built
set -euo pipefail
((EUID == 0)) || { echo "as root" >&2; exit 2; }
build=$(realpath "${1:?the build folder}")
folder=${2:-$(mktemp -d /var/tmp/lianxin-packages-XXXXXX)}
root=$folder/root

say() { echo "== $*" >&2; }
inside() { chroot "$root" /usr/bin/env DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
check() { "$@" || { echo "NOT SO: $*" >&2; exit 1; }; }
tidy() { [[ -n ${2:-} ]] || rm -rf "$folder"; }
trap 'tidy "$@"' EXIT

say "packages"
mkdir -p "$folder"
(cd "$build" && cpack -G DEB -B "$folder/one" >"$folder/cpack.log")
# The same once more under a later version: an upgrade.
(cd "$build" && cpack -G DEB -D CPACK_PACKAGE_VERSION=99.0.0 -B "$folder/two" >>"$folder/cpack.log")

if [[ ! -e $root/usr/bin/apt-get ]]; then
  say "Debian"
  debootstrap --variant=minbase --include=ca-certificates,adduser bookworm "$root" \
    "${MIRROR:-http://deb.debian.org/debian}" >"$folder/debootstrap.log"
fi
# What this machine asks its mirror with, the fresh one does too.
cp -rL /etc/ssl/certs "$root/etc/ssl/"
cp -rL /etc/apt/sources.list* /etc/apt/apt.conf.d "$root/etc/apt/" 2>/dev/null || true
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
inside apt-get update -q >"$folder/apt.log"

say "install"
cp "$folder"/one/*.deb "$root/tmp/"
inside apt-get install -q -y --no-install-recommends "/tmp/$(cd "$folder/one" && ls lianxin-server_*.deb)" >>"$folder/apt.log" 2>&1
check inside test -e /var/lib/lianxin/keys/server.key
check test "$(inside stat -c %U:%a /var/lib/lianxin)" = lianxin:700
as_lianxin() { inside su -s /bin/sh lianxin -c "$*"; }
cp "$(dirname "$0")/../../client-sdk/demo/reference.json" "$root/tmp/"
as_lianxin "lianxin-server import --data /var/lib/lianxin /tmp/reference.json" >/dev/null
# It serves, and stops.
as_lianxin "timeout -s TERM 3 lianxin-server serve --data /var/lib/lianxin --listen 127.0.0.1:0" 2>"$folder/serve.log" || true
check grep -q ' info stopped' "$folder/serve.log"
key=$(inside sha256sum /var/lib/lianxin/keys/server.key)
before=$(as_lianxin "lianxin-server verify --json /var/lib/lianxin" 2>/dev/null)
echo '# ours' >>"$root/etc/default/lianxin-server"

say "upgrade"
cp "$folder"/two/*.deb "$root/tmp/"
inside apt-get install -q -y --no-install-recommends "/tmp/$(cd "$folder/two" && ls lianxin-server_*.deb)" >>"$folder/apt.log" 2>&1
check test "$(inside dpkg-query -W -f '${Version}' lianxin-server)" = 99.0.0
check test "$key" = "$(inside sha256sum /var/lib/lianxin/keys/server.key)"
check test "$before" = "$(as_lianxin "lianxin-server verify --json /var/lib/lianxin" 2>/dev/null)"
check test -n "$(inside sh -c 'ls /var/lib/lianxin/backups/*.db 2>/dev/null')"  # made before the upgrade
check grep -q '# ours' "$root/etc/default/lianxin-server"
check as_lianxin "lianxin-server audit verify --data /var/lib/lianxin" 2>>"$folder/serve.log"

say "the library, with an app"
inside apt-get install -q -y --no-install-recommends "/tmp/$(cd "$folder/one" && ls liblianxin-dev_*.deb)" >>"$folder/apt.log" 2>&1
check inside test -e /usr/include/lianxin/phone.h

say "remove and purge"
inside apt-get remove -q -y lianxin-server >>"$folder/apt.log" 2>&1
check test ! -e "$root/usr/bin/lianxin-server"
check test "$key" = "$(inside sha256sum /var/lib/lianxin/keys/server.key)"
inside apt-get purge -q -y lianxin-server >>"$folder/apt.log" 2>&1
check test ! -e "$root/etc/default/lianxin-server"
check test "$key" = "$(inside sha256sum /var/lib/lianxin/keys/server.key)"

say "install again: the same server, with all it had"
inside apt-get install -q -y --no-install-recommends "/tmp/$(cd "$folder/two" && ls lianxin-server_*.deb)" >>"$folder/apt.log" 2>&1
check test "$key" = "$(inside sha256sum /var/lib/lianxin/keys/server.key)"
check test "$before" = "$(as_lianxin "lianxin-server verify --json /var/lib/lianxin" 2>/dev/null)"
say "all of it held"
