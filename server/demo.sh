#!/usr/bin/env bash
# The story of eleven phones and thirty records, from an empty machine (Debian 12) to a running server. Installs and
# builds what is missing; from the second time on it starts in seconds.
#   server/demo.sh            plays the story and leaves the server running 演完后服务器留着
#   server/demo.sh --once     plays it, stops the server; ends non-zero if anything promised is not so 演完即止
# For tests: --programs DIR (built already), --work DIR (instead of build/demo), and what else stands goes to
# lianxin-demo (--order-seed N, --report FILE).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

once= programs= work=$root/build/demo
play=()
while (($#)); do
  case $1 in
    --once) once=yes ;;
    --programs) programs=${2:?}; shift ;;
    --work) work=${2:?}; shift ;;
    --order-seed | --report) play+=("$1" "${2:?}"); shift ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
  esac
  shift
done

say() { printf '%s\n' "$*" >&2; }

if [[ -z $programs ]]; then
  server/install-packages.sh run
  programs=$root/build/release/bin
  options=(-DLIANXIN_TESTS=OFF)
  ! command -v ccache >/dev/null || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  # A folder that somebody configured for the tests stays so.
  [[ -e build/release/CMakeCache.txt ]] || {
    say "配置 configuring …"
    cmake --preset release "${options[@]}" --log-level=WARNING >/dev/null
  }
  say "编译（第一次要几分钟）building …"
  cmake --build --preset release --target lianxin-server lianxin lianxin-demo >"$root/build/demo-build.log" 2>&1 || {
    tail -n 40 "$root/build/demo-build.log" >&2
    say "编译失败 the build failed: build/demo-build.log"
    exit 1
  }
fi

# A server that an earlier play left running holds the data folder. Only if it is ours: same program, same folder.
if [[ -e $work/server.pid ]]; then
  old=$(<"$work/server.pid")
  if tr '\0' ' ' <"/proc/$old/cmdline" 2>/dev/null | grep -qF -- "--data $work/data"; then
    say "停掉上次演示的服务器 stopping the last demo's server ($old)"
    kill "$old"
    while kill -0 "$old" 2>/dev/null; do sleep 0.1; done
  fi
fi
# Only what an earlier play made: it leaves a mark, and a folder without it is somebody else's.
if [[ -e $work && ! -e $work/of-the-demo && -n $(ls -A "$work") ]]; then
  say "$work 里有别的东西 is not a folder of the demo"
  exit 1
fi
umask 077
rm -rf "$work"
mkdir -p "$work"
touch "$work/of-the-demo"

lianxin_server() { "$programs/lianxin-server" --data "$work/data" "$@"; }

pid=
finish() {
  status=$?
  if [[ -n $pid && (-n $once || $status -ne 0) ]]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm -f "$work/server.pid"
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

log=$work/setup.log
prepared() {
  "$@" 2>>"$log" || {
    tail -n 5 "$log" >&2
    say "准备失败 could not prepare: $*"
    exit 1
  }
}

prepared lianxin_server init >/dev/null
prepared lianxin_server import client-sdk/demo/reference.json >>"$log"
head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/password"
echo >>"$work/password"
prepared lianxin_server account add --login chengxieyou --member 程协友 <"$work/password" >>"$log"
"$programs/lianxin-demo" --story client-sdk/demo --list-phones | while read -r phone studio member shared; do
  flags=(--studio "$studio" --member "$member")
  [[ $shared != shared ]] || flags+=(--shared)
  code=$(prepared lianxin_server enrol-code "${flags[@]}") || exit 1
  printf '%s %s\n' "$phone" "$code"
done >"$work/codes"

touch "$work/server.log"
# Not through the function: its shell, not the server, would be what we have the id of.
"$programs/lianxin-server" --data "$work/data" serve --plain --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
pid=$!
echo "$pid" >"$work/server.pid"
port=
for _ in {1..100}; do
  port=$(sed -nE '/listening/s/.*port=([0-9]+).*/\1/p' "$work/server.log" | head -n 1)
  [[ -z $port ]] || break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
[[ -n $port ]] || {
  tail -n 20 "$work/server.log" >&2
  say "服务器没有起来 the server did not start"
  exit 1
}

"$programs/lianxin-demo" --story client-sdk/demo --data "$work/phones" --codes "$work/codes" --port "$port" \
  --login chengxieyou --password-file "$work/password" "${play[@]}"

[[ -z $once ]] || exit 0
disown "$pid"
cat <<END

服务器仍在运行 the server is still running:  http://127.0.0.1:$port/
  协调员登录 sign in:   chengxieyou  /  $(<"$work/password")
  数据 data:            $work
  停止 stop:            kill $pid
END
