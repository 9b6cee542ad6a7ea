#!/usr/bin/env bash
# Makes the forms to hand out of what `make bench` built: an archive that runs from any folder, and a Python wheel.
#
#   packaging/dist.sh OUT   OUT/wasmark-VERSION-x86_64-linux.tar.gz and OUT/wasmark-VERSION-py3-none-...whl
#
# Both have wasmark, its suite, every worker with its libraries, and the licences. They need Linux on x86-64 with a
# C library at least as new as this machine's, and nothing else. Equal workers give equal bytes: names are in order,
# and all times are SOURCE_DATE_EPOCH, by default the time of the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: packaging/dist.sh OUT}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
name=wasmark-$version-x86_64-linux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packaging/install.sh "$work/$name"
# Of the libraries that are in the workers or beside them: V8's, those of WasmEdge's private root, and what Debian's
# packages were linked into WAMR and wasmer.
cache=${WASMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmark}
found() { sed -n "s/^$1=//p" "$cache/env"; }
shopt -s nullglob
python3 packaging/licences.py "$(found MINI_RACER_DIR)"/LICENSE "$(found WASMEDGE_SYSROOT)"/usr/share/doc/*/copyright \
  /usr/share/doc/{llvm-19-dev,llvm-22-dev,libpolly-22-dev,libasmjit-dev,libsimde-dev,libzstd-dev,gcc-12-base}/copyright \
  >"$work/$name/lib/wasmark/LICENCES.txt"

mkdir -p "$out"
tar --create --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=go=rX,u=rwX --directory "$work" \
  "$name" | gzip --no-name >"$out/$name.tar.gz"
python3 packaging/wheel.py "$work/$name" "$version" "$epoch" "$out"
printf '%s\n' "$out/$name.tar.gz"
