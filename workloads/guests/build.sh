#!/usr/bin/env bash
# Rebuilds the modules of the suite, byte for byte, each language with the build.sh of its folder.
#
#   build.sh [LANGUAGE...]           rebuilds the modules in workloads/suite and prints their sha256 for the manifests;
#                                    not those whose manifest names another toolchain
#   build.sh --check [LANGUAGE...]   rebuilds them elsewhere and compares with the committed ones
#
# A LANGUAGE is a folder beside this file; all of them without one. A toolchain that cannot be had is named at the end,
# and the other languages are built all the same; --check says there, too, how much it has compared.
#
# Exit codes: 0 all built (and identical), 1 one differs, fails, or has another toolchain than its manifest says,
# 2 usage, 3 a language that was asked for by name has no toolchain here, or no module at all could be compared.
set -euo pipefail

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suite=$(cd "$guests/../suite" && pwd)
check=''
if [[ ${1:-} == --check ]]; then check=1; shift; fi
all=() languages=("$@")
for script in "$guests"/*/build.sh; do all+=("$(basename "$(dirname "$script")")"); done
if [[ $# -eq 0 ]]; then languages=("${all[@]}"); fi
for language in "${languages[@]}"; do
    if [[ ! -x $guests/$language/build.sh ]]; then
        echo "usage: build.sh [--check] [LANGUAGE...], of" "$(cd "$guests" && echo */build.sh)" >&2
        exit 2
    fi
done
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
wrong=0 compared=0 lacking=()

# Whether the manifest of what was built, where it has one, names the toolchain that built it.
toolchain_is_stated() {
    local stated=$1 manifest=$suite/$2/workload.toml line
    line=$(grep -n '^toolchain = ' "$manifest" 2>/dev/null) || return 0
    [[ ${line#*:} == "toolchain = \"$stated\"" ]] && return
    printf '%s:%s: failed to trust the toolchain: the one here is "%s"; install the one that is named, or write this one there and build again\n' \
        "$manifest" "${line%%:*}" "$stated" >&2
    return 1
}

# compare FILE...: the files in the folder of what was built, with the suite's.
compare() {
    local file
    for file; do
        if [[ $file == *.wasm && -e $suite/$file ]]; then compared=$((compared + 1)); fi
        if cmp -s "$file" "$suite/$file"; then
            printf '%-50s identical\n' "$file"
        else
            printf '%-50s DIFFERENT\n' "$file"
            wrong=1
        fi
    done
}

# install_files FILE...: the same files, into the suite.
install_files() {
    local file
    for file; do
        cmp -s "$file" "$suite/$file" || install -D -m 644 "$file" "$suite/$file"
        printf '%s  %s\n' "$(sha256sum "$file" | cut -d' ' -f1)" "$file"
    done
}

# What a check has not looked at: silence about it would look like success.
tell_rest() {
    local committed=("$suite"/*/*.wasm) language rest=()
    for language in "${all[@]}"; do
        [[ -e $out/$language/TOOLCHAIN ]] || rest+=("$language")
    done
    echo "guests: $compared of the ${#committed[@]} modules in the suite were compared"
    if [[ ${#rest[@]} -gt 0 ]]; then echo "guests: not rebuilt: ${rest[*]}"; fi
    echo "guests: never rebuilt: CPython, which comes prebuilt and is fetched by its sha256 (./setup.sh --cpython)"
}

for language in "${languages[@]}"; do
    echo "guests: $language" >&2
    code=0
    "$guests/$language/build.sh" "$out/$language" || code=$?
    if [[ $code -eq 3 ]]; then
        lacking+=("$language")
    elif [[ $code -ne 0 ]]; then
        wrong=1
    else
        cd "$out/$language"
        for name in */; do
            mapfile -t files < <(find "${name%/}" -type f | sort)
            if ! toolchain_is_stated "$(<TOOLCHAIN)" "${name%/}"; then
                wrong=1
                if [[ ! $check ]]; then echo "guests: ${name%/} is left as it is" >&2; continue; fi
            fi
            if [[ $check ]]; then compare "${files[@]}"; else install_files "${files[@]}"; fi
        done
    fi
done
if [[ ${#lacking[@]} -gt 0 ]]; then
    echo "guests: not built, for want of a toolchain (why is above): ${lacking[*]}" >&2
fi
if [[ $check ]]; then tell_rest; fi
if [[ $wrong -ne 0 ]]; then
    if [[ $check ]]; then echo "guests: failed to reproduce every module: see above" >&2; fi
    exit 1
fi
if [[ $check && $compared -eq 0 ]]; then
    echo "guests: failed to compare any module: get one of the toolchains that are missing above" >&2
    exit 3
fi
if [[ ${#lacking[@]} -gt 0 && $# -gt 0 ]]; then exit 3; fi
