# shellcheck shell=bash
# Read by every guest language's build.sh, which is called as `build.sh OUT` and puts what it makes where it belongs in
# the suite: OUT/NAME/NAME.wasm. It says in OUT/TOOLCHAIN what it built with, in the words of the manifests'
# `toolchain`. Exit code 3: the toolchain cannot be had here, and the last line on stderr says why.
#
# Toolchains that this machine must not or cannot install are unpacked into a folder of wasmark's cache.
set -euo pipefail

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${WASMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmark}/guests
out=${1:?usage: build.sh OUT}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" "$out"
out=$(cd "$out" && pwd)

readonly CLANG=22
readonly WASI_LIBC_SUITE=trixie
readonly WASI_LIBC='0.0~git20241209.574b88d-2'
readonly BINARYEN=131.0.0-nightly.20260721
readonly BINARYEN_SHA256=ed375d90d259924799147788d66ed70ce6e65454b69df577e09f2c4d17c00f6c

say() { printf '%s\n' "$*" >&2; }
fail() { say "guests: failed to $*"; exit 1; }
# Where the toolchain cannot be had: what is missing, and how to get it.
lacking() { say "guests: failed to find $*"; exit 3; }

# Debian packages by name.
need_packages() {
    local missing=() package
    command -v dpkg-query >/dev/null || lacking "Debian's packages: build the guests on Debian 12 or later"
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    [[ $(id -u) -eq 0 ]] || lacking "${missing[*]}: run 'apt-get install ${missing[*]}' as root, then this again"
    say "guests: installing ${missing[*]}"
    # Another installation may be under way: it is waited for.
    {
        apt-get update -q &&
            apt-get install -qy -o DPkg::Lock::Timeout=600 --no-install-recommends "${missing[@]}"
    } >&2 || lacking "${missing[*]}: see what apt-get said above"
}

need_clang() { need_packages "clang-$CLANG" "lld-$CLANG" "libclang-rt-$CLANG-dev-wasm32"; }

clang_version() { "clang-$CLANG" --version | sed -n '1s/.*version \([0-9.]*\).*/Debian clang \1/p'; }

# apt-get or apt-cache with package lists of its own: the machine's Debian mirror, another suite, nothing installed.
# private_apt SUITE COMMAND ARGUMENT...
private_apt() {
    local apt=$cache/apt/$1
    "$2" -qq -o Dir::Etc::SourceList="$apt/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache" \
        -o APT::Sandbox::User="$(id -un)" "${@:3}"
}

# The package lists of a suite that is not this machine's.
need_suite() {
    local suite=$1 mirror
    [[ -s $cache/apt/$suite/ready ]] && return
    # The repository that this machine's own suite comes from, whatever its name. The $(...) are apt's.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk '!found && $1 == "Debian" && $2 !~ /-/ { print $3; found = 1 }')
    [[ $mirror ]] || lacking "this machine's Debian package sources: run 'apt-get update' as root, then this again"
    mkdir -p "$cache/apt/$suite"/{state/lists/partial,cache/archives/partial}
    printf '%s\n' 'Types: deb' "URIs: $mirror" "Suites: $suite" 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$cache/apt/$suite/debian.sources"
    private_apt "$suite" apt-get update >&2 || lacking "the package lists of $suite: see what apt-get said above"
    date >"$cache/apt/$suite/ready"
}

# unpack SUITE PACKAGE VERSION: leaves $cache/PACKAGE-VERSION with what the package holds.
unpack() {
    local suite=$1 package=$2 version=$3 into=$cache/$2-$3 debs
    [[ -d $into ]] && return
    need_suite "$suite"
    debs=$(mktemp -d "$work/debs.XXXXXX")
    say "guests: fetching $package $version"
    (cd "$debs" && private_apt "$suite" apt-get download "$package=$version") ||
        lacking "$package $version: look at what apt-get said above, and at the machine's package sources"
    rm -rf "$into.new"
    mkdir -p "$into.new"
    dpkg -x "$debs"/*.deb "$into.new"
    mv "$into.new" "$into"
}

# A wasi-libc that is newer than Debian 12's; sets wasi, for who reads this file.
# shellcheck disable=SC2034
need_wasi_libc() {
    unpack "$WASI_LIBC_SUITE" wasi-libc "$WASI_LIBC"
    wasi=$cache/wasi-libc-$WASI_LIBC/usr
}

# need_wheel NAME VERSION SHA256: leaves $cache/NAME-VERSION with what the Python wheel holds. pip checks the hash.
need_wheel() {
    local into=$cache/$1-$2 fetched
    [[ -d $into ]] && return
    python3 -m pip --version >/dev/null 2>&1 ||
        lacking "pip, to fetch $1 $2: run 'apt-get install python3-pip' as root, then this again"
    fetched=$(mktemp -d "$work/wheel.XXXXXX")
    say "guests: fetching the wheel $1 $2"
    echo "$1==$2 --hash=sha256:$3" >"$fetched/requirements.txt"
    python3 -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes --only-binary :all: \
        --dest "$fetched" --requirement "$fetched/requirements.txt" >&2 ||
        lacking "the wheel $1 $2 with its sha256: see what pip said above"
    rm -rf "$into.new"
    python3 -m zipfile --extract "$fetched"/*.whl "$into.new"
    mv "$into.new" "$into"
}

# need_npm NAME VERSION SHA256: leaves $cache/npm/NAME-VERSION with what the package holds, its dependencies not.
need_npm() {
    local into=$cache/npm/$1-$2 fetched
    [[ -d $into ]] && return
    command -v npm >/dev/null || lacking "npm, to fetch $1 $2: run 'apt-get install npm' as root, then this again"
    fetched=$(mktemp -d "$work/npm.XXXXXX")
    say "guests: fetching the npm package $1 $2"
    (cd "$fetched" && npm pack --silent "$1@$2" >&2) || lacking "the npm package $1 $2: see what npm said above"
    echo "$3  $(echo "$fetched"/*.tgz)" | sha256sum --check --quiet >&2 ||
        lacking "the npm package $1 $2 with the sha256 $3: it is not what it was"
    mkdir -p "$fetched/package" "$(dirname "$into")"
    tar -xzf "$fetched"/*.tgz -C "$fetched/package" --strip-components=1
    rm -rf "$into"
    mv "$fetched/package" "$into"
}

# need_crates FOLDER: leaves in $work/vendor what the crates hold that the lock file of the package in FOLDER pins, for
# the C sources in them. The package is never built.
need_crates() {
    cargo vendor -q --locked --manifest-path "$1/Cargo.toml" "$work/vendor" >/dev/null ||
        lacking "the crates that $1/Cargo.lock pins: see what cargo said above"
}

# The release of binaryen that AssemblyScript is made with, and its wasm-opt for others; sets binaryen. It runs in node.
need_binaryen() {
    node --eval 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null ||
        lacking "node 20 or later: install its package nodejs from a release of Debian that has it, then this again"
    need_npm binaryen "$BINARYEN" "$BINARYEN_SHA256"
    binaryen=$cache/npm/binaryen-$BINARYEN
}

# clang with what every module in C is built with. Debian's clang runs wasm-opt by itself where there is one.
clang_wasm() {
    "clang-$CLANG" -O2 --no-wasm-opt -s -ffp-contract=off -fno-math-errno "-ffile-prefix-map=$guests=guests" \
        "-ffile-prefix-map=$work=work" "$@"
}

# clang_wasm for a program that uses wasi-libc.
clang_wasi() { clang_wasm --target=wasm32-wasip1 "--sysroot=$wasi" -std=gnu11 "$@"; }

# kernel_c NAME ARGUMENT...: the kernel NAME from clang's further arguments, its sources among them. 17 pages of memory, no
# more and no less: what an unconfigured Rust module asks for, so one known size for all.
kernel_c() {
    clang_wasm --target=wasm32-unknown-unknown -std=c11 -nostdlib -Wall -Wextra -Werror -Wl,--no-entry \
        -Wl,--stack-first -Wl,-z,stack-size=65536 -Wl,--initial-memory=1114112 -Wl,--max-memory=1114112 \
        "${@:2}" -o "$(where "$1")"
}

# where NAME: the file that the module NAME is written to.
where() {
    mkdir -p "$out/$1"
    echo "$out/$1/$1.wasm"
}
