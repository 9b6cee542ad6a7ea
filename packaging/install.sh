#!/usr/bin/env bash
# Installs what `make bench` built: wasmark, its suite, and every worker with the libraries that travel with it.
#
#   packaging/install.sh PREFIX   PREFIX/lib/wasmark has everything, PREFIX/bin/wasmark is a link to the program;
#                                 manual pages and completions are in PREFIX/share
#
# The checkout is not needed afterwards. WasmEdge's worker keeps using the library that it was built with: where the
# set-up took it from a private root, that is a folder of wasmark's cache.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:?usage: packaging/install.sh PREFIX}
wasmark=${WASMARK:?failed to find the program: run make install}
mkdir -p "$prefix/lib" "$prefix/bin"
new=$(mktemp -d "$prefix/lib/.wasmark.XXXXXX")
trap 'rm -rf "$new"' EXIT
chmod 755 "$new"

install -m 755 "$wasmark" "$new/wasmark"
cp -R workloads/suite LICENSE-* "$new/"
"$wasmark" build --json | sed -n 's/^ *"program": "\(.*\)",\{0,1\}$/\1/p' | while read -r program; do
  cp -R "$(dirname "$program")"/. "$new/"
done

rm -rf "$prefix/lib/wasmark"
mv "$new" "$prefix/lib/wasmark"
ln -sfn ../lib/wasmark/wasmark "$prefix/bin/wasmark"

share=$prefix/share
bash=$share/bash-completion/completions zsh=$share/zsh/site-functions fish=$share/fish/vendor_completions.d
mkdir -p "$bash" "$zsh" "$fish"
"$wasmark" completions bash >"$bash/wasmark"
"$wasmark" completions zsh >"$zsh/_wasmark"
"$wasmark" completions fish >"$fish/wasmark.fish"
"$wasmark" man "$share/man/man1"
printf 'install: %s runs the workers in %s\n' "$prefix/bin/wasmark" "$prefix/lib/wasmark"
