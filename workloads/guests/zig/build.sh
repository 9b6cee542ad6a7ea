#!/usr/bin/env bash
# Builds the guests in Zig: each file here but kernel.zig is a kernel, NAME.zig the module NAME_zig.
#
# What Zig cannot do without a host: std.Thread and std.debug.print refuse the target. Allocators, std.json and, with
# -mcpu, SIMD and tail calls work; so does wasm64-freestanding.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

readonly ZIG=0.17.1

# The wheel for Linux on x86-64.
need_wheel ziglang "$ZIG" ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54
zig=$cache/ziglang-$ZIG/ziglang/zig
chmod +x "$zig"
# Zig's own cache would keep what it built when the wheel was another one.
export ZIG_GLOBAL_CACHE_DIR=$work/zig ZIG_LOCAL_CACHE_DIR=$work/zig
for source in "$guests"/zig/*.zig; do
    name=$(basename "$source" .zig)
    if [[ $name == kernel ]]; then continue; fi
    # 4 MiB is more than each of them needs, and a limit that a runtime can plan with.
    (cd "$guests/zig" && "$zig" build-exe "$name.zig" -target wasm32-freestanding -O ReleaseFast -fstrip -fno-entry \
        --export=run --max-memory=4194304 "-femit-bin=$(where "${name}_zig")") ||
        fail "build $name.zig: see what zig said above"
done
echo "Zig $ZIG" >"$out/TOOLCHAIN"
