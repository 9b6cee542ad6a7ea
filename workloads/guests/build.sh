#!/usr/bin/env bash
# Rebuilds every module of the suite, byte for byte.
#
#   build.sh            rebuilds the modules in workloads/suite and prints their sha256 for the manifests
#   build.sh --check    rebuilds them elsewhere and compares with the committed ones: exit code 1 if one differs
#
# Needs Debian 12 or later with its own package sources, and Rust 1.95. clang is installed where root runs this; what
# Debian has and this machine must not install (Rust's library sources and a newer wasi-libc) is unpacked into
# $XDG_CACHE_HOME/wasmark/guests (~/.cache without it) and used from there.
set -euo pipefail

readonly RUST=1.95
readonly RUST_SRC_SUITE=trixie-backports
readonly WASI_LIBC_SUITE=trixie
readonly WASI_LIBC='0.0~git20241209.574b88d-2'
readonly PACKAGES=(clang-22 lld-22 libclang-rt-22-dev-wasm32)

readonly KERNELS_C=(noop fib sieve sha256 nbody matmul quicksort memory indirect)
readonly KERNELS_RUST=(binary_trees hashmap json)
readonly COMMANDS_RUST=(wordfreq)

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly guests
readonly suite=$guests/../suite
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/wasmark/guests

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "guests: failed to $*"
    exit 1
}

# The C toolchain, from Debian's own packages.
need_clang() {
    local missing=() package
    command -v dpkg-query >/dev/null || fail "find Debian's packages: build the guests on Debian 12 or later"
    for package in "${PACKAGES[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    [[ $(id -u) -eq 0 ]] || fail "find ${missing[*]}: run 'apt-get install ${missing[*]}' as root, then this again"
    say "guests: installing ${missing[*]}"
    { apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}"; } >&2 ||
        fail "install ${missing[*]}: see what apt-get said above"
}

need_rust() {
    [[ $(rustc --version 2>/dev/null) == "rustc $RUST."* ]] ||
        fail "find Rust $RUST: the modules are built with that version and no other; 'rustup toolchain install $RUST'"
}

# apt-get or apt-cache with package lists of its own: the machine's Debian mirror, other suites, nothing installed.
private_apt() {
    "$1" -qq -o Dir::Etc::SourceList="$cache/apt/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State="$cache/apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$cache/apt/cache" \
        -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

# Fetches a package in this version and unpacks it.
unpack() {
    local package=$1 version=$2 into=$3 debs
    debs=$(mktemp -d "$cache/debs.XXXXXX")
    say "guests: fetching $package $version"
    (cd "$debs" && private_apt apt-get download "$package=$version") ||
        fail "fetch $package $version: look at what apt-get said above, and at the machine's package sources"
    mkdir -p "$into.new"
    dpkg -x "$debs"/*.deb "$into.new"
    rm -r "$debs"
    mv "$into.new" "$into"
}

# Rust's library sources and wasi-libc; sets nothing, leaves $cache/rust-src and $cache/wasi-libc.
need_sysroots() {
    [[ -d $cache/rust-src-$RUST && -d $cache/wasi-libc-$WASI_LIBC ]] && return
    local mirror version
    # The repository that this machine's own suite comes from, whatever its name. The $(...) are apt's.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk '!found && $1 == "Debian" && $2 !~ /-/ { print $3; found = 1 }')
    [[ -n $mirror ]] || fail "find this machine's Debian package sources: run 'apt-get update' as root, then again"
    mkdir -p "$cache"/apt/state/lists/partial "$cache"/apt/cache/archives/partial
    printf '%s\n' 'Types: deb' "URIs: $mirror" "Suites: $WASI_LIBC_SUITE $RUST_SRC_SUITE" 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$cache/apt/debian.sources"
    private_apt apt-get update >&2 || fail "read the package lists of $RUST_SRC_SUITE: see what apt-get said above"
    if [[ ! -d $cache/rust-src-$RUST ]]; then
        version=$(private_apt apt-cache madison rust-src |
            awk -v "want=$RUST." '!found && index($3, want) == 1 { print $3; found = 1 }')
        [[ -n $version ]] ||
            fail "find rust-src $RUST in $RUST_SRC_SUITE: it has moved on; raise RUST here and rebuild every module"
        unpack rust-src "$version" "$cache/rust-src-$RUST"
    fi
    [[ -d $cache/wasi-libc-$WASI_LIBC ]] || unpack wasi-libc "$WASI_LIBC" "$cache/wasi-libc-$WASI_LIBC"
}

# clang with what every module in C is built with. Debian's clang runs wasm-opt by itself where there is one.
clang_wasm() {
    clang-22 -O2 --no-wasm-opt -s -ffp-contract=off -fno-math-errno "-ffile-prefix-map=$guests=guests" "$@"
}

# 17 pages of memory, no more and no less: what an unconfigured Rust module asks for, so one known size for all.
kernel_c() {
    clang_wasm --target=wasm32-unknown-unknown -std=c11 -nostdlib -Wall -Wextra -Werror -Wl,--no-entry \
        -Wl,--stack-first -Wl,-z,stack-size=65536 -Wl,--initial-memory=1114112 -Wl,--max-memory=1114112 \
        "$guests/c/$1.c" -o "$out/$1.wasm"
}

command_c() {
    clang_wasm --target=wasm32-wasip1 --sysroot="$cache/wasi-libc-$WASI_LIBC/usr" -std=gnu11 \
        "-ffile-prefix-map=$work=work" "${@:2}" -o "$out/$1.wasm"
}

# The amalgamation comes from the crate that the lock file in c/sqlite pins.
sqlite() {
    local source=$work/vendor/libsqlite3-sys/sqlite3
    cargo vendor -q --locked --manifest-path "$guests/c/sqlite/Cargo.toml" "$work/vendor" >/dev/null ||
        fail "fetch SQLite's source: see what cargo said above"
    command_c sqlite -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL -DSQLITE_TEMP_STORE=3 \
        -D_WASI_EMULATED_GETPID "-I$source" "$guests/c/sqlite.c" "$source/sqlite3.c" -lwasi-emulated-getpid
}

# cargo_wasm TARGET PACKAGE...: Rust packages with a standard library built from the same release's source.
cargo_wasm() {
    local target=$1 package packages=() library
    shift
    for package; do packages+=(-p "$package"); done
    library=$(echo "$cache/rust-src-$RUST"/usr/src/rustc-*/library)
    # The flags stand in the configuration and not in RUSTFLAGS so that host tools (build scripts) do not get them.
    (cd "$guests/rust" && RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$library RUSTC_WRAPPER=$guests/rustc.sh \
        CARGO_TARGET_DIR=$work/target cargo build -q --locked --release --target "$target" \
        -Zbuild-std=std,panic_abort "${packages[@]}" \
        --config "target.$target.rustflags=[$(rust_flags "$target" "$library")]") ||
        fail "build ${packages[*]}: see what cargo said above"
}

# The flags for a target, as the inside of a TOML array. Panic messages hold paths of source files: none of them may
# be of this machine.
rust_flags() {
    local target=$1 library=$2 flags=() flag registry separator=
    local wasi=$cache/wasi-libc-$WASI_LIBC/usr/lib/wasm32-wasip1
    flags+=("--remap-path-prefix=$library=library" "--remap-path-prefix=$guests/rust=guests")
    for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        flags+=("--remap-path-prefix=$registry=crates")
    done
    case $target in
    # Kernels: 4 MiB is more than each of them needs, and a limit that a runtime can plan with.
    wasm32-unknown-unknown) flags+=(-Clink-arg=--max-memory=4194304) ;;
    wasm32-wasip1) flags+=(-Clink-self-contained=no "-Clink-arg=$wasi/crt1-command.o" "-Lnative=$wasi") ;;
    esac
    for flag in "${flags[@]}"; do
        printf "%s'%s'" "$separator" "$flag"
        separator=,
    done
}

build() {
    local name
    for name in "${KERNELS_C[@]}"; do
        kernel_c "$name"
    done
    command_c hello "$guests/c/hello.c"
    say "guests: building SQLite"
    sqlite
    say "guests: building Rust's standard library twice, and what is written in Rust"
    cargo fetch -q --locked --manifest-path "$guests/rust/Cargo.toml" ||
        fail "fetch what the guests in Rust depend on: see what cargo said above"
    cargo_wasm wasm32-unknown-unknown "${KERNELS_RUST[@]}"
    cargo_wasm wasm32-wasip1 "${COMMANDS_RUST[@]}"
    for name in "${KERNELS_RUST[@]}"; do cp "$work/target/wasm32-unknown-unknown/release/$name.wasm" "$out/"; done
    for name in "${COMMANDS_RUST[@]}"; do cp "$work/target/wasm32-wasip1/release/$name.wasm" "$out/"; done
    (cd "$guests/rust" && CARGO_TARGET_DIR=$work/target cargo run -q --locked --release -p text) >"$out/text.txt"
}

# Where the file `$1` of the build's output has its place in the suite.
place() {
    case $1 in
    text.txt) echo "$suite/wordfreq/input/text.txt" ;;
    *.wasm) echo "$suite/${1%.wasm}/$1" ;;
    esac
}

compare() {
    local file name differ=0
    for file in "$out"/*; do
        name=$(basename "$file")
        if cmp -s "$file" "$(place "$name")"; then
            printf '%-20s identical\n' "$name"
        else
            printf '%-20s DIFFERENT\n' "$name"
            differ=1
        fi
    done
    [[ $differ -eq 0 ]] || fail "reproduce every module: the toolchain differs from the manifests', or a source changed"
}

install_modules() {
    local file name
    for file in "$out"/*; do
        name=$(basename "$file")
        cmp -s "$file" "$(place "$name")" || install -D -m 644 "$file" "$(place "$name")"
        printf '%s  %s\n' "$(sha256sum "$file" | cut -d' ' -f1)" "$name"
    done
}

[[ $# -eq 0 || ( $# -eq 1 && $1 == --check ) ]] || { say "usage: build.sh [--check]"; exit 2; }
mkdir -p "$cache"
work=$(mktemp -d)
readonly work out=$work/out
trap 'rm -rf "$work"' EXIT
mkdir "$out"
need_clang
need_rust
need_sysroots
build
if [[ ${1:-} == --check ]]; then compare; else install_modules; fi
