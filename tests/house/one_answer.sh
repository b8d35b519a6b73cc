#!/bin/sh
# Each program that is named has in it the one function that answers phones, sync/server/answer.h.
status=0
for program in "$@"; do
  count=$(nm -C "$program" | grep -c ' [tT] lianxin::answer(lianxin::Answering&, lianxin::SyncRequest const&)$')
  if [ "$count" -ne 1 ]; then
    echo "$program has $count of lianxin::answer()"
    status=1
  fi
done
exit $status
