#!/usr/bin/env bash
# Builds the guests in Nim by way of C, as its release mode does (-O3): each file that says kernel: is one, NAME.nim the
# module NAME_nim.
#
# What Nim cannot do here: std/os, std/times, asyncdispatch and what imports them are not ported to --os:any;
# --mm:refc neither, while arc and orc are; --exceptions:setjmp needs the proposal for exceptions, goto does not;
# --os:standalone, which is meant for programs without a host, refuses `except` and so std/json.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

need_clang
need_wasi_libc
need_packages nim

# Nim calls the C compiler by one name; it is given this script, which stands for clang with its flags.
cat >"$work/clang" <<END
#!/usr/bin/env bash
$(declare -p CLANG guests work)
$(declare -f clang_wasm)
clang_wasm --target=wasm32-wasip1 --sysroot=$wasi "\$@"
END
chmod +x "$work/clang"

for source in "$guests"/nim/*.nim; do
    grep -q '^kernel:$' "$source" || continue
    name=$(basename "$source" .nim)
    (cd "$guests/nim" && nim compile --skipUserCfg --skipParentCfg --hints:off --warnings:off "--nimcache:$work/$name" \
        -d:release --cpu:wasm32 --os:any --threads:off --mm:arc -d:useMalloc -d:noSignalHandler --exceptions:goto \
        --noMain:on --cc:clang "--clang.exe:$work/clang" "--clang.linkerexe:$work/clang" \
        --passL:-mexec-model=reactor --passL:-Wl,--export=run,--stack-first,-z,stack-size=65536,--max-memory=4194304 \
        "-o:$(where "${name}_nim")" "$name.nim" >&2) || fail "build $name.nim: see what nim said above"
done
echo "Debian Nim $(nim --version | sed -n '1s/.*Version \([0-9.]*\).*/\1/p'), $(clang_version), wasi-libc $WASI_LIBC" \
    >"$out/TOOLCHAIN"
