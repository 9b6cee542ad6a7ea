#!/usr/bin/env bash
# Builds the least that an embedder of WAMR can be and says how large its code is, beside what the project claims.
# Uses the sources that Cargo.lock pins, as the worker does.
set -euo pipefail
cd "$(dirname "$0")"
: "${WAMR_SOURCE_DIR:=$(cargo metadata --locked --format-version=1 --manifest-path ../Cargo.toml |
  grep -o '"manifest_path":"[^"]*/wamrx-sys-[^"]*/Cargo.toml"' | head -n 1 | cut -d '"' -f 4 | xargs dirname)/wasm-micro-runtime}"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
suite=../../../workloads/suite/noop/noop.wasm

printf '%-12s %10s %16s %14s\n' variant code 'with read-only' claimed
for variant in aot:50 interpreter:85; do
  mode=${variant%:*}
  if ! { cmake -S . -B "$build/$mode" -G Ninja -DMODE="$mode" -DWAMR_ROOT_DIR="$WAMR_SOURCE_DIR" &&
    cmake --build "$build/$mode"; } >"$build/log" 2>&1; then
    tail -n 20 "$build/log" >&2
    echo "failed to build WAMR's $mode variant: see above; ./setup.sh installs what it needs" >&2
    exit 1
  fi
  # What is small must work, too: noop returns 42 more than its argument.
  if [[ $mode == interpreter && $("$build/$mode/footprint" "$suite") != 43 ]]; then
    echo "failed to run noop in the $mode variant: it is no measure of anything" >&2
    exit 1
  fi
  code=$(size -A "$build/$mode/footprint" | awk '$1 == ".text" { print $2 }')
  # With constants and the tables that unwind the stack.
  all=$(size "$build/$mode/footprint" | awk 'NR == 2 { print $1 }')
  printf '%-12s %8d B %14d B   about %s KB\n' "$mode" "$code" "$all" "${variant#*:}"
done
