#!/bin/sh
# Starts Capstan: `capstan COMMAND …`. CAPSTAN_NODE names the Node to use (26), else the one on the PATH.
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
here=$(cd "${self%/*}" && pwd -P)

# Compiled code is kept beside the program where that can be written, else in the user's cache folder.
if [ -z "$NODE_COMPILE_CACHE" ]; then
  if [ -w "$here" ] || [ ! -w "${XDG_CACHE_HOME:-$HOME/.cache}" ]; then
    NODE_COMPILE_CACHE=$here/compile-cache
  else
    NODE_COMPILE_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/capstan/compile-cache
  fi
  export NODE_COMPILE_CACHE
fi

# Buffers of a socket's size go back to the system when they are let go.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-65536}" MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

# A heap below 2 GB is cleaned at twice of what lives in it, above at four times; a small nursery stays small.
exec "${CAPSTAN_NODE:-node}" --disable-warning=ExperimentalWarning --max-semi-space-size=4 \
  --max-old-space-size=1900 --v8-pool-size=1 "$here/${CAPSTAN_PROGRAM:-main}.mjs" "$@"
