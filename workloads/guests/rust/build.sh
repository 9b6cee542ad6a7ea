#!/usr/bin/env bash
# Builds the guests in Rust with a standard library from the same release's source: every package that is a cdylib is a
# kernel, and one whose [package.metadata.guest] says `kind = "command"` is a command.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

readonly RUST=1.95
readonly RUST_SRC_SUITE=trixie-backports

need_rust() {
    [[ $(rustc --version 2>/dev/null) == "rustc $RUST."* ]] ||
        lacking "Rust $RUST: the modules are built with that version and no other; 'rustup toolchain install $RUST'"
}

# Rust's library sources; sets library.
need_rust_src() {
    local version found
    found=$(compgen -G "$cache/rust-src-$RUST.*" | head -n 1) || true
    if [[ ! $found ]]; then
        need_suite "$RUST_SRC_SUITE"
        version=$(private_apt "$RUST_SRC_SUITE" apt-cache madison rust-src |
            awk -v "want=$RUST." '!found && index($3, want) == 1 { print $3; found = 1 }')
        [[ $version ]] ||
            lacking "rust-src $RUST in $RUST_SRC_SUITE: it has moved on; raise RUST here and rebuild every module"
        unpack "$RUST_SRC_SUITE" rust-src "$version"
        found=$cache/rust-src-$version
    fi
    library=$(echo "$found"/usr/src/rustc-*/library)
}

# cargo_wasm TARGET PACKAGE. Each package is built alone, so that what another one wants of a crate that both use does not
# change its module; and by its folder, for a kernel may have the name of the crate that it is about.
cargo_wasm() {
    local target=$1 package=$2 features built
    say "guests: building $package"
    # A standard library for each set of features, and a folder for each: in one, cargo would build them again in turns.
    features=$(target_features "$package")
    built=$work/target$features
    # The flags stand in the configuration and not in RUSTFLAGS so that host tools (build scripts) do not get them.
    (cd "$guests/rust/$package" && RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$library \
        RUSTC_WRAPPER=$guests/rust/rustc.sh CARGO_TARGET_DIR=$built cargo build -q --locked --release \
        --target "$target" -Zbuild-std=std,panic_abort \
        --config "target.$target.rustflags=[$(rust_flags "$target" "$features")]") ||
        fail "build $package: see what cargo said above"
    cp "$built/$target/release/$package.wasm" "$(where "$package")"
}

# What a package's `target-features` in [package.metadata.guest] says, for itself, what it depends on and the standard
# library.
target_features() { sed -n 's/^target-features = "\(.*\)"$/\1/p' "$guests/rust/$1/Cargo.toml"; }

# rust_flags TARGET FEATURES: the flags, as the inside of a TOML array. Panic messages hold paths of source files: none of
# them may be of this machine.
rust_flags() {
    local target=$1 features=$2 flags=() flag registry separator=
    if [[ $features ]]; then flags+=("-Ctarget-feature=$features"); fi
    flags+=("--remap-path-prefix=$library=library" "--remap-path-prefix=$guests/rust=guests")
    for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        flags+=("--remap-path-prefix=$registry=crates")
    done
    case $target in
    # Kernels: 4 MiB is more than each of them needs, and a limit that a runtime can plan with.
    wasm32-unknown-unknown) flags+=(-Clink-arg=--max-memory=4194304) ;;
    wasm32-wasip1)
        flags+=(-Clink-self-contained=no "-Clink-arg=$wasi/lib/wasm32-wasip1/crt1-command.o"
            "-Lnative=$wasi/lib/wasm32-wasip1")
        ;;
    esac
    for flag in "${flags[@]}"; do
        printf "%s'%s'" "$separator" "$flag"
        separator=,
    done
}

need_clang
need_rust
need_rust_src
need_wasi_libc
cargo fetch -q --locked --manifest-path "$guests/rust/Cargo.toml" ||
    fail "fetch what the guests in Rust depend on: see what cargo said above; for a new package, run \
'cargo update --workspace --manifest-path $guests/rust/Cargo.toml'"
for package in "$guests"/rust/*/Cargo.toml; do
    if grep -q '^crate-type.*cdylib' "$package"; then
        cargo_wasm wasm32-unknown-unknown "$(basename "$(dirname "$package")")"
    elif grep -q '^kind = "command"' "$package"; then
        cargo_wasm wasm32-wasip1 "$(basename "$(dirname "$package")")"
    fi
done
mkdir -p "$out/wordfreq/input"
(cd "$guests/rust" && CARGO_TARGET_DIR=$work/target cargo run -q --locked --release -p text) \
    >"$out/wordfreq/input/text.txt"
echo "Rust $(rustc --version | cut -d ' ' -f 2), its standard library from source" >"$out/TOOLCHAIN"
