#!/usr/bin/env bash
# Puts the programs in Python beside their manifests. The module that runs them is not in the suite: './setup.sh
# --cpython' fetches it.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

program ledger_python python/ledger.py scripts
program nbody_python python/nbody.py scripts
echo "WebAssembly Language Runtimes python/3.12.0+20231211-040d5a6, prebuilt" >"$out/TOOLCHAIN"
