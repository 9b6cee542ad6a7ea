#!/usr/bin/env bash
# rustc as build.sh has cargo call it. Cargo tells crates apart by a hash that has the path of the standard library's
# source in it, and rustc lays a module out in the order of those hashes: package and version tell them apart as well,
# and are the same everywhere.
set -euo pipefail
arguments=()
for argument; do
    case $argument in metadata=*) argument=metadata=$CARGO_PKG_NAME-$CARGO_PKG_VERSION ;; esac
    arguments+=("$argument")
done
exec "${arguments[@]}"
